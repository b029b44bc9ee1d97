use axum_core::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use scope::{Explanation, Reason};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{Challenge, ChallengeError, Denied};

/// Every `reason` a [`Problem`] of this crate can carry, besides those of
/// [`scope::Reason`].
pub const REASONS: &[&str] = &[
    "no-credentials",
    "malformed-credentials",
    "invalid-token",
    "token-ended",
    "wrong-organisation",
    "no-organisation",
    "body-too-large",
    "slow-body",
    "unreadable-body",
    "ambiguous-content-type",
    "unavailable",
];

/// A denial on its way to the client: an `application/problem+json` body (RFC 9457) that
/// says what was wrong and what to do, the status and, where it fits, the challenge.
///
/// Members: `type`, `title`, `status`, `detail`, `reason`, and for a denial by the catalog
/// `endpoint` (`method`, `path`), `required` (alternatives, each a list of scopes that are
/// needed together), `missing` (`scope`, `why`) and `unseen`.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    reason: &'static str,
    error: Option<ChallengeError>,
    scope: String,
    members: Map<String, Value>,
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
            members: Map::new(),
        }
    }

    /// The same, with an error code for the challenge.
    #[must_use]
    pub fn error(mut self, error: ChallengeError) -> Self {
        self.error = Some(error);
        self
    }

    /// A further member of the body.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    /// What a denial by the catalog says. Only a lack of scope has a challenge: no other
    /// authorization would open the call in the other cases.
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
        if explanation.reason == Reason::InsufficientScope {
            Self {
                error: Some(ChallengeError::InsufficientScope),
                scope: explanation.required_scope().unwrap_or_default(),
                ..problem
            }
        } else {
            problem
        }
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// The answer. `realm` and `resource_metadata` are for the challenge; the body's `type`
    /// is `reference#reason`, or `about:blank` without a reference page.
    #[must_use]
    pub fn into_response(
        self,
        realm: &str,
        resource_metadata: Option<&str>,
        reference: Option<&str>,
    ) -> Response<Body> {
        let kind = reference.map_or_else(
            || "about:blank".to_owned(),
            |page| format!("{page}#{}", self.reason),
        );
        let mut body = json!({
            "type": kind,
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "reason": self.reason,
        });
        if let Some(members) = body.as_object_mut() {
            members.extend(self.members);
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        response.extensions_mut().insert(Denied {
            reason: self.reason,
            status: self.status,
        });
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.error.is_some() || self.status == StatusCode::UNAUTHORIZED {
            let challenge = Challenge::new(realm)
                .resource_metadata(resource_metadata)
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
