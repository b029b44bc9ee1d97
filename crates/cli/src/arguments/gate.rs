//! Gates: in processes of their own, and what they saw.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Gates.
#[derive(Debug, Args)]
pub struct GateArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: GateCommands,
}

/// What can be done with gates.
#[derive(Debug, Subcommand)]
pub enum GateCommands {
    /// Run a gate as a process of its own, beside a gateway: it goes by what it hears of the server
    Run(GateRunArguments),
    /// Tell what would have been denied, for whom, by which rule and how often; which endpoints no
    /// rule knows; which paths are refused for how they are written; and what passed with other credentials
    Report(GateReportArguments),
}

/// What gates saw.
#[derive(Debug, Args)]
pub struct GateReportArguments {
    /// The server's configuration file
    #[arg(long, value_name = "FILE", default_value = "scopegate.toml")]
    pub config: PathBuf,
    /// The directory of a demo, in place of a configuration file
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub report: Report,
}

/// Which report.
#[derive(Debug, Clone, Args)]
pub struct Report {
    /// The realm
    pub realm: String,
    /// Only this API, by its name
    #[arg(long, value_name = "NAME")]
    pub api: Option<String>,
    /// As JSON, whole
    #[arg(long)]
    pub json: bool,
}

/// A gate in a process of its own: of a file, or of these options.
#[derive(Debug, Args)]
pub struct GateRunArguments {
    /// The gate's own configuration file (docs/gate-process.md), in place of the other options
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The issuer of the realm whose API this is
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// The realm's name, where its issuer does not end in it
    #[arg(long, value_name = "NAME")]
    pub realm: Option<String>,
    /// The API's name in the server's configuration; without it, `api`
    #[arg(long, value_name = "NAME")]
    pub api: Option<String>,
    /// The client id of the API's resource server. Its secret is in SCOPEGATE_GATE_SECRET, or in a file
    #[arg(long, value_name = "ID")]
    pub client: Option<String>,
    /// The file with its secret
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<String>,
    /// Where this process reaches the server, if not where the issuer is
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Cut off from the server for longer, everything is denied; without it, 1s
    #[arg(long, value_name = "DURATION")]
    pub deny_after: Option<String>,
    /// Where to listen; without it, 127.0.0.1:8081
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Where health and metrics are; without it, nowhere
    #[arg(long, value_name = "ADDRESS")]
    pub operations: Option<String>,
}

/// A reverse proxy in a process of its own.
#[derive(Debug, Args)]
pub struct ProxyArguments {
    /// The API's own server: scheme, host and, if need be, port
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    #[command(flatten)]
    pub gate: GateRunArguments,
}
