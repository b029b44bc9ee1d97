//! API keys: credentials that come in a header of the provider's choice.

use std::sync::Arc;

use http::HeaderName;

use super::Call;
use crate::problem::{Kind, Problem};
use crate::{TokenVerifier, UnverifiedToken};

/// The longest key, in bytes.
const LONGEST: usize = 512;

/// How callers of an API send their keys, where it takes any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakesKeys {
    /// In this header.
    pub header: Option<HeaderName>,
    /// As a bearer token.
    pub bearer: bool,
}

impl TakesKeys {
    /// In the header that most APIs have for them, `X-Api-Key`.
    #[must_use]
    pub fn as_usual() -> Self {
        Self {
            header: Some(HeaderName::from_static("x-api-key")),
            bearer: false,
        }
    }

    /// Does it take any?
    #[must_use]
    pub fn any(&self) -> bool {
        self.bearer || self.header.is_some()
    }
}

/// The header of an API's keys, and who knows them.
#[derive(Clone)]
pub(super) struct KeyHeader {
    pub(super) name: HeaderName,
    pub(super) verifier: Arc<dyn TokenVerifier>,
}

impl KeyHeader {
    /// Does the call carry a key, however badly? Where headers are hidden it cannot be told, and none
    /// counts.
    pub(super) fn is_in(&self, call: &Call<'_>) -> bool {
        let headers = call.headers;
        headers.is_some_and(|headers| headers.contains_key(&self.name))
    }

    /// The key of the call, if it carries one and nothing else: of two credentials nobody could say
    /// which one the caller means, and what the API behind would take.
    pub(super) fn presented<'a>(
        &self,
        call: &Call<'a>,
    ) -> Result<Option<UnverifiedToken<'a>>, Problem> {
        let Some(headers) = call.headers else {
            return Ok(None);
        };
        let mut values = headers.get_all(&self.name).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let malformed = |what: &str| {
            let name = &self.name;
            Err(Problem::of(
                Kind::MalformedCredentials,
                format!("{what} Send one credential: an API key in the header {name}, alone."),
            ))
        };
        if values.next().is_some() {
            return malformed("There are several API keys.");
        }
        if call.carries_token() {
            return malformed("There are an API key and a bearer token.");
        }
        let text = value.to_str().unwrap_or_default();
        let is_plain = !text.is_empty()
            && text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain {
            return malformed("What came as an API key is none.");
        }
        Ok(Some(UnverifiedToken::new(text)))
    }
}
