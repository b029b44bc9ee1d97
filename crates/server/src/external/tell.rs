use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use enforce::reading::{self, Unread};
use oauth::{ErrorCode, OAuthError};
use realm::manage::Refused;
use realm::sign_in_service::{self, NoSignInService, NotAnswered};
use realm::{App, Realm, limits};
use serde_json::json;

use super::said;
use crate::endpoints::json::fresh_json_of;
use crate::error::ApiError;
use crate::in_realm::InRealm;
use crate::operations::client_address::{client_address, origin};

/// Which sign-in.
type Named = Path<(String, String)>;

/// `GET /{realm}/sign-ins/{challenge}`: what is asked of it. Nothing changes by that.
pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    Path((_, challenge)): Named,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    service(&realm, &headers).await?;
    let sign_in = sign_in_service::find(&app, &realm, &challenge).await?;
    let asked = &sign_in.asked;
    Ok(fresh_json_of(&json!({
        "realm": realm.id(),
        "client": asked.client.as_ref().map(|id| json!({ "id": id, "name": asked.app })),
        "prompt": asked.anew.then_some("login"),
        "max_age": asked.max_age,
        "acr_values": asked.acr_values,
        "ui_locales": asked.ui_locales,
        "login_hint": asked.login_hint,
        "organisation": asked.organisation,
        "began_at": sign_in.created_at,
        "expires_at": sign_in.expires_at,
    })))
}

/// `POST /{realm}/sign-ins/{challenge}`: what came of it. Once; what is refused leaves nothing, and
/// may be sent again.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    Path((_, challenge)): Named,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let by = service(&realm, &head.headers).await?;
    is_json(&head.headers)?;
    let text = reading::read(&head.headers, body, limits::SIGN_IN_BYTES).await;
    let text = text.map_err(unread)?;
    let source = realm.sign_in().kind.external();
    let source = source.map_or("", |external| external.source.as_str());
    let said = said::read(&text, source, app.now())?;
    let origin = origin(client_address(&head.extensions));
    let answered = sign_in_service::answer(&app, &realm, &by, origin, &challenge, said).await?;
    let back = format!(
        "{}/sign-ins/finish?answer={}",
        realm.issuer(),
        answered.expose()
    );
    Ok(fresh_json_of(&json!({ "redirect_to": back })))
}

/// Who tells. Nothing is read or told before.
async fn service(realm: &Realm, headers: &HeaderMap) -> Result<String, ApiError> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (sent.next(), sent.next());
    if second.is_some() {
        let several = "send one Authorization header, not several";
        return Err(ApiError::invalid_request(several));
    }
    let first = first.map(HeaderValue::to_str).transpose();
    let first =
        first.map_err(|_| ApiError::invalid_request("the Authorization header must be ASCII"))?;
    let client = realm.sign_in_service(first).await?;
    if realm.sign_in().kind.external().is_none() {
        let nowhere = "people of this realm sign in otherwise; configure [realm.sign_in] with kind = \"external\"";
        return Err(ApiError::invalid_request(nowhere).with_status(StatusCode::NOT_FOUND));
    }
    Ok(client)
}

fn is_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let sent = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let sent = sent.unwrap_or_default();
    let mut parts = sent.split(|byte| *byte == b';');
    let media_type = parts.next().unwrap_or_default().trim_ascii();
    let in_utf8 = parts.all(|parameter| {
        let parameter = parameter.trim_ascii().to_ascii_lowercase();
        !parameter.starts_with(b"charset")
            || matches!(&*parameter, b"charset=utf-8" | b"charset=\"utf-8\"")
    });
    let is_plain = headers
        .get(CONTENT_ENCODING)
        .is_none_or(|coding| coding == "identity");
    if media_type.eq_ignore_ascii_case(b"application/json") && in_utf8 && is_plain {
        return Ok(());
    }
    Err(ApiError::invalid_request(
        "send JSON in UTF-8, with Content-Type: application/json, not compressed",
    )
    .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

fn unread(unread: Unread) -> ApiError {
    let most = limits::SIGN_IN_BYTES;
    let said = format!("{unread}; what is said of a sign-in has at most {most} bytes");
    ApiError::invalid_request(&said).with_status(match unread {
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Unread::Incomplete => StatusCode::BAD_REQUEST,
    })
}

impl From<NoSignInService> for ApiError {
    fn from(why: NoSignInService) -> Self {
        match why {
            NoSignInService::Unproved(error) => Self::from(error),
            NoSignInService::Another(what) => {
                Self::from(OAuthError::new(ErrorCode::UnauthorizedClient, what))
                    .with_status(StatusCode::FORBIDDEN)
            }
            NoSignInService::Fault(fault) => Self::from(fault),
        }
    }
}

impl From<NotAnswered> for ApiError {
    fn from(why: NotAnswered) -> Self {
        let said = why.to_string();
        match why {
            NotAnswered::Gone => {
                let said =
                    format!("{said}; send the browser back to where it came from, to begin anew");
                Self::invalid_request(&said).with_status(StatusCode::NOT_FOUND)
            }
            NotAnswered::Answered => Self::invalid_request(&said).with_status(StatusCode::CONFLICT),
            NotAnswered::TooOld(_) => Self::from(OAuthError::new(ErrorCode::LoginRequired, said))
                .with_status(StatusCode::FORBIDDEN),
            NotAnswered::Refused(Refused::Arrival(_)) => Self::invalid_request(&said)
                .with_status(StatusCode::UNPROCESSABLE_ENTITY)
                .in_full(&said),
            NotAnswered::Refused(Refused::MayNotAct { .. }) => {
                Self::from(OAuthError::new(ErrorCode::AccessDenied, &said))
                    .with_status(StatusCode::FORBIDDEN)
                    .in_full(&said)
            }
            NotAnswered::Refused(refused) => Self::from(realm::Fault::from(refused)),
            NotAnswered::Fault(fault) => Self::from(fault),
        }
    }
}
