use async_trait::async_trait;
use oauth::model::{AuthorizationCode, Redemption, RefreshToken, Timestamp, TokenHash};

use crate::error::StoreError;

/// Authorization codes.
#[async_trait]
pub trait Codes: Send + Sync {
    /// A further code from a standing grant; [`StoreError::NotFound`] if it is not live.
    async fn insert_code(&self, code: &AuthorizationCode) -> Result<(), StoreError>;
    /// A code by hash, in any state.
    async fn code(&self, hash: &TokenHash) -> Result<Option<AuthorizationCode>, StoreError>;
    /// Consumes a code by one conditional statement and, when that succeeds, begins the family
    /// it names and stores the refresh token that goes with it, if any.
    async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError>;
}
