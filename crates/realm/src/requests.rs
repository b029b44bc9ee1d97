//! Authorization requests that wait for a person, kept for minutes. Requests that apps push
//! (RFC 9126) will be kept here, too.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use oauth::model::{KeptRequest, KeptRequests, TokenHash};
use oauth::{Secret, SecretKind};

use crate::address;
use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// For how long a request is kept: time to find a password, not a lunch.
pub const LIFE: SignedDuration = SignedDuration::from_mins(30);

/// How many are kept. Of those at once the oldest go, so that somebody who sends many from one address
/// loses their own, and it takes fifty addresses to push out others'. Who sends two in a second for
/// longer than people do is told to wait: each is a write.
pub const MOST: KeptRequests = KeptRequests {
    of_sender_in_a_minute: 120,
    of_sender: 200,
    of_realm: 10_000,
};

/// A browser: what its cookie says, and who is signed in with it at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Browser<'a> {
    /// SHA-256 of its cookie.
    pub hash: &'a TokenHash,
    /// Its session.
    pub session: Option<&'a TokenHash>,
}

/// Keeps a request for a browser, or for the first one that comes with its handle; answers the
/// handle, or nothing where the sender has sent as many as they may in a minute.
///
/// # Errors
///
/// When it cannot be kept.
pub async fn keep(
    app: &App,
    realm: &Realm,
    parameters: String,
    sender: Option<IpAddr>,
    browser: Option<Browser<'_>>,
) -> Result<Option<Secret>, Fault> {
    let handle = oauth::secret::generate(SecretKind::RequestHandle, app.random_bytes());
    let now = app.now();
    let request = KeptRequest {
        hash: handle.hash(),
        realm: realm.id().to_owned(),
        parameters,
        sender: sender.map_or_else(|| "address:unknown".to_owned(), address::key),
        browser: browser.map(|browser| *browser.hash),
        session: browser.and_then(|browser| browser.session.copied()),
        created_at: now,
        expires_at: now.saturating_add(LIFE).unwrap_or(Timestamp::MAX),
        answered_at: None,
    };
    let is_kept = app.store().keep_request(&request, MOST).await?;
    Ok(is_kept.then_some(handle))
}

/// The request behind a handle, if it is this browser's. One that no browser has becomes its.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn find(
    app: &App,
    realm: &Realm,
    handle: &str,
    browser: Browser<'_>,
) -> Result<Option<KeptRequest>, Fault> {
    let Some(hash) = oauth::secret::hash(SecretKind::RequestHandle, handle) else {
        return Ok(None);
    };
    let now = app.now();
    let kept = app.store().kept_request(&hash, now).await?;
    let Some(mut kept) = kept.filter(|kept| kept.realm == realm.id()) else {
        return Ok(None);
    };
    if kept.browser.is_none() {
        let claimed = app
            .store()
            .claim_request(&hash, browser.hash, browser.session, now);
        if !claimed.await? {
            // Another tab of the same browser may have been faster.
            let again = app.store().kept_request(&hash, now).await?;
            return Ok(again.filter(|kept| kept.browser.as_ref() == Some(browser.hash)));
        }
        kept.browser = Some(*browser.hash);
        kept.session = browser.session.copied();
    }
    Ok(Some(kept).filter(|kept| kept.browser.as_ref() == Some(browser.hash)))
}
