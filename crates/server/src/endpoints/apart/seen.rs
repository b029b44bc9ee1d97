use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use enforce::apart::{MOST_SEEN, Outcome, Seen, SeenCalls};
use enforce::gate::MAX_BODY_BYTES;
use enforce::reading::{self, Unread};
use oauth::model::{GateCalls, GateOutcome, Timestamp};
use realm::App;

use super::super::json::empty;
use super::{Named, asking};
use crate::error::ApiError;
use crate::in_realm::InRealm;

/// The longest of each text, in characters: what gates tell is a name, a rule's path, or shorter.
const LONGEST: usize = 2_048;

/// Adds to the report what a gate saw since it told the last time.
pub(crate) async fn calls(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    Path((_, api)): Named,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let server = asking(&realm, &api, &head.headers).await?;
    let text = reading::read(&head.headers, body, MAX_BODY_BYTES).await;
    let text = text.map_err(|unread| {
        ApiError::invalid_request(&format!("{unread}; tell less at once, or tell it again"))
            .with_status(match unread {
                Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                Unread::TooSlow => StatusCode::REQUEST_TIMEOUT,
                Unread::Incomplete => StatusCode::BAD_REQUEST,
            })
    })?;
    let seen: Seen = serde_json::from_slice(&text).map_err(|error| {
        let mut said = format!("what was seen cannot be read: {error}");
        said.truncate(said.floor_char_boundary(300));
        ApiError::invalid_request(&said)
    })?;
    if seen.calls.len() > MOST_SEEN {
        let said = format!("tell at most {MOST_SEEN} kinds of calls at once");
        return Err(ApiError::invalid_request(&said).with_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let of = (realm.id(), server.api.name());
    let calls: Option<Vec<GateCalls>> = seen.calls.iter().map(|calls| kept(of, calls)).collect();
    let calls = calls.ok_or_else(|| {
        ApiError::invalid_request(
            "a time is none, or a text is longer than what gates tell, or has control characters",
        )
    })?;
    app.count_gate_calls(&calls).await?;
    Ok(empty())
}

/// As it is kept; `None` where no gate says so.
fn kept((realm, api): (&str, &str), calls: &SeenCalls) -> Option<GateCalls> {
    let texts = [&calls.client, &calls.method, &calls.path, &calls.reason];
    let is_plain = |text: &String| text.len() <= LONGEST && !text.contains(char::is_control);
    if !texts.into_iter().all(is_plain) {
        return None;
    }
    Some(GateCalls {
        realm: realm.to_owned(),
        api: api.to_owned(),
        outcome: match calls.outcome {
            Outcome::Permitted => GateOutcome::Permitted,
            Outcome::Passed => GateOutcome::Passed,
            Outcome::Observed => GateOutcome::Observed,
            Outcome::Denied => GateOutcome::Denied,
        },
        client: calls.client.clone(),
        method: calls.method.clone(),
        path: calls.path.clone(),
        has_rule: calls.has_rule,
        reason: calls.reason.clone(),
        calls: i64::from(calls.calls),
        first_at: Timestamp::from_second(calls.first).ok()?,
        last_at: Timestamp::from_second(calls.last).ok()?,
    })
}
