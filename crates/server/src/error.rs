use axum::Json;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE,
    PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use enforce::reading::Unread;
use oauth::{ErrorCode, OAuthError};
use realm::endpoint_limits::TooOften;
use realm::{Fault, NoResourceServer, limits};
use serde_json::json;

use crate::cors::EXPOSED;

/// Why an OAuth endpoint did not do what it was asked, ready to be answered as JSON.
#[derive(Debug)]
pub struct ApiError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// RFC 6749 section 5.2.
    OAuth {
        error: OAuthError,
        /// Where HTTP has a truer status than the code's own.
        status: Option<StatusCode>,
        /// Why, in a word that gates know, where the code does not say it.
        reason: Option<&'static str>,
        /// The description with every letter it has, where no RFC keeps it to ASCII.
        in_full: Option<String>,
    },
    /// RFC 9457, for what is no OAuth message at all.
    Problem {
        status: StatusCode,
        detail: &'static str,
    },
}

impl ApiError {
    /// An `invalid_request` that says what to send instead.
    pub(crate) fn invalid_request(description: &str) -> Self {
        Self::from(OAuthError::new(ErrorCode::InvalidRequest, description))
    }

    /// The path is right, the method is not; the router adds `Allow`.
    pub(crate) fn method_not_allowed() -> Self {
        Self::invalid_request(
            "this endpoint does not take that method; the Allow header says which",
        )
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
    }

    /// Too many came. No RFC has a code for it at the token endpoint; the one that says to come again is
    /// understood, and the status says why.
    pub(crate) fn too_often(too_often: TooOften) -> Self {
        let what = match too_often.by {
            "token-client" => "this client asks for tokens too often",
            _ => "too many requests come from this address",
        };
        let seconds = too_often.seconds;
        let description =
            format!("{what}; keep tokens for as long as they live, and try again in {seconds} s");
        let mut error = OAuthError::new(ErrorCode::TemporarilyUnavailable, description);
        error.retry_after = Some(seconds);
        Self::from(error).with_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// No catalog is served at this path.
    #[must_use]
    pub fn unknown_realm() -> Self {
        Self {
            kind: Kind::Problem {
                status: StatusCode::NOT_FOUND,
                detail: "There is no realm with this name here; check the first part of the path.",
            },
        }
    }

    /// Nothing is served at this path.
    pub(crate) fn not_found() -> Self {
        Self {
            kind: Kind::Problem {
                status: StatusCode::NOT_FOUND,
                detail: "There is nothing at this path.",
            },
        }
    }

    pub(crate) fn with_status(mut self, truer: StatusCode) -> Self {
        if let Kind::OAuth { status, .. } = &mut self.kind {
            *status = Some(truer);
        }
        self
    }

    fn with_reason(mut self, word: &'static str) -> Self {
        if let Kind::OAuth { reason, .. } = &mut self.kind {
            *reason = Some(word);
        }
        self
    }

    /// In answers that are no OAuth messages (RFC 6749 section 5.2), where names stand as they are
    /// written: "Verkäufer", not "Verk?ufer".
    pub(crate) fn in_full(mut self, description: &str) -> Self {
        if let Kind::OAuth { in_full, .. } = &mut self.kind {
            *in_full = Some(description.to_owned());
        }
        self
    }

    /// The status this is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.kind {
            Kind::OAuth { error, status, .. } => status.unwrap_or_else(|| {
                StatusCode::from_u16(error.code.status())
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }),
            Kind::Problem { status, .. } => *status,
        }
    }
}

impl From<Unread> for ApiError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::invalid_request(&format!(
                "the form is larger than {} bytes",
                limits::FORM_BYTES
            ))
            .with_status(StatusCode::PAYLOAD_TOO_LARGE),
            Unread::TooSlow => {
                Self::invalid_request("the form did not arrive in time; send it again")
                    .with_status(StatusCode::REQUEST_TIMEOUT)
            }
            Unread::Incomplete => {
                Self::invalid_request("the form did not arrive complete; send it again")
            }
        }
    }
}

impl From<OAuthError> for ApiError {
    fn from(error: OAuthError) -> Self {
        Self {
            kind: Kind::OAuth {
                error,
                status: None,
                reason: None,
                in_full: None,
            },
        }
    }
}

impl From<NoResourceServer> for ApiError {
    fn from(why: NoResourceServer) -> Self {
        match why {
            NoResourceServer::Unproved(error) => Self::from(error),
            NoResourceServer::OfNoApi(what) => {
                Self::from(OAuthError::new(ErrorCode::UnauthorizedClient, what))
                    .with_status(StatusCode::FORBIDDEN)
            }
            NoResourceServer::Fault(fault) => Self::from(fault),
        }
    }
}

/// What the database could not do is never the client's fault and never success. The client
/// learns whether trying again helps; the log has the rest.
impl From<Fault> for ApiError {
    fn from(error: Fault) -> Self {
        let (code, description) = match &error {
            Fault::Unavailable(_) => (
                ErrorCode::TemporarilyUnavailable,
                "the server cannot reach what it has stored, and cannot say whether this was \
                 done; try again",
            ),
            Fault::NotWritable(_) => (
                ErrorCode::TemporarilyUnavailable,
                "the server cannot write what it has to keep; nothing was changed, try again",
            ),
            Fault::RightsUnavailable => (
                ErrorCode::TemporarilyUnavailable,
                "the system that knows what the person may do does not answer; nothing was \
                 changed, try again",
            ),
            Fault::Defect(_) => (
                ErrorCode::ServerError,
                "the server could not do this; its operator finds the reason in the log",
            ),
        };
        let mut answer = Self::from(OAuthError::new(code, description));
        if error == Fault::RightsUnavailable {
            tracing::warn!(%error, "a request cannot be answered");
            answer = answer.with_reason("rights-unavailable");
        } else {
            tracing::error!(%error, "storage failed");
        }
        answer
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        match self.kind {
            Kind::OAuth {
                error,
                reason,
                in_full,
                ..
            } => oauth_response(status, &error, reason, in_full.as_deref()),
            Kind::Problem { status, detail } => problem_response(status, detail),
        }
    }
}

/// A 401 always names a scheme (RFC 9110 section 15.5.2), whatever the client used.
fn oauth_response(
    status: StatusCode,
    error: &OAuthError,
    reason: Option<&'static str>,
    in_full: Option<&str>,
) -> Response {
    let description = in_full.unwrap_or(&error.description);
    let mut body = json!({ "error": error.code.as_str(), "error_description": description });
    if let (Some(reason), Some(members)) = (reason, body.as_object_mut()) {
        members.insert("reason".to_owned(), json!(reason));
    }
    let mut response = (status, Json(body)).into_response();
    // To be counted.
    response.extensions_mut().insert(error.code);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"client\", charset=\"UTF-8\""),
        );
    }
    if matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
    ) {
        let seconds = error.retry_after.unwrap_or(1);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn problem_response(status: StatusCode, detail: &'static str) -> Response {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    });
    (
        status,
        [
            (CONTENT_TYPE, "application/problem+json"),
            (CACHE_CONTROL, "no-store"),
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ],
        body.to_string(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The description of the answer to a failure of the store.
    fn description(error: Fault) -> String {
        let answer = ApiError::from(error);
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        match answer.kind {
            Kind::OAuth { error, .. } => error.description,
            Kind::Problem { detail, .. } => detail.to_owned(),
        }
    }

    #[test]
    fn only_who_knows_says_that_nothing_was_changed() {
        let lost = description(Fault::Unavailable("gone".to_owned()));
        assert!(lost.contains("cannot say whether this was done"), "{lost}");
        let full = description(Fault::NotWritable("full".to_owned()));
        assert!(full.contains("nothing was changed"), "{full}");
    }
}
