//! Signing in in an application of the provider's, as browsers and the application see it
//! (`docs/adr/0036-external-sign-in.md`).
//!
//! - `begin.rs`: a browser is sent there, with a challenge
//! - `tell.rs`: the application is told what is asked, and tells what came of it
//! - `said.rs`: what it tells, as JSON
//! - `finish.rs`: the browser comes back, with a second value
//! - `page.rs`: why nobody is signed in, and the way on

mod begin;
mod finish;
mod page;
mod said;
mod tell;

pub(crate) use begin::begin;
pub(crate) use finish::finish;
pub(crate) use page::left;
pub(crate) use tell::{answer, ask};
