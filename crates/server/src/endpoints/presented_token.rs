use oauth::model::{RefreshToken, TokenHash};
use oauth::revocation::PresentedToken;
use storage::StoreError;

use realm::App;
use realm::Realm;

/// A token given for revocation or introspection, by its form.
pub(super) async fn read(realm: &Realm, token: &str) -> Result<PresentedToken, StoreError> {
    realm.cache().presented(realm.issuer(), token).await
}

/// The refresh token with this hash, if it is this realm's.
pub(super) async fn refresh_token(
    app: &App,
    realm: &Realm,
    hash: &TokenHash,
) -> Result<Option<RefreshToken>, StoreError> {
    let token = app.store().refresh_token(hash).await?;
    Ok(token.filter(|token| token.realm == realm.id()))
}
