//! Calls with credentials of another kind.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};
use serde::{Deserialize, Serialize};

use super::paths::Paths;
use crate::Call;
use crate::gate::is_addressed_otherwise;

/// Calls that go on without a decision, since they carry what the API itself knows to judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// What they carry.
    pub carries: Carries,
    /// Where.
    pub paths: Paths,
}

/// A credential that is no bearer token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carries {
    /// A cookie of this name.
    Cookie(String),
    /// This header.
    #[serde(with = "header_name")]
    Header(HeaderName),
    /// An `Authorization` header of this scheme.
    Scheme(String),
    /// No bearer token; anything else, or nothing.
    NoToken,
}

impl Pass {
    /// Does a call without a bearer token go on by this? Its headers have to be seen.
    pub(super) fn fits(&self, call: &Call<'_>) -> bool {
        let Some(headers) = call.headers else {
            return false;
        };
        if !self.paths.is_all() && is_addressed_otherwise(headers) {
            return false;
        }
        self.paths.contain(call.path) && self.carries.is_in(headers)
    }
}

impl Carries {
    /// As it is told in reports: no value of it, only what kind it is.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Cookie(name) => format!("cookie {name}"),
            Self::Header(name) => format!("header {name}"),
            Self::Scheme(scheme) => format!("authorization {scheme}"),
            Self::NoToken => "no token".to_owned(),
        }
    }

    fn is_in(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::Cookie(name) => has_cookie(headers, name),
            Self::Header(name) => headers.get(name).is_some_and(|value| !value.is_empty()),
            Self::Scheme(scheme) => has_scheme(headers, scheme),
            Self::NoToken => true,
        }
    }
}

fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let lines = headers.get_all(COOKIE).iter();
    let texts = lines.filter_map(|line| std::str::from_utf8(line.as_bytes()).ok());
    let mut pairs = texts.flat_map(|text| text.split(';'));
    pairs.any(|pair| {
        let (own, value) = pair.split_once('=').unwrap_or((pair, ""));
        own.trim() == name && !value.trim().is_empty()
    })
}

fn has_scheme(headers: &HeaderMap, scheme: &str) -> bool {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(first), None) = (all.next(), all.next()) else {
        return false;
    };
    let text = first.to_str().unwrap_or_default();
    let (own, value) = text.split_once(' ').unwrap_or((text, ""));
    own.eq_ignore_ascii_case(scheme) && !value.trim().is_empty()
}

/// A header's name as text.
mod header_name {
    use http::header::HeaderName;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(name: &HeaderName, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(name.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<HeaderName, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}
