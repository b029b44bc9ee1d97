//! `scopegate serve`: the server of a configuration file.

mod catalogs;
pub mod certificate;
pub mod connections;
mod export;
mod file_limit;
mod file_version;
mod gates;
mod hang_up;
pub mod issuers;
mod leftover;
mod log;
mod open_files;
pub mod places;
pub mod proxy;
mod pulse;
pub mod rights;
pub mod router;
pub mod shutdown;
pub mod sign_in;
pub mod tls;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use oauth::model::TokenHash;
use realm::metrics::RequestKind;
use realm::{App, Clock, SystemClock, SystemRandom};
use server::operations::{self, Observer, TrustedProxies};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::arguments::ServeArguments;
use crate::configuration::{
    Configuration, Connections, Listener, NOT_FINISHED, Shutdown, Side, hmac_keys, proxied,
    warnings,
};
use crate::failure::{Failure, Outcome};
use crate::output::print_line;

pub use catalogs::{CatalogFiles, follow};
use certificate::Certificate;
use connections::{Answers, Behind, Entrance};
pub use export::Collector;
use export::Exporter;
pub use gates::{Counted, OwnFronts};
use hang_up::HangUp;
pub use log::start as start_log;
use places::Places;
use proxy::{PROTOCOLS, Proxied, Target};

/// How long requests under way may take after a demo was told to stop.
const DEMO_SHUTDOWN: Shutdown = Shutdown {
    notice: Duration::ZERO,
    timeout: Duration::from_secs(5),
};

/// Connections to the operations side alone: to whoever watches, not to the world.
pub const OPERATORS: usize = 64;

/// So many connections the system holds that nobody has accepted yet.
const WAITING: u32 = 1_024;

/// Runs until it is told to stop.
pub fn run(arguments: &ServeArguments) -> Outcome {
    let configuration = Configuration::read(&arguments.config)?;
    runtime()?.block_on(serve(&configuration))
}

async fn serve(configuration: &Configuration) -> Outcome {
    log::start(&configuration.log)?;
    // Before they are read, so that a change in between is seen.
    let files = CatalogFiles::of(configuration);
    let catalogs = configuration.catalogs()?;
    let files = files.for_realms(
        catalogs
            .iter()
            .map(|(catalog, realm)| (realm.catalog.as_str(), catalog.id())),
    );
    let mut keys = configuration.keys.settings()?;
    for (catalog, realm) in &catalogs {
        let signing = realm
            .signing
            .map(|algorithm| (catalog.id().to_owned(), algorithm));
        keys.of_realms.extend(signing);
    }
    for warning in warnings(configuration, &keys, SystemClock::new().now()) {
        tracing::warn!("{warning}");
    }
    let collector = configuration.opentelemetry.as_ref().map(Collector::of);
    let collector = collector.transpose()?;
    let mut entrances = Vec::new();
    for listener in &configuration.listeners {
        let target = proxied(listener, &catalogs)?.map(|(realm, upstream)| Target {
            realm,
            upstream: upstream.clone(),
        });
        entrances.push(bind(listener, target)?);
    }
    let database = configuration.database.open().await?;
    if !database.is_upgrade_finished().await? {
        tracing::warn!("{NOT_FINISHED}");
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let mut app = App::builder(database.store(), Arc::clone(&clock), Arc::new(SystemRandom))
        .base_url(&configuration.base_url)
        .keys(keys)
        .endpoint_paces(configuration.limits);
    if let Some(mail) = &configuration.mail {
        app = app.mail(mail.carrier()?);
    }
    for (catalog, realm) in catalogs {
        if let Some(description) = realm.description()? {
            app = app.description(catalog.id(), description);
        }
        if let Some(file) = &realm.api_key_hmac_file {
            app = app.hmac_keys(catalog.id(), hmac_keys(file)?);
        }
        if let Some(look) = &realm.look {
            app = app.look(catalog.id(), look.clone());
        }
        app = app
            .placed(catalog.id(), realm.placement.clone())
            .rights(
                catalog.id(),
                rights::made(&realm.rights, realm.sign_in.source())?,
            )
            .policy(catalog.id(), realm.policy)
            .sign_in(
                catalog.id(),
                sign_in::ready(&realm.sign_in, catalog.id(), &clock)?,
            )
            .apis(catalog.id(), realm.apis.clone())
            .realm(catalog);
    }
    let app = app
        .build()
        .await
        .map_err(Failure::while_doing("cannot start"))?;
    for realm in app.realms() {
        let sandbox = realm.sandbox().map(|at| format!(", sandbox {at}"));
        let sandbox = sandbox.unwrap_or_default();
        let (version, digest) = (realm.catalog().version(), TokenHash(realm.catalog_digest()));
        tracing::info!(realm = realm.id(), version, %digest, "the catalog that is served");
        let apis = realm
            .apis()
            .iter()
            .map(|api| format!(", API {}", api.url()));
        let apis: String = apis.collect();
        print_line(&format!(
            "realm {}: issuer {}{apis}{sandbox}",
            realm.id(),
            realm.issuer()
        ))?;
    }
    for what in observed_and_unknown(&app).await? {
        tracing::warn!("{what}");
    }
    let fronts = Arc::new(OwnFronts::beside(&app, issuers::others(&app)?));
    let running = Running {
        public: router::configured(&app, &fronts),
        fronts,
        proxies: configuration.trusted_proxies.clone(),
        access_log: configuration.log.access,
        connections: configuration.connections,
        shutdown: configuration.shutdown,
        exporter: collector.map(|to| Exporter::start(to, Arc::clone(app.metrics().requests()))),
        app: Arc::clone(&app),
    };
    let looking = tokio::spawn(sign_in::look(Arc::clone(&app)));
    // SIGHUP is heard also where there is nothing to read: it is no reason to end.
    let following = tokio::spawn(follow(app, files, Some(HangUp::listen()), async |_| {}));
    let outcome = running.until_stopped(entrances).await;
    looking.abort();
    following.abort();
    let _ = following.await;
    database.close().await;
    outcome
}

/// Clients that calls are observed of by name, and that nobody has registered: a mistyped name would have a client's
/// calls denied that are meant to go on.
async fn observed_and_unknown(app: &App) -> Result<Vec<String>, Failure> {
    let mut unknown = Vec::new();
    for realm in app.realms() {
        for api in realm.apis() {
            for id in api
                .beside()
                .observe
                .iter()
                .filter_map(|one| one.client.as_deref())
            {
                let found = realm.cache().client(id).await;
                let found = found.map_err(Failure::while_doing("cannot look for clients"))?;
                if found.is_none() {
                    unknown.push(format!(
                        "`observe` of the API {} names client {id:?}, and {} has none of that name; its calls \
                         are not observed. Write its client_id, or register it",
                        api.url(),
                        realm.id()
                    ));
                }
            }
        }
    }
    Ok(unknown)
}

fn bind(listener: &Listener, target: Option<Target>) -> Result<Entrance, Failure> {
    let speaks_either = target.is_some() || listener.serves.contains(&Side::Gate);
    let protocols = if speaks_either { PROTOCOLS } else { &[] };
    let tls = listener.tls.as_ref();
    let tls = tls.map(|files| Certificate::load(files, protocols));
    let tls = tls.transpose()?;
    Ok(Entrance {
        socket: listen(listener.address)?,
        serves: listener.serves.clone(),
        target,
        tls,
    })
}

/// Places on the public side, and how many: as many as are configured, or as the open files suffice for.
/// What is passed on takes a connection to an API as well.
pub fn places(wanted: Connections, passes_on: bool) -> (Arc<Places>, usize) {
    let each = if passes_on { 2 } else { 1 };
    let files = open_files::make_room(wanted.most.saturating_mul(each));
    let most = (files / each).max(1);
    if most < wanted.most {
        tracing::warn!(
            max_connections = wanted.most,
            "the limit on open files (ulimit -n) suffices for {most} connections only"
        );
    }
    let each = wanted.of_an_address.unwrap_or(most / 4);
    (Places::new(most, each.max(1)), most)
}

/// The asynchronous runtime. From here on, a file that may not grow is an error of the write,
/// and not the end of the process.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::while_doing("cannot start the runtime"))?;
    file_limit::outlive(&runtime).map_err(Failure::while_doing("cannot watch signals"))?;
    Ok(runtime)
}

/// Binds an address; says what to do when it is taken.
pub fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    bound(address).map_err(Failure::while_doing(format!(
        "cannot listen on {address} (choose another address)"
    )))
}

fn bound(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A port that was just given up may be taken again; on Windows it would mean a port in use.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serves one public address until Ctrl-C or a termination signal, then finishes what is
/// under way.
pub async fn until_stopped(
    app: Arc<App>,
    fronts: Arc<OwnFronts>,
    socket: TcpListener,
    public: Router,
) -> Outcome {
    let entrance = Entrance {
        socket,
        serves: vec![Side::Public],
        target: None,
        tls: None,
    };
    let running = Running {
        app,
        public,
        fronts,
        proxies: TrustedProxies::default(),
        access_log: false,
        connections: Connections::default(),
        shutdown: DEMO_SHUTDOWN,
        exporter: None,
    };
    running.until_stopped(vec![entrance]).await
}

/// A server that is ready to listen.
struct Running {
    app: Arc<App>,
    public: Router,
    fronts: Arc<OwnFronts>,
    proxies: TrustedProxies,
    access_log: bool,
    connections: Connections,
    shutdown: Shutdown,
    exporter: Option<Exporter>,
}

impl Running {
    async fn until_stopped(self, entrances: Vec<Entrance>) -> Outcome {
        // Before anybody is told: who knows that it is ready may stop it at once.
        let signal = shutdown::told().map_err(Failure::while_doing("cannot wait for signals"))?;
        let certificates: Vec<_> = entrances
            .iter()
            .filter_map(|entrance| entrance.tls.clone())
            .collect();
        let reading = (!certificates.is_empty())
            .then(|| tokio::spawn(certificate::keep_current(certificates)));
        self.say_ready(&entrances)?;
        let background = tokio::spawn(Arc::clone(&self.app).run_background());
        let proxies = Arc::new(self.proxies);
        let spans = self.exporter.as_ref().map(Exporter::sender);
        let observer = || {
            let trusted = TrustedProxies::clone(&proxies);
            let observer = Observer::new(&self.app, trusted, self.access_log);
            observer.spans(spans.clone())
        };
        let of_calls = Arc::new(observer().all_are(RequestKind::Api));
        let of_questions = Arc::new(observer().all_are(RequestKind::Gate));
        let observer = Arc::new(observer());
        drop(spans);
        let operations = operations::router(Arc::clone(&self.app));
        let both = self.public.clone().merge(
            // `/healthz` is on both sides.
            operations::only_on_operations(Arc::clone(&self.app)),
        );
        let fronts = Arc::clone(&self.fronts);
        let gates = Arc::new(fronts.gates());
        let passes_on = entrances.iter().any(|entrance| entrance.target.is_some());
        let (places, most) = places(self.connections, passes_on);
        let calls = Arc::new(Semaphore::new(most));
        let operators = Places::new(OPERATORS, OPERATORS);
        let stop = CancellationToken::new();
        let under_way = TaskTracker::new();
        let keeping = tokio::spawn(Arc::clone(&fronts).keep_report(stop.clone()));
        for entrance in entrances {
            let sides = (
                entrance.serves.contains(&Side::Public),
                entrance.serves.contains(&Side::Operations),
            );
            let (answers, observer, places) = match sides {
                (true, true) => (Answers::Router(both.clone()), &observer, &places),
                (true, false) => (Answers::Router(self.public.clone()), &observer, &places),
                (false, true) => (Answers::Router(operations.clone()), &observer, &operators),
                // Its proxies may hold as many as the public side.
                (false, false) => (Answers::Gates(Arc::clone(&gates)), &of_questions, &places),
            };
            let (answers, observer) = match &entrance.target {
                Some(target) => {
                    let (fronts, public) = (Arc::clone(&fronts) as _, self.public.clone());
                    let trusted = Arc::clone(&proxies);
                    let calls = Arc::clone(&calls);
                    let proxied = Proxied::new(&self.app, fronts, target, public, trusted, calls)?;
                    (Answers::Proxied(Arc::new(proxied)), &of_calls)
                }
                None => (answers, observer),
            };
            let behind = Behind {
                answers,
                observer: Arc::clone(observer),
                proxies: Arc::clone(&proxies),
                places: Arc::clone(places),
            };
            under_way.spawn(connections::serve(
                entrance,
                behind,
                stop.clone(),
                under_way.clone(),
            ));
        }
        signal.await;
        let let_go = || self.app.end_following();
        shutdown::perform(self.shutdown, || self.app.stop(), let_go, &stop, &under_way).await;
        drop((observer, of_calls, of_questions));
        if let Some(exporter) = self.exporter {
            exporter.finish().await;
        }
        background.abort();
        let _ = background.await;
        let _ = keeping.await;
        if let Err(error) = self.app.note_api_key_uses().await {
            tracing::warn!(%error, "when API keys were used last is not kept");
        }
        if let Err(error) = fronts.keep().await {
            tracing::warn!(%error, "what gates saw last is not kept");
        }
        if let Some(reading) = reading {
            reading.abort();
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Tells everybody, programs too, where the server is.
    fn say_ready(&self, entrances: &[Entrance]) -> Result<(), Failure> {
        let base = self.app.base_url();
        let mut ready = Vec::new();
        for entrance in entrances {
            let address = entrance
                .socket
                .local_addr()
                .map_err(Failure::while_doing("cannot read the own address"))?;
            let tls = if entrance.tls.is_some() {
                " with TLS"
            } else {
                ""
            };
            if entrance.serves.contains(&Side::Public) {
                ready.push(format!("ready: {base} (listening on {address}{tls})"));
            }
            if entrance.serves.contains(&Side::Operations) {
                print_line(&format!("operations: listening on {address}{tls}"))?;
            }
            if entrance.serves.contains(&Side::Gate) {
                print_line(&format!("gate: listening on {address}{tls}"))?;
            }
            if let Some(Target { realm, upstream }) = &entrance.target {
                let name = format!("{realm}/{}", upstream.api);
                print_line(&format!("proxy for {name}: listening on {address}{tls}"))?;
            }
        }
        // Last: who waits for it may then use everything.
        ready.iter().try_for_each(|line| print_line(line))
    }
}
