//! From a request's method and path to the rule that decides it.

use crate::ScopeId;
use crate::catalog::Catalog;
use crate::compiled::Needs;
use crate::endpoint::{Endpoint, Method};
use crate::path::ambiguity;
use crate::policy::OrganisationKey;
use crate::request::ApiRequest;
use crate::router::{Found, Path};

/// The rule for a call, with the values of the path's templates.
#[derive(Debug, Clone, Copy)]
pub struct Route<'c, 'r> {
    endpoint: &'c Endpoint,
    needs: &'c Needs,
    path: &'c Path,
    request: &'r str,
}

/// Why there is no rule for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoRoute {
    /// No path of the catalog matches.
    NoRule,
    /// The path is in the catalog, this method of it is not.
    MethodNotInCatalog {
        /// The methods that are.
        allowed: Methods,
    },
    /// The path is longer than [`ApiRequest::MAX_PATH_BYTES`](crate::ApiRequest::MAX_PATH_BYTES).
    TooLong,
    /// An API might read the path differently, so it matches nothing.
    AmbiguousPath {
        /// What makes it so.
        why: &'static str,
    },
}

/// A set of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Methods(u16);

impl Methods {
    /// The methods in it, in the order of [`Method::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Method> {
        Method::ALL
            .into_iter()
            .filter(move |method| self.0 >> *method as u8 & 1 == 1)
    }
}

impl Catalog {
    /// The rule for a call. `path` is as it arrived, without the query. Allocates nothing.
    ///
    /// # Errors
    /// When no rule matches, or the path could be read in several ways.
    pub fn route<'c, 'r>(&'c self, method: &str, path: &'r str) -> Result<Route<'c, 'r>, NoRoute> {
        let request = path;
        if request.len() > ApiRequest::MAX_PATH_BYTES {
            return Err(NoRoute::TooLong);
        }
        if let Some(why) = ambiguity(request) {
            return Err(NoRoute::AmbiguousPath { why });
        }
        let request = self.router.read(request);
        let path = match self.router.find(request) {
            Found::Path(path) => path,
            Found::Nothing => return Err(nothing(request)),
            Found::Encoded => {
                return Err(NoRoute::AmbiguousPath {
                    why: "the path percent-encodes text that a rule has plainly",
                });
            }
        };
        let index = path.endpoint(method);
        let found =
            index.and_then(|index| Some((self.endpoints.get(index)?, self.needs.get(index)?)));
        let (endpoint, needs) = found.ok_or_else(|| NoRoute::MethodNotInCatalog {
            allowed: allowed(path),
        })?;
        Ok(Route {
            endpoint,
            needs,
            path,
            request,
        })
    }
}

impl<'c, 'r> Route<'c, 'r> {
    /// The endpoint.
    pub fn endpoint(&self) -> &'c Endpoint {
        self.endpoint
    }

    /// The value of a template, as it arrived.
    pub fn parameter(&self, name: &str) -> Option<&'r str> {
        self.parameters()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }

    /// Every template's name and value, in the order of the path.
    pub fn parameters(&self) -> impl Iterator<Item = (&'c str, &'r str)> + '_ {
        self.path
            .parameters
            .iter()
            .enumerate()
            .filter_map(|(place, name)| Some((name.as_str(), self.value(place)?)))
    }

    /// Must a gate read the body to decide precisely?
    pub fn depends_on_body(&self) -> bool {
        self.needs.reads_body()
    }

    /// Is the call open without a token, as its rule says in so many words? What
    /// [`decide_without_token`](crate::decide_without_token()) says counts.
    pub fn is_public(&self) -> bool {
        matches!(self.needs, Needs::Public)
    }

    /// Does the call only look, by all that the catalog says: its method reads, it needs scopes, and each
    /// that it could need is one by which nothing is changed ([`Catalog::looking`]) and which needs no
    /// approval? Where `POST` reads, the catalog does not say so.
    pub fn only_looks(&self, catalog: &Catalog) -> bool {
        let looks =
            |id: ScopeId| catalog.looking().contains(id) && !catalog.elevated().contains(id);
        // What is expanded may need any scope that reads.
        let is_bounded = catalog.expand_parameter().is_none() || catalog.elevated().is_empty();
        self.endpoint.method.is_safe() && is_bounded && self.needs.every_scope(&looks)
    }

    /// How the path names an organisation, and the value as it arrived.
    pub(crate) fn organisation_in_path(&self) -> Option<(OrganisationKey, &'r str)> {
        let (key, place) = self.path.organisation?;
        // What cannot be told apart names nobody, instead of leaving the question out.
        Some((key, self.value(place).unwrap_or_default()))
    }

    pub(crate) fn needs(&self) -> &'c Needs {
        self.needs
    }

    /// The value of the template at this place.
    pub(crate) fn value(&self, place: usize) -> Option<&'r str> {
        self.path.value(place, self.request)
    }
}

/// A slash at the end is told apart: the caller may only have one too many.
fn nothing(path: &str) -> NoRoute {
    if path.ends_with('/') {
        NoRoute::AmbiguousPath {
            why: "the path ends with a slash",
        }
    } else {
        NoRoute::NoRule
    }
}

fn allowed(path: &Path) -> Methods {
    let present = Method::ALL
        .into_iter()
        .filter(|method| path.rule(*method).is_some());
    Methods(present.fold(0, |bits, method| bits | 1 << method as u8))
}
