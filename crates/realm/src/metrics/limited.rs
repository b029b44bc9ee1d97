//! Requests that were refused since too many came.

use prometheus::{IntCounter, IntCounterVec, Opts, Registry};

use crate::endpoint_limits::{self, TooOften};

/// By the limit that stood in the way.
pub(super) struct LimitedRequests(Vec<(&'static str, IntCounter)>);

impl LimitedRequests {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let limited = IntCounterVec::new(
            Opts::new(
                "scopegate_limited_requests_total",
                "Requests to the token endpoint and attempts to sign in that were refused since too many came, by which limit.",
            ),
            &["limit"],
        )?;
        registry.register(Box::new(limited.clone()))?;
        let each = endpoint_limits::BY.map(|by| (by, limited.with_label_values(&[by])));
        Ok(Self(each.into()))
    }

    pub(super) fn count(&self, too_often: TooOften) {
        let mut known = self.0.iter();
        let known = known.find(|(name, _)| *name == too_often.by);
        known.into_iter().for_each(|(_, counter)| counter.inc());
    }
}
