//! Signed-in browsers, begun. How they end is in [`manage`](crate::manage).

use jiff::{SignedDuration, Timestamp};
use oauth::model::{Authentication, BrowserSession, Position, User};
use oauth::{Secret, SecretKind};

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// How long a browser stays signed in.
pub const LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Begins a session for a person: always a new one, with a new secret for the cookie, so that
/// nobody can have planted it before (session fixation). `authentication` is how they proved who
/// they are, by a password of this moment where there is none. `position` is how far the changes
/// were known before the person was looked up, and `browser` roughly what it says of itself.
///
/// # Errors
///
/// When it cannot be kept.
pub async fn begin(
    app: &App,
    realm: &Realm,
    user: &User,
    authentication: Option<Authentication>,
    position: Position,
    browser: Option<String>,
) -> Result<Secret, Fault> {
    let (secret, session) = new(app, realm, user, authentication, position, browser);
    app.store().insert_session(&session).await?;
    Ok(secret)
}

/// The same, not begun yet.
#[must_use]
pub(crate) fn new(
    app: &App,
    realm: &Realm,
    user: &User,
    authentication: Option<Authentication>,
    position: Position,
    browser: Option<String>,
) -> (Secret, BrowserSession) {
    let secret = oauth::secret::generate(SecretKind::BrowserSession, app.random_bytes());
    let now = app.now();
    let session = BrowserSession {
        hash: secret.hash(),
        realm: realm.id().to_owned(),
        user: user.id,
        created_at: now,
        authentication: authentication.unwrap_or_else(|| Authentication::by_password(now)),
        expires_at: now.saturating_add(LIFE).unwrap_or(Timestamp::MAX),
        browser,
        position: Some(position),
    };
    (secret, session)
}
