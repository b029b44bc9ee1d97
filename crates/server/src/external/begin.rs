use axum::http::header::SET_COOKIE;
use axum::response::Response;
use oauth::model::SignInAsked;
use realm::sign_in::ExternalSignIn;
use realm::sign_in_service;
use url::Url;

use crate::authorize::{Wanted, onward_to_sign_in};
use crate::openid::ANEW;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::session;

/// Sends the browser to the application, to come back and go on to `next`, a path of the realm. `anew`
/// where the person wants to be somebody else.
///
/// # Errors
///
/// [`Refusal::TooMany`], or when the store fails.
pub(crate) async fn begin(
    visit: &Visit,
    external: &ExternalSignIn,
    next: &str,
    anew: bool,
) -> Result<Response, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let wanted = Wanted::behind(visit, next).await?;
    let known = session::browsers(app, realm, &visit.headers);
    let browser = known.into_iter().next();
    let browser = browser.unwrap_or_else(|| session::new_browser(app));
    let own = visit.words.language().code().to_owned();
    let mut ui_locales = wanted.languages;
    if !ui_locales.contains(&own) {
        ui_locales.push(own);
    }
    let asked = SignInAsked {
        client: wanted.client,
        app: wanted.app,
        max_age: wanted.max_age,
        anew: anew || wanted.anew || !visit.parameter(ANEW).is_empty(),
        acr_values: wanted.acr_values,
        ui_locales,
        login_hint: wanted.login_hint,
        organisation: wanted.organisation,
    };
    let hints = hints(&asked);
    let hash = browser.hash();
    let begun = sign_in_service::begin(app, realm, &hash, visit.address, next, asked);
    let challenge = begun.await?.ok_or(Refusal::TooMany)?;
    let target = address(external, challenge.expose(), &hints);
    let mut onward = onward_to_sign_in(visit, &target);
    let cookie = session::browser_cookie(app, realm, &browser);
    onward.headers_mut().append(SET_COOKIE, cookie);
    Ok(onward)
}

/// What the application may go by before it asks; whoever holds the browser can change it.
fn hints(asked: &SignInAsked) -> Vec<(&'static str, String)> {
    let prompt = asked.anew.then(|| "login".to_owned());
    let max_age = asked.max_age.map(|seconds| seconds.to_string());
    let words = |list: &[String]| Some(list.join(" ")).filter(|words| !words.is_empty());
    let hints = [
        ("prompt", prompt),
        ("max_age", max_age),
        ("acr_values", words(&asked.acr_values)),
        ("ui_locales", words(&asked.ui_locales)),
        ("login_hint", asked.login_hint.clone()),
        ("organisation", asked.organisation.clone()),
        ("client_id", asked.client.clone()),
    ];
    let given = hints.into_iter();
    given
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn address(external: &ExternalSignIn, challenge: &str, hints: &[(&str, String)]) -> String {
    // It was one when it was configured.
    let Ok(mut url) = Url::parse(&external.url) else {
        return external.url.clone();
    };
    let mut query = url.query_pairs_mut();
    query.append_pair("challenge", challenge);
    for (name, value) in hints {
        query.append_pair(name, value);
    }
    drop(query);
    url.into()
}
