//! The middleware of `docs/middleware`, each before an API in its language.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::judged::{judge, send};
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::root;
use crate::common::running::{Running, folder};

const OWN: &str = "/companies/firma/orders";

#[test]
fn asgi() {
    judged(|port, _| {
        let mut command = python("uvicorn");
        command.args(["--no-access-log", "--host", "127.0.0.1", "--port"]);
        command.args([&port.to_string(), "asgi_api:application"]);
        command
    });
}

#[test]
fn wsgi() {
    let place = judged(|port, _| gunicorn(port, "wsgi_api:application"));
    let [port] = free_ports();
    let run = gunicorn(port, "wsgi_api:application");
    let _api = start(&place, run, folder(), port, &place.decide());
    // gunicorn takes this header of whoever is near, and the program would see another path.
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let moved = [token.as_str(), "SCRIPT_NAME: /companies"];
    let answer = send(&place, port, &format!("GET {OWN}"), &moved, "");
    assert_eq!((answer.status(), answer.seen.len()), (503, 0));
}

/// A server that tells no address as it arrived.
#[test]
fn wsgi_where_the_address_is_decoded() {
    judged(|_, _| {
        let mut command = python("python3");
        command.arg("wsgi_api.py");
        command
    });
}

#[test]
fn django_with_slashes_at_the_end_of_its_paths() {
    let place = judged(|port, _| gunicorn(port, "django_api:application"));
    let [port] = free_ports();
    let files = folder();
    let api = start(
        &place,
        gunicorn(port, "django_api:application"),
        files,
        port,
        &place.decide(),
    );
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let answer = send(&place, port, "GET /companies/firma/notes/", &[&token], "");
    assert_eq!(answer.status(), 200, "{}\n{}", answer.head, api.said());
    assert_eq!(answer.received("scopegate-client"), ["robot"]);
    assert!(answer.body.contains("\"by\": \"robot\""), "{}", answer.body);
    // Django would send the caller on to the slash: the call is denied before.
    let answer = send(&place, port, "GET /companies/firma/notes", &[&token], "");
    assert_eq!((answer.status(), answer.seen.len()), (403, 0));
    let answer = send(&place, port, "GET /companies/other/notes/", &[&token], "");
    assert_eq!(answer.problem()["reason"], "wrong-organisation");
}

#[test]
fn express() {
    judged(|_, _| node("express.mjs"));
}

#[test]
fn fastify() {
    judged(|_, _| node("fastify.mjs"));
}

#[test]
fn go() {
    judged(|_, files| {
        let at = |name: &str| files.path().join(name);
        std::fs::create_dir(at("scopegate")).unwrap();
        let own = root().join("docs/middleware/scopegate.go");
        std::fs::copy(own, at("scopegate/scopegate.go")).unwrap();
        std::fs::copy(folder_of_apis().join("go/main.go"), at("main.go")).unwrap();
        std::fs::write(at("go.mod"), "module judge\n\ngo 1.18\n").unwrap();
        let mut build = Command::new("go");
        // Nothing is fetched, nothing is asked of the folders around, and what was built is kept.
        build.args(["build", "-buildvcs=false", "-o", "api", "."]);
        build.env("GOTOOLCHAIN", "local").env("GOPROXY", "off");
        build.env("GOCACHE", root().join("target/judges/go"));
        build.env("CGO_ENABLED", "0").current_dir(files.path());
        let built = build.output().unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        Command::new(at("api"))
    });
}

/// Judges an API that this command runs at a port, with a folder of its own.
fn judged(command: impl Fn(u16, &TempDir) -> Command) -> Place {
    let place = Place::start();
    let [port, down, nobody] = free_ports();
    let files = folder();
    let run = command(port, &files);
    let api = start(&place, run, files, port, &place.decide());
    judge(&place, port, &|| api.said());
    denies_as_other_gates(&place, port);
    decides_by_bodies(&place, port);
    drop(api);

    // Nothing is let through where nobody decides.
    let files = folder();
    let run = command(down, &files);
    let nowhere = format!("http://127.0.0.1:{nobody}/orders/decide");
    let _api = start(&place, run, files, down, &nowhere);
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    for headers in [&[token.as_str()][..], &[]] {
        let answer = send(&place, down, &format!("GET {OWN}"), headers, "");
        assert_eq!(
            (answer.status(), answer.seen.len()),
            (503, 0),
            "{}",
            answer.head
        );
        let head = answer.head.to_lowercase();
        assert!(head.contains("retry-after: 1"), "{head}");
    }
    place
}

/// What is seen of a body is what the program reads; what is not seen could ask for anything.
fn decides_by_bodies(place: &Place, port: u16) {
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let json = "Content-Type: application/json";
    let long = format!(r#"{{"event":"seen","note":"{}"}}"#, "é".repeat(100_000));
    let too_long = format!(r#"{{"event":"seen","note":"{}"}}"#, "a".repeat(1 << 20));
    let line = "POST /companies/firma/hooks";
    for (kind, body, status) in [
        (json, r#"{"event":"seen"}"#, 200),
        (json, r#"{"event":"changed"}"#, 403),
        (json, r#"{"event":"seen","event":"changed"}"#, 403),
        ("Content-Type: text/plain", r#"{"event":"seen"}"#, 403),
        (json, &long, 200),
        (json, &too_long, 403),
    ] {
        let answer = send(place, port, line, &[&token, kind], body);
        let beginning = body.get(..40).unwrap_or(body);
        if answer.head.is_empty() {
            // It was refused while it was still being sent.
            assert!(body.len() > 1 << 20 && answer.seen.is_empty());
            continue;
        }
        assert_eq!(
            answer.status(),
            status,
            "{kind} {beginning} {}",
            answer.body
        );
        match answer.seen.as_slice() {
            [call] => assert!(status == 200 && call["body"] == body, "{beginning}"),
            seen => assert!(status != 200 && seen.is_empty(), "{beginning}"),
        }
    }
}

/// The caller gets the same text at every gate.
fn denies_as_other_gates(place: &Place, port: u16) {
    let token = place.token("orders:read");
    for (method, path, token) in [
        ("GET", OWN, None),
        ("POST", OWN, Some(token.as_str())),
        ("GET", "/companies/other/orders", Some(&token)),
        ("GET", "/nothing?x=%20", Some("nobody")),
    ] {
        let token = token.map(|token| format!("Authorization: Bearer {token}"));
        let token: Vec<&str> = token.as_deref().into_iter().collect();
        let own = send(place, port, &format!("{method} {path}"), &token, "");
        let (asked, uri) = (
            format!("X-Forwarded-Method: {method}"),
            format!("X-Forwarded-Uri: {path}"),
        );
        let question = [&[asked.as_str(), &uri, "X-Forwarded-Host: a"], &token[..]].concat();
        let line = "GET /orders/api/forward-auth/caddy";
        let other = send(place, place.gate, line, &question, "");
        assert_eq!((own.status(), &own.body), (other.status(), &other.body));
        for name in ["www-authenticate", "content-type"] {
            assert_eq!(header(&own.head, name), header(&other.head, name), "{path}");
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> Vec<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let own = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    own.map(|(_, value)| value).collect()
}

fn start(place: &Place, mut command: Command, files: TempDir, port: u16, decide: &str) -> Running {
    let seen = files.path().join("seen");
    place.seen_in(seen.clone());
    command
        .current_dir(folder_of_apis())
        .env("PORT", port.to_string())
        .env("DECIDE", decide)
        .env("CLIENT", "orders-api")
        .env("SECRET", &place.service)
        .env("SEEN", seen);
    Running::start(command, files, port)
}

fn folder_of_apis() -> PathBuf {
    root().join("tests/judges/middleware")
}

/// A program of the environment that `./test` makes.
fn python(program: &str) -> Command {
    let mut command = Command::new(root().join("target/judges/middleware/bin").join(program));
    command
        .env("PYTHONPATH", root().join("docs/middleware"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn gunicorn(port: u16, application: &str) -> Command {
    let mut command = python("gunicorn");
    command.args(["--bind", &format!("127.0.0.1:{port}"), application]);
    command
}

fn node(file: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(file);
    command
}
