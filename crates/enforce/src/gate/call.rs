use http::HeaderMap;
use http::request::Parts;
use scope::Visible;

use super::facts;
use crate::bearer::{bearer_token, presented};
use crate::problem::{Kind, Problem};
use crate::{BearerError, UnverifiedToken};

/// A call of the protected API as far as a gate can see it, but for its body. Everything is as it
/// arrived: what a gate cleans up before it asks, the API would have to see clean as well.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The method, upper case, such as `GET`.
    pub method: &'a str,
    /// The path, percent-encoded, without the query.
    pub path: &'a str,
    /// The query without `?`; seen and empty when the call has none.
    pub query: Visible<'a>,
    /// The host that the caller named (RFC 9110 section 7.2), with its port if it has one.
    pub host: Visible<'a>,
    /// The headers; `None` where this gate cannot see them.
    pub headers: Option<&'a HeaderMap>,
    /// The token that the call presents, if it presents one.
    pub token: Option<UnverifiedToken<'a>>,
}

impl<'a> Call<'a> {
    /// A call from its method and its path with query. Host and headers are hidden, and there is
    /// no token, until the fields say otherwise.
    #[must_use]
    pub fn new(method: &'a str, path_and_query: &'a str) -> Self {
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        Self {
            method,
            path,
            query: Visible::Seen(query),
            host: Visible::Hidden,
            headers: None,
            token: None,
        }
    }

    /// The same with the headers it came with, its host and its token among them.
    ///
    /// # Errors
    ///
    /// A token in another place than the one `Authorization` header, or more than one.
    pub fn with_headers(self, headers: &'a HeaderMap) -> Result<Self, Problem> {
        let query = match self.query {
            Visible::Seen(query) => query,
            _ => "",
        };
        Ok(Self {
            host: facts::host(None, headers).map_or(Visible::Hidden, Visible::Seen),
            headers: Some(headers),
            token: presented(query, headers).map_err(malformed)?,
            ..self
        })
    }

    /// A request as it came.
    ///
    /// # Errors
    ///
    /// A token in another place than the one `Authorization` header, or more than one.
    pub fn of(parts: &'a Parts) -> Result<Self, Problem> {
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        Ok(Self {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: Visible::Seen(parts.uri.query().unwrap_or("")),
            host: facts::host(authority, &parts.headers).map_or(Visible::Hidden, Visible::Seen),
            headers: Some(&parts.headers),
            token: bearer_token(parts).map_err(malformed)?,
        })
    }
}

fn malformed(error: BearerError) -> Problem {
    Problem::of(Kind::MalformedCredentials, error.to_string())
}
