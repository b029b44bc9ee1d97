//! How recently a person must have proved who they are.

use jiff::SignedDuration;
use scope::{Catalog, ScopeSet};

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

/// When a realm demands a second factor of those who answer apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactorPolicy {
    /// When an app asks for it.
    #[default]
    Optional,
    /// When an app asks for elevated scopes, too.
    Elevated,
    /// Always.
    Always,
}

/// Does a request demand a second factor: by the realm's policy, or by `acr_values` (OpenID Connect Core
/// section 3.1.2.1) that names the class of one, and not that of a password? Values that are not known here are
/// ignored.
#[must_use]
pub fn wants_second_factor(
    catalog: &Catalog,
    request: &AuthorizationRequest,
    policy: SecondFactorPolicy,
) -> bool {
    let names = |class: &str| request.acr_values.iter().any(|value| value == class);
    let by_app = names(Authentication::SECOND_FACTOR) && !names(Authentication::PASSWORD);
    by_app
        || match policy {
            SecondFactorPolicy::Optional => false,
            SecondFactorPolicy::Elevated => {
                let asked = request.scope.known().intersection(catalog.elevated());
                !asked.is_empty()
            }
            SecondFactorPolicy::Always => true,
        }
}

/// What opens nothing to a token of a sign-in of this class (`acr`), if anything does not: elevated scopes
/// where the realm demands a second factor for them, and there was none.
#[must_use]
pub fn unproven<'c>(
    catalog: &'c Catalog,
    class: Option<&str>,
    policy: SecondFactorPolicy,
) -> Option<&'c ScopeSet> {
    let is_demanded = match policy {
        SecondFactorPolicy::Optional => false,
        SecondFactorPolicy::Elevated | SecondFactorPolicy::Always => true,
    };
    let is_needed = is_demanded && class != Some(Authentication::SECOND_FACTOR);
    Some(catalog.elevated()).filter(|elevated| is_needed && !elevated.is_empty())
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

/// Is a sign-in elsewhere of a class that the app would have (`acr_values`, a voluntary claim by OpenID
/// Connect Core section 5.5.1.1)? Where it is not, whoever signs people in is asked once for a better one, and what
/// they have counts.
#[must_use]
pub fn is_of_a_class_asked_for(
    request: &AuthorizationRequest,
    authentication: &Authentication,
) -> bool {
    let class = authentication.class.as_deref();
    request.acr_values.is_empty()
        || class.is_some_and(|class| request.acr_values.iter().any(|asked| asked == class))
}
