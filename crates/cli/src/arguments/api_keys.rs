//! `scopegate api-key …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Keys of partners without OAuth.
#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key for an app, and show it this once
    Add(ApiKeyAddArguments),
    /// List the keys of a realm, or of one app
    List {
        /// The realm
        realm: String,
        /// Only those of this client id
        #[arg(long, value_name = "CLIENT")]
        client: Option<String>,
        /// As JSON, whole
        #[arg(long)]
        json: bool,
    },
    /// Take a key back: it works no more, here at once and on other nodes within a second
    Revoke {
        /// The realm
        realm: String,
        /// The key's id, as `scopegate api-key list` shows it
        key: String,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Move keys in that partners have already, by the hashes that another system kept of them: all
    /// of a file or none
    Import(ApiKeyImportArguments),
}

/// A new key.
#[derive(Debug, Args)]
pub struct ApiKeyAddArguments {
    /// The realm
    pub realm: String,
    /// The client id of the app it is for
    pub client: String,
    /// What it may do, within what the app may: scopes separated by spaces, or names with one *
    #[arg(long, value_name = "SCOPES")]
    pub scope: String,
    /// The organisation whose data it opens, by its short name or id; without it, the app's own, or
    /// none
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// What people call it; without it, by the app's client id
    #[arg(long)]
    pub name: Option<String>,
    /// The API it opens, by its name; without it, the one that is meant where none is named
    #[arg(long, value_name = "NAME", conflicts_with = "sandbox")]
    pub api: Option<String>,
    /// It opens the sandbox beside the API, and nothing else
    #[arg(long)]
    pub sandbox: bool,
    /// The day it ends, as 2027-01-31 (midnight UTC); without it, no end
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// The day from which whoever sends it is told to use OAuth, as 2027-01-31 (midnight UTC)
    #[arg(long, value_name = "DATE")]
    pub sunset: Option<String>,
    /// Say it as JSON
    #[arg(long)]
    pub json: bool,
}

/// Keys that move in.
#[derive(Debug, Args)]
pub struct ApiKeyImportArguments {
    /// The realm
    pub realm: String,
    /// A file of CSV with a head, or of JSON objects, one a line; - reads standard input
    pub file: PathBuf,
    /// How the file is written; without it, as its name ends
    #[arg(long, value_enum)]
    pub format: Option<ApiKeyFormat>,
    /// Check every line, say what is wrong, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The API they open, by its name; without it, the one that is meant where none is named
    #[arg(long, value_name = "NAME")]
    pub api: Option<String>,
    /// The day from which whoever sends one is told to use OAuth, where a line says none
    #[arg(long, value_name = "DATE")]
    pub sunset: Option<String>,
    /// Say it as JSON
    #[arg(long)]
    pub json: bool,
}

/// How a file of keys is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ApiKeyFormat {
    /// A table with a head
    Csv,
    /// A JSON object a line
    Jsonl,
}
