//! The command line, as `--help` shows it.

pub mod api_keys;
pub mod catalog;
pub mod clients;
pub mod gate;
pub mod manage;
pub mod records;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::configuration::address;
use api_keys::ApiKeyCommand;
use catalog::CatalogCommand;
use clients::ClientCommand;
use gate::{GateArguments, ProxyArguments};
use manage::{ApproveCommand, AuditCommand, KeyCommand, ManageArguments};
use records::{GrantCommand, OrganisationCommand, RealmCommand, SessionCommand, UserCommand};

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
    /// Give partners without OAuth API keys, move in those they have, and take them back
    ApiKey(ManageArguments<ApiKeyCommand>),
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
    /// Run a gate in a process of its own; see what gates let through and denied
    Gate(GateArguments),
    /// Run a reverse proxy before an API, with its gate, in a process of its own
    Proxy(ProxyArguments),
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
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080",
        value_parser = address
    )]
    pub listen: SocketAddr,
    /// Keep the demo's database in this directory; without it, it is gone at the end
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Run this catalog, by its shipped name or its file, with people and apps made for it; a file is
    /// followed while it is edited
    #[arg(long, value_name = "CATALOG")]
    pub catalog: Option<String>,
    /// Run the API that this description is of (OpenAPI or Swagger, JSON or YAML), as `catalog
    /// import` reads it; scopes are proposed where it names none. May be repeated: several files
    /// become one API
    #[arg(long, value_name = "FILE", conflicts_with = "catalog")]
    pub openapi: Vec<PathBuf>,
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
