//! The browser somebody is signed in with, and the cookies that name it.

use std::sync::Arc;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use oauth::model::{BrowserSession, TokenHash, User};
use oauth::{Secret, SecretKind};
use realm::{App, Fault, Realm, sessions};

/// A browser somebody is signed in with.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
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
pub(crate) async fn signed_in(
    app: &App,
    realm: &Realm,
    headers: &HeaderMap,
) -> Result<Option<SignedIn>, Fault> {
    let Some(hash) = session_hash(app, realm, headers) else {
        return Ok(None);
    };
    let found = realm.cache().session(&hash).await?;
    Ok(found.map(|(session, user)| SignedIn { session, user }))
}

/// The hash of the session cookie; `None` when there is none that could be one.
#[must_use]
pub(crate) fn session_hash(app: &App, realm: &Realm, headers: &HeaderMap) -> Option<TokenHash> {
    let sent = sent(headers, &cookie_name(app, realm));
    sent.into_iter()
        .find_map(|value| oauth::secret::hash(SecretKind::BrowserSession, value))
}

/// What this browser is told apart by, signed in or not; `None` when it sent nothing that could
/// be that.
#[must_use]
pub(crate) fn browser(app: &App, realm: &Realm, headers: &HeaderMap) -> Option<Secret> {
    let sent = sent(headers, &browser_cookie_name(app, realm));
    sent.into_iter()
        .find(|value| oauth::secret::hash(SecretKind::Browser, value).is_some())
        .map(Secret::presented)
}

/// The cookie that tells the browser apart. It has to outlive the requests that are kept for
/// it, and is set anew with each.
pub(crate) fn browser_cookie(app: &App, realm: &Realm, secret: &Secret) -> HeaderValue {
    let name = browser_cookie_name(app, realm);
    cookie(app, realm, &name, secret.expose(), sessions::LIFE.as_secs())
}

fn sent<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(own, _)| *own == name)
        .map(|(_, value)| value)
        .collect()
}

/// The cookie of a session that has begun.
pub(crate) fn begun_session(app: &App, realm: &Realm, secret: &Secret) -> HeaderValue {
    cookie(
        app,
        realm,
        &cookie_name(app, realm),
        secret.expose(),
        sessions::LIFE.as_secs(),
    )
}

/// The cookie that takes the session cookie away.
#[must_use]
pub(crate) fn ended_session(app: &App, realm: &Realm) -> HeaderValue {
    cookie(app, realm, &cookie_name(app, realm), "", 0)
}

fn cookie(app: &App, realm: &Realm, name: &str, value: &str, seconds: i64) -> HeaderValue {
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

/// No realm is called so: their names have no dot.
fn browser_cookie_name(app: &App, realm: &Realm) -> String {
    format!("{}.browser", cookie_name(app, realm))
}

fn is_https(app: &App) -> bool {
    app.base_url().starts_with("https://")
}
