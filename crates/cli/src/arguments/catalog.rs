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
    /// Find the least scopes for the calls that an app makes, and say why these
    ///
    /// The calls are a list, an access log or an HTTP Archive (HAR), such as the run of a test suite.
    /// Each call counts, whatever it was answered, unless it was refused (401, 403) or not
    /// answered. Exit status: 0 a scope opens each call, 1 some calls have no rule or some lines
    /// cannot be read, 2 there is nothing to read, or a line of a list is wrong.
    Minimal(Box<MinimalArguments>),
    /// Make a catalog of an API's own description: OpenAPI 3.0 to 3.2, or Swagger 2.0, in JSON or YAML
    ///
    /// The catalog goes to the file named by -o, or else to standard output; the report says what
    /// was taken over, what was guessed and what was left out. Files are read from this machine
    /// only. Exit status: 0 clean, 1 something needs a look, 2 it cannot be read, or nothing could be
    /// written because no call is opened by a scope.
    Import(Box<ImportArguments>),
    /// Write a catalog into an API's description: the security scheme, and what each operation needs
    ///
    /// What OpenAPI cannot say stands in `x-scopegate`, so that an import of the description gives the
    /// same catalog. All else of the description stays as it is. It goes to the file named by -o, or
    /// else to standard output. Exit status: 0 clean, 1 something needs a look, 2 it cannot be read.
    Export(Box<ExportArguments>),
    /// Write a small, commented catalog to begin with
    New {
        /// The catalog's id: small letters, digits and `-`
        #[arg(value_name = "NAME", value_parser = id)]
        name: String,
        /// Where to write it, a file that is not there yet; NAME.toml if not given
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take a catalog's texts to translators and back
    #[command(subcommand)]
    Texts(TextsCommand),
    /// Tell what a catalog could do better: open calls, scopes that open too much, routes that cross, missing texts
    ///
    /// Exit status: 0 nothing that --deny names was found, 1 something was, 2 the catalog has
    /// mistakes.
    Lint(Box<LintArguments>),
    /// Write the catalog's reference page
    Docs(DocsArguments),
}

/// What is written of a catalog, and how.
#[derive(Debug, Args)]
pub struct DocsArguments {
    /// A shipped catalog's name or a file
    pub catalog: String,
    /// Markdown or HTML
    #[arg(long, value_enum, default_value_t = DocsFormat::Markdown)]
    pub format: DocsFormat,
    /// Language of the page; the catalog's first if not given
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Write pages of at most some 200 kB into this folder, `index` first, instead of one page of any
    /// size
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// Whose addresses stand at its head
    #[command(flatten)]
    pub at: Where,
}

/// Where the server and the API are.
#[derive(Debug, Args)]
pub struct Where {
    /// The issuer, such as `https://login.example.com/acme`, whose addresses are written; an example's
    /// if not given
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub issuer: Option<String>,
    /// Where the API begins
    #[arg(long, value_name = "URL", default_value = "https://api.example.com", value_parser = web_address)]
    pub api: String,
}

fn web_address(text: &str) -> Result<String, String> {
    let is_one = url::Url::parse(text).is_ok_and(|url| {
        let is_web = matches!(url.scheme(), "https" | "http") && url.has_host();
        is_web && url.query().is_none() && url.fragment().is_none()
    });
    match is_one {
        true => Ok(text.to_owned()),
        false => Err("write an address such as https://login.example.com/acme".to_owned()),
    }
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
    /// What the user was given to do at a sign-in and has run out since, likewise
    #[arg(long, value_name = "SCOPES")]
    pub expired: Option<String>,
    /// Ask with a token of a sign-in without the second factor that is demanded for elevated scopes
    #[arg(long)]
    pub without_second_factor: bool,
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

/// Calls, and how they were recorded.
#[derive(Debug, Args)]
pub struct MinimalArguments {
    /// A shipped catalog's name or a file
    pub catalog: String,
    /// A file of at most 256 MiB, or - for standard input
    pub calls: PathBuf,
    /// How the calls were recorded; by the file's beginning if not given
    #[arg(long, value_enum)]
    pub format: Option<Recorded>,
    /// Where the API begins, such as `https://api.example.com/v2`, or only `/v2`: calls elsewhere do
    /// not count, and what stands here is no part of the catalog's paths. May be repeated
    #[arg(long, value_name = "URL")]
    pub base: Vec<authoring::Base>,
    /// Count calls, too, that were answered 401 or 403
    #[arg(long)]
    pub refused: bool,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// How calls were recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Recorded {
    /// "METHOD path", one call a line
    Lines,
    /// An access log, common or combined
    Log,
    /// An access log of JSON objects, one a line
    JsonLines,
    /// An HTTP Archive
    Har,
}

/// Descriptions, and how they are to be read.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The descriptions; several files become one catalog
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where to write the catalog, a file that is not there yet
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Take what is new in the descriptions into this catalog: what stands in it stays as it was
    /// edited, and the report says what differs. Written in place, or to -o
    #[arg(long, value_name = "CATALOG")]
    pub update: Option<PathBuf>,
    /// Operations that the document opens to any token, whatever its scope: keep them under an
    /// explicit rule, or leave them out
    #[arg(long, value_enum, default_value_t = Allowing::Keep)]
    pub any_token: Allowing,
    /// Operations that the document opens to everybody: keep them under an explicit rule, or
    /// leave them out
    #[arg(long, value_enum, default_value_t = Allowing::Deny)]
    pub public: Allowing,
    /// What a list of several scopes means, `any` of them or `all`; with a pattern, for the
    /// operations that fit it only (an id, a path or METHOD /path, with `*` for any text). May be
    /// repeated, the last one that fits counts
    #[arg(long, value_name = "any|all[:PATTERN]", value_parser = lists)]
    pub lists: Vec<authoring::ListsRule>,
    /// Where scopes stand besides `security`: `description PATTERN`, in the descriptions of
    /// operations, with `{scope}` in the place of the names ("Scope: `{scope}`"), or a regular
    /// expression with one group; or `extension NAME[.path]`, in an extension of operations. May be
    /// repeated, the first that has some counts
    #[arg(long, num_args = 2, value_names = ["description|extension", "PATTERN|NAME"], action = clap::ArgAction::Append)]
    pub scopes_from: Vec<String>,
    /// Propose scopes for operations that name none, from tags, paths and what they do
    #[arg(long)]
    pub propose: bool,
    /// Open a call that a literal path hides as the template beside it would: with
    /// `DELETE /users/{id}` and `GET /users/me`, also `DELETE /users/me`
    #[arg(long)]
    pub fall_through: bool,
    /// Write the catalog alone. Otherwise what the description says of parameters, bodies and answers
    /// is kept beside it, as NAME.api.json: sandboxes answer by it, no decision does
    #[arg(long)]
    pub no_schemas: bool,
    /// The report as JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// A catalog, and where it goes.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// A shipped catalog's name or a file
    pub catalog: String,
    /// The description to write it into: OpenAPI 3.0 to 3.2, or Swagger 2.0, in JSON or YAML; without
    /// it, a new one with the calls of the catalog
    #[arg(long, value_name = "FILE")]
    pub openapi: Option<PathBuf>,
    /// Where to write, a file that is not there yet; a new description is JSON where its name ends so
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Whose addresses stand in it
    #[command(flatten)]
    pub at: Where,
    /// Language of the texts; the catalog's first if not given
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Only what OpenAPI has words for, without `x-scopegate`: where a requirement depends on what a
    /// call says, an import asks for all it could be
    #[arg(long)]
    pub plain: bool,
    /// The report as JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// What to look through, and what may not be found.
#[derive(Debug, Args)]
pub struct LintArguments {
    /// A shipped catalog's name or a file
    pub catalog: Option<String>,
    /// End with status 1 where this is found: a rule, `warnings` or `all`; may be repeated
    #[arg(long, value_name = "RULE", value_parser = denied)]
    pub deny: Vec<Denied>,
    /// Say what a rule finds, why it matters and what to do
    #[arg(long, value_name = "RULE", value_parser = rule, conflicts_with = "catalog")]
    pub explain: Option<authoring::Rule>,
    /// List the rules
    #[arg(long, conflicts_with_all = ["catalog", "explain"])]
    pub rules: bool,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Texts out and in.
#[derive(Debug, Subcommand)]
pub enum TextsCommand {
    /// Write every text, with what is missing left blank
    Export {
        /// A shipped catalog's name or a file
        catalog: String,
        /// A table for a spreadsheet, or a file for a translator's program
        #[arg(long, value_enum, default_value_t = TextsFormat::Csv)]
        format: TextsFormat,
        /// A language to translate to, also one that the catalog does not have yet; may be
        /// repeated for a table. All of the catalog's if not given
        #[arg(long, value_name = "TAG", value_parser = language)]
        language: Vec<String>,
        /// Where to write, a file that is not there yet; standard output if not given
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Set the texts of a file that came back; whatever else the catalog says stays as it is
    /// (exit status 1 if a text needs a look)
    Import {
        /// The catalog's file, which is changed
        catalog: PathBuf,
        /// CSV or XLIFF (1.2 or 2)
        file: PathBuf,
    },
}

/// How texts are exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextsFormat {
    /// A table with a column for each language
    Csv,
    /// XLIFF 1.2, with one language to translate to
    Xliff,
}

fn language(text: &str) -> Result<String, String> {
    match scope::is_language(text) {
        true => Ok(text.to_owned()),
        false => Err("use a BCP 47 tag such as `en` or `de-CH`".to_owned()),
    }
}

fn id(text: &str) -> Result<String, String> {
    let mut bytes = text.bytes();
    let fits = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match fits {
        true => Ok(text.to_owned()),
        false => Err("use small letters, digits and `-`, beginning with a letter".to_owned()),
    }
}

/// What `--deny` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// One rule
    Rule(authoring::Rule),
    /// Every rule whose findings are warnings
    Warnings,
    /// Every rule
    All,
}

fn denied(text: &str) -> Result<Denied, String> {
    match text {
        "all" => Ok(Denied::All),
        "warnings" => Ok(Denied::Warnings),
        _ => rule(text).map(Denied::Rule),
    }
}

fn rule(text: &str) -> Result<authoring::Rule, String> {
    authoring::Rule::find(text).ok_or_else(|| {
        let all = authoring::Rule::ALL.map(authoring::Rule::id).join(", ");
        format!("there is no such rule; the rules are {all}")
    })
}

/// What becomes of operations without a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Allowing {
    /// Under an explicit rule
    Keep,
    /// Left out, so denied
    Deny,
}

/// Reads a value of `--lists`.
fn lists(text: &str) -> Result<authoring::ListsRule, String> {
    let (word, operations) = match text.split_once(':') {
        Some((word, pattern)) => (word, Some(pattern.to_owned())),
        None => (text, None),
    };
    let lists = match word {
        "any" => authoring::Lists::Any,
        "all" => authoring::Lists::All,
        _ => return Err("write `any` or `all`, or `any:PATTERN`".to_owned()),
    };
    Ok(authoring::ListsRule { lists, operations })
}
