//! Signing in at a provider of OpenID Connect, as browsers and the provider see it.
//!
//! - `begin.rs`: a browser is sent there
//! - `callback.rs`: it comes back
//! - `arrive.rs`: who it is becomes a person here
//! - `logout.rs`: the provider says that somebody signed out
//! - `page.rs`: why nobody is signed in, and the way on

mod arrive;
mod begin;
mod callback;
mod logout;
mod page;

pub(crate) use begin::{ANEW, begin};
pub(crate) use callback::callback;
pub(crate) use logout::end_sessions;
pub(crate) use page::left;
pub(crate) use page::{NotSignedInPage, frame, gone};

use crate::pages::visit::Visit;

/// Where a provider sends browsers back to, as it has to be registered there.
fn redirect_uri(visit: &Visit) -> String {
    format!("{}/{CALLBACK}", visit.realm.issuer())
}

const CALLBACK: &str = "sign-in/callback";
