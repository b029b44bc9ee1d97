//! A provider's API with a server and two companies, and the gate before it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use crate::common::Ran;
use crate::common::many::free_ports;
use crate::common::person;
use crate::common::site::{Node, Site};

/// Companies by slug in the path, and one event that a webhook may tell of.
pub const CATALOG: &str = r#"
id = "orders"
version = "1"
languages = ["en"]
title = { en = "Orders" }
summary = { en = "Orders of companies." }
scope_pattern = "{resource}:{action}"
[actions.read]
title = { en = "See" }
access = "read"
[actions.write]
title = { en = "Change" }
access = "write"
[resources.orders]
title = { en = "Orders" }
[resources.orders.read]
title = { en = "See orders" }
description = { en = "Orders." }
[resources.orders.write]
title = { en = "Change orders" }
description = { en = "Orders." }
[client_kinds.app]
title = { en = "App" }
description = { en = "An app." }
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
client_credentials = "organisation"
[roles.owner]
title = { en = "Owner" }
rights = ["*"]
[consent]
decline = "any"
[grant]
bound_to = "organisation"
reducible = true
[organisation]
path_parameters = { company = "slug" }
[token]
format = "opaque"
token_type = "Bearer"
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "30d"
[[endpoints]]
path = "/companies/{company}/orders"
get = "orders:read"
post = "orders:write"
[[endpoints]]
path = "/companies/{company}/notes/"
get = "orders:read"
[[endpoints]]
path = "/companies/{company}/hooks"
post = { by_body = "/event", is = { seen = "orders:read", changed = "orders:write" } }
[[endpoints]]
path = "/status"
get = { public = true }
"#;

pub struct Place {
    pub site: Site,
    node: Option<Node>,
    _upstream: tokio::runtime::Runtime,
    seen: Arc<Mutex<Vec<Value>>>,
    /// Where proxies ask, or callers call.
    pub gate: u16,
    /// Where the API is, behind the gate.
    pub api: u16,
    /// Where the server is.
    pub base: String,
    secret: String,
    /// The secret of the API's own service, `orders-api`.
    pub service: String,
    /// Where an API of another program writes what it receives.
    written: Mutex<Option<PathBuf>>,
}

impl Place {
    /// With a listener that proxies ask.
    pub fn start() -> Self {
        Self::with("[[realm.api]]\nurl = \"https://api.example.com\"\n")
    }

    /// With this configuration of the API.
    pub fn with(own: &str) -> Self {
        let [inside, gate, api] = free_ports();
        let api_and_gate = configuration(inside, gate, own);
        Self::of([inside, gate, api], &api_and_gate, "")
    }

    /// With these realms and listeners, for the server, the gate and the API at these ports, and more at the
    /// beginning.
    pub fn of([inside, gate, api]: [u16; 3], text: &str, more: &str) -> Self {
        let base = format!("http://127.0.0.1:{inside}");
        let text = format!("{}{more}{text}", beginning(&base));
        let site = Site::with(&[text], vec![base.clone()]);
        std::fs::write(site.at("orders.toml"), CATALOG).unwrap();
        site.manage(&["migrate"]).ok();
        for company in ["firma", "other"] {
            let add = ["organisation", "add", "orders", company, "--name", company];
            site.manage(&add).ok();
        }
        let add = [
            "client", "add", "orders", "robot", "--name", "Robot", "--maker", "Us",
        ];
        let may = ["--scope", "*", "--organisation", "firma"];
        let said = site.manage(&[&add[..], &may].concat()).ok().out;
        let secret = said.split_whitespace().last().unwrap().to_owned();
        let service = [
            "client",
            "add",
            "orders",
            "orders-api",
            "--name",
            "The orders API",
            "--maker",
            "us",
            "--introspector",
        ];
        let said = site.manage(&service).ok().out;
        let service = said.split_whitespace().last().unwrap().to_owned();
        let node = site.start(0);
        let seen = Arc::<Mutex<Vec<Value>>>::default();
        Self {
            _upstream: upstream(api, Arc::clone(&seen)),
            site,
            node: Some(node),
            seen,
            gate,
            api,
            base,
            secret,
            service,
            written: Mutex::default(),
        }
    }

    /// A token of the robot's, for its own company.
    pub fn token(&self, scope: &str) -> String {
        let url = format!("{}/orders/oauth/token", self.base);
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let request = person::browser().post(url).form(&fields);
        let answer = request.basic_auth("robot", Some(&self.secret)).send();
        let answer: Value = answer.unwrap().json().unwrap();
        let token = answer["access_token"].as_str();
        token.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The robot's secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Where services ask, with their credentials.
    pub fn decide(&self) -> String {
        format!("{}/orders/decide", self.base)
    }

    /// The API is another program from now on, which adds a line to this file for each call.
    pub fn seen_in(&self, file: PathBuf) {
        *self.written.lock().unwrap() = Some(file);
    }

    /// The server.
    pub fn node(&self) -> &Node {
        self.node.as_ref().unwrap()
    }

    /// It ends with what comes back.
    pub fn take_node(&mut self) -> Node {
        self.node.take().unwrap()
    }

    /// Starts the server anew with this configuration of the API.
    pub fn restart(&mut self, own: &str) {
        self.node = None;
        let (_, inside) = self.base.rsplit_once(':').unwrap();
        let text = configuration(inside.parse().unwrap(), self.gate, own);
        let text = format!("{}{text}", beginning(&self.base));
        std::fs::write(self.site.config(0), text).unwrap();
        self.node = Some(self.site.start(0));
    }

    /// A command beside the server.
    pub fn manage(&self, arguments: &[&str]) -> Ran {
        self.site.manage(arguments)
    }

    /// What the API received since the last time.
    pub fn seen(&self) -> Vec<Value> {
        if let Some(file) = &*self.written.lock().unwrap() {
            let lines = std::fs::read_to_string(file).unwrap_or_default();
            let _ = std::fs::remove_file(file);
            let calls = lines.lines().map(serde_json::from_str);
            return calls.collect::<Result<_, _>>().unwrap();
        }
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

/// What every configuration begins with.
fn beginning(base: &str) -> String {
    format!("base_url = \"{base}\"\ndatabase = \"own.sqlite\"\n")
}

/// The realm with its API, the server and the listener that proxies ask.
fn configuration(inside: u16, gate: u16, own: &str) -> String {
    format!(
        "[[realm]]\ncatalog = \"orders.toml\"\n{own}\n[[listener]]\n\
         address = \"127.0.0.1:{inside}\"\n[[listener]]\naddress = \"127.0.0.1:{gate}\"\n\
         serves = [\"gate\"]\n"
    )
}

/// An API that keeps what it receives.
fn upstream(port: u16, seen: Arc<Mutex<Vec<Value>>>) -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(("127.0.0.1", port)))
        .unwrap();
    let api = Router::new().fallback(receive).with_state(seen);
    runtime.spawn(async move { axum::serve(listener, api).await });
    runtime
}

/// `fault` in the query asks for an answer with that status.
async fn receive(State(seen): State<Arc<Mutex<Vec<Value>>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1_048_576).await.unwrap();
    let headers = parts.headers.iter();
    let headers: Vec<(String, String)> = headers
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        })
        .collect();
    let call = json!({
        "method": parts.method.as_str(),
        "uri": parts.uri.to_string(),
        "headers": headers,
        "body": String::from_utf8_lossy(&body),
    });
    seen.lock().unwrap().push(call);
    let fault = parts
        .uri
        .query()
        .and_then(|query| query.strip_prefix("fault="));
    match fault {
        Some(status) => {
            let status: StatusCode = status.parse().unwrap();
            (status, Json(json!({"fault": "the API's"}))).into_response()
        }
        None => Json(json!({"orders": []})).into_response(),
    }
}
