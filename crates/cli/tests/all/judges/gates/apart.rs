//! `docs/gate-process.md`: the gate is a process of its own, and goes by what it hears of the server.

use std::process::Command;

use serde_json::{Value, json};

use super::forward_auth::{envoy_in_front_of, nginx_before};
use super::judged::{judge, send};
use super::place::{CATALOG, Place};
use crate::common::many::free_ports;
use crate::common::operated::until;
use crate::common::page::block;
use crate::common::{Ran, Running, person};

const PAGE: &str = "docs/gate-process.md";
const OWN_API: &str = "[[realm.api]]\nurl = \"https://api.example.com\"\n";
const OWN: &str = "GET /companies/firma/orders";

/// A gate of the place's API, and the port that operators ask at.
struct Gate {
    process: Running,
    operations: u16,
}

impl Gate {
    /// As the page has it, at this port.
    fn start(place: &Place, port: u16) -> Self {
        let [operations] = free_ports();
        let file = place.site.at("gate.toml");
        let text = block(PAGE, "## A gate beside a gateway", "toml")
            .replace("https://login.example.com", &place.base)
            // Machines that have much to do are not heard every second.
            .replace("deny_after = \"1s\"", "deny_after = \"5s\"")
            .replace("127.0.0.1:8090", &format!("127.0.0.1:{port}"))
            .replace("127.0.0.1:9090", &format!("127.0.0.1:{operations}"));
        assert!(text.contains("\nbase_url = \"https://gate.example.com\"\n"));
        std::fs::write(&file, text).unwrap();
        std::fs::write(place.site.at("gate-secret"), &place.service).unwrap();
        let process = Running::start(["gate", "run", "--config", file.to_str().unwrap()]);
        Self {
            process,
            operations,
        }
    }

    /// May calls be sent there?
    fn readiness(&self) -> (u16, Value) {
        let url = format!("http://127.0.0.1:{}/readyz", self.operations);
        let answer = person::browser().get(url).send().unwrap();
        (answer.status().as_u16(), answer.json().unwrap())
    }

    fn metrics(&self) -> String {
        let url = format!("http://127.0.0.1:{}/metrics", self.operations);
        person::browser().get(url).send().unwrap().text().unwrap()
    }

    fn terminate(&mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
        self.process.wait()
    }
}

/// The reverse proxy as a process of its own, as the page has it.
fn proxy(place: &Place, port: u16) -> Running {
    let command = block(PAGE, "## A reverse proxy", "sh")
        .replace("\\\n", " ")
        .replace("https://login.example.com", &place.base)
        .replace("0.0.0.0:8443", &format!("127.0.0.1:{port}"))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{}", place.api));
    let mut words = command.split_whitespace();
    let is_secret = |word: &&str| word.starts_with("SCOPEGATE_GATE_SECRET=");
    assert!(words.next().is_some_and(|word| is_secret(&word)));
    assert_eq!(words.next(), Some("scopegate"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_scopegate"));
    program
        .args(words)
        .args(["--deny-after", "5s"])
        .env("SCOPEGATE_GATE_SECRET", &place.service);
    Running::of(&mut program)
}

/// What is answered at this port to a question about a call.
fn decided(place: &Place, base: &str, question: &Value) -> Value {
    let asked = person::browser().post(format!("{base}/orders/decide"));
    let asked = asked
        .basic_auth("orders-api", Some(&place.service))
        .json(question);
    asked.send().unwrap().json().unwrap()
}

#[test]
fn a_proxy_of_its_own_decides_as_the_server_does() {
    let place = Place::start();
    let [outside] = free_ports();
    let _proxy = proxy(&place, outside);
    judge(&place, outside, &String::new);
    let metadata = "GET /.well-known/oauth-protected-resource";
    let answer = send(&place, outside, metadata, &[], "");
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert_eq!(answer.problem()["resource"], "https://api.example.com");
}

#[test]
fn a_gate_of_its_own_decides_as_the_server_does() {
    let mut place = Place::start();
    let [port, outside] = free_ports();
    let mut gate = Gate::start(&place, port);
    assert_eq!(gate.readiness().0, 200);
    place.gate = port;
    let nginx = nginx_before(&place, outside);
    judge(&place, outside, &|| nginx.said());

    // Services get the same answers, word for word.
    let process = format!("http://127.0.0.1:{port}");
    let read = place.token("orders:read");
    for (method, target, token) in [
        ("GET", "/companies/firma/orders", Some(read.as_str())),
        ("POST", "/companies/firma/orders", Some(&read)),
        ("POST", "/companies/firma/hooks", Some(&read)),
        ("GET", "/companies/other/orders", Some(&read)),
        ("GET", "/nothing", Some(&read)),
        ("GET", "/status", None),
        ("GET", "/companies/firma/orders", None),
        ("GET", "/companies/firma/orders", Some("nobody")),
    ] {
        let question = json!({ "method": method, "target": target, "token": token });
        let here = decided(&place, &process, &question);
        assert_eq!(here, decided(&place, &place.base, &question), "{question}");
        assert!(here["decision"].is_string(), "{here}");
    }
    // Whoever asks at the address that the metadata names finds itself there.
    let metadata: Value = person::browser()
        .get(format!(
            "{process}/.well-known/authzen-configuration/orders/authzen/api"
        ))
        .send()
        .unwrap()
        .json()
        .unwrap();
    let own = "https://gate.example.com/orders/authzen/api";
    assert_eq!(
        metadata,
        json!({
            "policy_decision_point": own,
            "access_evaluation_endpoint": format!("{own}/access/v1/evaluation"),
            "access_evaluations_endpoint": format!("{own}/access/v1/evaluations"),
        })
    );
    let stranger = person::browser().post(format!("{process}/orders/decide"));
    let stranger = stranger
        .basic_auth("orders-api", Some("wrong"))
        .json(&json!({}));
    assert_eq!(stranger.send().unwrap().status(), 401);

    // What it counted is in its metrics, and in the server's report when it ends.
    let metrics = gate.metrics();
    let counted = "scopegate_decisions_total{realm=\"orders\",reason=\"insufficient-scope\"} ";
    let counted = metrics.lines().find_map(|line| line.strip_prefix(counted));
    let counted: u64 = counted
        .unwrap_or_else(|| panic!("{metrics}"))
        .parse()
        .unwrap();
    assert_eq!(gate.terminate(), Some(0));
    // Those of the questions that the server was asked itself, besides.
    let report = |place: &Place| {
        let ran: Ran = place.manage(&["gate", "report", "orders", "--json"]).ok();
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let denied = report["apis"][0]["were_denied"].as_array().cloned();
        let denied = denied.unwrap_or_default().into_iter();
        let of = denied.filter(|calls| calls["reason"] == "insufficient-scope");
        of.map(|calls| calls["calls"].as_u64().unwrap())
            .sum::<u64>()
    };
    until("the report has each denial once", || {
        report(&place) == counted + 2
    });
}

/// It is of one API: who cannot say which one, as Istio by gRPC, need not.
#[test]
fn by_grpc_a_gate_of_its_own_needs_no_name_of_the_api() {
    let place = Place::start();
    let [port, outside] = free_ports();
    let _gate = Gate::start(&place, port);
    let named = block("docs/envoy.md", "## Envoy itself, by gRPC", "yaml");
    let is_name = |line: &&str| line.contains("initial_metadata");
    assert!(named.lines().any(|line| is_name(&line)));
    let unnamed = named.lines().filter(|line| !is_name(line));
    let unnamed: Vec<&str> = unnamed.collect();
    let envoy = envoy_in_front_of(port, place.api, outside, &unnamed.join("\n"));
    judge(&place, outside, &|| envoy.said());
}

#[test]
fn what_ends_at_the_server_ends_at_the_gate() {
    let mut place = Place::start();
    let [outside] = free_ports();
    let [port] = free_ports();
    let gate = Gate::start(&place, port);
    let of_server = std::mem::replace(&mut place.gate, port);
    let nginx = nginx_before(&place, outside);
    place.gate = of_server;
    let call = |place: &Place, line: &str, token: &str| {
        let header = format!("Authorization: Bearer {token}");
        send(place, outside, line, &[&header], "").status()
    };

    // One token, the other one goes on: an answer is kept for a minute where nothing is heard.
    let (one, other) = (place.token("orders:read"), place.token("orders:read"));
    for token in [&one, &other] {
        assert_eq!(call(&place, OWN, token), 200, "{}", nginx.said());
    }
    let revoke = person::browser().post(format!("{}/orders/oauth/revoke", place.base));
    let revoke = revoke
        .basic_auth("robot", Some(place.secret()))
        .form(&[("token", &one)]);
    assert_eq!(revoke.send().unwrap().status(), 200);
    until("the gate has heard it", || call(&place, OWN, &one) == 401);
    assert_eq!(call(&place, OWN, &other), 200);

    // Another catalog, whole.
    let changed = CATALOG.replace("version = \"1\"", "version = \"2\"").replace(
        "path = \"/status\"",
        "path = \"/companies/{company}/bills\"\nget = \"orders:read\"\n[[endpoints]]\npath = \"/status\"",
    );
    let bills = "GET /companies/firma/bills";
    assert_eq!(call(&place, bills, &other), 403);
    std::fs::write(place.site.at("orders.toml"), changed).unwrap();
    until("the gate goes by the changed catalog", || {
        call(&place, bills, &other) == 200
    });
    assert_eq!(gate.readiness().1["catalog"]["version"], "2");

    // Without the server nothing opens any more, in time, and everything does when it is back.
    place.take_node().kill();
    until("the gate is cut off", || call(&place, OWN, &other) == 503);
    let answer = send(
        &place,
        outside,
        OWN,
        &[&format!("Authorization: Bearer {other}")],
        "",
    );
    assert!(
        answer.head.to_lowercase().contains("retry-after: 1"),
        "{}",
        answer.head
    );
    assert_eq!(answer.problem()["reason"], "unavailable", "{}", answer.body);
    assert_eq!(send(&place, outside, "GET /status", &[], "").status(), 503);
    let (status, said) = gate.readiness();
    assert_eq!(status, 503);
    assert!(
        said["problems"][0]
            .as_str()
            .unwrap()
            .contains("the server was last heard"),
        "{said}"
    );
    assert!(gate.metrics().contains("scopegate_gate_heard 0"));
    place.restart(OWN_API);
    until("the gate hears of the server again", || {
        call(&place, OWN, &other) == 200
    });
    assert_eq!(gate.readiness().0, 200);
}

#[test]
fn who_is_no_resource_server_of_the_api_gets_no_gate() {
    let place = Place::start();
    let issuer = format!("{}/orders", place.base);
    let unknown = format!("{}/nothing", place.base);
    let run = |issuer: &str, api: &str, secret: &str| {
        let options = ["--issuer", issuer, "--api", api, "--client", "orders-api"];
        let program = env!("CARGO_BIN_EXE_scopegate");
        let mut program = Command::new(program);
        program
            .args(["gate", "run", "--listen", "127.0.0.1:0"])
            .args(options);
        let ran = program
            .env("SCOPEGATE_GATE_SECRET", secret)
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
    };
    for (issuer, api, secret, says) in [
        (&issuer, "api", "wrong", "client authentication failed"),
        (
            &issuer,
            "other",
            &*place.service,
            "the resource server of the API 'api'",
        ),
        (
            &unknown,
            "api",
            &*place.service,
            "There is no realm with this name here",
        ),
        (
            &issuer,
            "api",
            "",
            "the secret of \"orders-api\" is not known",
        ),
    ] {
        let (code, said) = run(issuer, api, secret);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(says), "{said}");
    }
    let away = "https://login.example";
    let (code, said) = run(away, "api", &place.service);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("`issuer`"), "{said}");
}
