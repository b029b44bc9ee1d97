//! `docs/forward-auth.md`, followed literally: each proxy runs with the configuration that stands there.

use super::judged::judge;
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::page::block;
use crate::common::running::Running;

const PAGE: &str = "docs/forward-auth.md";

#[test]
fn nginx() {
    let place = Place::start();
    let [outside] = free_ports();
    let text = block(PAGE, "## nginx", "nginx")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{}", place.gate))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{}", place.api))
        .replace("listen 80;", &format!("listen 127.0.0.1:{outside};"));
    let proxy = Running::nginx(&text, outside);
    judge(&place, outside, &|| proxy.said());
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
