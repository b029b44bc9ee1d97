use axum_core::body::Body;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use scope::{Explanation, Reason, WhyMissing};
use serde::Serialize;

use crate::token::SECOND_FACTOR;
use crate::{Challenge, ChallengeError, Denied};

/// Most bodies are smaller, in bytes.
const USUAL: usize = 1_024;
/// With those that are added on the way out.
const HEADERS: usize = 8;

/// The members that every body has (RFC 9457 section 3.1), and why.
#[derive(Serialize)]
struct Own<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    reason: &'a str,
}

/// What a denial of this crate is about, besides a [`scope::Reason`]. The one list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    NoCredentials,
    MalformedCredentials,
    InvalidToken,
    TokenEnded,
    ApiKeySunset,
    WrongOrganisation,
    NoOrganisation,
    BodyTooLarge,
    SlowBody,
    UnreadableBody,
    AmbiguousContentType,
    CompressedBody,
    OverridingHeader,
    ForgedIdentity,
    MisconfiguredGate,
    TooManyCalls,
    WriteUnderWay,
    Unavailable,
    RightsUnavailable,
}

impl Kind {
    const ALL: [Self; 19] = [
        Self::NoCredentials,
        Self::MalformedCredentials,
        Self::InvalidToken,
        Self::TokenEnded,
        Self::ApiKeySunset,
        Self::WrongOrganisation,
        Self::NoOrganisation,
        Self::BodyTooLarge,
        Self::SlowBody,
        Self::UnreadableBody,
        Self::AmbiguousContentType,
        Self::CompressedBody,
        Self::OverridingHeader,
        Self::ForgedIdentity,
        Self::MisconfiguredGate,
        Self::TooManyCalls,
        Self::WriteUnderWay,
        Self::Unavailable,
        Self::RightsUnavailable,
    ];

    /// Reason, status and title.
    #[rustfmt::skip] // one line each
    fn row(self) -> (&'static str, StatusCode, &'static str) {
        let invalid = "The token is not valid";
        match self {
            Self::NoCredentials => ("no-credentials", StatusCode::UNAUTHORIZED, "An access token is needed"),
            Self::MalformedCredentials => ("malformed-credentials", StatusCode::BAD_REQUEST, "The token was not sent as it must be"),
            Self::InvalidToken => ("invalid-token", StatusCode::UNAUTHORIZED, invalid),
            Self::TokenEnded => ("token-ended", StatusCode::UNAUTHORIZED, invalid),
            Self::ApiKeySunset => ("api-key-sunset", StatusCode::UNAUTHORIZED, "The API key is not taken any more"),
            Self::WrongOrganisation => ("wrong-organisation", StatusCode::FORBIDDEN, "The token is for another organisation"),
            Self::NoOrganisation => ("no-organisation", StatusCode::FORBIDDEN, "The token is for no organisation"),
            Self::BodyTooLarge => ("body-too-large", StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
            Self::SlowBody => ("slow-body", StatusCode::REQUEST_TIMEOUT, "The body took too long"),
            Self::UnreadableBody => ("unreadable-body", StatusCode::BAD_REQUEST, "The body could not be read"),
            Self::AmbiguousContentType => ("ambiguous-content-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The Content-Type can be read in more than one way"),
            Self::CompressedBody => ("compressed-body", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is compressed"),
            Self::OverridingHeader => ("overriding-header", StatusCode::BAD_REQUEST, "A header asks for another call"),
            Self::ForgedIdentity => ("forged-identity", StatusCode::BAD_REQUEST, "Only the gate may say who calls"),
            Self::MisconfiguredGate => ("misconfigured-gate", StatusCode::SERVICE_UNAVAILABLE, "The gate before this API is not set up right"),
            Self::TooManyCalls => ("too-many-calls", StatusCode::TOO_MANY_REQUESTS, "More calls than this API takes"),
            Self::WriteUnderWay => ("write-under-way", StatusCode::TOO_MANY_REQUESTS, "Another write to this path is under way"),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "Access cannot be checked just now"),
            Self::RightsUnavailable => ("rights-unavailable", StatusCode::SERVICE_UNAVAILABLE, "What the person may do cannot be told just now"),
        }
    }
}

/// Every `reason` a [`Problem`] of this crate can carry, besides those of
/// [`scope::Reason`].
pub fn reasons() -> impl Iterator<Item = &'static str> {
    Kind::ALL.into_iter().map(|kind| kind.row().0)
}

/// A denial on its way to the client: an `application/problem+json` body (RFC 9457) that
/// says what was wrong and what to do, the status and, where it fits, the challenge.
///
/// Members: `type`, `title`, `status`, `detail`, `reason`, and for a denial by the catalog
/// `endpoint` (`method`, `path`), `required` (alternatives, each a list of scopes that are
/// needed together), `missing` (`scope`, `why`), `unseen` and, where no role gives them, `rights` (`from`,
/// `since`, `until`, `max_age`); for one call too many `limit` (`per`,
/// `calls`, `within` in seconds, `scope`).
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    reason: &'static str,
    error: Option<ChallengeError>,
    scope: String,
    /// Written already, each with a comma before it.
    members: Vec<u8>,
    rare: Option<Box<Rare>>,
}

/// What few problems have.
#[derive(Debug, Clone, PartialEq)]
enum Rare {
    /// As another gate of the same API answered it, word for word.
    Told(Told),
    Limited(Limited),
    /// Only a sign-in helps, such as this.
    SignIn(Needed),
}

/// Which sign-in would open a call (RFC 9470 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Needed {
    /// No older than this, in seconds.
    max_age: Option<u64>,
    /// Of this class.
    acr_values: Option<&'static str>,
}

/// An answer of another gate.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    headers: HeaderMap,
    body: Bytes,
}

/// Why it is a limit that stands in the way, and until when.
#[derive(Debug, Clone, PartialEq)]
struct Limited {
    by: &'static str,
    /// In seconds.
    again_in: u64,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem without a challenge.
    #[must_use]
    pub fn new(
        status: StatusCode,
        reason: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            reason,
            error: None,
            scope: String::new(),
            members: Vec::new(),
            rare: None,
        }
    }

    /// What the server's own gate of this API answers the same call with, to be handed on as it is.
    /// `None` where its reason is none that there is here: it is of a later version.
    #[must_use]
    pub fn told(status: StatusCode, reason: &str, headers: HeaderMap, body: Bytes) -> Option<Self> {
        let own = Reason::DENIALS.map(Reason::as_str).into_iter();
        let reason = own.chain(reasons()).find(|own| *own == reason)?;
        let told = Rare::Told(Told { headers, body });
        Some(Self {
            rare: Some(Box::new(told)),
            ..Self::new(status, reason, "", "")
        })
    }

    /// It cannot be told just now: 503.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::of(Kind::Unavailable, detail)
    }

    /// What stands before the API does not say what it has to: 503, as no caller can mend it.
    #[must_use]
    pub fn misconfigured_gate(detail: impl Into<String>) -> Self {
        Self::of(Kind::MisconfiguredGate, detail)
    }

    /// The caller sent a header by which a gate tells the API who calls: 400.
    #[must_use]
    pub fn forged_identity(name: &str) -> Self {
        Self::of(
            Kind::ForgedIdentity,
            format!(
                "The header {name} is the gate's own, by which it tells the API who calls. Leave it out."
            ),
        )
    }

    /// One of this crate's own.
    pub(crate) fn of(kind: Kind, detail: impl Into<String>) -> Self {
        let (reason, status, title) = kind.row();
        let error = match kind {
            Kind::MalformedCredentials => Some(ChallengeError::InvalidRequest),
            Kind::InvalidToken | Kind::TokenEnded | Kind::ApiKeySunset => {
                Some(ChallengeError::InvalidToken)
            }
            _ => None,
        };
        Self {
            error,
            ..Self::new(status, reason, title, detail)
        }
    }

    /// The same, with an error code for the challenge.
    #[must_use]
    pub fn error(mut self, error: ChallengeError) -> Self {
        self.error = Some(error);
        self
    }

    /// The same, since this limit stands in the way for so many seconds; `headers` tell it, too.
    pub(crate) fn limited(
        mut self,
        by: &'static str,
        again_in: u64,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        self.rare = Some(Box::new(Rare::Limited(Limited {
            by,
            again_in,
            headers,
        })));
        self
    }

    /// Which limit stands in the way, if it is one: `write`, or a word of
    /// [`LimitedPer`](scope::LimitedPer).
    #[must_use]
    pub fn limit(&self) -> Option<&'static str> {
        match self.rare.as_deref()? {
            Rare::Limited(limited) => Some(limited.by),
            Rare::Told(_) | Rare::SignIn(_) => None,
        }
    }

    /// The same, with one more sentence in its detail.
    #[must_use]
    pub fn further(mut self, sentence: &str) -> Self {
        self.detail.push(' ');
        self.detail.push_str(sentence);
        self
    }

    /// A further member of the body.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        let start = self.members.len();
        self.members.push(b',');
        let written = serde_json::to_writer(&mut self.members, name).and_then(|()| {
            self.members.push(b':');
            serde_json::to_writer(&mut self.members, &value)
        });
        if written.is_err() {
            self.members.truncate(start);
        }
        self
    }

    /// What a denial by the catalog says. Only a lack of scope and what a sign-in would bring have a
    /// challenge: no other authorization would open the call in the other cases.
    #[must_use]
    pub fn denied(explanation: &Explanation) -> Self {
        let problem = Self::new(
            StatusCode::FORBIDDEN,
            explanation.reason.as_str(),
            explanation.reason.title(),
            explanation.message.clone(),
        )
        .member("endpoint", &explanation.endpoint)
        .member("required", &explanation.required)
        .member("missing", &explanation.missing)
        .member("unseen", &explanation.unseen);
        let rights = explanation.rights.as_ref();
        let problem = match rights {
            Some(origin) => problem.member("rights", origin),
            None => problem,
        };
        match explanation.reason {
            Reason::InsufficientScope => Self {
                error: Some(ChallengeError::InsufficientScope),
                scope: explanation.required_scope().unwrap_or_default(),
                ..problem
            },
            // RFC 9470 section 3: the token is good, and so is its scope.
            Reason::RightExpired | Reason::SecondFactorNeeded => {
                let has_run_out = explanation.lacks(WhyMissing::RightExpired);
                let needs_factor = explanation.lacks(WhyMissing::SecondFactorNeeded);
                let needed = Needed {
                    max_age: rights.and_then(|own| own.max_age).filter(|_| has_run_out),
                    acr_values: needs_factor.then_some(SECOND_FACTOR),
                };
                Self {
                    status: StatusCode::UNAUTHORIZED,
                    error: Some(ChallengeError::InsufficientUserAuthentication),
                    scope: explanation.required_scope().unwrap_or_default(),
                    rare: Some(Box::new(Rare::SignIn(needed))),
                    ..problem
                }
            }
            _ => problem,
        }
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// The answer. `realm` and `resource_metadata` are for the challenge; the body's `type`
    /// is `explanations/reason`, or `about:blank` without pages that explain.
    #[must_use]
    pub fn into_response(
        self,
        realm: &str,
        resource_metadata: Option<&str>,
        explanations: Option<&str>,
    ) -> Response<Body> {
        let limit = self.limit();
        let (limited, needed) = match self.rare.map(|rare| *rare) {
            Some(Rare::Told(told)) => return told.into_response(self.status, self.reason),
            Some(Rare::Limited(limited)) => (Some(limited), Needed::default()),
            Some(Rare::SignIn(needed)) => (None, needed),
            None => (None, Needed::default()),
        };
        let kind = explanations.map_or_else(
            || "about:blank".to_owned(),
            |pages| format!("{pages}/{}", self.reason),
        );
        let body = Own {
            kind: &kind,
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            reason: self.reason,
        };
        let mut text = Vec::with_capacity(USUAL);
        // Texts and a number can always be written.
        let _ = serde_json::to_writer(&mut text, &body);
        text.pop();
        text.extend_from_slice(&self.members);
        text.push(b'}');
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        response.extensions_mut().insert(Denied {
            reason: self.reason,
            status: self.status,
            limit,
        });
        let headers = response.headers_mut();
        headers.reserve(HEADERS);
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Some(limited) = limited {
            headers.insert(RETRY_AFTER, HeaderValue::from(limited.again_in));
            headers.extend(limited.headers);
        }
        if self.error.is_some() || self.status == StatusCode::UNAUTHORIZED {
            let challenge = Challenge::new(realm)
                .resource_metadata(resource_metadata)
                .max_age(needed.max_age)
                .acr_values(needed.acr_values)
                .scope(&self.scope);
            let challenge = match self.error {
                Some(error) => challenge.error(error, &self.detail),
                None => challenge,
            };
            headers.insert(WWW_AUTHENTICATE, challenge.to_header());
        }
        response
    }
}

impl Told {
    fn into_response(self, status: StatusCode, reason: &'static str) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers;
        response.extensions_mut().insert(Denied {
            reason,
            status,
            limit: None,
        });
        response
    }
}
