use std::net::IpAddr;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use scope::Visible;

use super::facts;
use crate::bearer::{bearer_token, presented};
use crate::limits::{CallerAddress, Counting};
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
    /// Why the token it presents cannot be taken: it is in another place than the one
    /// `Authorization` header, or there are several. Such a call is denied.
    pub malformed: Option<BearerError>,
    /// Where it came from, for limits by address; `None` where this gate cannot tell.
    pub address: Option<IpAddr>,
    /// Does this gate see when the answer is over? Only then a write waits for the one before.
    pub sees_end: bool,
    /// What is done about limits.
    pub counting: Counting,
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
            malformed: None,
            address: None,
            sees_end: false,
            counting: Counting::Count,
        }
    }

    /// The same with the headers it came with, its host and its token among them.
    #[must_use]
    pub fn with_headers(self, headers: &'a HeaderMap) -> Self {
        let query = match self.query {
            Visible::Seen(query) => query,
            _ => "",
        };
        let presented = presented(query, headers);
        Self {
            host: facts::host(None, headers).map_or(Visible::Hidden, Visible::Seen),
            headers: Some(headers),
            malformed: presented.as_ref().err().copied(),
            token: presented.ok().flatten(),
            ..self
        }
    }

    /// A request as it came; its address is in an extension ([`CallerAddress`]).
    #[must_use]
    pub fn of(parts: &'a Parts) -> Self {
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        let presented = bearer_token(parts);
        Self {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: Visible::Seen(parts.uri.query().unwrap_or("")),
            host: facts::host(authority, &parts.headers).map_or(Visible::Hidden, Visible::Seen),
            headers: Some(&parts.headers),
            malformed: presented.as_ref().err().copied(),
            token: presented.ok().flatten(),
            address: parts
                .extensions
                .get()
                .map(|own: &CallerAddress| own.address),
            sees_end: false,
            counting: Counting::Count,
        }
    }

    /// Does it carry a bearer token, or anything that some program could take for one?
    #[must_use]
    pub fn carries_token(&self) -> bool {
        let headers = self.headers.into_iter();
        let mut authorizations = headers.flat_map(|headers| headers.get_all(AUTHORIZATION));
        self.token.is_some()
            || self.malformed.is_some()
            || authorizations.any(|value| may_be_bearer(value.as_bytes()))
    }

    /// Denied because of how it presents its token?
    pub(super) fn well_formed(&self) -> Result<(), Problem> {
        let malformed =
            |error: BearerError| Err(Problem::of(Kind::MalformedCredentials, error.to_string()));
        self.malformed.map_or(Ok(()), malformed)
    }
}

/// Whatever stands before and behind the word: other programs part it in other ways.
fn may_be_bearer(value: &[u8]) -> bool {
    let word = value.trim_ascii_start().get(..6);
    word.is_some_and(|word| word.eq_ignore_ascii_case(b"bearer"))
}
