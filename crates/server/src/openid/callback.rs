use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use oauth::model::{OncePurpose, UsedOnce};
use oauth::openid::{Attempt, LIFE, NotThisAttempt};
use oauth::{ErrorCode, Parameters};
use realm::openid::{NotSignedIn, OpenIdProvider};

use super::{arrive, page, redirect_uri};
use crate::pages::next;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;
use crate::session;

/// `GET /{realm}/sign-in/callback`: a browser comes back from the provider (RFC 6749 section 4.1.2). What it
/// brings counts once, for the browser that was sent there.
pub(crate) async fn callback(method: Method, visit: Visit) -> Response {
    if method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    let answer = answer(&visit).await;
    answer.unwrap_or_else(|refusal| refusal.answer(&visit))
}

async fn answer(visit: &Visit) -> Result<Response, Refusal> {
    let sign_in = visit.realm.sign_in();
    let provider = sign_in.kind.openid_connect().ok_or(Refusal::NotFound)?;
    let query = visit.uri.query().unwrap_or_default();
    let Ok(parameters) = Parameters::parse(query.as_bytes()) else {
        return Ok(page::gone(visit, ""));
    };
    let attempt = match attempt(visit, &parameters)? {
        Some(attempt) => attempt,
        None => return Ok(page::gone(visit, "")),
    };
    let next = next::local_path(visit.realm.id(), &attempt.next);
    let next = next.map_or_else(|| visit.at("account"), str::to_owned);
    if !is_first(visit, &attempt).await? {
        // The page was opened again, or the way back taken.
        return Ok(match visit.signed_in().await? {
            Some(_) => respond::see_other(&next),
            None => page::gone(visit, &next),
        });
    }
    finish(visit, provider, &attempt, &parameters, &next).await
}

async fn finish(
    visit: &Visit,
    provider: &OpenIdProvider,
    attempt: &Attempt,
    parameters: &Parameters,
    next: &str,
) -> Result<Response, Refusal> {
    let back = redirect_uri(visit);
    let random = visit.app.random_bytes();
    let finished = provider.finish(attempt, parameters, &back, random).await;
    let realm = visit.realm.id();
    match finished {
        Ok(proved) => arrive::arrive(visit, provider, attempt, proved, next).await,
        Err(NotSignedIn::Unreachable(why)) => {
            tracing::warn!(realm, %why, "nobody could be signed in at the OpenID provider");
            page::unreachable(visit, provider, next).await
        }
        Err(NotSignedIn::NotCounted(why)) => {
            tracing::warn!(realm, %why, "what the OpenID provider says does not count");
            page::not_counted(visit, provider, next).await
        }
        Err(NotSignedIn::CodeGone) => Ok(page::gone(visit, next)),
        Err(NotSignedIn::ToldNo(code)) => {
            tracing::info!(realm, code, "the OpenID provider signed nobody in");
            let told = match code.as_str() {
                "server_error" | "temporarily_unavailable" => ErrorCode::TemporarilyUnavailable,
                _ => ErrorCode::AccessDenied,
            };
            page::told_no(visit, provider, next, &code, told).await
        }
    }
}

/// The attempt that this browser is back from.
fn attempt(visit: &Visit, parameters: &Parameters) -> Result<Option<Attempt>, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let browsers = session::browsers(app, realm, &visit.headers);
    if browsers.is_empty() {
        return Err(Refusal::NoCookies);
    }
    let state = parameters.get("state").unwrap_or_default();
    for browser in browsers {
        match Attempt::of_state(realm.id(), &browser, state, app.now()) {
            Ok(attempt) => return Ok(Some(attempt)),
            Err(NotThisAttempt::Late) => return Ok(None),
            Err(NotThisAttempt::Foreign) => {}
        }
    }
    Ok(None)
}

/// Is it used for the first time?
async fn is_first(visit: &Visit, attempt: &Attempt) -> Result<bool, Refusal> {
    // Clocks of several nodes differ.
    let kept = LIFE.saturating_add(SignedDuration::from_mins(2));
    let until = attempt.began_at.saturating_add(kept);
    let used = UsedOnce {
        realm: visit.realm.id().to_owned(),
        purpose: OncePurpose::SignInState,
        hash: attempt.hash(),
        until: until.unwrap_or(attempt.began_at),
    };
    Ok(realm::once::is_first(&visit.app, &used).await?)
}
