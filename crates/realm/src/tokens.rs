//! Refresh tokens, exchanged. How tokens end before their time is in [`manage`](crate::manage).
//! What a code gives is redeemed through the [`RealmCache`](crate::cache::RealmCache), which remembers codes.

use oauth::model::{Redemption, RefreshToken, Timestamp, TokenHash};

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// The refresh token with this hash, in any state, if it is this realm's.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn refresh_token(
    app: &App,
    realm: &Realm,
    hash: &TokenHash,
) -> Result<Option<RefreshToken>, Fault> {
    let token = app.store().refresh_token(hash).await?;
    Ok(token.filter(|token| token.realm == realm.id()))
}

/// The same with the one it was exchanged for, if it was.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn refresh_token_with_successor(
    app: &App,
    realm: &Realm,
    hash: &TokenHash,
) -> Result<Option<(RefreshToken, Option<RefreshToken>)>, Fault> {
    let Some(token) = refresh_token(app, realm, hash).await? else {
        return Ok(None);
    };
    // Most were not, and one look-up is enough for those.
    if token.rotated_at.is_none() {
        return Ok(Some((token, None)));
    }
    Ok(app.store().refresh_token_with_successor(hash).await?)
}

/// Exchanges a refresh token for its successor, if nobody did before.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn rotate(
    app: &App,
    hash: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<Redemption, Fault> {
    Ok(app.store().rotate_refresh_token(hash, next, now).await?)
}

/// Gives a refresh token that was exchanged a further successor in the place of the unused one.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn replace_successor(
    app: &App,
    hash: &TokenHash,
    unused: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<Redemption, Fault> {
    let replaced = app.store().replace_successor(hash, unused, next, now);
    Ok(replaced.await?)
}
