use axum::http::StatusCode;
use axum::response::Response;
use oauth::{ErrorCode, OAuthError};
use realm::sign_in::ExternalSignIn;
use url::Url;

use crate::authorize::Way;
pub(super) use crate::openid::gone;
use crate::openid::{NotSignedInPage, frame};
use crate::pages::next::login;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;

/// Nobody signed in, and nobody will: the app is told at once; where none is behind, the person is.
pub(super) async fn refused(
    visit: &Visit,
    external: &ExternalSignIn,
    next: &str,
) -> Result<Response, Refusal> {
    match Way::back_to_app(visit, next, &denied()).await? {
        Some(way) => Ok(respond::see_other(&way.url)),
        None => {
            let page = told(visit, external, next, "provider-no").await?;
            Ok(respond::page(StatusCode::FORBIDDEN, &page))
        }
    }
}

/// The person was stopped here.
pub(super) async fn stopped(
    visit: &Visit,
    external: &ExternalSignIn,
    next: &str,
) -> Result<Response, Refusal> {
    let page = told(visit, external, next, "provider-stopped").await?;
    Ok(respond::page(StatusCode::FORBIDDEN, &page))
}

/// The person signed out here, and is still signed in there.
pub(crate) fn left(visit: &Visit, external: &ExternalSignIn) -> Response {
    let frame = frame(visit);
    let host = host(external);
    let there = external.sign_out_url.clone();
    let there = there.map(|url| {
        (
            url,
            frame.tv("provider-left-there", [("host", host.as_str())]),
        )
    });
    let again = (visit.at("login"), frame.t("sign-in"));
    let page = NotSignedInPage::of(frame, "provider-left", &host, again, there);
    respond::page(StatusCode::OK, &page)
}

async fn told(
    visit: &Visit,
    external: &ExternalSignIn,
    next: &str,
    key: &str,
) -> Result<NotSignedInPage, Refusal> {
    let way = Way::back_to_app(visit, next, &denied()).await?;
    let frame = frame(visit);
    let back = way.map(|way| (way.url, frame.tv("nothing-back", [("app", &*way.app)])));
    let again = (login(visit.realm.id(), next), frame.t("error-again"));
    Ok(NotSignedInPage::of(
        frame,
        key,
        &host(external),
        again,
        back,
    ))
}

/// Nothing of who or why, which is the person's own.
fn denied() -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied, "nobody was signed in")
}

/// What people know the application by.
fn host(external: &ExternalSignIn) -> String {
    let url = Url::parse(&external.url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or(&external.source).to_owned()
}
