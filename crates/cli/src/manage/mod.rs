//! `scopegate user|organisation|client|api-key|session|grant|realm|approve|key|audit|gate`: the acts of [`manage`](::realm::manage), from the
//! command line. A running server on the same store follows by itself.

pub mod api_key;
mod api_key_import;
pub mod approve;
pub mod audit;
pub mod client;
mod client_secret;
mod client_shown;
mod deletion;
mod evidence;
pub mod gate;
pub mod grant;
pub mod key;
pub mod organisation;
mod password;
pub mod realm;
mod refused;
pub mod session;
pub mod user;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use ::realm::api::DEFAULT_NAME;
use ::realm::keys::{KeySettings, SigningAlgorithm};
use ::realm::mail::Carrier;
use ::realm::manage::{AuditTrail, Desk, Refused, Settled};
use ::realm::{Api, Layout, Random, SystemClock, SystemRandom};
use clap::Subcommand;
use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{Page, PageRequest, Status, Timestamp};
use scope::Catalog;
use storage::{Store, StoreError};

pub use self::refused::scope_list;
use crate::arguments::manage::ManageArguments;
use crate::configuration::{Configuration, Database, Keys, MailTable};
use crate::demo;
use crate::failure::{Failure, Outcome};
use crate::output::{complain, print_line};
use crate::serve::runtime;
use crate::shipped;

/// A server that need not run: its store, and what its realms mean.
pub struct Server {
    store: Arc<dyn Store>,
    catalogs: BTreeMap<String, Catalog>,
    /// Without a configuration, as in a demo, every default.
    keys: Option<Keys>,
    /// The realms that sign in another way than all do.
    signing: BTreeMap<String, SigningAlgorithm>,
    apis: BTreeMap<String, Vec<Api>>,
    /// The realms that know HMACs of keys that moved in.
    with_hmac: BTreeSet<String>,
    /// Where the realms are; of a demo, that is known only while it runs.
    layouts: Option<BTreeMap<String, Layout>>,
    mail: Option<MailTable>,
    clock: SystemClock,
    /// Whoever runs the command.
    operator: Actor,
}

/// What a command says, and whether it is so.
pub struct Said {
    text: String,
    is_so: bool,
    /// Its output is kept, and this does not belong into it.
    is_complaint: bool,
}

impl Said {
    /// It is not so.
    fn not_so(text: String) -> Self {
        Self {
            text,
            is_so: false,
            is_complaint: false,
        }
    }

    /// It is not so, which is no part of what such commands say.
    fn complaint(text: String) -> Self {
        Self {
            is_complaint: true,
            ..Self::not_so(text)
        }
    }

    fn print(&self) -> Result<(), Failure> {
        if self.is_complaint {
            complain(&self.text);
            return Ok(());
        }
        print_line(&self.text)
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self {
            text,
            is_so: true,
            is_complaint: false,
        }
    }
}

/// Opens the store, runs one command, and waits until running servers have followed.
pub fn run<C, F, S>(arguments: &ManageArguments<C>, command: F) -> Outcome
where
    C: Subcommand,
    F: AsyncFnOnce(&Server, &C) -> Result<S, Failure>,
    S: Into<Said>,
{
    let ManageArguments { config, data, .. } = arguments;
    at(config, data.as_deref(), async |server| {
        command(server, &arguments.command).await
    })
}

/// The same where the store of that configuration, or of that demo, is.
pub fn at<F, S>(config: &Path, data: Option<&Path>, command: F) -> Outcome
where
    F: AsyncFnOnce(&Server) -> Result<S, Failure>,
    S: Into<Said>,
{
    runtime()?.block_on(async {
        let server = match data {
            Some(folder) => Server::of_demo(folder).await?,
            None => Server::of_server(config).await?,
        };
        let before = server.store.latest_change().await.map_err(unreadable)?;
        let said = command(&server).await?.into();
        let changed = server.store.latest_change().await.map_err(unreadable)? != before;
        if changed {
            // What is said to be done is in force when the command ends: by then a server has
            // read the change, or answers nothing until it has.
            tokio::time::sleep(::realm::limits::STALE_AFTER).await;
        }
        said.print()?;
        if changed && let Err(fault) = server.audit_trail().link().await {
            // A server has linked the record of it by now; if none runs, this is the time. What
            // was done is done all the same.
            complain(&format!("its record is kept but cannot be linked: {fault}"));
        }
        Ok(ExitCode::from(u8::from(!said.is_so)))
    })
}

impl Server {
    async fn of_demo(folder: &Path) -> Result<Self, Failure> {
        let file = folder.join(demo::DATABASE);
        if !file.exists() {
            return Err(Failure::new(format!(
                "{} holds no demo; start one with `scopegate demo --data {}`",
                folder.display(),
                folder.display()
            )));
        }
        let realms = demo::catalogs(folder)?.into_iter();
        let realms = realms.map(|catalog| (catalog, None, Vec::new())).collect();
        Self::open(&Database::File(file), realms, None, None, BTreeSet::new()).await
    }

    async fn of_server(config: &Path) -> Result<Self, Failure> {
        let configuration = Configuration::read(config)?;
        let mut layouts = BTreeMap::new();
        let realms = configuration.realms.iter();
        let mut with_hmac = BTreeSet::new();
        let realms = realms.map(|realm| {
            let catalog = shipped::catalog(&realm.catalog)?;
            if realm.api_key_hmac_file.is_some() {
                with_hmac.insert(catalog.id().to_owned());
            }
            let layout = configuration.layout(&catalog, realm)?;
            layouts.insert(catalog.id().to_owned(), layout);
            Ok((catalog, realm.signing, realm.apis.clone()))
        });
        let realms = realms.collect::<Result<_, Failure>>()?;
        let server = Self::open(
            &configuration.database,
            realms,
            Some(configuration.keys),
            Some(layouts),
            with_hmac,
        );
        Ok(Self {
            mail: configuration.mail,
            ..server.await?
        })
    }

    async fn open(
        database: &Database,
        realms: Vec<(Catalog, Option<SigningAlgorithm>, Vec<Api>)>,
        keys: Option<Keys>,
        layouts: Option<BTreeMap<String, Layout>>,
        with_hmac: BTreeSet<String>,
    ) -> Result<Self, Failure> {
        let store = database.open_as_it_is().await?.store();
        let (mut known, mut signing, mut apis) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (catalog, algorithm, of_realm) in realms {
            apis.insert(catalog.id().to_owned(), of_realm);
            signing.extend(algorithm.map(|algorithm| (catalog.id().to_owned(), algorithm)));
            known.insert(catalog.id().to_owned(), catalog);
        }
        Ok(Self {
            store,
            catalogs: known,
            keys,
            signing,
            apis,
            with_hmac,
            layouts,
            mail: None,
            clock: SystemClock::new(),
            operator: Actor::operator(account()),
        })
    }

    /// The names of the realms.
    pub fn realms(&self) -> impl Iterator<Item = &str> {
        self.catalogs.keys().map(String::as_str)
    }

    /// How this server makes and stores keys.
    pub fn key_settings(&self) -> Result<KeySettings, Failure> {
        match &self.keys {
            Some(keys) => Ok(KeySettings {
                of_realms: self.signing.clone(),
                ..keys.settings()?
            }),
            None => Ok(KeySettings::default()),
        }
    }

    /// What a realm's addresses begin with.
    pub fn issuer(&self, realm: &str) -> Result<String, Failure> {
        let layouts = self.layouts.as_ref().ok_or_else(|| {
            Failure::new(
                "a demo's address is known only while it runs; there, `Forgot your password?` \
                 writes its mail into the folder `mail` of its data",
            )
        })?;
        Ok(layouts.get(realm).map_or("", Layout::issuer).to_owned())
    }

    /// Who carries mail.
    pub fn carrier(&self) -> Result<Carrier, Failure> {
        let table = self.mail.as_ref().ok_or_else(|| {
            Failure::new(
                "the configuration has no [mail]; leave --mail out to have the link printed",
            )
        })?;
        table.carrier()
    }

    /// What tokens for an API of a realm name: the API of this name, or the one that is meant where
    /// none is named. As long as none is configured, it is called by the realm's issuer.
    pub fn audience(&self, realm: &str, api: Option<&str>) -> Result<String, Failure> {
        let layouts = self.layouts.as_ref().ok_or_else(|| {
            Failure::new("a demo has a resource server of its own; /demo.json tells its secret")
        })?;
        let apis = self.apis.get(realm).map(Vec::as_slice).unwrap_or_default();
        let Some(name) = api else {
            let issuer = || layouts.get(realm).map_or("", Layout::issuer);
            return Ok(apis.first().map_or_else(issuer, Api::url).to_owned());
        };
        let found = apis.iter().find(|api| api.name() == name);
        found.map(|api| api.url().to_owned()).ok_or_else(|| {
            let names: Vec<&str> = apis.iter().map(Api::name).collect();
            Failure::new(match names.as_slice() {
                [] => format!(
                    "realm {realm} has no API {name:?}: its configuration has no [[realm.api]]"
                ),
                _ => format!(
                    "realm {realm} has no API {name:?}; it has {}",
                    names.join(", ")
                ),
            })
        })
    }

    /// The name of an API of a realm: the one that was named, or the one that is meant where none is.
    pub fn api_name(&self, realm: &str, api: Option<&str>) -> Result<String, Failure> {
        let apis = self.apis.get(realm).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<&str> = apis.iter().map(Api::name).collect();
        let found = match api {
            None => names.first().copied().or(Some(DEFAULT_NAME)),
            Some(name) if apis.is_empty() => (name == DEFAULT_NAME).then_some(name),
            Some(name) => names.contains(&name).then_some(name),
        };
        found.map(str::to_owned).ok_or_else(|| {
            let there = match names.as_slice() {
                [] => DEFAULT_NAME.to_owned(),
                _ => names.join(", "),
            };
            let name = api.unwrap_or_default();
            Failure::new(format!("realm {realm} has no API {name:?}; it has {there}"))
        })
    }

    /// Does a realm know keys by an HMAC of the provider's?
    pub fn knows_hmac(&self, realm: &str) -> bool {
        self.with_hmac.contains(realm)
    }

    /// Where a realm is administered.
    pub fn desk(&self, realm: &str) -> Result<Desk<'_>, Failure> {
        let Some(catalog) = self.catalogs.get(realm) else {
            let names: Vec<_> = self.realms().collect();
            return Err(Failure::new(format!(
                "there is no realm {realm:?}; this server has {}",
                names.join(", ")
            )));
        };
        Ok(Desk::new(&*self.store, catalog, &self.clock, &SystemRandom))
    }

    /// The audit record of every realm.
    pub fn audit_trail(&self) -> AuditTrail<'_> {
        AuditTrail::new(&*self.store)
    }

    /// Who runs the command.
    pub fn operator(&self) -> &Actor {
        &self.operator
    }
}

/// What is so now; and that it was so already, if nothing was changed.
fn settled<T>(settled: &Settled<T>, text: String) -> Said {
    if settled.is_changed {
        return Said::from(text);
    }
    so_already(text)
}

/// It is so, and was before.
fn so_already(text: String) -> Said {
    Said::from(format!("{text}\nIt was so already: nothing was changed."))
}

/// The record of what a command does to the database as a whole, in one of its realms.
pub fn record_of(realm: &str, act: Act, now: Timestamp) -> AuditRecord {
    let mut random = [0; AuditRecord::RANDOM_BYTES];
    SystemRandom.fill(&mut random);
    let subject = Subject::new(SubjectKind::Realm, realm);
    let by = Actor::operator(account());
    AuditRecord::new(realm, &by, act, subject, now, &random)
}

/// The account of the operating system: by the name that the shell tells, or by its number.
fn account() -> Option<String> {
    account_of(|name| std::env::var(name).ok(), user_number())
}

fn account_of(told: impl Fn(&str) -> Option<String>, number: Option<u32>) -> Option<String> {
    ["SUDO_USER", "USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(told)
        .find(|account| !account.is_empty())
        .or_else(|| number.map(|number| format!("uid {number}")))
}

/// Whose process this is, where the system tells it by a file.
#[cfg(unix)]
fn user_number() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self")
        .ok()
        .map(|process| process.uid())
}

#[cfg(not(unix))]
fn user_number() -> Option<u32> {
    None
}

/// Behind somebody in a list.
fn unless_active(status: Status) -> &'static str {
    match status {
        Status::Active => "",
        Status::Suspended { .. } => "  suspended",
        Status::Disabled { .. } => "  disabled",
    }
}

/// Every item of a paged list.
pub async fn every<T>(
    next_page: impl AsyncFn(&PageRequest) -> Result<Page<T>, Refused>,
) -> Result<Vec<T>, Refused> {
    let mut items = Vec::new();
    let mut request = PageRequest::first(500);
    loop {
        let page = next_page(&request).await?;
        items.extend(page.items);
        match page.next {
            Some(after) => request.after = Some(after),
            None => return Ok(items),
        }
    }
}

fn unreadable(error: StoreError) -> Failure {
    Failure::new(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_has_a_name_or_at_least_a_number() {
        let none = |_: &str| None;
        let user = |name: &str| (name == "USER").then(|| "olga".to_owned());
        let empty = |_: &str| Some(String::new());
        assert_eq!(account_of(user, Some(7)).as_deref(), Some("olga"));
        assert_eq!(account_of(none, Some(7)).as_deref(), Some("uid 7"));
        assert_eq!(account_of(empty, Some(7)).as_deref(), Some("uid 7"));
        assert_eq!(account_of(none, None), None);
        #[cfg(target_os = "linux")]
        assert!(user_number().is_some());
    }
}
