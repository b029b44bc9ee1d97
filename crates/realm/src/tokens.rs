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
