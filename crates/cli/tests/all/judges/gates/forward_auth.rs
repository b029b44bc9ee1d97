//! `docs/forward-auth.md`, followed literally: each proxy runs with the configuration that stands there.

use super::judged::{judge, send};
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::operated::until;
use crate::common::page::block;
use crate::common::running::Running;

const PAGE: &str = "docs/forward-auth.md";

#[test]
fn nginx() {
    let place = Place::start();
    let [outside] = free_ports();
    let proxy = nginx_before(&place, outside);
    judge(&place, outside, &|| proxy.said());
}

/// As the page has it.
pub fn nginx_before(place: &Place, outside: u16) -> Running {
    let text = block(PAGE, "## nginx", "nginx")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{}", place.gate))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{}", place.api))
        .replace("listen 80;", &format!("listen 127.0.0.1:{outside};"));
    Running::nginx(&text, outside)
}

#[test]
fn caddy() {
    let place = Place::start();
    let [outside] = free_ports();
    let text = block(PAGE, "## Caddy", "caddy")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{}", place.gate))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{}", place.api))
        .replace(
            "http://api.example.com",
            &format!("http://127.0.0.1:{outside}"),
        );
    let proxy = Running::caddy(&text, outside);
    judge(&place, outside, &|| proxy.said());
}

#[test]
fn traefik() {
    let place = Place::start();
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
}

/// `docs/envoy.md`.
#[test]
fn envoy() {
    let place = Place::start();
    let [outside] = free_ports();
    let text = block("docs/envoy.md", "## Envoy itself", "yaml")
        .replace("port_value: 8090", &format!("port_value: {}", place.gate))
        .replace("port_value: 9000", &format!("port_value: {}", place.api))
        .replace("address: 0.0.0.0", "address: 127.0.0.1")
        .replace("port_value: 10000", &format!("port_value: {outside}"));
    let proxy = Running::envoy(&text, outside);
    judge(&place, outside, &|| proxy.said());
}
