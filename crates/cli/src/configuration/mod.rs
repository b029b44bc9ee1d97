//! `scopegate.toml`: read by the lists in `tables`, which the reference is made from too.

mod api_keys;
mod beside;
mod beside_tables;
mod database;
mod gate;
mod issuer_tables;
mod issuers;
mod key;
mod keys;
mod limits;
mod look;
mod mail;
mod mail_tables;
mod openid;
mod openid_tables;
mod opentelemetry;
mod placement;
mod read;
mod reference;
mod rights;
mod rights_tables;
mod section;
mod sign_in;
mod sign_in_tables;
mod syntax;
mod tables;
mod upstream;
mod value;
mod warnings;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use oauth::policy::{RealmPolicy, Sandbox};
use realm::endpoint_limits::EndpointPaces;
use realm::keys::SigningAlgorithm;
use realm::look::{Look, Wording};
use realm::{Api, Layout, Placement, api};
use scope::{ApiDescription, Catalog, Mistakes};
use server::operations::TrustedProxies;
use tracing_subscriber::filter::Targets;

pub use api_keys::hmac_keys;
pub use database::{Database, NOT_FINISHED, Opened};
pub use gate::GateFile;
pub use keys::{Keys, MASTER_KEY};
pub use mail::MailTable;
pub use openid::{OpenIdConfiguration, SecretIn};
pub use opentelemetry::OpenTelemetry;
pub use reference::markdown;
pub use rights::{AskedRights, Rights};
pub use sign_in::{KindConfiguration, SignInConfiguration};
pub use upstream::Upstream;
pub use value::address;
pub use warnings::{notes, warnings};

use crate::failure::Failure;
use crate::input;
use crate::shipped;

/// A server's configuration, with every default filled in.
#[derive(Debug)]
pub struct Configuration {
    /// Where people and apps reach this server: scheme, host and port. Issuers begin with it.
    pub base_url: String,
    /// The database.
    pub database: Database,
    /// Where to listen; one of them at least serves the public side.
    pub listeners: Vec<Listener>,
    /// Whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// How many connections there may be.
    pub connections: Connections,
    /// How long stopping takes.
    pub shutdown: Shutdown,
    /// The keys of all realms.
    pub keys: Keys,
    /// How often the server's own endpoints take somebody.
    pub limits: EndpointPaces,
    /// The log.
    pub log: Log,
    /// How people are written to, if they are.
    pub mail: Option<MailTable>,
    /// Where traces are sent, if anywhere.
    pub opentelemetry: Option<OpenTelemetry>,
    /// The realms.
    pub realms: Vec<RealmConfiguration>,
}

/// How long each part of stopping takes.
#[derive(Debug, Clone, Copy)]
pub struct Shutdown {
    /// From not being ready to taking no new connections, so that a proxy sees it in time.
    pub notice: Duration,
    /// What requests under way may take from there.
    pub timeout: Duration,
}

/// How many connections there may be on the public side at once.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// In total.
    pub most: usize,
    /// To one address; without it, a quarter of those.
    pub of_an_address: Option<usize>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 4_000,
            of_an_address: None,
        }
    }
}

/// One realm.
#[derive(Debug)]
pub struct RealmConfiguration {
    /// A shipped catalog's name, or a file.
    pub catalog: String,
    /// The provider's APIs, the one that is meant where none is named first.
    pub apis: Vec<Api>,
    /// Where those are that have a reverse proxy before them.
    pub upstreams: Vec<Upstream>,
    /// How its pages look.
    pub look: Option<Look>,
    /// What it says on them, which depends on the languages of its catalog.
    pub wording: Wording,
    /// Where its addresses are, if not below its name.
    pub placement: Placement,
    /// What it decides beyond its catalog.
    pub policy: RealmPolicy,
    /// How its people sign in.
    pub sign_in: SignInConfiguration,
    /// How it signs, if not as all do.
    pub signing: Option<SigningAlgorithm>,
    /// Where the keys are by which another system kept the hashes of its API keys.
    pub api_key_hmac_file: Option<PathBuf>,
    /// Where it comes from what people may do.
    pub rights: Rights,
}

/// One address.
#[derive(Debug, Clone)]
pub struct Listener {
    /// The address.
    pub address: SocketAddr,
    /// What is there.
    pub serves: Vec<Side>,
    /// The API that it is a proxy for, as it is written: realm and name.
    pub api: Option<String>,
    /// With TLS, if it has its files.
    pub tls: Option<TlsFiles>,
}

/// What a listener serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Everything people and apps use.
    Public,
    /// Health and metrics.
    Operations,
    /// What proxies ask before they pass a call on.
    Gate,
    /// An API, with the reverse proxy before it.
    Proxy,
}

/// The files TLS needs.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificates, PEM.
    pub certificate: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// The log.
#[derive(Debug)]
pub struct Log {
    /// JSON in place of lines for people.
    pub json: bool,
    /// What is written.
    pub level: Targets,
    /// A line for each request.
    pub access: bool,
}

impl Listener {
    /// One for the public side, without TLS.
    pub fn public(address: SocketAddr) -> Self {
        Self {
            address,
            serves: vec![Side::Public],
            api: None,
            tls: None,
        }
    }
}

impl RealmConfiguration {
    /// What its sandbox answers by, where it has one and a file is beside its catalog.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn description(&self) -> Result<Option<ApiDescription>, Failure> {
        match self.policy.sandbox {
            Sandbox::Off => Ok(None),
            Sandbox::Beside | Sandbox::IsTheApi => shipped::description(&self.catalog),
        }
    }
}

impl Log {
    /// Warnings for people.
    pub fn quiet() -> Self {
        Self {
            json: false,
            level: Targets::new().with_default(tracing::Level::WARN),
            access: false,
        }
    }
}

impl Configuration {
    /// Reads a configuration file. Its relative paths come back as paths from here.
    ///
    /// # Errors
    ///
    /// An unreadable file; every mistake in it, in one message.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let (found, mistakes) = Self::examine(path)?;
        match found {
            Some(configuration) if mistakes.is_empty() => Ok(configuration),
            _ => Err(Failure::new(format!(
                "the configuration has mistakes\n{mistakes}"
            ))),
        }
    }

    /// The same, with the mistakes apart. Nothing is found where too much is wrong.
    ///
    /// # Errors
    ///
    /// An unreadable file.
    pub fn examine(path: &Path) -> Result<(Option<Self>, Mistakes), Failure> {
        let text = input::read(path).map_err(Failure::while_doing(format!(
            "cannot read the configuration {} (give another with --config)",
            path.display()
        )))?;
        Ok(read::configuration(path, &text))
    }

    /// The catalogs of the realms, each with its realm.
    ///
    /// # Errors
    ///
    /// A catalog that is not there or has mistakes, and two with one id.
    pub fn catalogs(&self) -> Result<Vec<(Catalog, &RealmConfiguration)>, Failure> {
        let mut catalogs: Vec<(Catalog, &RealmConfiguration)> = Vec::new();
        for realm in &self.realms {
            let catalog = shipped::catalog(&realm.catalog)?;
            if catalogs.iter().any(|(known, _)| known.id() == catalog.id()) {
                return Err(Failure::new(format!(
                    "realm {:?} is there twice; two catalogs have that id, and each realm needs \
                     its own",
                    catalog.id()
                )));
            }
            let layout = self.layout(&catalog, realm)?;
            if realm.policy.sandbox != Sandbox::Off {
                api::apart_from_sandbox(&realm.apis, layout.issuer()).map_err(Failure::new)?;
            }
            look::complete(&realm.wording, catalog.languages()).map_err(Failure::new)?;
            limited_by_known_scopes(&catalog, &realm.apis)?;
            mapped_scopes(&catalog, realm)?;
            catalogs.push((catalog, realm));
        }
        for listener in &self.listeners {
            proxied(listener, &catalogs)?;
        }
        Ok(catalogs)
    }
}

impl Configuration {
    /// Where a realm's addresses are.
    ///
    /// # Errors
    ///
    /// Endpoints that are in each other's way or in that of something else.
    pub fn layout(&self, catalog: &Catalog, realm: &RealmConfiguration) -> Result<Layout, Failure> {
        Layout::new(&self.base_url, catalog.id(), &realm.placement).map_err(Failure::new)
    }
}

/// Does every limit of these APIs name a scope that there is, if any?
fn limited_by_known_scopes(catalog: &Catalog, apis: &[Api]) -> Result<(), Failure> {
    let windows = apis.iter().flat_map(|api| &api.limits().windows);
    let mut named = windows.filter_map(|window| window.scope.as_deref());
    let unknown = named.find(|scope| catalog.find(scope).is_none());
    unknown.map_or(Ok(()), |scope| {
        Err(Failure::new(format!(
            "a [[realm.api.limit]] is for the scope {scope:?}, which the catalog {:?} does not have; \
             write one of it, or remove `scope`",
            catalog.id()
        )))
    })
}

/// What scopes of other servers stand for has to be in the catalog.
fn mapped_scopes(catalog: &Catalog, realm: &RealmConfiguration) -> Result<(), Failure> {
    for issuer in realm.apis.iter().flat_map(Api::issuers) {
        let ours = issuer.scopes.values();
        let mut ours = ours.flat_map(|scope| scope.iter());
        if let Some(unknown) = ours.find(|name| catalog.find(name).is_none()) {
            return Err(Failure::new(format!(
                "a [[realm.api.issuer]], {}, has {unknown:?} in its `scopes`, which realm {} has not got; \
                 `scopegate catalog show` lists what there is",
                issuer.name,
                catalog.id()
            )));
        }
    }
    Ok(())
}

/// The API that a listener is a proxy for: its realm, and where it is.
///
/// # Errors
///
/// One that is not there, or not named where there are several.
pub fn proxied<'c>(
    listener: &Listener,
    catalogs: &[(Catalog, &'c RealmConfiguration)],
) -> Result<Option<(String, &'c Upstream)>, Failure> {
    if !listener.serves.contains(&Side::Proxy) {
        return Ok(None);
    }
    let of_realm = |(catalog, realm): &(Catalog, &'c RealmConfiguration)| {
        let id = catalog.id().to_owned();
        let upstreams = realm.upstreams.iter();
        upstreams.map(move |upstream| (id.clone(), upstream))
    };
    let mut all: Vec<_> = catalogs.iter().flat_map(of_realm).collect();
    let name = |(realm, upstream): &(String, &Upstream)| format!("{realm}/{}", upstream.api);
    let names: Vec<String> = all.iter().map(name).collect();
    if let Some(named) = &listener.api {
        all.retain(|each| name(each) == *named);
    }
    let at = listener.address;
    match (all.len(), &listener.api) {
        (1, _) => Ok(all.pop()),
        _ if names.is_empty() => Err(Failure::new(format!(
            "the listener at {at} serves `proxy`, and no [[realm.api]] has an `upstream`"
        ))),
        (_, Some(named)) => Err(Failure::new(format!(
            "the listener at {at} is for {named:?}, and no API of that name has an `upstream`; \
             write one of {}",
            names.join(", ")
        ))),
        (_, None) => Err(Failure::new(format!(
            "the listener at {at} serves `proxy` and does not say for which API; add \
             `api = \"…\"` with one of {}",
            names.join(", ")
        ))),
    }
}
