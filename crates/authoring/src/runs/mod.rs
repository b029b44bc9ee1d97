//! The calls that an app made, from what recorded them, and the least scopes for these.
//!
//! `read` tells the formats apart and keeps each different call once; `lines`, `access_log`,
//! `json_lines` and `har` read one format each; `target` finds the path that the catalog means;
//! `least` asks `scope` and sorts what no scope opens (`no_rules`), and `base` what that may have in front.

mod access_log;
mod base;
mod har;
mod json_lines;
mod least;
mod lines;
mod no_rules;
mod read;
mod run;
mod target;

pub use base::MissingBase;
pub use least::{LeastOfRun, UnseenBody, least_of_run};
pub use no_rules::{NoRule, NoRules};
pub use read::{RunOptions, UnreadableRun, read_run};
pub use run::{LeftOut, RecordedBody, RecordedCall, Run, RunFormat, UnreadableLine};
pub use target::Base;
