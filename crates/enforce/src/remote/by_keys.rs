use std::sync::Arc;

use async_trait::async_trait;
use scope::{Catalog, OrganisationKey, ScopeSet};
use uuid::Uuid;

use super::everything::Everything;
use super::signed::SignedTokens;
use super::told::{Place, Told};
use crate::token::SECOND_FACTOR;
use crate::{
    AccessError, AccessNow, AccessSource, TokenVerifier, UnverifiedToken, VerifiedToken,
    VerifyError,
};

/// Verifies Scopegate's JWT access tokens by the realm's published keys, and lets them open what
/// they were issued with. It is both of what a [`Gate`](crate::Gate) asks, and asks nobody itself.
///
/// What it cannot know: that a token, its grant or its family was ended, that its app is disabled or
/// registered for less, that an approval has run out, that the person has lost a right or their
/// place. A token opens what it says until it expires. Where that is too long, let tokens live
/// shorter, or ask by [`ByIntrospection`](super::ByIntrospection).
///
/// Where a second factor is demanded for elevated scopes, it has to be told
/// ([`demanding_second_factor`](Self::demanding_second_factor)).
///
/// It knows the organisation of a token by its id alone. A call that names one by a short name or a
/// number, or any at all with a token that is a person's for all of theirs, is denied as
/// `wrong-organisation`.
pub struct ByKeys {
    catalog: Arc<Catalog>,
    tokens: SignedTokens,
    everything: Everything,
    /// What needs a second factor.
    elevated: Option<Arc<ScopeSet>>,
}

impl ByKeys {
    /// Lets these tokens open what they say, by this catalog.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>, tokens: SignedTokens) -> Self {
        let everything = Everything::of(&catalog);
        Self {
            catalog,
            tokens,
            everything,
            elevated: None,
        }
    }

    /// Elevated scopes open nothing to a person's token of a sign-in without a second factor (`acr`), as
    /// where the realm's `second_factor` is `elevated` or `always`.
    #[must_use]
    pub fn demanding_second_factor(self) -> Self {
        let elevated = Arc::new(self.catalog.elevated().clone());
        Self {
            elevated: Some(elevated),
            ..self
        }
    }

    /// The token, if its claims are as Scopegate writes them.
    fn verified(&self, told: &Told) -> Option<VerifiedToken> {
        let own = told.for_gates.as_ref()?;
        let id = Uuid::parse_str(told.jti.as_deref()?).ok()?;
        let client = told.client_id.as_deref()?;
        let subject = told.sub.as_deref()?;
        let user = match (own.subject_kind.as_deref(), own.grant) {
            // In tokens that do not say it, a person acts where there is a grant.
            (Some("person"), _) | (None, Some(_)) => Some(Uuid::parse_str(subject).ok()?),
            (Some("machine"), _) | (None, None) if subject == client => None,
            _ => return None,
        };
        let granted = self.catalog.recorded(&told.scope);
        let mut token = VerifiedToken::new(id, client, granted);
        self.catalog.id().clone_into(&mut token.realm);
        self.tokens.audience().clone_into(&mut token.audience);
        token.client_uuid = own.client_uuid;
        token.user = user;
        token.organisation = own.organisation;
        token.grant = own.grant;
        token.family = own.family;
        token.position = own.position;
        (token.acr, token.auth_time) = told.sign_in();
        Some(token)
    }
}

#[async_trait]
impl TokenVerifier for ByKeys {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let told = self.tokens.read(token).await?;
        // One of a sandbox has a name that the API itself may have had before.
        if told
            .more
            .get("for_sandbox")
            .is_some_and(|own| *own != false)
        {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        self.verified(&told).ok_or(VerifyError::Invalid(
            "The token is damaged, or it was not issued here.",
        ))
    }
}

#[async_trait]
impl AccessSource for ByKeys {
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let own = token.organisation.map(Place::of_id);
        match (own, organisation) {
            (Some(own), Some((key, value))) if !own.is_named(key, value) => {
                return Err(AccessError::WrongOrganisation);
            }
            // Where the person has a place, the token does not say.
            (None, Some(_)) if token.user.is_some() => return Err(AccessError::WrongOrganisation),
            (None, Some(_)) => return Err(AccessError::NoOrganisation),
            _ => {}
        }
        let granted = token.granted.clone();
        let mut now = self.everything.access(token.subject(), granted);
        now.organisation = token.organisation;
        now.issued = token.position;
        let has_factor = token.acr.as_deref() == Some(SECOND_FACTOR);
        if token.user.is_some() && !has_factor {
            now.unproven.clone_from(&self.elevated);
        }
        Ok(now)
    }
}
