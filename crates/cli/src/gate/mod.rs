//! `scopegate gate run` and `scopegate proxy`: a gate of one API in a process of its own, beside a
//! gateway or in front of the API. It has no store, and goes by what it hears of the server
//! (`gates::apart`).

mod operations;
mod services;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Uri;
use axum::response::IntoResponse;
use axum::routing::get;
use enforce::remote::{Credentials, SystemClock as GateClock};
use gates::apart::{Apart, Settings, Way};
use gates::proxy::Proxy;
use gates::{Fronts, Gates, Services};
use realm::metrics::{GateMetrics, RequestKind};
use realm::{Api, Clock, Random, SystemClock, SystemRandom};
use server::operations::Observer;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::arguments::gate::{GateRunArguments, ProxyArguments};
use crate::configuration::{GateFile, Side};
use crate::failure::{Failure, Outcome};
use crate::output::print_line;
use crate::serve::certificate::{self, Certificate};
use crate::serve::connections::{self, Answers, Behind, Entrance};
use crate::serve::places::Places;
use crate::serve::proxy::{self, PROTOCOLS, Proxied, Target};
use crate::serve::shutdown;
use crate::serve::tls;
use crate::serve::{Counted, OPERATORS, listen, places, runtime, start_log};

/// What was seen is told so often.
const TELL_EVERY: Duration = Duration::from_secs(3);
/// For how long the last of it is tried to be told when the process stops.
const TELL_LAST: Duration = Duration::from_secs(2);

/// Where the API's metadata is, inside of this process.
const METADATA: &str = "/metadata";

/// Runs a gate that proxies and services ask, until it is told to stop.
pub fn run(arguments: &GateRunArguments) -> Outcome {
    let file = read(arguments, None)?;
    if file.upstream.is_some() {
        return Err(Failure::new(
            "`upstream` is for the reverse proxy; run `scopegate proxy`, or remove it",
        ));
    }
    runtime()?.block_on(until_stopped(file))
}

/// Runs a reverse proxy before the API, until it is told to stop.
pub fn run_proxy(arguments: &ProxyArguments) -> Outcome {
    let file = read(&arguments.gate, arguments.to.as_deref())?;
    if file.upstream.is_none() {
        return Err(Failure::new(
            "it is not said where calls are passed on to; add --to URL, or `upstream` to the file",
        ));
    }
    runtime()?.block_on(until_stopped(file))
}

/// The file, or what the options say in its words.
fn read(arguments: &GateRunArguments, to: Option<&str>) -> Result<GateFile, Failure> {
    let options = [
        ("issuer", &arguments.issuer),
        ("realm", &arguments.realm),
        ("api", &arguments.api),
        ("client", &arguments.client),
        ("secret_file", &arguments.secret_file),
        ("server", &arguments.server),
        ("deny_after", &arguments.deny_after),
        ("listen", &arguments.listen),
        ("operations", &arguments.operations),
    ];
    let given = options.into_iter();
    let given = given.filter_map(|(key, value)| Some((key, value.as_deref()?)));
    let given = given.chain(to.map(|to| ("upstream", to)));
    // A text in JSON is one in TOML.
    let lines = given.map(|(key, value)| format!("{key} = {}\n", serde_json::Value::from(value)));
    let text: String = lines.collect();
    match &arguments.config {
        None => GateFile::of("the options", &text, Path::new(".")),
        Some(path) if text.is_empty() => GateFile::read(path),
        Some(path) => Err(Failure::new(format!(
            "options are given beside the file {}; write them into it:\n{text}",
            path.display()
        ))),
    }
}

/// Are a file of a gate, and the files that it names, right?
///
/// # Errors
///
/// The first of them that is not; every mistake in the first.
pub fn examine(path: &Path) -> Result<(), Failure> {
    let file = GateFile::read(path)?;
    let metrics = GateMetrics::new(file.realm());
    let metrics = metrics.map_err(Failure::while_doing("cannot register metrics"))?;
    gate(&file, &metrics)?;
    if let Some(files) = &file.tls {
        tls::load(files, &[])?;
    }
    if let Some(upstream) = &file.upstream {
        proxy::connections(upstream)?;
    }
    Ok(())
}

async fn until_stopped(file: GateFile) -> Outcome {
    start_log(&file.log)?;
    let metrics = GateMetrics::new(file.realm());
    let metrics = Arc::new(metrics.map_err(Failure::while_doing("cannot register metrics"))?);
    let gate = gate(&file, &metrics)?;
    let process = Process {
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandom),
        stop: CancellationToken::new(),
        under_way: TaskTracker::new(),
        file,
        metrics,
        gate,
    };
    process.run().await
}

fn gate(file: &GateFile, metrics: &GateMetrics) -> Result<Arc<Apart>, Failure> {
    let server = file.server();
    let by_tls = server.starts_with("https://");
    let tls = by_tls.then(|| crate::serve::tls::connector(file.server_ca.as_deref()));
    let way = Way {
        credentials: Credentials::basic(&file.client, &file.secret()?),
        tls: tls.transpose()?,
        in_the_open: file.plain_http,
        server,
    };
    let settings = Settings {
        realm: file.realm().to_owned(),
        issuer_path: file.issuer_path().to_owned(),
        api: file.api.clone(),
        deny_after: file.deny_after,
    };
    let counts = Counted::of(metrics.decisions());
    let gate = Apart::new(settings, way, Arc::new(counts), Arc::new(GateClock::new()));
    gate.map_err(|what| Failure::new(format!("the server cannot be asked: {what}")))
}

/// A gate that is ready to listen.
struct Process {
    file: GateFile,
    metrics: Arc<GateMetrics>,
    gate: Arc<Apart>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    stop: CancellationToken,
    under_way: TaskTracker,
}

impl Process {
    async fn run(self) -> Outcome {
        // Before anybody is told: who knows that it is ready may stop it at once.
        let mut signal =
            Box::pin(shutdown::told().map_err(Failure::while_doing("cannot wait for signals"))?);
        let entrance = self.entrance()?;
        let certificates: Vec<_> = entrance.tls.clone().into_iter().collect();
        let is_stopping = Arc::new(std::sync::atomic::AtomicBool::new(false));
        self.open_to_operators(&is_stopping)?;
        let mut following = tokio::spawn(Arc::clone(&self.gate).follow());
        // It listens once it can decide.
        tokio::select! {
            fault = &mut following => return refused(&self.file, fault),
            () = &mut signal => {
                following.abort();
                return Ok(ExitCode::SUCCESS);
            }
            () = self.heard() => {}
        }
        let reading = tokio::spawn(certificate::keep_current(certificates));
        let telling = tokio::spawn(tell(Arc::clone(&self.gate), self.stop.clone()));
        self.open(entrance)?;
        signal.await;
        let not_ready = || is_stopping.store(true, std::sync::atomic::Ordering::Release);
        shutdown::perform(
            self.file.shutdown,
            not_ready,
            || (),
            &self.stop,
            &self.under_way,
        )
        .await;
        following.abort();
        reading.abort();
        let _ = telling.await;
        let told = tokio::time::timeout(TELL_LAST, self.gate.report()).await;
        if !matches!(told, Ok(Ok(()))) {
            tracing::warn!("what this gate saw last could not be told");
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Returns when the server is heard, in time.
    async fn heard(&self) {
        while !self.gate.is_heard() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn entrance(&self) -> Result<Entrance, Failure> {
        let target = self.file.upstream.clone().map(|upstream| Target {
            realm: self.file.realm().to_owned(),
            upstream,
        });
        let tls = self.file.tls.as_ref();
        let tls = tls.map(|files| Certificate::load(files, PROTOCOLS));
        Ok(Entrance {
            socket: listen(self.file.listen)?,
            serves: vec![if target.is_some() {
                Side::Proxy
            } else {
                Side::Gate
            }],
            target,
            tls: tls.transpose()?,
        })
    }

    fn observer(&self) -> Observer {
        let requests = Arc::clone(self.metrics.requests());
        let around = (Arc::clone(&self.clock), Arc::clone(&self.random));
        let proxies = self.file.trusted_proxies.clone();
        Observer::counting(requests, around, proxies, self.file.log.access)
    }

    fn open_to_operators(
        &self,
        is_stopping: &Arc<std::sync::atomic::AtomicBool>,
    ) -> Result<(), Failure> {
        let Some(address) = self.file.operations else {
            return Ok(());
        };
        let socket = listen(address)?;
        let at = socket.local_addr();
        let at = at.map_err(Failure::while_doing("cannot read the own address"))?;
        print_line(&format!("operations: listening on {at}"))?;
        let (gate, metrics) = (Arc::clone(&self.gate), Arc::clone(&self.metrics));
        let router = operations::router(gate, metrics, Arc::clone(is_stopping));
        let entrance = Entrance {
            socket,
            serves: vec![Side::Operations],
            target: None,
            tls: None,
        };
        let places = Places::new(OPERATORS, OPERATORS);
        self.serve(entrance, Answers::Router(router), self.observer(), places);
        Ok(())
    }

    fn open(&self, entrance: Entrance) -> Result<(), Failure> {
        let at = entrance.socket.local_addr();
        let at = at.map_err(Failure::while_doing("cannot read the own address"))?;
        let tls = if entrance.tls.is_some() {
            " with TLS"
        } else {
            ""
        };
        let (places, most) = places(self.file.connections, entrance.target.is_some());
        let (answers, observer, what) = match &entrance.target {
            Some(target) => {
                let name = format!("proxy for {}/{}", target.realm, target.upstream.api);
                let proxied = self.proxied(target, most)?;
                (
                    Answers::Proxied(Arc::new(proxied)),
                    self.observer().all_are(RequestKind::Api),
                    name,
                )
            }
            None => {
                let scheme = if entrance.tls.is_some() {
                    "https"
                } else {
                    "http"
                };
                let own = self.file.base_url.clone();
                let gates = self.gates(&own.unwrap_or_else(|| format!("{scheme}://{at}")))?;
                (
                    Answers::Gates(Arc::new(gates)),
                    self.observer().all_are(RequestKind::Gate),
                    "gate".to_owned(),
                )
            }
        };
        self.serve(entrance, answers, observer, places);
        print_line(&format!("{what}: listening on {at}{tls}"))?;
        print_line(&format!("ready: {at}"))
    }

    /// What proxies and services ask, as at a server.
    fn gates(&self, base: &str) -> Result<Gates, Failure> {
        let services = services::Own::new(
            Arc::clone(&self.gate),
            self.file.realm(),
            &self.file.api,
            base,
            (&self.file.client, &self.file.secret()?),
        );
        let fronts = Arc::clone(&self.gate) as Arc<dyn Fronts>;
        let services = Arc::new(services) as Arc<dyn Services>;
        Ok(Gates::new(fronts).and(gates::for_services(services)))
    }

    fn proxied(&self, target: &Target, most: usize) -> Result<Proxied, Failure> {
        let api = self.gate.api();
        let url = api.map(|api| api.url).unwrap_or_default();
        let api = Api::new(&url).map_err(Failure::new)?;
        let gate = Arc::clone(&self.gate);
        let metadata = move || {
            let told = gate.api().map(|api| api.metadata).unwrap_or_default();
            std::future::ready(axum::Json(told).into_response())
        };
        let proxy = Proxy::new(
            Arc::clone(&self.gate) as Arc<dyn Fronts>,
            &target.realm,
            &target.upstream.api,
            proxy::connections(&target.upstream)?,
            target.upstream.settings,
            Arc::new(Semaphore::new(most)),
        );
        let public = Router::new().route(METADATA, get(metadata));
        let trusted = Arc::new(self.file.trusted_proxies.clone());
        Ok(Proxied::of(
            &api,
            proxy,
            public,
            Uri::from_static(METADATA),
            trusted,
        ))
    }

    fn serve(&self, entrance: Entrance, answers: Answers, observer: Observer, places: Arc<Places>) {
        let behind = Behind {
            answers,
            observer: Arc::new(observer),
            proxies: Arc::new(self.file.trusted_proxies.clone()),
            places,
        };
        let serving =
            connections::serve(entrance, behind, self.stop.clone(), self.under_way.clone());
        self.under_way.spawn(serving);
    }
}

/// The server does not take this gate for what it is to be.
fn refused(file: &GateFile, fault: Result<gates::apart::Fault, tokio::task::JoinError>) -> Outcome {
    let fault = fault.map_or_else(|error| error.to_string(), |fault| fault.to_string());
    Err(Failure::new(format!(
        "this cannot be a gate of the API {:?} of {}: {fault}",
        file.api, file.issuer
    )))
}

/// Tells the server what was seen, until the process stops.
async fn tell(gate: Arc<Apart>, stop: CancellationToken) {
    let mut failing = false;
    let pause = async || {
        stop.run_until_cancelled(tokio::time::sleep(TELL_EVERY))
            .await
    };
    while pause().await.is_some() {
        let told = gate.report().await;
        if let (Err(fault), false) = (&told, failing) {
            tracing::warn!(%fault, "what this gate saw cannot be told; trying again");
        }
        failing = told.is_err();
    }
}
