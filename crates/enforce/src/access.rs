use std::sync::Arc;

use async_trait::async_trait;
use oauth::client_state::ClientState;
use oauth::model::{Grant, Uuid};
use scope::{Access, GrantedScope, OrganisationKey, ScopeSet};

use crate::VerifiedToken;

/// Knows what client, grant and rights allow right now.
///
/// It also decides which organisation is meant:
///
/// - A grant bound to an organisation opens that one only: a path that names another is
///   [`AccessError::WrongOrganisation`].
/// - A grant bound to a user opens every organisation the user is a member of: a path that
///   names one of these gives the rights there, and another is `WrongOrganisation`. A path
///   that names none is about the user, or about the user's first organisation.
/// - A token without either (a machine's) opens only paths that name no organisation; else
///   [`AccessError::NoOrganisation`].
#[async_trait]
pub trait AccessSource: Send + Sync + 'static {
    /// What this token may do now in the organisation that the path names, if it names one.
    ///
    /// # Errors
    ///
    /// Every error denies.
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError>;
}

/// What stands behind a token at this moment.
#[derive(Debug, Clone)]
pub struct AccessNow {
    /// The organisation the call is about, if there is one.
    pub organisation: Option<Uuid>,
    /// The client, with its ceiling.
    pub client: Arc<ClientState>,
    /// The scopes that need no approval and those of the client's live approvals.
    pub approved: Arc<ScopeSet>,
    /// The user's rights in the organisation; every scope for a machine of its own.
    pub rights: Arc<ScopeSet>,
    /// The token's scope, within what its grant still allows.
    pub granted: GrantedScope,
    /// The grant it hangs from, which tells what was asked, refused, withheld and reduced.
    pub grant: Option<Arc<Grant>>,
}

impl AccessNow {
    /// The same, as the engine takes it.
    #[must_use]
    pub fn as_access(&self) -> Access<'_> {
        Access {
            granted: &self.granted,
            ceiling: &self.client.ceiling,
            approved: &self.approved,
            rights: &self.rights,
        }
    }
}

/// Why a verified token opens nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Its grant was revoked, the token itself was, or its client is disabled: 401
    /// `invalid_token`.
    #[error("the token has been ended")]
    TokenEnded,
    /// The path names an organisation that is not the token's: 403.
    #[error("the path names another organisation than the token is for")]
    WrongOrganisation,
    /// The path names an organisation and the token is bound to none: 403.
    #[error("the token is for no organisation, and the path names one")]
    NoOrganisation,
    /// It cannot be told just now: 503.
    #[error("access cannot be checked just now")]
    Unavailable,
}
