//! `scopegate`: the one binary, and the only place that wires everything together.
//!
//! Exit status, the same everywhere: 0 it is so, 1 it is not (a denial, a catalog with
//! mistakes), 2 the question itself is wrong (usage, unknown names, unreadable files).

mod arguments;
mod backup;
mod catalog;
mod config;
mod configuration;
mod demo;
mod failure;
mod gate;
mod input;
mod manage;
mod migrate;
mod output;
mod playground;
mod serve;
mod shipped;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::gate::GateCommands;
use crate::arguments::{Arguments, Command};

/// Small allocations are a good part of a request's cost, and this allocator makes them
/// cheaper than the system's; see `docs/speed.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Config(command) => config::run(&command),
        Command::Catalog(command) => catalog::run(command),
        Command::User(arguments) => manage::run(&arguments, manage::user::run),
        Command::Organisation(arguments) => manage::run(&arguments, manage::organisation::run),
        Command::Client(arguments) => manage::run(&arguments, manage::client::run),
        Command::ApiKey(arguments) => manage::run(&arguments, manage::api_key::run),
        Command::Session(arguments) => manage::run(&arguments, manage::session::run),
        Command::Grant(arguments) => manage::run(&arguments, manage::grant::run),
        Command::Realm(arguments) => manage::run(&arguments, manage::realm::run),
        Command::Approve(arguments) => manage::run(&arguments, manage::approve::run),
        Command::Key(arguments) => manage::run(&arguments, manage::key::run),
        Command::Audit(arguments) => manage::run(&arguments, manage::audit::run),
        Command::Gate(arguments) => match arguments.command {
            GateCommands::Run(arguments) => gate::run(&arguments),
            GateCommands::Report(arguments) => manage::gate::run(&arguments),
        },
        Command::Proxy(arguments) => gate::run_proxy(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Backup(arguments) => backup::backup(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
