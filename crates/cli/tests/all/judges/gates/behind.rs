//! APIs of two frameworks, each behind a gate as its page sets it up, server and proxy both.

use std::process::Command;

use super::forward_auth::nginx_in_front_of;
use super::judged::{judge, send};
use super::place::Place;
use super::proxy;
use crate::common::many::free_ports;
use crate::common::root;
use crate::common::running::{Running, folder};

const PAGE: &str = "docs/forward-auth.md";

/// An API in a folder of its own, which tells what it receives.
fn start(place: &Place, mut command: Command, port: u16) -> Running {
    let files = folder();
    let seen = files.path().join("seen");
    place.seen_in(seen.clone());
    command
        .current_dir(root().join("tests/judges/middleware"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PORT", port.to_string())
        .env("SEEN", seen);
    Running::start(command, files, port)
}

/// The configuration at the top of the page.
fn forward_auth([inside, gate, _]: [u16; 3]) -> String {
    let text = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let (_, behind) = text.split_once("\n```toml\n").unwrap();
    let (own, _) = behind.split_once("\n```\n").unwrap();
    own.replace("0.0.0.0:8080", &format!("127.0.0.1:{inside}"))
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{gate}"))
}

#[test]
fn django_with_slashes_at_the_end_of_its_paths_behind_nginx() {
    let ports = free_ports();
    let place = Place::of(ports, &forward_auth(ports), "");
    let [port, outside] = free_ports();
    let gunicorn = root().join("target/judges/middleware/bin/gunicorn");
    let mut command = Command::new(gunicorn);
    command.args(["--bind", &format!("127.0.0.1:{port}")]);
    command.arg("django_plain:application");
    let api = start(&place, command, port);
    let nginx = nginx_in_front_of(place.gate, port, outside);
    let said = || format!("{}\n{}", nginx.said(), api.said());
    judge(&place, outside, &said);

    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let notes = "GET /companies/firma/notes/";
    let answer = send(&place, outside, notes, &[&token], "");
    assert_eq!(answer.status(), 200, "{}\n{}", answer.head, said());
    assert!(answer.body.contains("\"by\": \"robot\""), "{}", answer.body);
    // Django would send the caller on to the slash: the call is denied before.
    let without = "GET /companies/firma/notes";
    let answer = send(&place, outside, without, &[&token], "");
    assert_eq!((answer.status(), answer.seen.len()), (403, 0));
    // Around the gate there is nothing to be had.
    let answer = send(&place, port, notes, &[&token], "");
    assert_eq!((answer.status(), answer.seen.len()), (403, 0));
}

#[test]
fn express_behind_the_reverse_proxy() {
    let ports @ [_, gate, _] = free_ports();
    let [port] = free_ports();
    let place = proxy::place(ports, port, "");
    let mut command = Command::new("node");
    command.arg("express_plain.mjs");
    let api = start(&place, command, port);
    let said = || format!("{}\n{}", place.node().errors(), api.said());
    judge(&place, gate, &said);

    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let answer = send(&place, gate, "GET /companies/firma/orders", &[&token], "");
    assert!(answer.body.contains("\"by\":\"robot\""), "{}", answer.body);
    // Express would take these for the same, the catalog does not.
    for line in [
        "GET /COMPANIES/firma/orders",
        "GET /companies/firma/Orders",
        "GET /companies/firma/orders/",
        "GET /companies/firma/notes",
    ] {
        let answer = send(&place, gate, line, &[&token], "");
        assert_eq!((answer.status(), answer.seen.len()), (403, 0), "{line}");
    }
    // Around the gate there is nothing to be had.
    let answer = send(&place, port, "GET /companies/firma/orders", &[&token], "");
    assert_eq!((answer.status(), answer.seen.len()), (403, 0));
}
