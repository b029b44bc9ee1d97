//! `docs/forward-auth.md`, followed literally: each proxy runs with the configuration that stands there.

use axum::body::to_bytes;
use enforce::Problem;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::judged::{judge, send};
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::operated::until;
use crate::common::page::block;
use crate::common::person;
use crate::common::running::Running;

const PAGE: &str = "docs/forward-auth.md";

#[test]
fn nginx() {
    let mut place = Place::start();
    let [outside] = free_ports();
    let proxy = nginx_before(&place, outside);
    judge(&place, outside, &|| proxy.said());
    let [without, nowhere] = free_ports();
    let _without_api = nginx_in_front_of(place.gate, nowhere, without);
    faults_of_the_api_stay_its_own(&place, outside, without);
    says_that_nobody_decides(&mut place, outside);
}

/// As the page has it.
pub fn nginx_before(place: &Place, outside: u16) -> Running {
    nginx_in_front_of(place.gate, place.api, outside)
}

/// The same for an API at this port.
pub fn nginx_in_front_of(gate: u16, api: u16, outside: u16) -> Running {
    let text = block(PAGE, "## nginx", "nginx")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{gate}"))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{api}"))
        .replace("listen 80;", &format!("listen 127.0.0.1:{outside};"));
    Running::nginx(&text, outside)
}

/// An API that takes two calls an hour by one client.
const LIMITED: &str = "[[realm.api]]
url = \"https://api.example.com\"
[[realm.api.limit]]
per = \"client\"
calls = 2
within = \"1h\"
";

/// One call too many is answered in full, also by the proxy that asks twice for it: asking again counts
/// nothing.
#[test]
fn a_limit_behind_nginx() {
    let place = Place::with(LIMITED);
    let [outside] = free_ports();
    let _proxy = nginx_before(&place, outside);
    takes_two_calls(&place, outside);
}

#[test]
fn a_limit_behind_caddy() {
    let place = Place::with(LIMITED);
    let [outside] = free_ports();
    let _proxy = caddy_before(&place, outside);
    takes_two_calls(&place, outside);
}

fn takes_two_calls(place: &Place, port: u16) {
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let call = || send(place, port, "GET /companies/firma/orders", &[&token], "");
    for statuses in [[200, 200, 429, 429], [429; 4]] {
        for status in statuses {
            let answer = call();
            assert_eq!(answer.status(), status, "{}", answer.body);
            assert_eq!(answer.seen.len(), usize::from(status == 200));
            if status == 429 {
                assert_eq!(answer.problem()["reason"], "too-many-calls");
                let head = answer.head.to_ascii_lowercase();
                let again = head
                    .lines()
                    .find_map(|line| line.strip_prefix("retry-after: "));
                let again: u64 = again.unwrap().parse().unwrap();
                assert!((1..=3_600).contains(&again), "{again}");
            }
        }
    }
}

fn caddy_before(place: &Place, outside: u16) -> Running {
    caddy_in_front_of(place.gate, place.api, outside)
}

fn caddy_in_front_of(gate: u16, api: u16, outside: u16) -> Running {
    let text = block(PAGE, "## Caddy", "caddy")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{gate}"))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{api}"))
        .replace(
            "http://api.example.com",
            &format!("http://127.0.0.1:{outside}"),
        )
        .replace("http:// {", &format!("http://:{outside} {{"));
    Running::caddy(&text, outside)
}

#[test]
fn caddy() {
    let mut place = Place::start();
    let [outside] = free_ports();
    let proxy = caddy_before(&place, outside);
    judge(&place, outside, &|| proxy.said());
    let [without, nowhere] = free_ports();
    let _without_api = caddy_in_front_of(place.gate, nowhere, without);
    faults_of_the_api_stay_its_own(&place, outside, without);
    knows_no_other_host(outside);
    says_that_nobody_decides(&mut place, outside);
}

/// Caddy would answer by itself, with an empty 200.
fn knows_no_other_host(port: u16) {
    for host in ["localhost", "api.example.com", "127.0.0.2"] {
        let url = format!("http://127.0.0.1:{port}/status");
        let request = person::browser().get(url).header("Host", host);
        assert_eq!(request.send().unwrap().status(), 421, "{host}");
    }
}

#[test]
fn traefik() {
    let mut place = Place::start();
    let [outside] = free_ports();
    let text = block(PAGE, "## Traefik", "yaml")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{}", place.gate))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{}", place.api))
        .replace("Host(`api.example.com`)", "Host(`127.0.0.1`)");
    let proxy = Running::traefik(&text, outside);
    // It listens before it has read where calls go.
    until("Traefik knows the API", || {
        send(&place, outside, "GET /status", &[], "").status() != 404
    });
    judge(&place, outside, &|| proxy.said());
    denies_where_nobody_decides(&mut place, outside, 500);
}

/// `docs/envoy.md`.
#[test]
fn envoy_by_grpc() {
    let (mut place, outside, proxy) = envoy("## Envoy itself, by gRPC");
    judge(&place, outside, &|| proxy.said());
    sees_bodies(&place, outside);
    denies_where_nobody_decides(&mut place, outside, 503);
}

#[test]
fn envoy_over_http() {
    let (mut place, outside, proxy) = envoy("## Envoy itself, over HTTP");
    judge(&place, outside, &|| proxy.said());
    sees_bodies(&place, outside);
    denies_where_nobody_decides(&mut place, outside, 403);
}

fn envoy(heading: &str) -> (Place, u16, Running) {
    let place = Place::start();
    let [outside] = free_ports();
    let text = block("docs/envoy.md", heading, "yaml");
    let proxy = envoy_in_front_of(place.gate, place.api, outside, &text);
    (place, outside, proxy)
}

/// With the page's configuration.
pub fn envoy_in_front_of(gate: u16, api: u16, outside: u16, text: &str) -> Running {
    let text = text
        .replace("port_value: 8090", &format!("port_value: {gate}"))
        .replace("port_value: 9000", &format!("port_value: {api}"))
        .replace("address: 0.0.0.0", "address: 127.0.0.1")
        .replace("port_value: 10000", &format!("port_value: {outside}"));
    Running::envoy(&text, outside)
}

/// What is said where the gate is gone is said of nothing else: not of an API that answers with a fault, nor
/// of one that is gone itself, behind the proxy at `without`.
fn faults_of_the_api_stay_its_own(place: &Place, port: u16, without: u16) {
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let own = "GET /companies/firma/orders";
    for fault in [500, 502, 503] {
        let line = format!("{own}?fault={fault}");
        let answer = send(place, port, &line, &[&token], "");
        assert_eq!((answer.status(), answer.seen.len()), (fault, 1));
        assert_eq!(answer.body, r#"{"fault":"the API's"}"#);
    }
    let answer = send(place, without, own, &[&token], "");
    assert_eq!(answer.status(), 502, "{}", answer.body);
    assert_eq!(answer.problem()["reason"], Value::Null);
}

/// The gate is gone, and the page's proxy says so as the gate would say that it cannot tell.
fn says_that_nobody_decides(place: &mut Place, port: u16) {
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    denies_where_nobody_decides(place, port, 503);
    let of_gate = Problem::unavailable("").into_response("", None, None);
    let (of_gate, body) = of_gate.into_parts();
    let body = Runtime::new().unwrap().block_on(to_bytes(body, 1_000));
    let mut own: Value = serde_json::from_slice(&body.unwrap()).unwrap();
    for (line, body) in [
        ("GET /status", ""),
        ("POST /companies/firma/orders", r#"{"name":"a"}"#),
    ] {
        let answer = send(place, port, line, &[&token], body);
        assert_eq!(answer.status(), 503, "{line}");
        let problem = answer.problem();
        own["detail"] = problem["detail"].clone();
        assert_eq!(problem, own, "{}", answer.body);
        assert!(
            own["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        let head = answer.head.to_ascii_lowercase();
        for (name, value) in &of_gate.headers {
            let header = format!("\r\n{name}: {}", value.to_str().unwrap());
            assert!(head.contains(&header), "{header:?} in {head}");
        }
    }
}

/// The gate is gone: the proxy denies by itself, and what is public too.
fn denies_where_nobody_decides(place: &mut Place, port: u16, status: u16) {
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let mut node = place.take_node();
    node.terminate();
    assert_eq!(node.wait(), Some(0));
    for line in ["GET /companies/firma/orders", "GET /status"] {
        let answer = send(place, port, line, &[&token], "");
        assert_eq!((answer.status(), answer.seen.len()), (status, 0), "{line}");
    }
}

/// What is seen of a body is what the API receives; and nobody can say in Envoy's name that it was cut off
/// or not.
fn sees_bodies(place: &Place, port: u16) {
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let json = "Content-Type: application/json";
    let line = "POST /companies/firma/hooks";
    let too_long = format!(r#"{{"event":"seen","note":"{}"}}"#, "a".repeat(1 << 20));
    for (said, body, status) in [
        (json, r#"{"event":"seen"}"#, 200),
        (json, r#"{"event":"changed"}"#, 403),
        (json, &too_long, 413),
        ("Content-Type: text/plain", r#"{"event":"seen"}"#, 403),
    ] {
        let answer = send(place, port, line, &[&token, said], body);
        assert_eq!(answer.seen.len(), usize::from(status == 200));
        // What is too long may be refused while it is still being sent.
        if status != 413 || !answer.head.is_empty() {
            assert_eq!(answer.status(), status, "{said} {}", answer.body);
        }
    }
    let whole = [token.as_str(), json, "X-Envoy-Auth-Partial-Body: false"];
    let answer = send(place, port, line, &whole, r#"{"event":"changed"}"#);
    assert_eq!((answer.status(), answer.seen.len()), (403, 0));
    // No body at all is none that says what is seen.
    let answer = send(place, port, line, &whole, "");
    assert_eq!((answer.status(), answer.seen.len()), (403, 0));
    // Two tokens at once are for no program the same.
    let twice = [token.as_str(), "Authorization: Basic YTpi"];
    let answer = send(place, port, "GET /companies/firma/orders", &twice, "");
    assert_eq!(answer.problem()["reason"], "malformed-credentials");
    // Bytes that are no text.
    let answer = send(
        place,
        port,
        "GET /companies/firma/orders?q=\u{e9}",
        &[&token],
        "",
    );
    if let [call] = answer.seen.as_slice() {
        assert_eq!(call["uri"], "/companies/firma/orders?q=\u{e9}");
    }
}
