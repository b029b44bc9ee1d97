//! Questions to a catalog.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Questions to a catalog. CATALOG is the name of a shipped one (bexio, bokio, freshbooks,
/// stora) or a file.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Read a catalog and name every mistake in it (exit status 1 if there is one)
    Check {
        /// A shipped catalog's name or a file
        catalog: String,
    },
    /// Show the scopes and endpoints of a catalog
    Show {
        /// A shipped catalog's name or a file
        catalog: String,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
        /// Language of the texts in the table
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
    },
    /// Decide one call and give the reasons (exit status 0 permit, 1 deny)
    Explain(Box<ExplainArguments>),
    /// Find the least scopes for a list of calls
    Minimal {
        /// A shipped catalog's name or a file
        catalog: String,
        /// A file with lines "METHOD path", or - for standard input
        calls: PathBuf,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Write the catalog's reference page
    Docs {
        /// A shipped catalog's name or a file
        catalog: String,
        /// Markdown or HTML
        #[arg(long, value_enum, default_value_t = DocsFormat::Markdown)]
        format: DocsFormat,
        /// Language of the page; the catalog's first if not given
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
    },
}

/// Form of the reference page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocsFormat {
    /// Markdown
    Markdown,
    /// A whole HTML page
    Html,
}

/// One call, and what the caller holds.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A shipped catalog's name or a file
    pub catalog: String,
    /// What the token was granted, space-separated
    pub scope: String,
    /// HTTP method of the call
    pub method: String,
    /// Path of the call, with its query if it has one
    pub path: String,
    /// The user's rights in the organisation, as scope names or names with one `*`,
    /// space-separated; without it, every right
    #[arg(long, value_name = "SCOPES")]
    pub rights: Option<String>,
    /// The client's registered scope; without it, every scope
    #[arg(long, value_name = "SCOPES")]
    pub registered: Option<String>,
    /// The catalog's kind of client; the first kind if not given
    #[arg(long, value_name = "KIND")]
    pub client_kind: Option<String>,
    /// An elevation the client has a live approval for; may be repeated
    #[arg(long, value_name = "ELEVATION")]
    pub approved: Vec<String>,
    /// Ask with a token that speaks for the client itself, not for a person
    #[arg(long)]
    pub as_client: bool,
    /// What the app had asked for, for the reasons
    #[arg(long, value_name = "SCOPES")]
    pub requested: Option<String>,
    /// What the user refused, for the reasons
    #[arg(long, value_name = "SCOPES")]
    pub refused: Option<String>,
    /// What was later taken off the grant, for the reasons
    #[arg(long, value_name = "SCOPES")]
    pub reduced: Option<String>,
    /// What was withheld at the request, as SCOPE=REASON; may be repeated
    #[arg(long, value_name = "SCOPE=REASON")]
    pub withheld: Vec<String>,
    /// The JSON body of the call; without it the body is taken as unseen
    #[arg(long, value_name = "JSON")]
    pub body: Option<String>,
    /// Ask as a gate that cannot see the query
    #[arg(long)]
    pub query_hidden: bool,
    /// The id of a related record the API knows, as FIELD=ID; may be repeated
    #[arg(long = "id", value_name = "FIELD=ID")]
    pub ids: Vec<String>,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
}
