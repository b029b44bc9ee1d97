//! Commands on what a server keeps.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use oauth::audit::Anchor;

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

/// For whom a change is meant only if nobody changed the record meanwhile.
#[derive(Debug, Args)]
pub struct IfVersion {
    /// Only if the record has this version still, as `show` and `list` say it; otherwise nothing
    /// is changed
    #[arg(id = "if_version", long = "if-version", value_name = "N")]
    pub version: Option<i64>,
}

/// What cannot be undone is done when it is confirmed.
#[derive(Debug, Args)]
pub struct Confirmed {
    /// Really do it; without this the command only says what would end
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub seen: IfVersion,
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
        /// Only this realm, which need not be configured any more
        realm: Option<String>,
        /// Only what this person did, or was done to them: what they sign in with, or their id
        #[arg(long, requires = "realm")]
        person: Option<String>,
        /// Only this act, such as `grant-revoked`
        #[arg(long)]
        act: Option<String>,
        /// Only what is about this kind of record, such as `client`, or about one, as
        /// `client:ledgerly`
        #[arg(long, value_name = "KIND[:ID]")]
        subject: Option<String>,
        /// The latest first
        #[arg(long)]
        newest: bool,
        /// Only what comes behind this position
        #[arg(long, value_name = "POSITION")]
        after: Option<i64>,
        /// Only what comes before this position
        #[arg(long, value_name = "POSITION")]
        before: Option<i64>,
        /// How many at most, up to 1000
        #[arg(long, value_name = "NUMBER", default_value_t = 100,
              value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Print the end of the chain; kept where nobody who can write to the database can change
    /// it, it is an anchor that everything up to now can be held to. If the chain does not hold
    /// it says so on standard error instead (exit status 1)
    Head {
        /// What it printed the last time: the whole chain is verified, and must pass it
        #[arg(long, value_name = "ANCHOR")]
        after: Option<Anchor>,
    },
    /// Say whether everything is as it was recorded (exit status 1 if not)
    Verify {
        /// What `head` printed earlier: the chain must pass it
        #[arg(long)]
        anchor: Option<Anchor>,
    },
    /// Make what is personal about somebody in the record unreadable for ever; the rest stays
    Erase {
        /// The realm, which need not be configured any more
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
        /// What was seen before; 0 where no approval stood
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Take an approval back
    Withdraw {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        /// The elevation
        elevation: String,
        /// What was seen before
        #[command(flatten)]
        seen: IfVersion,
    },
    /// List an app's approvals, also past ones
    List {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
    },
}
