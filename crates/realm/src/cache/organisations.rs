use std::sync::Arc;

use oauth::model::{Organisation, Uuid};
use scope::OrganisationKey;

use super::caches::Memberships;
use super::realm_cache::RealmCache;
use crate::fault::Fault;

impl RealmCache {
    /// One organisation.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn organisation(&self, id: Uuid) -> Result<Option<Arc<Organisation>>, Fault> {
        let read = || async {
            let organisation = self.store.organisation(self.realm(), id).await?;
            Ok(organisation.map(Arc::new))
        };
        self.look_up(&self.caches.organisations, &id, read).await
    }

    /// The organisation that a path or a request names.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn organisation_by(
        &self,
        key: OrganisationKey,
        value: &str,
    ) -> Result<Option<Arc<Organisation>>, Fault> {
        let known = match key {
            OrganisationKey::Slug => self.caches.slugs.get(value),
            OrganisationKey::Id | OrganisationKey::Number => None,
        };
        let found = self.organisation_named(key, value).await?;
        if found.is_some() || known.is_none() {
            return Ok(found);
        }
        // Whoever had the slug has gone, or is called otherwise: it may be another's by now.
        self.caches.slugs.forget(value);
        self.organisation_named(key, value).await
    }

    async fn organisation_named(
        &self,
        key: OrganisationKey,
        value: &str,
    ) -> Result<Option<Arc<Organisation>>, Fault> {
        let id = match key {
            OrganisationKey::Id => Uuid::try_parse(value).ok(),
            OrganisationKey::Slug => self.slug(value).await?,
            OrganisationKey::Number => match value.parse() {
                Ok(number) => self.number(number).await?,
                Err(_) => None,
            },
        };
        let Some(id) = id else {
            return Ok(None);
        };
        let organisation = self.organisation(id).await?;
        Ok(organisation.filter(|organisation| organisation.is_named(key, value)))
    }

    async fn slug(&self, slug: &str) -> Result<Option<Uuid>, Fault> {
        let read = || async {
            let found = self.store.organisation_by_slug(self.realm(), slug).await?;
            Ok(found.map(|organisation| organisation.id))
        };
        self.look_up(&self.caches.slugs, slug, read).await
    }

    async fn number(&self, number: i64) -> Result<Option<Uuid>, Fault> {
        let read = || async {
            let found = self
                .store
                .organisation_by_number(self.realm(), number)
                .await?;
            Ok(found.map(|organisation| organisation.id))
        };
        self.look_up(&self.caches.numbers, &number, read).await
    }

    /// The organisations of a person by name, with their roles there.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn memberships(&self, user: Uuid) -> Result<Memberships, Fault> {
        let read = || async {
            let memberships = self.store.memberships(self.realm(), user).await?;
            Ok(Some(memberships.into()))
        };
        let known = self.look_up(&self.caches.memberships, &user, read);
        Ok(known.await?.unwrap_or_default())
    }

    /// The first organisation of a person by name, if they are a member of any.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn first_organisation(&self, user: Uuid) -> Result<Option<Uuid>, Fault> {
        let memberships = self.memberships(user).await?;
        Ok(memberships.first().map(|(organisation, _)| organisation.id))
    }
}
