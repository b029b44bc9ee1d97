//! The command line, as `--help` shows it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use oauth::audit::Anchor;

mod records;

pub use records::{
    AuthMethodArgument, ClientAddArguments, ClientCommand, GrantCommand, OrganisationCommand,
    RealmCommand, SecretCommand, SessionCommand, TokenFormatArgument, UserCommand,
};

/// Opens a business API to third-party apps with OAuth 2.0 scopes its users understand and
/// the API can enforce.
#[derive(Debug, Parser)]
#[command(name = "scopegate", version, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run four realms with sandbox APIs, sample people and sample apps
    Demo(DemoArguments),
    /// Run the server of a configuration file
    Serve(ServeArguments),
    /// Check a configuration file, or print what may stand in one
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check a catalog, show it, and ask it questions
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Manage the people of a realm
    User(ManageArguments<UserCommand>),
    /// Manage organisations, their roles and members
    Organisation(ManageArguments<OrganisationCommand>),
    /// Manage the apps of a realm
    Client(ManageArguments<ClientCommand>),
    /// See where people are signed in, and sign them out
    Session(ManageArguments<SessionCommand>),
    /// See which apps people let in, and end that
    Grant(ManageArguments<GrantCommand>),
    /// End everything that was issued in a realm
    Realm(ManageArguments<RealmCommand>),
    /// Decide which apps may use elevated scopes
    Approve(ManageArguments<ApproveCommand>),
    /// Look at, replace and wrap what signs and seals tokens
    Key(ManageArguments<KeyCommand>),
    /// Read the record of who did what, and hold it to what was kept elsewhere
    Audit(ManageArguments<AuditCommand>),
    /// Bring the tables of a server's database up to date
    Migrate(MigrateArguments),
    /// Copy a server's SQLite database to a file, also while it runs
    Backup(BackupArguments),
    /// Put a backup in the place of a stopped server's SQLite database; everything issued until
    /// now ends
    Restore(RestoreArguments),
}

/// An upgrade of tables.
#[derive(Debug, Args)]
pub struct MigrateArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "scopegate.toml")]
    pub config: PathBuf,
    /// Finish the upgrade: servers of the version before start no more. Without it, the tables
    /// get what this version needs, and servers of the version before go on
    #[arg(long)]
    pub finish: bool,
}

/// A backup.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file to write
    pub file: PathBuf,
    /// The server's configuration file
    #[arg(long, value_name = "FILE", default_value = "scopegate.toml")]
    pub config: PathBuf,
    /// The directory of a demo, in place of a configuration file
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Going back to a backup.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The backup to read
    pub file: PathBuf,
    /// The server's configuration file
    #[arg(long, value_name = "FILE", default_value = "scopegate.toml")]
    pub config: PathBuf,
    /// The directory of a demo, in place of a configuration file
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Replace a database that cannot be read; it is kept aside
    #[arg(long)]
    pub force: bool,
}

/// The demo.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep the demo's database in this directory; without it, it is gone at the end
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// A server.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "scopegate.toml")]
    pub config: PathBuf,
}

/// The configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Name every mistake in a configuration file and the files it names (exit status 1 if
    /// there is one)
    Check(ServeArguments),
    /// Print the reference of every key, as Markdown
    Reference,
}

/// Which server's store a command works on. A running server follows within a second.
#[derive(Debug, Args)]
pub struct ManageArguments<C: Subcommand> {
    /// The server's configuration file
    #[arg(
        long,
        value_name = "FILE",
        default_value = "scopegate.toml",
        global = true
    )]
    pub config: PathBuf,
    /// The directory of a demo, in place of a configuration file
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: C,
}

/// Keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List the keys of a realm
    List {
        /// The realm
        realm: String,
    },
    /// Replace the current keys of a realm; the old ones stay published until their last
    /// token has expired
    Rotate {
        /// The realm
        realm: String,
        /// Only the key for this; both if not given
        #[arg(long, value_enum)]
        purpose: Option<KeyPurposeArgument>,
        /// Use the new key at once, not from ten minutes later. Who has just read the
        /// published keys may refuse its tokens for some minutes
        #[arg(long)]
        now: bool,
    },
    /// Remove a key that somebody else may have: every access token it signed or sealed stops
    /// working now. Grants and refresh tokens stay, so apps get new access tokens by themselves
    Revoke {
        /// The realm
        realm: String,
        /// The key's id, as `scopegate key list` shows it
        key: String,
        /// Really do it; without this the command only says what would happen
        #[arg(long)]
        yes: bool,
    },
    /// Wrap every key of every realm by the first master key, also those that lie in the clear
    Seal,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyPurposeArgument {
    /// JWT access tokens
    Sign,
    /// Opaque access tokens
    Seal,
}

/// The audit record.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List what was done, oldest first
    List {
        /// Only this realm
        realm: Option<String>,
        /// Only what comes behind this position
        #[arg(long, value_name = "POSITION", default_value_t = 0)]
        after: i64,
        /// How many at most
        #[arg(long, value_name = "NUMBER", default_value_t = 100)]
        limit: usize,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Print the end of the chain; kept where nobody who can write to the database can change
    /// it, it is an anchor that everything up to now can be held to
    Head,
    /// Say whether everything is as it was recorded (exit status 1 if not)
    Verify {
        /// What `head` printed earlier: the chain must pass it
        #[arg(long)]
        anchor: Option<Anchor>,
    },
    /// Make what is personal about somebody in the record unreadable for ever; the rest stays
    Erase {
        /// The realm
        realm: String,
        /// Whose: what they sign in with, or their id
        #[arg(long)]
        person: String,
    },
}

/// Approvals of elevated scopes.
#[derive(Debug, Subcommand)]
pub enum ApproveCommand {
    /// Approve an app for an elevation; every piece of evidence must be named
    Grant {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        /// The elevation
        elevation: String,
        /// A piece of evidence and its reference, as NAME=REFERENCE; may be repeated
        #[arg(long, value_name = "NAME=REFERENCE")]
        evidence: Vec<String>,
        /// Who decided
        #[arg(long)]
        reviewer: String,
        /// The day the approval ends, as 2027-01-31 (midnight UTC); without it, no end
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
    },
    /// Take an approval back
    Withdraw {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        /// The elevation
        elevation: String,
    },
    /// List an app's approvals, also past ones
    List {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
    },
}

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
