//! How often an API may be called, as its provider documents it.

use serde::{Deserialize, Serialize};

/// How often an API may be called; without limits by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallLimits {
    /// Each of them counts for every call that it is about.
    pub windows: Vec<CallLimit>,
    /// Does a write wait for the answer to another one by the same token at the same path?
    pub one_write_at_a_time: bool,
    /// How answers tell how a caller stands.
    pub headers: LimitHeaders,
}

/// At most so many calls in any span of so long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLimit {
    /// Whose calls are counted together.
    pub per: LimitedPer,
    /// How many, from 1 to [`CallLimit::MOST_CALLS`].
    pub calls: u32,
    /// The span, in seconds, from 1 to [`CallLimit::LONGEST`].
    pub within: u64,
    /// Only calls whose rule names this scope.
    pub scope: Option<String>,
    /// Was it concluded rather than documented?
    pub inferred: bool,
    /// Where it comes from, a key of the catalog's sources.
    pub source: Option<String>,
    /// A remark of the catalog's author.
    pub note: Option<String>,
}

/// Whose calls are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LimitedPer {
    /// Those of one access token, or of one key.
    Token,
    /// Those of one client, whoever it calls for.
    Client,
    /// Those under one grant: one client for one person in one organisation. Of a client's own
    /// token, those of the client.
    Grant,
    /// Those about one organisation, by whatever client. Of a call about none, those of its client.
    Organisation,
    /// Those from one address of the network (IPv6: one /64), allowed or not.
    Address,
}

/// The names of headers by which an API tells how a caller stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LimitHeaders {
    /// How many calls the window takes.
    pub limit: Option<String>,
    /// How many more it takes now.
    pub remaining: Option<String>,
    /// When it takes one more.
    pub reset: Option<(String, ResetForm)>,
    /// On refusals: in how many seconds to call again, as `Retry-After`.
    pub retry_after: Option<String>,
}

/// How a moment is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetForm {
    /// In seconds since 1970.
    Epoch,
    /// In seconds from now.
    Seconds,
}

impl CallLimit {
    /// The most calls of a window.
    pub const MOST_CALLS: u32 = 1_000_000;
    /// The longest window, in seconds: a day.
    pub const LONGEST: u64 = 86_400;

    /// A limit on all calls.
    #[must_use]
    pub fn new(per: LimitedPer, calls: u32, within: u64) -> Self {
        Self {
            per,
            calls,
            within,
            scope: None,
            inferred: false,
            source: None,
            note: None,
        }
    }

    /// Is it about the same calls in the same span, perhaps with another number?
    fn is_about_the_same(&self, other: &Self) -> bool {
        (self.per, self.within, &self.scope) == (other.per, other.within, &other.scope)
    }
}

impl CallLimits {
    /// The most windows that count for an API.
    pub const MOST_WINDOWS: usize = 16;

    /// The same with a provider's own windows. One about the same calls in the same span as another
    /// takes its place.
    #[must_use]
    pub fn with(mut self, own: &[CallLimit]) -> Self {
        self.windows
            .retain(|window| !own.iter().any(|other| other.is_about_the_same(window)));
        self.windows.extend(own.iter().cloned());
        self
    }

    /// Only how it is told; nothing is limited.
    #[must_use]
    pub fn only_headers(&self) -> Self {
        Self {
            headers: self.headers.clone(),
            ..Self::default()
        }
    }

    /// Is one of these about the same calls in the same span as a further one?
    #[must_use]
    pub fn twice(windows: &[CallLimit], further: &CallLimit) -> bool {
        let mut windows = windows.iter();
        windows.any(|window| window.is_about_the_same(further))
    }
}

/// How often an API may be called, as its provider says beside the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnLimits {
    /// Do those of the catalog not count?
    pub alone: bool,
    /// The provider's own; one about the same calls in the same span takes the place of a catalog's.
    pub windows: Vec<CallLimit>,
}

impl OwnLimits {
    /// What counts beside the catalog's.
    #[must_use]
    pub fn over(&self, catalog: &CallLimits) -> CallLimits {
        let catalog = match self.alone {
            true => catalog.only_headers(),
            false => catalog.clone(),
        };
        catalog.with(&self.windows)
    }
}

impl LimitedPer {
    /// Each of them, in the order of documents.
    pub const ALL: [Self; 5] = [
        Self::Token,
        Self::Client,
        Self::Grant,
        Self::Organisation,
        Self::Address,
    ];

    /// The word in catalog files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Client => "client",
            Self::Grant => "grant",
            Self::Organisation => "organisation",
            Self::Address => "address",
        }
    }

    /// By its word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|per| per.as_str() == word)
    }
}

impl std::fmt::Display for CallLimit {
    /// As in `200 calls in 60 s per token`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let calls = match self.calls {
            1 => "call",
            _ => "calls",
        };
        let per = self.per.as_str();
        write!(f, "{} {calls} in {} s per {per}", self.calls, self.within)?;
        match &self.scope {
            Some(scope) => write!(f, ", of those that {scope} opens"),
            None => Ok(()),
        }
    }
}
