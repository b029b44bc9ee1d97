use axum::http::header::SET_COOKIE;
use axum::response::Response;
use oauth::openid::{Asked, Attempt};
use realm::openid::OpenIdProvider;

use super::{page, redirect_uri};
use crate::authorize::{Wanted, onward_to_sign_in};
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::session;

/// The parameter of the page to sign in at by which whoever is signed in there is asked again.
pub(crate) const ANEW: &str = "anew";

/// Sends the browser to the provider, to come back and go on to `next`, a path of the realm. Nothing
/// is kept of it here.
///
/// # Errors
///
/// When the store cannot tell what is asked.
pub(crate) async fn begin(
    visit: &Visit,
    provider: &OpenIdProvider,
    next: &str,
) -> Result<Response, Refusal> {
    let wanted = Wanted::behind(visit, next).await?;
    let (app, realm) = (&visit.app, &visit.realm);
    let known = session::browsers(app, realm, &visit.headers);
    let browser = known.into_iter().next();
    let browser = browser.unwrap_or_else(|| session::new_browser(app));
    let is_somebody_else = !visit.parameter(ANEW).is_empty();
    let demanded = (wanted.max_age, wanted.anew || is_somebody_else);
    let random = app.random_bytes();
    let attempt = Attempt::begin(realm.id(), &browser, next, demanded, app.now(), random);
    let own = visit.words.language().code().to_owned();
    let mut languages = wanted.languages;
    if !languages.contains(&own) {
        languages.push(own);
    }
    let asked = Asked {
        acr_values: &wanted.acr_values,
        languages: &languages,
        login_hint: wanted.login_hint.as_deref(),
    };
    let begun = provider.begin(&attempt, &redirect_uri(visit), asked).await;
    let Ok(url) = begun else {
        return page::unreachable(visit, provider, next).await;
    };
    let mut onward = onward_to_sign_in(visit, url.as_str());
    let cookie = session::browser_cookie(app, realm, &browser);
    onward.headers_mut().append(SET_COOKIE, cookie);
    Ok(onward)
}
