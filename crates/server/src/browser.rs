//! What the pages share about browsers: the session cookie, where a form came from, and the
//! headers every page carries.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HeaderName, ORIGIN,
    REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use oauth::SecretKind;
use oauth::model::{BrowserSession, Position, TokenHash, User};
use storage::StoreError;

use realm::App;
use realm::Realm;

/// How long a browser stays signed in.
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// A browser somebody is signed in with.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Arc<BrowserSession>,
    /// Who.
    pub user: Arc<User>,
}

/// Who is signed in to this realm with this browser, if anybody is.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn signed_in(
    app: &App,
    realm: &Realm,
    headers: &HeaderMap,
) -> Result<Option<SignedIn>, StoreError> {
    let Some(hash) = session_hash(app, realm, headers) else {
        return Ok(None);
    };
    let found = realm.cache().session(&hash).await?;
    Ok(found.map(|(session, user)| SignedIn { session, user }))
}

/// The hash of the session cookie; `None` when there is none that could be one.
#[must_use]
pub fn session_hash(app: &App, realm: &Realm, headers: &HeaderMap) -> Option<TokenHash> {
    let wanted = cookie_name(app, realm);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == wanted)
        .find_map(|(_, value)| oauth::secret::hash(SecretKind::BrowserSession, value))
}

/// Begins a session for a person: always a new one, with a new cookie, so that nobody can
/// have planted it before (session fixation). `position` is how far the changes were known before
/// the person was looked up.
///
/// # Errors
///
/// When the store cannot keep it.
pub async fn begin_session(
    app: &App,
    realm: &Realm,
    user: &User,
    position: Position,
) -> Result<HeaderValue, StoreError> {
    let secret = oauth::secret::generate(SecretKind::BrowserSession, app.random_bytes());
    let now = app.now();
    let session = BrowserSession {
        hash: secret.hash(),
        realm: realm.id().to_owned(),
        user: user.id,
        created_at: now,
        expires_at: now.saturating_add(SESSION_LIFE).unwrap_or(Timestamp::MAX),
        position: Some(position),
    };
    app.store().insert_session(&session).await?;
    Ok(cookie(app, realm, secret.expose(), SESSION_LIFE.as_secs()))
}

/// The cookie that takes the session cookie away.
#[must_use]
pub fn ended_session(app: &App, realm: &Realm) -> HeaderValue {
    cookie(app, realm, "", 0)
}

fn cookie(app: &App, realm: &Realm, value: &str, seconds: i64) -> HeaderValue {
    let name = cookie_name(app, realm);
    let place = if is_https(app) {
        "Path=/; Secure".to_owned()
    } else {
        format!("Path=/{}", realm.id())
    };
    let text = format!("{name}={value}; {place}; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    let mut header = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}

/// With HTTPS the prefix keeps other hosts of the domain from setting it; the prefix demands
/// `Path=/`, so the name tells the realms apart.
fn cookie_name(app: &App, realm: &Realm) -> String {
    let prefix = if is_https(app) { "__Host-" } else { "" };
    format!("{prefix}sg_{}", realm.id())
}

fn is_https(app: &App) -> bool {
    app.base_url().starts_with("https://")
}

/// Did one of our own pages send this form? `Origin` must be ours; a browser that sends none
/// must say `Sec-Fetch-Site: same-origin`. Anything else, also nothing, is refused.
#[must_use]
pub fn is_own_form(app: &App, headers: &HeaderMap) -> bool {
    match headers.get(ORIGIN) {
        Some(origin) => origin.as_bytes() == own_origin(app).as_bytes(),
        None => headers
            .get("sec-fetch-site")
            .is_some_and(|site| site == "same-origin"),
    }
}

fn own_origin(app: &App) -> String {
    url::Url::parse(app.base_url())
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

/// A page with the headers every page carries.
#[must_use]
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    page_that_leads_to(status, template, None)
}

/// A page whose forms may end at `target` outside, a redirect URI: Chromium holds every
/// redirect after a form's post against `form-action`, also those the app itself adds.
#[must_use]
pub fn page_that_leads_to(
    status: StatusCode,
    template: &impl Template,
    target: Option<&str>,
) -> Response {
    match template.render() {
        Ok(html) => (status, page_headers(target), html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, page_headers(None)).into_response()
        }
    }
}

/// To another page or to the app, by GET.
#[must_use]
pub fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        tracing::error!("a redirect to a location that is no header value");
        return (StatusCode::INTERNAL_SERVER_ERROR, page_headers(None)).into_response();
    };
    let mut headers = page_headers(None);
    headers.remove(CONTENT_TYPE);
    headers.insert(axum::http::header::LOCATION, location);
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// [`see_other`], with a cookie.
#[must_use]
pub fn see_other_with_cookie(location: &str, cookie: HeaderValue) -> Response {
    let mut response = see_other(location);
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

fn page_headers(form_target: Option<&str>) -> HeaderMap {
    let forms = form_target.and_then(form_sources);
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'{}{}; \
         frame-ancestors 'none'; base-uri 'none'",
        if forms.is_some() { " " } else { "" },
        forms.unwrap_or_default()
    );
    let fixed: [(HeaderName, &str); 6] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: browsers then send `Origin: null` with our own forms.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("vary"), "Accept-Language, Cookie"),
    ];
    let mut headers: HeaderMap = fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers
}

/// Where a form may lead when it ends at this redirect URI. Many apps send the browser on
/// from there to another host of theirs, and that counts as a part of the form's way: so
/// any HTTPS address, and for an app on this device this device. Without it the browser
/// stops without a word, and the code is spent.
fn form_sources(redirect_uri: &str) -> Option<String> {
    const THIS_DEVICE: &str = "http://127.0.0.1:* http://localhost:*";
    let url = url::Url::parse(redirect_uri).ok()?;
    let scheme = url.scheme();
    Some(match (scheme, url.host()) {
        ("https", _) => "https:".to_owned(),
        // The policy's grammar has no IPv6 addresses.
        ("http", Some(url::Host::Ipv6(_))) => "http: https:".to_owned(),
        ("http", _) => format!("{THIS_DEVICE} https:"),
        _ => format!("{scheme}:"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_may_end_where_the_app_may_be() {
        let sources = |uri| form_sources(uri).unwrap();
        assert_eq!(sources("https://app.example/cb?x=1"), "https:");
        assert_eq!(
            sources("http://127.0.0.1:49152/cb"),
            "http://127.0.0.1:* http://localhost:* https:"
        );
        assert_eq!(sources("http://[::1]:49152/cb"), "http: https:");
        assert_eq!(sources("com.example.app:/cb"), "com.example.app:");
        assert_eq!(form_sources("no uri; script-src *"), None);
    }
}
