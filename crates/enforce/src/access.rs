use std::sync::Arc;

use async_trait::async_trait;
use scope::{
    Access, ApiRequest, Catalog, Explanation, GrantAnswers, GrantedScope, History, OrganisationKey,
    RegisteredScope, RightsOrigin, ScopeSet, Subject,
};
use uuid::Uuid;

use crate::VerifiedToken;

/// Knows what client, grant and rights allow right now.
///
/// It also decides which organisation is meant:
///
/// - A grant bound to an organisation opens that one only: a call that names another is
///   [`AccessError::WrongOrganisation`].
/// - A grant bound to a user opens every organisation the user is a member of: a call that
///   names one of these gives the rights there, and another is `WrongOrganisation`. A call
///   that names none is about the user, with the rights they have in any of these, and about
///   their organisation if they have only one.
/// - A token without either (a machine's) opens only calls that name no organisation; else
///   [`AccessError::NoOrganisation`].
#[async_trait]
pub trait AccessSource: Send + Sync + 'static {
    /// What this token may do now in the organisation that the call names, if it names one.
    ///
    /// # Errors
    ///
    /// Every error denies.
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError>;

    /// What else the API behind may know a permitted caller by. Only gates that hand it on ask.
    ///
    /// # Errors
    ///
    /// When it cannot be told, which denies.
    async fn names(
        &self,
        _token: &VerifiedToken,
        _organisation: Option<Uuid>,
    ) -> Result<CallerNames, AccessError> {
        Ok(CallerNames::default())
    }
}

/// What a client and an organisation are called, besides their ids; see [`AccessSource::names`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerNames {
    /// The catalog's kind of the client, a key of its `[client_kinds]`.
    pub client_kind: Option<String>,
    /// The short name of the organisation in URLs.
    pub organisation_slug: Option<String>,
    /// Its number.
    pub organisation_number: Option<i64>,
}

/// What stands behind a token at this moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AccessNow {
    /// Whom the token speaks for.
    pub subject: Subject,
    /// The organisation the call is about, if there is one.
    pub organisation: Option<Uuid>,
    /// The token's scope, within what its grant still allows
    /// ([`GrantedScope::within`](scope::GrantedScope::within)).
    pub granted: GrantedScope,
    /// What the client is registered for.
    pub ceiling: Arc<RegisteredScope>,
    /// The scopes that need no approval and those of the client's live approvals
    /// ([`ClientState::approved`](scope::ClientState::approved)).
    pub approved: Arc<ScopeSet>,
    /// The user's rights in the organisation, or in any where none is meant; every scope for a
    /// machine of its own.
    pub rights: Arc<ScopeSet>,
    /// What they could do there until what they were given at their sign-in ran out, if it has.
    pub expired: Option<Arc<ScopeSet>>,
    /// What opens nothing until the person signs in with a second factor, where one is demanded that this
    /// token's sign-in had not.
    pub unproven: Option<Arc<ScopeSet>>,
    /// Where the rights come from and since when they are known, where that is no role. Only
    /// explanations read it.
    pub rights_origin: Option<Arc<RightsOrigin>>,
    /// The token's place in the issuer's changes, where it tells it
    /// ([`VerifiedToken::position`](crate::VerifiedToken::position)).
    pub issued: Option<i64>,
    /// The grant it hangs from, which tells what was asked, refused, withheld and reduced.
    /// Only explanations read it; without it they say less.
    pub answers: Option<Arc<dyn GrantAnswers>>,
    /// Is it an API key ([`VerifiedToken::is_key`])? Only explanations read it.
    pub of_key: bool,
}

impl AccessNow {
    /// Access that opens nothing yet: nothing is approved, and there are no rights, until the
    /// fields say otherwise.
    #[must_use]
    pub fn new(subject: Subject, granted: GrantedScope, ceiling: Arc<RegisteredScope>) -> Self {
        Self {
            subject,
            organisation: None,
            granted,
            ceiling,
            approved: Arc::default(),
            rights: Arc::default(),
            expired: None,
            unproven: None,
            rights_origin: None,
            issued: None,
            answers: None,
            of_key: false,
        }
    }

    /// The same, as the engine takes it.
    #[must_use]
    pub fn as_access(&self) -> Access<'_> {
        Access {
            subject: self.subject,
            granted: &self.granted,
            ceiling: &self.ceiling,
            approved: &self.approved,
            rights: &self.rights,
            expired: self.expired.as_deref(),
            unproven: self.unproven.as_deref(),
        }
    }

    /// Decides a call and explains the decision with all that is known. A decision alone costs
    /// far less: [`scope::decide()`].
    #[must_use]
    pub fn explain(&self, catalog: &Catalog, call: &ApiRequest<'_>) -> Explanation {
        let answers = self.answers.as_deref();
        let mut history = answers.map_or_else(History::default, |grant| grant.history(self.issued));
        history.of_key = self.of_key;
        let explanation = scope::explain(catalog, &self.as_access(), call, &history);
        match &self.rights_origin {
            Some(origin) => explanation.with_rights(RightsOrigin::clone(origin)),
            None => explanation,
        }
    }
}

/// Why a verified token opens nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// Its grant was revoked, the token itself was, its client is disabled, or its person has no
    /// place any more where it counts: 401 `invalid_token`.
    #[error("the token has been ended")]
    TokenEnded,
    /// The call names an organisation that is not the token's, or none that can be told: 403.
    #[error("the call names another organisation than the token is for")]
    WrongOrganisation,
    /// The call names an organisation and the token is bound to none: 403.
    #[error("the token is for no organisation, and the call names one")]
    NoOrganisation,
    /// It cannot be told just now: 503.
    #[error("access cannot be checked just now")]
    Unavailable,
    /// What the person may do cannot be told just now, since the provider's system that knows it does
    /// not answer: 503.
    #[error("the system that knows what the person may do does not answer just now")]
    RightsUnavailable,
}
