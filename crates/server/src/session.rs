//! The browser somebody is signed in with, and the cookies that name it.

use std::sync::Arc;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use oauth::model::{BrowserSession, TokenHash, User};
use oauth::{Secret, SecretKind};
use realm::accounts::{half, links};
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
    for hash in session_hashes(app, realm, headers) {
        if let Some((session, user)) = realm.cache().session(&hash).await? {
            return Ok(Some(SignedIn { session, user }));
        }
    }
    Ok(None)
}

/// The hashes of every session cookie that could be one. Other hosts of the domain, and we
/// ourselves under another path, may have set cookies of the same name: which of them counts,
/// only the store can tell.
#[must_use]
pub(crate) fn session_hashes(app: &App, realm: &Realm, headers: &HeaderMap) -> Vec<TokenHash> {
    let name = cookie_name(app, realm);
    sent(headers, &name)
        .filter_map(|value| oauth::secret::hash(SecretKind::BrowserSession, value))
        .take(MOST)
        .collect()
}

/// The session that this browser has, or one that it had.
///
/// # Errors
///
/// When the store cannot tell.
pub(crate) async fn session_hash(
    app: &App,
    realm: &Realm,
    headers: &HeaderMap,
) -> Result<Option<TokenHash>, Fault> {
    let signed_in = signed_in(app, realm, headers).await?;
    let hash = signed_in.map(|signed_in| signed_in.session.hash);
    Ok(hash.or_else(|| session_hashes(app, realm, headers).into_iter().next()))
}

/// What this browser is told apart by, signed in or not: as many as it sent that could be that.
#[must_use]
pub(crate) fn browsers(app: &App, realm: &Realm, headers: &HeaderMap) -> Vec<Secret> {
    let name = browser_cookie_name(app, realm);
    sent(headers, &name)
        .filter(|value| oauth::secret::hash(SecretKind::Browser, value).is_some())
        .map(Secret::presented)
        .take(MOST)
        .collect()
}

/// Something new to tell a browser apart by.
#[must_use]
pub(crate) fn new_browser(app: &App) -> Secret {
    oauth::secret::generate(SecretKind::Browser, app.random_bytes())
}

/// So many cookies of one name are looked at.
const MOST: usize = 8;

/// The cookie that tells the browser apart. It has to outlive the requests that are kept for
/// it, and is set anew with each.
pub(crate) fn browser_cookie(app: &App, realm: &Realm, secret: &Secret) -> HeaderValue {
    let name = browser_cookie_name(app, realm);
    cookie(app, realm, &name, secret.expose(), sessions::LIFE.as_secs())
}

/// The values of the cookies of a name. What stands beside them is not ours to judge: it may
/// be any bytes.
fn sent<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    pairs
        .filter_map(|pair| std::str::from_utf8(pair.trim_ascii()).ok()?.split_once('='))
        .filter(move |(own, _)| *own == name)
        .map(|(_, value)| value)
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

/// The cookie of a sign-in whose second factor is missing.
pub(crate) fn half_cookie(app: &App, realm: &Realm, secret: &Secret) -> HeaderValue {
    let name = half_name(app, realm);
    cookie(app, realm, &name, secret.expose(), half::LIFE.as_secs())
}

/// The cookie that takes it away.
pub(crate) fn ended_half(app: &App, realm: &Realm) -> HeaderValue {
    cookie(app, realm, &half_name(app, realm), "", 0)
}

/// What may be the secret of such a sign-in.
pub(crate) fn halves(app: &App, realm: &Realm, headers: &HeaderMap) -> Vec<String> {
    let name = half_name(app, realm);
    let sent = sent(headers, &name).take(MOST);
    sent.map(str::to_owned).collect()
}

/// The cookie that a link's secret goes into; nothing for what is no such secret.
pub(crate) fn link_cookie(app: &App, realm: &Realm, given: &str) -> Option<HeaderValue> {
    oauth::secret::hash(SecretKind::AccountLink, given)?;
    let name = link_name(app, realm);
    Some(cookie(
        app,
        realm,
        &name,
        given,
        links::RESET_LIFE.as_secs(),
    ))
}

/// The cookie that takes it away.
pub(crate) fn ended_link(app: &App, realm: &Realm) -> HeaderValue {
    cookie(app, realm, &link_name(app, realm), "", 0)
}

/// What may be the secret of a link.
pub(crate) fn links(app: &App, realm: &Realm, headers: &HeaderMap) -> Vec<String> {
    let name = link_name(app, realm);
    let sent = sent(headers, &name).take(MOST);
    sent.map(str::to_owned).collect()
}

fn half_name(app: &App, realm: &Realm) -> String {
    format!("{}.half", cookie_name(app, realm))
}

fn link_name(app: &App, realm: &Realm) -> String {
    format!("{}.link", cookie_name(app, realm))
}

fn cookie(app: &App, realm: &Realm, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let place = if is_https(app) {
        "Path=/; Secure".to_owned()
    } else {
        format!("Path={}", realm.layout().cookie_path())
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
