use askama::Template;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use oauth::{ErrorCode, OAuthError};
use realm::openid::OpenIdProvider;

use crate::authorize::Way;
#[cfg(test)]
use crate::language::Language;
use crate::pages::next::login;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::views::Frame;
use crate::pages::visit::Visit;

/// Nobody is signed in: what happened, why, what now.
#[derive(Debug, Clone, Template)]
#[template(path = "not_signed_in.html")]
pub(crate) struct NotSignedInPage {
    frame: Frame,
    title: String,
    what: String,
    now: String,
    /// Where signing in begins again, with its label.
    again: Option<(String, String)>,
    /// The way back to the app, with its label.
    back: Option<(String, String)>,
}

/// The provider cannot be asked.
pub(super) async fn unreachable(
    visit: &Visit,
    provider: &OpenIdProvider,
    next: &str,
) -> Result<Response, Refusal> {
    let code = ErrorCode::TemporarilyUnavailable;
    let page = told(visit, provider, next, "provider-down", code).await?;
    let mut response = respond::page(StatusCode::SERVICE_UNAVAILABLE, &page);
    let again = HeaderValue::from_static("60");
    response.headers_mut().insert(RETRY_AFTER, again);
    Ok(response)
}

/// What the provider says does not count.
pub(super) async fn not_counted(
    visit: &Visit,
    provider: &OpenIdProvider,
    next: &str,
) -> Result<Response, Refusal> {
    let code = ErrorCode::TemporarilyUnavailable;
    let page = told(visit, provider, next, "provider-odd", code).await?;
    Ok(respond::page(StatusCode::BAD_GATEWAY, &page))
}

/// The person may do nothing here.
pub(super) async fn stopped(
    visit: &Visit,
    provider: &OpenIdProvider,
    next: &str,
) -> Result<Response, Refusal> {
    let code = ErrorCode::AccessDenied;
    let page = told(visit, provider, next, "provider-stopped", code).await?;
    Ok(respond::page(StatusCode::FORBIDDEN, &page))
}

/// The provider says no. Where the person said so there, the app is told at once.
pub(super) async fn told_no(
    visit: &Visit,
    provider: &OpenIdProvider,
    next: &str,
    code: &str,
    told_as: ErrorCode,
) -> Result<Response, Refusal> {
    if code == "access_denied"
        && let Some(way) = Way::back_to_app(visit, next, &refused(told_as)).await?
    {
        return Ok(respond::see_other(&way.url));
    }
    let page = told(visit, provider, next, "provider-no", told_as).await?;
    let status = match told_as {
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    Ok(respond::page(status, &page))
}

/// The person signed out here, and is still signed in there.
pub(crate) async fn left(visit: &Visit, provider: &OpenIdProvider) -> Response {
    let frame = visit.frame(None);
    let host = [("host", provider.host())];
    let there = provider.end_session().await;
    let there = there.map(|url| (url.into(), frame.tv("provider-left-there", host)));
    let again = (visit.at("login"), frame.t("sign-in"));
    let page = NotSignedInPage::of(frame, "provider-left", provider.host(), again, there);
    respond::page(StatusCode::OK, &page)
}

/// It began too long ago, elsewhere, or was used. `next` is where it would have led, if that is known.
pub(crate) fn gone(visit: &Visit, next: &str) -> Response {
    let frame = frame(visit);
    let login = match next {
        "" => visit.at("login"),
        next => login(visit.realm.id(), next),
    };
    let page = NotSignedInPage {
        title: frame.t("provider-gone-title"),
        what: frame.t("provider-gone-what"),
        now: frame.t("provider-gone-now"),
        again: Some((login, frame.t("sign-in"))),
        back: None,
        frame,
    };
    respond::page(StatusCode::GONE, &page)
}

async fn told(
    visit: &Visit,
    provider: &OpenIdProvider,
    next: &str,
    key: &str,
    code: ErrorCode,
) -> Result<NotSignedInPage, Refusal> {
    let way = Way::back_to_app(visit, next, &refused(code)).await?;
    let frame = frame(visit);
    let back = way.map(|way| (way.url, frame.tv("nothing-back", [("app", &*way.app)])));
    let again = (login(visit.realm.id(), next), frame.t("error-again"));
    Ok(NotSignedInPage::of(
        frame,
        key,
        provider.host(),
        again,
        back,
    ))
}

/// Where the browser came back, the same address in another language would be used already.
pub(crate) fn frame(visit: &Visit) -> Frame {
    let mut frame = visit.frame(None);
    if visit.uri.path() != visit.at("login") {
        frame.languages.clear();
    }
    frame
}

/// What the app is told: nothing of who or why, which is the person's own.
fn refused(code: ErrorCode) -> OAuthError {
    let description = match code {
        ErrorCode::TemporarilyUnavailable => "nobody can be signed in right now; try again later",
        _ => "nobody was signed in",
    };
    OAuthError::new(code, description)
}

impl NotSignedInPage {
    /// By the beginning of the keys of its texts.
    #[must_use]
    pub(crate) fn of(
        frame: Frame,
        key: &str,
        host: &str,
        again: (String, String),
        back: Option<(String, String)>,
    ) -> Self {
        let realm = frame.realm_title.clone();
        let names = [("host", host), ("realm", realm.as_str())];
        let t = |part: &str| frame.tv(&format!("{key}-{part}"), names);
        Self {
            title: t("title"),
            what: t("what"),
            now: t("now"),
            again: Some(again),
            back,
            frame,
        }
    }

    /// One for each reason.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let keys = [
            "provider-down",
            "provider-no",
            "provider-odd",
            "provider-stopped",
            "provider-gone",
            "provider-left",
        ];
        let sample = |key| {
            let frame = Frame::sample(language, None);
            let again = (frame.at("login"), frame.t("error-again"));
            let app = frame.tv("nothing-back", [("app", "Ledgerly")]);
            let back = Some(("https://app.example/cb?error=access_denied".to_owned(), app));
            Self::of(frame, key, "login.example", again, back)
        };
        keys.map(sample).to_vec()
    }
}
