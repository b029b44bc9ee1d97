//! From descriptions to a catalog. `run` is the walk; in its order: `walk` finds the operations
//! (`scheme`, `server`, `twice`), `access` reads what each says of who may call, `need` decides what it needs
//! here (`options`, `source`, `propose`, and `carried` with `exported`, what an export left), `path` and `rule` make rules of that (`hidden`), `scopes`
//! gathers the names, `opened` what each of them opens (`lists`, `implication`, `risk`), `naming`,
//! `text` (and `word` of `crates/scope`) name and describe them, `draft` puts the catalog together, `write` writes it, behind the `head` of
//! an exported one, or `misfit` finds the operation that does not fit, or `update` takes it into another one (`adding`), `finding`, `told` and `report` tell what a person has to know.

pub(crate) mod access;
mod adding;
mod carried;
mod draft;
mod exported;
pub(crate) mod finding;
mod head;
mod hidden;
mod implication;
mod lists;
mod misfit;
mod naming;
mod need;
mod opened;
pub mod options;
pub(crate) mod path;
mod propose;
pub mod report;
mod risk;
mod rule;
pub mod run;
pub(crate) mod scheme;
mod scopes;
mod server;
pub mod source;
pub(crate) mod text;
mod told;
mod twice;
mod update;
pub(crate) mod walk;
mod write;
