use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use oauth::Secret;
use oauth::model::TokenHash;
use realm::sign_in_service::{self, Finished};

use crate::pages::browser;

use super::{begin, page};
use crate::pages::next;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;
use crate::session;

/// `GET /{realm}/sign-ins/finish?answer=`: a browser comes back from the application. What it brings
/// counts once, and only in the browser that was sent there.
pub(crate) async fn finish(method: Method, visit: Visit) -> Response {
    if method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    let answer = answer(&visit).await;
    answer.unwrap_or_else(|refusal| refusal.answer(&visit))
}

async fn answer(visit: &Visit) -> Result<Response, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let external = realm.sign_in().kind.external().ok_or(Refusal::NotFound)?;
    let browsers: Vec<TokenHash> = session::browsers(app, realm, &visit.headers)
        .iter()
        .map(Secret::hash)
        .collect();
    if browsers.is_empty() {
        return Err(Refusal::NoCookies);
    }
    let brought = visit.parameter("answer");
    let found = sign_in_service::back(app, realm, &brought, &browsers).await?;
    let Some(sign_in) = found else {
        return Ok(page::gone(visit, ""));
    };
    let next = next::local_path(realm.layout(), &sign_in.next);
    let next = next.map_or_else(|| visit.at("account"), str::to_owned);
    if sign_in.finished_at.is_some() {
        return again(visit, &next).await;
    }
    match sign_in_service::finish(app, realm, &sign_in, browser::of(&visit.headers)).await? {
        Finished::Begun(secret) => {
            // Only now: whoever comes back with nothing that counts stays signed in as they were.
            let by = oauth::audit::Actor::system();
            visit.end_sessions(&by).await?;
            let cookie = session::begun_session(app, realm, &secret);
            Ok(respond::see_other_with_cookie(&next, cookie))
        }
        Finished::Refused => page::refused(visit, external, &next).await,
        Finished::Another => begin(visit, external, &next, true).await,
        Finished::Stopped => page::stopped(visit, external, &next).await,
        Finished::Gone => again(visit, &next).await,
    }
}

/// The page was opened again, or the way back taken.
async fn again(visit: &Visit, next: &str) -> Result<Response, Refusal> {
    Ok(match visit.signed_in().await? {
        Some(_) => respond::see_other(next),
        None => page::gone(visit, next),
    })
}
