//! Catalogs that a running server takes in place of those it has: all that are offered together,
//! or none.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use oauth::audit::{Act, Actor, AuditRecord, Audited, Subject, SubjectKind};
use oauth::model::TokenHash;
use scope::{Catalog, Opened};
use storage::Store;
use tokio::sync::Mutex;

use crate::app::{App, Realms};
use crate::clock::Clock;
use crate::fault::Fault;
use crate::random::Random;
use crate::realm::{Realm, digest};

/// What an app knows of the catalogs that it is offered.
#[derive(Default)]
pub(crate) struct Offers {
    /// One at a time, so that none undoes another.
    taking: Mutex<()>,
    /// Why those that were offered last were not taken, if they were not.
    refused: ArcSwapOption<String>,
}

/// A catalog that counts from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// The realm.
    pub realm: String,
    /// Its version, as the file says it.
    pub version: String,
    /// SHA-256 of its text.
    pub digest: TokenHash,
    /// The version before.
    pub before: String,
    /// The scopes that count no more, retired ones among them, by name.
    pub gone: Vec<String>,
    /// What it opens more than the one before, tokens from before included.
    pub opened: Opened,
}

/// Why catalogs were not taken. Those from before go on.
#[derive(Debug, thiserror::Error)]
pub enum CatalogsRefused {
    /// It is another provider's: what a realm's records mean is said by the catalog of its own id.
    #[error(
        "the catalog of realm {realm:?} says `id = {id:?}` now, and that is another realm; give it \
         the id {realm:?}, or restart the server to have it serve {id:?} in place of {realm:?}"
    )]
    OtherId {
        /// The realm it was offered to.
        realm: String,
        /// What it says.
        id: String,
    },
    /// Two were offered to one realm, or one to a realm that is not there.
    #[error("no catalog, or more than one, can be taken for realm {0:?}")]
    NoSuchRealm(String),
    /// Its scopes could not be numbered, or its text not archived.
    #[error(transparent)]
    Store(#[from] Fault),
}

impl App {
    /// Takes these catalogs, each for the realm of this name, in place of those they have; all of
    /// them, or none. Requests under way end under the catalog that they began with. Answers
    /// those that are another text than before.
    ///
    /// # Errors
    ///
    /// What does not let them be taken; it is told by [`App::catalogs_refused`] until some are.
    pub async fn take_catalogs(
        &self,
        offered: Vec<(String, Catalog)>,
    ) -> Result<Vec<Taken>, CatalogsRefused> {
        let taken = self.try_catalogs(offered).await;
        match &taken {
            Ok(_) => {
                self.offers.refused.store(None);
                self.metrics().catalogs_refused(false);
            }
            Err(why) => self.refuse_catalogs(why.to_string()),
        }
        taken
    }

    /// Notes that catalogs there are cannot even be offered: what is wrong, where, what to do.
    pub fn refuse_catalogs(&self, why: String) {
        self.metrics().catalogs_refused(true);
        self.offers.refused.store(Some(Arc::new(why)));
    }

    /// Why the catalogs that were offered last were not taken, if they were not.
    #[must_use]
    pub fn catalogs_refused(&self) -> Option<Arc<String>> {
        self.offers.refused.load_full()
    }

    /// The text of a catalog that was served once, by its digest.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub async fn archived_catalog(&self, digest: TokenHash) -> Result<Option<String>, Fault> {
        Ok(self.store.archived_catalog(&digest.0).await?)
    }

    async fn try_catalogs(
        &self,
        offered: Vec<(String, Catalog)>,
    ) -> Result<Vec<Taken>, CatalogsRefused> {
        let _alone = self.offers.taking.lock().await;
        let before = self.realms.load_full();
        let changed = changed(&before, offered)?;
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        for next in &changed {
            prepare(&*self.store, &*self.clock, next.catalog()).await?;
        }
        // Whoever is given a scope of them has tokens that name it by its number.
        self.follower.catch_up().await?;
        for next in &changed {
            let around = (&*self.clock, &**self.random());
            record(&*self.store, around, next.catalog()).await?;
        }
        let mut realms = Realms::clone(&before);
        let mut taken = Vec::new();
        for next in changed {
            let next = Arc::new(next);
            if let Some(before) = realms.insert(next.id().to_owned(), Arc::clone(&next)) {
                taken.push(Taken::of(&before, &next));
                self.metrics().catalog_counts(Some(&before), &next);
            }
        }
        self.realms.store(Arc::new(realms));
        self.follower.feed().moved();
        Ok(taken)
    }
}

impl Taken {
    fn of(before: &Realm, now: &Realm) -> Self {
        let (old, new) = (before.catalog(), now.catalog());
        let usable = new.names(new.usable());
        let usable: BTreeSet<&str> = usable.into_iter().collect();
        let gone = old.names(old.usable()).into_iter();
        Self {
            realm: now.id().to_owned(),
            version: new.version().to_owned(),
            digest: TokenHash(now.catalog_digest()),
            before: old.version().to_owned(),
            gone: gone
                .filter(|name| !usable.contains(name))
                .map(str::to_owned)
                .collect(),
            opened: Opened::of(old, new),
        }
    }
}

/// The realms whose catalog is another text than before, with that one, once it is sure that each
/// is its realm's own.
fn changed(
    realms: &Realms,
    offered: Vec<(String, Catalog)>,
) -> Result<Vec<Realm>, CatalogsRefused> {
    let mut seen = BTreeSet::new();
    let mut changed = Vec::new();
    for (name, catalog) in offered {
        let realm = realms.get(&name).filter(|_| seen.insert(name.clone()));
        let Some(realm) = realm else {
            return Err(CatalogsRefused::NoSuchRealm(name));
        };
        if catalog.id() != name {
            let id = catalog.id().to_owned();
            return Err(CatalogsRefused::OtherId { realm: name, id });
        }
        if digest(&catalog) != realm.catalog_digest() {
            changed.push(realm.with_catalog(Arc::new(catalog)));
        }
    }
    Ok(changed)
}

/// Numbers the scopes of a catalog, and archives its text. Both only add: where it comes to nothing
/// after all, they harm nobody.
pub(crate) async fn prepare(
    store: &dyn Store,
    clock: &dyn Clock,
    catalog: &Catalog,
) -> Result<(), Fault> {
    let scopes = catalog.scope_of(&catalog.all());
    store.number_scopes(catalog.id(), scopes.tokens()).await?;
    let now = clock.now();
    store
        .archive_catalog(&digest(catalog), catalog.source(), now)
        .await?;
    Ok(())
}

/// Has the audit record tell that a realm goes by this catalog, before it does: once, however many nodes
/// take it.
pub(crate) async fn record(
    store: &dyn Store,
    (clock, random): (&dyn Clock, &dyn Random),
    catalog: &Catalog,
) -> Result<(), Fault> {
    let (realm, digest) = (catalog.id(), digest(catalog));
    loop {
        let before = store.catalog_taken(realm).await?;
        if before == Some(digest) {
            return Ok(());
        }
        let mut bytes = [0; AuditRecord::RANDOM_BYTES];
        random.fill(&mut bytes);
        let subject = Subject::new(SubjectKind::Realm, realm);
        let system = Actor::system();
        let record = AuditRecord::new(
            realm,
            &system,
            Act::CatalogTaken,
            subject,
            clock.now(),
            &bytes,
        );
        let told = |digest| Audited::field("catalog", TokenHash(digest).to_string());
        let record = record
            .removed(before.map(told).unwrap_or_default())
            .made(told(digest).with("version", catalog.version()));
        // Where another node was first, it is seen what that one took.
        if store
            .take_catalog(realm, &digest, before.as_ref(), &record)
            .await?
        {
            return Ok(());
        }
    }
}
