use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Redemption, RefreshToken, RevokedAccessToken, Timestamp, TokenHash};

use crate::error::StoreError;

/// Refresh tokens, and the access tokens that were revoked.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// A refresh token by hash, in any state.
    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError>;
    /// The same with the one it was exchanged for, if it was, both as they were at one moment.
    async fn refresh_token_with_successor(
        &self,
        hash: &TokenHash,
    ) -> Result<Option<(RefreshToken, Option<RefreshToken>)>, StoreError>;
    /// Exchanges a refresh token for its successor by one conditional statement.
    async fn rotate_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError>;
    /// Gives a token that was exchanged a further successor in the place of `unused`, the one it
    /// has, by one conditional statement: only if nobody used that one, which is worth nothing
    /// from then on.
    async fn replace_successor(
        &self,
        hash: &TokenHash,
        unused: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError>;
    /// Marks an access token as revoked; answers whether it was not yet.
    async fn revoke_access_token(
        &self,
        token: &RevokedAccessToken,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Every revoked access token that has not expired yet, to fill a cache.
    async fn revoked_access_tokens(
        &self,
        now: Timestamp,
    ) -> Result<Vec<RevokedAccessToken>, StoreError>;
}
