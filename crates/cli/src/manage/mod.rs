//! `scopegate user|organisation|client|approve|key`: changes to a server's store. A running
//! server on the same store follows by itself.

pub mod approve;
pub mod client;
pub mod key;
pub mod organisation;
pub mod user;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use oauth::model::{Client, Organisation, Page, PageRequest, Timestamp, User, Uuid};
use realm::keys::KeySettings;
use realm::{Clock, Random, SystemClock, SystemRandom};
use scope::Catalog;
use storage::{Store, StoreError};

use crate::arguments::ManageArguments;
use crate::configuration::{Configuration, Database, Keys};
use crate::demo;
use crate::failure::{Failure, Outcome};
use crate::output::print_line;
use crate::serve::runtime;
use crate::shipped;

/// A server's store, and what its realms mean.
pub struct Desk {
    store: Arc<dyn Store>,
    catalogs: BTreeMap<String, Catalog>,
    /// Without a configuration, as in a demo, every default.
    keys: Option<Keys>,
    /// What every issuer begins with; a demo's is known only while it runs.
    base_url: Option<String>,
    clock: SystemClock,
}

/// Opens the store, runs one command, and waits until running servers have followed.
pub fn run<C, F>(arguments: &ManageArguments<C>, command: F) -> Outcome
where
    C: Subcommand,
    F: AsyncFnOnce(&Desk, &C) -> Result<String, Failure>,
{
    runtime()?.block_on(async {
        let desk = match &arguments.data {
            Some(folder) => Desk::of_demo(folder).await?,
            None => Desk::of_server(&arguments.config).await?,
        };
        let before = desk.store.latest_change().await.map_err(stored)?;
        let said = command(&desk, &arguments.command).await?;
        if desk.store.latest_change().await.map_err(stored)? != before {
            // What is said to be done is in force when the command ends: by then a server has
            // read the change, or answers nothing until it has.
            tokio::time::sleep(realm::limits::STALE_AFTER).await;
        }
        print_line(&said)?;
        Ok(ExitCode::SUCCESS)
    })
}

impl Desk {
    async fn of_demo(folder: &Path) -> Result<Self, Failure> {
        let file = folder.join(demo::DATABASE);
        if !file.exists() {
            return Err(Failure::new(format!(
                "{} holds no demo; start one with `scopegate demo --data {}`",
                folder.display(),
                folder.display()
            )));
        }
        let names = shipped::CATALOGS.map(|(name, _)| name.to_owned());
        Self::open(&Database::File(file), &names, None, None).await
    }

    async fn of_server(config: &Path) -> Result<Self, Failure> {
        let configuration = Configuration::read(config)?;
        let names: Vec<String> = configuration
            .realms
            .into_iter()
            .map(|realm| realm.catalog)
            .collect();
        let base_url = Some(configuration.base_url);
        Self::open(
            &configuration.database,
            &names,
            Some(configuration.keys),
            base_url,
        )
        .await
    }

    async fn open(
        database: &Database,
        catalogs: &[String],
        keys: Option<Keys>,
        base_url: Option<String>,
    ) -> Result<Self, Failure> {
        let store = database.open().await?.store();
        let mut known = BTreeMap::new();
        for name in catalogs {
            let catalog = shipped::catalog(name)?;
            known.insert(catalog.id().to_owned(), catalog);
        }
        Ok(Self {
            store,
            catalogs: known,
            keys,
            base_url,
            clock: SystemClock::new(),
        })
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Random bytes.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        SystemRandom.fill(&mut bytes);
        bytes
    }

    /// A new time-ordered id.
    pub fn new_id(&self) -> Uuid {
        oauth::id::uuid_v7(self.now(), self.random_bytes())
    }

    /// The names of the realms.
    pub fn realms(&self) -> impl Iterator<Item = &str> {
        self.catalogs.keys().map(String::as_str)
    }

    /// How this server makes and stores keys.
    pub fn key_settings(&self) -> Result<KeySettings, Failure> {
        match &self.keys {
            Some(keys) => keys.settings(),
            None => Ok(KeySettings::default()),
        }
    }

    /// What a realm's access tokens are for: its API.
    pub fn audience(&self, realm: &str) -> Result<String, Failure> {
        let base_url = self.base_url.as_deref().ok_or_else(|| {
            Failure::new("a demo has a resource server of its own; /demo.json tells its secret")
        })?;
        Ok(format!("{}/{realm}/api", base_url.trim_end_matches('/')))
    }

    /// The catalog of a realm.
    pub fn catalog(&self, realm: &str) -> Result<&Catalog, Failure> {
        self.catalogs.get(realm).ok_or_else(|| {
            let names: Vec<_> = self.catalogs.keys().map(String::as_str).collect();
            Failure::new(format!(
                "there is no realm {realm:?}; this server has {}",
                names.join(", ")
            ))
        })
    }

    /// A person who must be there.
    pub async fn user(&self, realm: &str, username: &str) -> Result<User, Failure> {
        self.catalog(realm)?;
        let user = self.store.user_by_username(realm, username).await;
        user.map_err(stored)?.ok_or_else(|| {
            Failure::new(format!(
                "realm {realm} has no user {username:?}; `scopegate user list {realm}` lists them"
            ))
        })
    }

    /// An organisation that must be there.
    pub async fn organisation(&self, realm: &str, slug: &str) -> Result<Organisation, Failure> {
        self.catalog(realm)?;
        let organisation = self.store.organisation_by_slug(realm, slug).await;
        organisation.map_err(stored)?.ok_or_else(|| {
            Failure::new(format!(
                "realm {realm} has no organisation {slug:?}; `scopegate organisation list {realm}` lists them"
            ))
        })
    }

    /// A client that must be there.
    pub async fn client(&self, realm: &str, id: &str) -> Result<Client, Failure> {
        self.catalog(realm)?;
        let client = self.store.client(realm, id).await;
        client.map_err(stored)?.ok_or_else(|| {
            Failure::new(format!(
                "realm {realm} has no client {id:?}; `scopegate client list {realm}` lists them"
            ))
        })
    }
}

/// Every item of a paged list.
pub async fn every<T>(
    next_page: impl AsyncFn(&PageRequest) -> Result<Page<T>, StoreError>,
) -> Result<Vec<T>, Failure> {
    let mut items = Vec::new();
    let mut request = PageRequest::first(500);
    loop {
        let page = next_page(&request).await.map_err(stored)?;
        items.extend(page.items);
        match page.next {
            Some(after) => request.after = Some(after),
            None => return Ok(items),
        }
    }
}

/// What the store says, as a failure.
pub fn stored(error: StoreError) -> Failure {
    Failure::new(error.to_string())
}

/// A scope whose every name the catalog has.
pub fn known_scope(catalog: &Catalog, text: &str) -> Result<scope::Scope, Failure> {
    let scope = scope::Scope::parse(text).map_err(Failure::while_doing(format!(
        "{text:?} is no list of scopes"
    )))?;
    let (_, unknown) = catalog.set_of(scope.iter());
    if unknown.is_empty() {
        return Ok(scope);
    }
    Err(Failure::new(format!(
        "catalog {} has no scope {}; `scopegate catalog show {}` lists its scopes",
        catalog.id(),
        unknown.join(", "),
        catalog.id()
    )))
}
