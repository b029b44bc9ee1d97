//! A gate between callers and an API: ours, or a proxy that asks ours, set up as its page says.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use enforce::Gate;
use gates::proxy::{Arrival, Proxy, Settings, Upstream};
use gates::{Counts, Front, Fronts, Gates, Preflight};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use scope::Catalog;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::api::Api;
use crate::callers::Callers;
use crate::common::page::block;
use crate::common::running::Running;
use crate::common::until::until;
use crate::support::{ISSUER, routed};

/// Where Envoy asks, as its page says.
const ENVOY: &str = "/orders/api/ext-authz-with-body";

/// What stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Proxy,
    Nginx,
    Caddy,
    Traefik,
    Envoy,
}

impl Kind {
    /// Does the body of a call reach what decides?
    pub fn sees_bodies(self) -> bool {
        matches!(self, Self::Proxy | Self::Envoy)
    }
}

pub struct Stand {
    /// Where callers call.
    pub port: u16,
    /// What came through.
    pub api: Api,
    asked: Asked,
    /// What is said by whoever stands there.
    running: Option<Running>,
    switch: Arc<Switch>,
    pub runtime: Runtime,
}

impl Stand {
    pub fn new(kind: Kind) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        let runtime = runtime.unwrap();
        let (api, switch) = (Api::default(), Arc::<Switch>::default());
        let asked = Asked::default();
        let within = runtime.enter();
        let bind = || runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        let (behind, gate, outside) = (bind(), bind(), bind());
        let (behind_port, gate_port, outside_port) = (port(&behind), port(&gate), port(&outside));
        api.serve(behind);
        let running = if kind == Kind::Proxy {
            serve_proxy(outside, behind_port, switch.clone());
            None
        } else {
            let noting = axum::middleware::from_fn_with_state(asked.clone(), note);
            let router = routed(Gates::new(switch.clone())).layer(noting);
            runtime.spawn(async move { axum::serve(gate, router).await });
            drop(outside);
            Some(start(kind, gate_port, behind_port, outside_port))
        };
        drop(within);
        Self {
            port: outside_port,
            api,
            asked,
            running,
            switch,
            runtime,
        }
    }

    /// From now on it decides by this.
    pub fn decide_by(&self, catalog: &Arc<Catalog>, callers: &Arc<Callers>) {
        let (verifier, access) = (callers.clone(), callers.clone());
        let gate = Gate::new(Arc::clone(catalog), verifier, access, ISSUER);
        let front = Front::new(gate, Arc::new(Uncounted)).preflight(Preflight::Judge);
        *self.switch.0.lock().unwrap() = Some(Arc::new(front));
    }

    /// What the gate was last asked about, since the last time; nothing where nobody asks.
    pub fn asked(&self) -> Option<String> {
        self.asked.0.lock().unwrap().take()
    }

    pub fn said(&self) -> String {
        self.running.as_ref().map(Running::said).unwrap_or_default()
    }
}

/// The address that a gate was asked about.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Option<String>>>);

async fn note(State(asked): State<Asked>, request: Request, next: Next) -> Response {
    *asked.0.lock().unwrap() = Some(asked_about(&request));
    next.run(request).await
}

fn asked_about(request: &Request) -> String {
    let said = ["x-original-uri", "x-forwarded-uri"].map(|name| request.headers().get(name));
    match said.into_iter().flatten().next() {
        Some(value) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        None => {
            let target = request.uri().path_and_query();
            let target = target.map_or("", |target| target.as_str());
            target.strip_prefix(ENVOY).unwrap_or_default().to_owned()
        }
    }
}

fn start(kind: Kind, gate: u16, api: u16, outside: u16) -> Running {
    let page = if kind == Kind::Envoy {
        "docs/envoy.md"
    } else {
        "docs/forward-auth.md"
    };
    let own = |heading: &str, language: &str| {
        block(page, heading, language)
            .replace("127.0.0.1:8090", &format!("127.0.0.1:{gate}"))
            .replace("127.0.0.1:9000", &format!("127.0.0.1:{api}"))
    };
    match kind {
        Kind::Nginx => {
            let listen = format!("listen 127.0.0.1:{outside};");
            let text = own("## nginx", "nginx").replace("listen 80;", &listen);
            Running::nginx(&text, outside)
        }
        Kind::Caddy => {
            let text = own("## Caddy", "caddy")
                .replace(
                    "http://api.example.com",
                    &format!("http://api.example.com:{outside}"),
                )
                .replace("http:// {", &format!("http://:{outside} {{"));
            Running::caddy(&text, outside)
        }
        Kind::Traefik => {
            let traefik = Running::traefik(&own("## Traefik", "yaml"), outside);
            // It listens before it has read where calls go.
            until("Traefik knows the API", || !is_not_found(outside));
            traefik
        }
        Kind::Envoy => {
            let text = own("## Envoy itself, over HTTP", "yaml")
                .replace("port_value: 8090", &format!("port_value: {gate}"))
                .replace("port_value: 9000", &format!("port_value: {api}"))
                .replace("address: 0.0.0.0", "address: 127.0.0.1")
                // A machine that has much else to do.
                .replace("timeout: 5s", "timeout: 60s")
                .replace("port_value: 10000", &format!("port_value: {outside}"));
            Running::envoy(&text, outside)
        }
        Kind::Proxy => unreachable!("it is ours"),
    }
}

fn is_not_found(port: u16) -> bool {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let call = "GET / HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n";
    stream.write_all(call.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.starts_with("HTTP/1.1 404")
}

fn serve_proxy(listener: TcpListener, api: u16, fronts: Arc<dyn Fronts>) {
    let upstream = Upstream::new(&format!("http://127.0.0.1:{api}"), None).unwrap();
    let places = Arc::new(Semaphore::new(1_000));
    let proxy = Proxy::new(
        fronts,
        "orders",
        "api",
        upstream,
        Settings::default(),
        places,
    );
    let proxy = Arc::new(proxy);
    let arrival = Arrival {
        client: "192.0.2.7".parse().unwrap(),
        by_tls: false,
        request_id: None,
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let (proxy, arrival) = (Arc::clone(&proxy), arrival.clone());
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let (proxy, arrival) = (Arc::clone(&proxy), arrival.clone());
                async move {
                    let request = request.map(Body::new);
                    Ok::<_, Infallible>(proxy.answer(request, &arrival).await)
                }
            });
            let http = hyper::server::conn::http1::Builder::new();
            let connection = http.serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection.with_upgrades());
        }
    });
}

/// The API that the pages name, by whatever it is decided at the moment.
#[derive(Default)]
struct Switch(Mutex<Option<Arc<Front>>>);

impl Fronts for Switch {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        let own = self.0.lock().unwrap().clone();
        own.filter(|_| realm == "orders" && api == "api")
    }
}

struct Uncounted;

impl Counts for Uncounted {
    fn permitted(&self) {}
    fn denied(&self, _: &'static str) {}
    fn observed(&self, _: &'static str) {}
    fn passed(&self) {}
    fn limited(&self, _: &'static str) {}
}
