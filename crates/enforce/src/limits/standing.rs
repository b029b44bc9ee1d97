use std::cmp::Reverse;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use scope::{LimitHeaders, ResetForm};

/// How a caller stands by one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many calls it takes.
    pub limit: u32,
    /// How many more it takes now.
    pub remaining: u32,
    /// When it takes one more than that.
    pub wait: Duration,
}

/// The headers that tell it.
#[derive(Debug, Default)]
pub(super) struct Names {
    limit: Option<HeaderName>,
    remaining: Option<HeaderName>,
    reset: Option<(HeaderName, ResetForm)>,
    retry_after: Option<HeaderName>,
}

impl Standing {
    /// In whole seconds, rounded up: who waits so long finds room.
    #[must_use]
    pub fn wait_in_seconds(self) -> u64 {
        whole_seconds(self.wait).max(1)
    }

    /// The one with less room; of two alike, the one that has to be waited for longer.
    pub(super) fn or_tighter(self, other: Option<Self>) -> Self {
        let tightness = |own: &Self| (own.remaining, Reverse(own.wait));
        match other {
            Some(other) if tightness(&other) < tightness(&self) => other,
            _ => self,
        }
    }
}

impl Names {
    pub(super) fn of(headers: &LimitHeaders) -> Self {
        // Each was found to be one when the catalog was read.
        let name = |text: &String| HeaderName::from_bytes(text.as_bytes()).ok();
        Self {
            limit: headers.limit.as_ref().and_then(name),
            remaining: headers.remaining.as_ref().and_then(name),
            reset: headers
                .reset
                .as_ref()
                .and_then(|(text, form)| Some((name(text)?, *form))),
            retry_after: headers.retry_after.as_ref().and_then(name),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &HeaderName> {
        let reset = self.reset.as_ref().map(|(name, _)| name);
        let others = [&self.limit, &self.remaining, &self.retry_after];
        others.into_iter().flatten().chain(reset)
    }

    /// `now` is since 1970.
    pub(super) fn told(
        &self,
        standing: Standing,
        now: Duration,
        is_refused: bool,
    ) -> Vec<(HeaderName, HeaderValue)> {
        let seconds = standing.wait_in_seconds();
        let reset = self.reset.as_ref().map(|(name, form)| {
            let told = match form {
                ResetForm::Seconds => seconds,
                ResetForm::Epoch => whole_seconds(now + standing.wait),
            };
            (name.clone(), told)
        });
        let of = |name: &Option<HeaderName>, told: u64| Some((name.clone()?, told));
        let all = [
            of(&self.limit, u64::from(standing.limit)),
            of(&self.remaining, u64::from(standing.remaining)),
            reset,
            of(&self.retry_after, seconds).filter(|_| is_refused),
        ];
        let all = all.into_iter().flatten();
        all.map(|(name, told)| (name, HeaderValue::from(told)))
            .collect()
    }
}

/// Rounded up.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
