use oauth::model::{Page, PageRequest, SandboxQuery, SandboxRecord, Uuid};
use storage::Store;

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// How many records are read, and held, at once.
const PAGE: usize = 100;

/// What the sandbox of an organisation holds.
#[derive(Clone, Copy)]
pub struct SandboxRecords<'a> {
    store: &'a dyn Store,
    realm: &'a str,
    organisation: Uuid,
}

impl<'a> SandboxRecords<'a> {
    /// The records of an organisation of a realm.
    #[must_use]
    pub fn of(app: &'a App, realm: &'a Realm, organisation: Uuid) -> Self {
        Self {
            store: app.store(),
            realm: realm.id(),
            organisation,
        }
    }

    /// The realm they are of.
    #[must_use]
    pub fn realm(&self) -> &'a str {
        self.realm
    }

    /// The organisation they belong to.
    #[must_use]
    pub fn organisation(&self) -> Uuid {
        self.organisation
    }

    /// Every record of a collection, in order of creation; only those below these parents,
    /// where some are given.
    ///
    /// # Errors
    ///
    /// When the store cannot tell; so for every method here.
    pub async fn all(
        &self,
        collection: &str,
        parent: Option<&str>,
    ) -> Result<Vec<SandboxRecord>, Fault> {
        let mut records = Vec::new();
        let mut after = None;
        loop {
            let page = self.page(collection, parent, after).await?;
            records.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(records),
            }
        }
    }

    /// The next records of a collection, behind a place in it.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn page(
        &self,
        collection: &str,
        parent: Option<&str>,
        after: Option<String>,
    ) -> Result<Page<SandboxRecord>, Fault> {
        let query = SandboxQuery {
            realm: self.realm.to_owned(),
            organisation: self.organisation,
            collection: collection.to_owned(),
            parent: parent.map(ToOwned::to_owned),
            created_by: None,
            page: PageRequest {
                after,
                ..PageRequest::first(PAGE)
            },
        };
        Ok(self.store.sandbox_list(&query).await?)
    }

    /// One record.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn one(&self, collection: &str, id: &str) -> Result<Option<SandboxRecord>, Fault> {
        let (realm, organisation) = (self.realm, self.organisation);
        let found = self
            .store
            .sandbox_record(realm, organisation, collection, id);
        Ok(found.await?)
    }

    /// The record with this id in whatever collection.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn by_id(&self, id: &str) -> Result<Option<SandboxRecord>, Fault> {
        let (realm, organisation) = (self.realm, self.organisation);
        Ok(self
            .store
            .sandbox_record_by_id(realm, organisation, id)
            .await?)
    }

    /// Adds or replaces records.
    ///
    /// # Errors
    ///
    /// When that cannot be done.
    pub async fn put(&self, records: &[SandboxRecord]) -> Result<(), Fault> {
        Ok(self.store.sandbox_put(records).await?)
    }

    /// Removes one; answers whether it was there.
    ///
    /// # Errors
    ///
    /// When that cannot be done.
    pub async fn remove(&self, collection: &str, id: &str) -> Result<bool, Fault> {
        let (realm, organisation) = (self.realm, self.organisation);
        let gone = self
            .store
            .sandbox_delete(realm, organisation, collection, id);
        Ok(gone.await?)
    }
}
