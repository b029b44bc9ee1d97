use std::sync::Arc;

use http::StatusCode;
use scope::{Method, RowFilter};

use crate::{AccessNow, VerifiedToken};

/// Request extension that only a permit of [`RequireScopeLayer`](crate::RequireScopeLayer)
/// sets: an API behind the layer reads who calls, and what the permit is limited to, from it.
/// A handler that finds none must refuse, unless it finds a [`PublicCall`] and means to answer it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Permitted {
    /// The token that opened the call.
    pub token: Arc<VerifiedToken>,
    /// What stood behind the token at the decision, the organisation among it.
    pub access: Arc<AccessNow>,
    /// The endpoint's method in the catalog, `GET` for a `HEAD` request.
    pub method: Method,
    /// The endpoint's path template in the catalog.
    pub path: String,
    /// The template's parameters by name, percent-encoded as they came, in path order.
    pub parameters: Vec<(String, String)>,
    /// The records the API must limit its answer to.
    pub row_filter: Option<RowFilter>,
}

/// Request extension of a call that came without a token and whose rule says that it is public.
/// Only the layer sets it, and never beside [`Permitted`]: a handler that asks for a [`Permitted`]
/// takes nobody for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicCall {
    /// The endpoint's method in the catalog, `GET` for a `HEAD` request.
    pub method: Method,
    /// The endpoint's path template in the catalog.
    pub path: String,
    /// The template's parameters by name, percent-encoded as they came, in path order.
    pub parameters: Vec<(String, String)>,
}

/// Request extension of a call that goes on though nothing was allowed, where
/// [`RequireScopeLayer::beside`](crate::RequireScopeLayer::beside) says so. Only the layer sets it, and never beside
/// [`Permitted`] or [`PublicCall`]: a handler judges such a call as it did before there was a gate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WentBeside {
    /// It carries a credential of another kind, which the API itself knows to judge.
    Passed {
        /// What kind, without its value.
        credential: String,
    },
    /// It would have been denied, and is only observed as yet.
    Observed {
        /// As in the `reason` member of the denial.
        reason: &'static str,
        /// The token, where it is a genuine one.
        token: Option<Arc<VerifiedToken>>,
    },
}

/// Response extension of a denial: which reason it had, for logs and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// As in the `reason` member of the body.
    pub reason: &'static str,
    /// As in the status line.
    pub status: StatusCode,
}
