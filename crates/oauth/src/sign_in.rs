//! How recently a person must have proved who they are.

use jiff::SignedDuration;
use scope::Catalog;

use crate::authorization::AuthorizationRequest;
use crate::model::{Authentication, Timestamp};

/// What a request demands of the sign-in that it is answered under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Only one that comes after the request (`prompt=login`).
    pub anew: bool,
    /// One that is no older.
    pub max_age: Option<SignedDuration>,
}

/// By `prompt` and `max_age` (OpenID Connect Core section 3.1.2.1), and where a request names elevated scopes
/// by `again_for_elevated`: the shorter age counts.
#[must_use]
pub fn demand(
    catalog: &Catalog,
    request: &AuthorizationRequest,
    again_for_elevated: Option<SignedDuration>,
) -> Demand {
    let by_app = request
        .max_age
        .map(i64::from)
        .map(SignedDuration::from_secs);
    let asked = request.scope.known().intersection(catalog.elevated());
    let by_scope = again_for_elevated.filter(|_| !asked.is_empty());
    Demand {
        anew: request.prompt.login,
        max_age: by_app.into_iter().chain(by_scope).min(),
    }
}

impl Demand {
    /// Does a sign-in from before the request do?
    #[must_use]
    pub fn is_met(&self, authentication: &Authentication, now: Timestamp) -> bool {
        let age = now.duration_since(authentication.at);
        !self.anew && self.max_age.is_none_or(|most| age <= most)
    }
}
