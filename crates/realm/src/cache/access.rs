use std::sync::Arc;

use async_trait::async_trait;
use enforce::{AccessError, AccessNow, AccessSource, CallerNames, VerifiedToken};
use oauth::model::{Position, Timestamp, Uuid};
use oauth::status::Worth;
use oauth::token::RealmKeys;
use scope::{GrantAnswers, OrganisationKey};

use super::known::{KnownClient, KnownGrant};
use super::realm_cache::RealmCache;
use super::verifier::{KeySource, Unknown};
use crate::fault::Fault;
use crate::rights::RightsNow;

/// Reads nothing from the store when warm.
#[async_trait]
impl AccessSource for RealmCache {
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let behind = self
            .behind(
                &token.realm,
                token.id,
                (Some(&token.client), token.client_uuid),
                (token.grant, token.family),
                (token.user, token.organisation),
                token.position.map(Position),
            )
            .await;
        let behind = behind.map_err(unavailable)?;
        let Behind { client, grant } = behind.ok_or(AccessError::TokenEnded)?;
        let (organisation, rights) = self.meant(token, organisation).await?;
        let granted = match &grant {
            Some(grant) => {
                let issued = token.position.map(Position);
                grant.within(&self.catalog, &token.granted, issued)
            }
            None => token.granted.clone(),
        };
        let mut now = AccessNow::new(token.subject(), granted, Arc::clone(client.state.ceiling()));
        now.organisation = organisation;
        now.approved = client.approved;
        now.rights = rights.rights;
        now.expired = rights.expired;
        let unproven = self.unproven(token.user, token.acr.as_deref());
        now.unproven = unproven.cloned().map(Arc::new);
        now.rights_origin = rights.origin;
        now.issued = token.position;
        now.answers = grant.map(|grant| grant.grant as Arc<dyn GrantAnswers>);
        Ok(now)
    }

    async fn names(
        &self,
        token: &VerifiedToken,
        organisation: Option<Uuid>,
    ) -> Result<CallerNames, AccessError> {
        let client = self.client_named(Some(&token.client), token.client_uuid);
        let client = client.await.map_err(unavailable)?;
        let organisation = match organisation {
            Some(id) => self.organisation(id).await.map_err(unavailable)?,
            None => None,
        };
        let mut names = CallerNames::default();
        names.client_kind = client.map(|known| known.client.kind.clone());
        if let Some(organisation) = organisation {
            names.organisation_slug = Some(organisation.slug.clone());
            names.organisation_number = Some(organisation.number);
        }
        Ok(names)
    }
}

#[async_trait]
impl KeySource for RealmCache {
    /// Always the keys as last read: whether that is too long ago is asked with the access.
    fn keys(&self) -> Option<Arc<RealmKeys>> {
        Some(RealmCache::keys(self))
    }

    async fn keys_read_now(&self) -> Option<Arc<RealmKeys>> {
        match self.catch_up().await {
            Ok(()) => Some(RealmCache::keys(self)),
            Err(error) => {
                tracing::warn!(%error, "the keys cannot be read");
                None
            }
        }
    }

    async fn client_id(&self, uuid: Uuid) -> Result<Option<String>, Unknown> {
        RealmCache::client_id(self, uuid).await.map_err(|error| {
            tracing::warn!(%error, "a client cannot be read");
            Unknown
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// What stands behind a token that has not been ended.
pub struct Behind {
    /// Its client, which may act.
    pub client: KnownClient,
    /// Its grant, which is live; `None` for a machine's token.
    pub grant: Option<KnownGrant>,
}

impl RealmCache {
    /// The client and grant behind a genuine token with this id, which names its client by one
    /// or both of its names, and was issued at this place; `None` when something ended it: it was
    /// revoked, its grant or its family was, its client or its person may not act now or is gone, as is
    /// the organisation a machine acts for, or one of them or the realm was cut off since.
    pub async fn behind(
        &self,
        realm: &str,
        id: Uuid,
        (client_id, client_uuid): (Option<&str>, Option<Uuid>),
        (grant, family): (Option<Uuid>, Option<Uuid>),
        (user, organisation): (Option<Uuid>, Option<Uuid>),
        issued: Option<Position>,
    ) -> Result<Option<Behind>, Fault> {
        if realm != self.realm() {
            return Ok(None);
        }
        let Some(client) = self.client_named(client_id, client_uuid).await? else {
            return Ok(None);
        };
        let worth = self.worth(&client.client, user, issued).await?;
        if worth != Worth::Counts || self.is_revoked(id) {
            return Ok(None);
        }
        // Where a person acts, their rights say whether it is there.
        if let (None, Some(organisation)) = (user, organisation)
            && self.organisation(organisation).await?.is_none()
        {
            return Ok(None);
        }
        let grant = match grant {
            Some(id) => match self.grant(id).await? {
                Some(grant) if grant.is_live() && !grant.has_ended(family) => Some(grant),
                _ => return Ok(None),
            },
            None => None,
        };
        Ok(Some(Behind { client, grant }))
    }

    /// Which organisation a call is about, and the rights there.
    async fn meant(
        &self,
        token: &VerifiedToken,
        named: Option<(OrganisationKey, &str)>,
    ) -> Result<(Option<Uuid>, RightsNow), AccessError> {
        let issued = token.position.map(Position);
        match (token.organisation, token.user) {
            (Some(bound), user) => self.bound(bound, user, issued, named).await,
            (None, Some(user)) => self.of_user(user, issued, named).await,
            (None, None) if named.is_some() => Err(AccessError::NoOrganisation),
            (None, None) => Ok((None, RightsNow::standing(Arc::clone(&self.all)))),
        }
    }

    /// The token is for one organisation: a path may name no other.
    async fn bound(
        &self,
        bound: Uuid,
        user: Option<Uuid>,
        issued: Option<Position>,
        named: Option<(OrganisationKey, &str)>,
    ) -> Result<(Option<Uuid>, RightsNow), AccessError> {
        if let Some((key, value)) = named {
            let organisation = self.organisation(bound).await.map_err(unavailable)?;
            if !organisation.is_some_and(|organisation| organisation.is_named(key, value)) {
                return Err(AccessError::WrongOrganisation);
            }
        }
        let rights = match user {
            Some(user) => self.rights_left(user, Some(bound), issued).await?,
            None => RightsNow::standing(Arc::clone(&self.all)),
        };
        Ok((Some(bound), rights))
    }

    /// The token is for a person: a path may name any organisation they belong to. Where it names
    /// none, the call is about the person, and about their organisation if they have only one.
    async fn of_user(
        &self,
        user: Uuid,
        issued: Option<Position>,
        named: Option<(OrganisationKey, &str)>,
    ) -> Result<(Option<Uuid>, RightsNow), AccessError> {
        let Some((key, value)) = named else {
            let rights = self.rights_left(user, None, issued).await?;
            let places = self.memberships(user).await.map_err(unavailable)?;
            let only = match &*places {
                [(organisation, _)] => Some(organisation.id),
                _ => None,
            };
            return Ok((only, rights));
        };
        let found = self.organisation_by(key, value).await;
        let organisation = found.map_err(unavailable)?.map(|found| found.id);
        let organisation = organisation.ok_or(AccessError::WrongOrganisation)?;
        let rights = self.rights_within(user, Some(organisation), issued).await;
        let rights = rights.map_err(unavailable)?;
        let rights = rights.ok_or(AccessError::WrongOrganisation)?;
        Ok((Some(organisation), rights))
    }

    /// The rights behind a token whose person still has a place where it counts: without one it
    /// has ended, as introspection says too, and opens not even what asks for no scope.
    async fn rights_left(
        &self,
        user: Uuid,
        organisation: Option<Uuid>,
        issued: Option<Position>,
    ) -> Result<RightsNow, AccessError> {
        let rights = self.rights_within(user, organisation, issued).await;
        rights.map_err(unavailable)?.ok_or(AccessError::TokenEnded)
    }
}

fn unavailable(error: Fault) -> AccessError {
    if error == Fault::RightsUnavailable {
        return AccessError::RightsUnavailable;
    }
    tracing::warn!(%error, "access cannot be checked");
    AccessError::Unavailable
}
