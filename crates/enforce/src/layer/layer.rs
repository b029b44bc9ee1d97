use std::sync::Arc;

use scope::Catalog;
use tower_layer::Layer;

use super::RequireScope;
use super::looking::Looking;
use crate::beside::Beside;
use crate::{AccessSource, Gate, TokenVerifier};

/// Puts the decision before an API; see the [module](crate::layer).
#[derive(Clone)]
pub struct RequireScopeLayer {
    gate: Gate,
    is_open: bool,
    looking: Option<Arc<Looking>>,
}

impl RequireScopeLayer {
    /// A layer that decides by `catalog`. `issuer` is the issuer's URL, which challenges name
    /// as their `realm` (RFC 6750 section 3).
    ///
    /// A service whose catalog changes makes a layer anew and puts it in the place of the old one:
    /// see [`Gate`].
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        verifier: Arc<dyn TokenVerifier>,
        access: Arc<dyn AccessSource>,
        issuer: impl Into<String>,
    ) -> Self {
        Self {
            gate: Gate::new(catalog, verifier, access, issuer),
            is_open: false,
            looking: None,
        }
    }

    /// The catalog's paths begin behind this prefix, such as `/bexio/api`. A request whose
    /// path does not begin with it is denied. The API behind still sees the whole path.
    #[must_use]
    pub fn strip_prefix(self, prefix: impl Into<String>) -> Self {
        self.with(|gate| gate.strip_prefix(prefix))
    }

    /// Where pages explain problems, such as `https://login.example/bexio/errors`: a problem's
    /// `type` is this URL, a slash and the reason.
    #[must_use]
    pub fn explanations(self, url: impl Into<String>) -> Self {
        self.with(|gate| gate.explanations(url))
    }

    /// The API's metadata document (RFC 9728), named in challenges.
    #[must_use]
    pub fn resource_metadata(self, url: impl Into<String>) -> Self {
        self.with(|gate| gate.resource_metadata(url))
    }

    /// Pages of every origin may call: preflights are answered here, without a token, and every
    /// answer may be read. For an API that knows its callers by tokens alone, and has no layer
    /// for cross-origin calls of its own.
    #[must_use]
    pub fn open_to_browsers(self) -> Self {
        Self {
            is_open: true,
            ..self
        }
    }

    /// Calls with other credentials go on without a decision, and some that would be denied are only
    /// observed, until a day: with a [`WentBeside`](crate::WentBeside) extension in place of a
    /// [`Permitted`](crate::Permitted) one. `now` says how many seconds since 1970 it is.
    #[must_use]
    pub fn beside(self, beside: Beside, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            looking: Some(Arc::new(Looking::new(beside, now))),
            ..self
        }
    }

    fn with(self, change: impl FnOnce(Gate) -> Gate) -> Self {
        Self {
            gate: change(self.gate),
            ..self
        }
    }
}

impl<S> Layer<S> for RequireScopeLayer {
    type Service = RequireScope<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let gate = Arc::new(self.gate.clone());
        RequireScope::new(inner, gate, self.is_open, self.looking.clone())
    }
}
