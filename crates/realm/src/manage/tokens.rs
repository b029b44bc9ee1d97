//! Access tokens that end before their time.

use oauth::audit::{Act, Actor, Subject, SubjectKind};
use oauth::model::RevokedAccessToken;
use oauth::token::AccessTokenClaims;

use super::desk::Desk;
use super::refused::Refused;

impl Desk<'_> {
    /// Ends an access token by itself; answers whether it was not ended before.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn revoke_access_token(
        self,
        by: &Actor,
        claims: &AccessTokenClaims,
    ) -> Result<bool, Refused> {
        let subject = Subject::new(SubjectKind::AccessToken, claims.id);
        let record = self.record(by, Act::AccessTokenRevoked, subject);
        let record = self
            .naming(record, claims.organisation, claims.user)
            .await?;
        let token = RevokedAccessToken {
            realm: claims.realm.clone(),
            id: claims.id,
            expires_at: claims.expires_at,
        };
        Ok(self.store.revoke_access_token(&token, &record).await?)
    }
}
