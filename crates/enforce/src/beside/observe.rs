//! Calls that are observed: decided and counted, and not denied.

use serde::{Deserialize, Serialize};

use super::paths::Paths;
use crate::Call;

/// Calls that are only observed, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observe {
    /// Those of this client; of anybody where there is none.
    pub client: Option<String>,
    /// Where.
    pub paths: Paths,
    /// How long.
    pub until: Until,
}

/// The last day on which calls are observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Until {
    day: String,
    ends: i64,
}

impl Until {
    /// `day` as it is written, and the second since 1970 at which it is over.
    #[must_use]
    pub fn new(day: impl Into<String>, ends: i64) -> Self {
        let day = day.into();
        Self { day, ends }
    }

    /// The day as it is written.
    #[must_use]
    pub fn day(&self) -> &str {
        &self.day
    }

    /// The second since 1970 from which calls are denied.
    #[must_use]
    pub fn ends(&self) -> i64 {
        self.ends
    }

    /// Is it over at `now`, in seconds since 1970?
    #[must_use]
    pub fn is_over(&self, now: i64) -> bool {
        now >= self.ends
    }
}

impl Observe {
    /// Every call of the API?
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.client.is_none() && self.paths.is_all()
    }

    pub(super) fn fits(&self, call: &Call<'_>, client: Option<&str>) -> bool {
        let own = self.client.as_deref();
        (own.is_none() || own == client) && self.paths.contain(call.path)
    }
}
