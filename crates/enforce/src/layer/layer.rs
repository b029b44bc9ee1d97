use std::sync::Arc;

use scope::Catalog;
use tower_layer::Layer;

use super::RequireScope;
use crate::{AccessSource, TokenVerifier};

/// Puts the decision before an API; see the [module](crate::layer).
#[derive(Clone)]
pub struct RequireScopeLayer {
    pub(super) gate: Arc<Gate>,
}

/// What every request through one layer shares. It holds no state of any request.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) catalog: Arc<Catalog>,
    pub(super) verifier: Arc<dyn TokenVerifier>,
    pub(super) access: Arc<dyn AccessSource>,
    pub(super) issuer: String,
    pub(super) prefix: String,
    pub(super) explanations: Option<String>,
    pub(super) resource_metadata: Option<String>,
    pub(super) is_open: bool,
}

impl RequireScopeLayer {
    /// A layer that decides by `catalog`. `issuer` is the issuer's URL, which challenges name
    /// as their `realm` (RFC 6750 section 3).
    ///
    /// What the verifier and the source of access answer has to be made of the same catalog: sets of
    /// scopes mean nothing in another one. A service whose catalog changes makes all three anew, and
    /// puts the new layer in the place of the old one.
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        verifier: Arc<dyn TokenVerifier>,
        access: Arc<dyn AccessSource>,
        issuer: impl Into<String>,
    ) -> Self {
        Self {
            gate: Arc::new(Gate {
                catalog,
                verifier,
                access,
                issuer: issuer.into(),
                prefix: String::new(),
                explanations: None,
                resource_metadata: None,
                is_open: false,
            }),
        }
    }

    /// The catalog's paths begin behind this prefix, such as `/bexio/api`. A request whose
    /// path does not begin with it is denied. The API behind still sees the whole path.
    #[must_use]
    pub fn strip_prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        self.with(|gate| gate.prefix = prefix)
    }

    /// Where pages explain problems, such as `https://login.example/bexio/errors`: a problem's
    /// `type` is this URL, a slash and the reason.
    #[must_use]
    pub fn explanations(self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.with(|gate| gate.explanations = Some(url))
    }

    /// The API's metadata document (RFC 9728), named in challenges.
    #[must_use]
    pub fn resource_metadata(self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.with(|gate| gate.resource_metadata = Some(url))
    }

    /// Pages of every origin may call: preflights are answered here, without a token, and every
    /// answer may be read. For an API that knows its callers by tokens alone, and has no layer
    /// for cross-origin calls of its own.
    #[must_use]
    pub fn open_to_browsers(self) -> Self {
        self.with(|gate| gate.is_open = true)
    }

    fn with(self, change: impl FnOnce(&mut Gate)) -> Self {
        let mut gate = Arc::unwrap_or_clone(self.gate);
        change(&mut gate);
        Self {
            gate: Arc::new(gate),
        }
    }
}

impl<S> Layer<S> for RequireScopeLayer {
    type Service = RequireScope<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireScope::new(inner, Arc::clone(&self.gate))
    }
}
