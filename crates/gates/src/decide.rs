//! Decide: a service of any language asks by a small JSON form of our own, and gets who calls, or the
//! whole answer for the caller. The form is on `docs/decide.md`.
//!
//! What was decided is what the service does as long as it tells the call as it arrived: the page's
//! middleware does.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use http::Response;
use serde::{Deserialize, Serialize};

use crate::service::{Refused, Services, asking, json, question};
use crate::told::{Denial, Headers, More, Permit, Told, Verdict, seen};

/// A call. What nobody knows here could change what is meant: it is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    method: String,
    /// Path and query in one, as on the request's first line.
    target: Option<String>,
    /// Or the path, and the query where it is not hidden.
    path: Option<String>,
    query: Option<String>,
    host: Option<String>,
    token: Option<String>,
    headers: Option<Headers>,
    body: Option<String>,
    /// Whoever asks counts the call itself where this is `false`.
    count: Option<bool>,
}

#[derive(Serialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
enum Decision {
    Permit(Permit),
    Deny(Denial),
}

/// Answers a service's question.
pub(crate) async fn decide(
    State(services): State<Arc<dyn Services>>,
    Path(realm): Path<String>,
    request: Request,
) -> Response<Body> {
    let answered = answer(&*services, &realm, request).await;
    answered.unwrap_or_else(Refused::into_response)
}

async fn answer(
    services: &dyn Services,
    realm: &str,
    request: Request,
) -> Result<Response<Body>, Refused> {
    let (head, body) = request.into_parts();
    let service = asking(services, realm, &head.headers).await?;
    let question: Question = question(&head.headers, body).await?;
    let is_counted = question.count.unwrap_or(true);
    let told = question.told()?;
    let verdict = match is_counted {
        true => told.judge(&service.front).await,
        false => told.look(&service.front).await,
    };
    let decision = match verdict {
        Verdict::Permit(permit) => Decision::Permit(permit),
        Verdict::Deny(denial) => Decision::Deny(denial),
    };
    Ok(json(&decision))
}

impl Question {
    fn told(self) -> Result<Told, Refused> {
        let address = match (self.target, self.path, self.query) {
            (Some(target), None, None) => seen(target),
            (None, Some(path), query) => (path, query),
            _ => {
                return Err(Refused::invalid(
                    "tell either target, which is path and query in one, or path, with query beside it where it is known",
                ));
            }
        };
        let more = More {
            host: self.host,
            token: self.token,
            headers: self.headers,
            body: self.body,
        };
        Told::new(self.method, address, more)
    }
}
