//! What stands beside the decision where an API serves callers already: calls with credentials of
//! another kind, which go on as they did before there was a gate, and calls that are only observed as
//! yet.

mod observe;
mod pass;
mod paths;

pub use observe::{Observe, Until};
pub use pass::{Carries, Pass};
pub(crate) use paths::is_below;
pub use paths::{Paths, Place};

use serde::{Deserialize, Serialize};

use crate::{Call, Gate};

/// What an API has beside the decision; nothing by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Beside {
    /// Calls with other credentials that go on, by the first that fits.
    pub pass: Vec<Pass>,
    /// Calls that are observed.
    pub observe: Vec<Observe>,
}

impl Beside {
    /// Why this call goes on at the gate without a decision, if it does. One that carries what the gate
    /// decides about, a bearer token or an API key, however badly, never does.
    #[must_use]
    pub fn passes(&self, gate: &Gate, call: &Call<'_>) -> Option<&Pass> {
        if self.pass.is_empty() || gate.carries_credential(call) {
            return None;
        }
        self.pass.iter().find(|pass| pass.fits(call))
    }

    /// Is a call that would be denied only observed at `now` (seconds since 1970)? `client` is the one
    /// whose token was verified.
    #[must_use]
    pub fn observes(&self, call: &Call<'_>, client: Option<&str>, now: i64) -> bool {
        let mut observe = self.observe.iter();
        observe.any(|observe| observe.fits(call, client) && !observe.until.is_over(now))
    }

    /// Are any calls only observed at `now`?
    #[must_use]
    pub fn observes_some(&self, now: i64) -> bool {
        let mut observe = self.observe.iter();
        observe.any(|observe| !observe.until.is_over(now))
    }

    /// Until when every call of the API is observed, if that was configured.
    #[must_use]
    pub fn observes_all_until(&self) -> Option<&Until> {
        let all = self.observe.iter().filter(|observe| observe.is_all());
        all.map(|observe| &observe.until)
            .max_by_key(|until| until.ends())
    }
}
