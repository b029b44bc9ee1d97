//! A server as its operator meets it: listeners, health, metrics, logs, TLS, stopping.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use crate::common::operated::{PUBLIC, Server, until};
use crate::common::person;
use serde_json::Value;
use tokio_rustls::rustls;

#[test]
fn each_listener_serves_its_side() {
    let server = Server::start(PUBLIC);
    let of = |address: &str, path: &str| {
        let url = format!("http://{address}{path}");
        person::browser().get(url).send().unwrap().status().as_u16()
    };
    let metadata = "/.well-known/oauth-authorization-server/bexio";
    assert_eq!(of(&server.public, "/healthz"), 200);
    assert_eq!(of(&server.public, metadata), 200);
    assert_eq!(of(&server.public, "/readyz"), 404);
    assert_eq!(of(&server.public, "/metrics"), 404);
    assert_eq!(of(&server.operations, "/healthz"), 200);
    assert_eq!(of(&server.operations, "/readyz"), 200);
    assert_eq!(of(&server.operations, metadata), 404);

    let metrics = server.metrics();
    for expected in [
        "scopegate_requests_total{endpoint=\"metadata\",outcome=\"ok\"} 1",
        "scopegate_request_seconds_count{endpoint=\"metadata\"} 2",
        "scopegate_change_feed_fresh 1",
        "scopegate_cleanup_rows_total 0",
        "scopegate_store_connections{state=\"in_use\"} 0",
        "scopegate_store_writes_waiting 0",
        "scopegate_oauth_errors_total{endpoint=\"token\",error=\"invalid_client\"} 0",
        "scopegate_decisions_total{realm=\"bexio\",reason=\"permitted\"} 0",
    ] {
        assert!(metrics.contains(expected), "no {expected} in {metrics}");
    }
    let _ = server.get("/bexio/api/2.0/contact").text();
    let denied = "scopegate_decisions_total{realm=\"bexio\",reason=\"no-credentials\"}";
    assert!((server.metric(denied) - 1.0).abs() < f64::EPSILON);
}

#[test]
fn one_listener_may_serve_both_sides() {
    let server = Server::start(&format!("{PUBLIC}\nserves = [\"public\", \"operations\"]"));
    for path in ["/healthz", "/readyz", "/metrics", "/bexio/scopes"] {
        assert_eq!(server.get(path).status(), 200, "{path}");
    }
    // Nobody is told to come by TLS where there is none.
    let answer = server.get("/healthz");
    assert!(!answer.headers().contains_key("strict-transport-security"));
}

#[test]
fn requests_are_named_and_only_a_trusted_proxy_may_name_them() {
    let id = |server: &Server| {
        let url = format!("http://{}/healthz", server.public);
        let request = person::browser()
            .get(url)
            .header("X-Request-Id", "from-outside");
        let response = request.send().unwrap();
        response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let alone = Server::start(PUBLIC);
    let (first, second) = (id(&alone), id(&alone));
    assert_ne!(first, "from-outside");
    assert_ne!(first, second);
    let behind = Server::start(&format!("trusted_proxies = [\"127.0.0.0/8\"]\n{PUBLIC}"));
    assert_eq!(id(&behind), "from-outside");
}

#[test]
fn the_client_is_who_a_trusted_proxy_says() {
    let client = |trusted: &str| {
        let server = Server::start(&format!(
            "{trusted}{PUBLIC}\n[log]\naccess = true\nformat = \"json\""
        ));
        let url = format!("http://{}/bexio/scopes?secret=in-query", server.public);
        let request = person::browser()
            .get(url)
            .header("X-Forwarded-For", "198.51.100.7, 203.0.113.5")
            .header("Forwarded", "for=192.0.2.66");
        let _ = request.send().unwrap().text();
        until("an access line", || server.log().contains("\"access\""));
        let log = server.log();
        assert!(!log.contains("in-query"), "{log}");
        let line = log
            .lines()
            .find(|line| line.contains("\"access\""))
            .unwrap();
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["path"], "/bexio/scopes");
        assert_eq!(line["status"], 200);
        assert!(line["request_id"].is_string());
        line["client"].as_str().unwrap().to_owned()
    };
    assert_eq!(client(""), "127.0.0.1");
    assert_eq!(client("trusted_proxies = [\"10.0.0.0/8\"]\n"), "127.0.0.1");
    assert_eq!(client("trusted_proxies = [\"127.0.0.1\"]\n"), "203.0.113.5");
    assert_eq!(
        client("trusted_proxies = [\"127.0.0.1\", \"203.0.113.0/24\"]\n"),
        "198.51.100.7"
    );
}

#[test]
fn forged_addresses_do_not_get_around_the_login_limit() {
    let server = Server::start(PUBLIC);
    let http = person::browser();
    let base = format!("http://{}", server.public);
    let attempt = |number: usize| {
        let fields = [
            ("username", format!("nobody{number}")),
            ("password", "wrong".to_owned()),
        ];
        let request = http
            .post(format!("{base}/bexio/login"))
            .header("Origin", &base)
            .header("X-Forwarded-For", format!("198.51.100.{number}"))
            .form(&fields);
        request.send().unwrap().status().as_u16()
    };
    let statuses: Vec<u16> = (0..22).map(attempt).collect();
    assert_ne!(statuses[0], 429, "{statuses:?}");
    assert_eq!(statuses[21], 429, "{statuses:?}");
}

/// The head of a token request and the beginning of its body.
fn begin_slow_request(server: &Server) -> TcpStream {
    let mut slow = TcpStream::connect(&server.public).unwrap();
    let head = "POST /bexio/oauth/token HTTP/1.1\r\nHost: a\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 34\r\n\r\ngrant";
    slow.write_all(head.as_bytes()).unwrap();
    // The question itself is one of two under way.
    until("the request is under way", || {
        server.metric("scopegate_requests_in_flight") >= 2.0
    });
    slow
}

#[test]
fn a_request_under_way_is_finished() {
    let mut server = Server::start(PUBLIC);
    // Somebody who keeps a connection open without a request is not waited for.
    let mut idle = TcpStream::connect(&server.public).unwrap();
    let mut slow = begin_slow_request(&server);
    server.terminate();
    until("new connections are refused", || {
        TcpStream::connect(&server.public).is_err()
    });
    assert!(server.child.try_wait().unwrap().is_none());
    slow.write_all(b"_type=client_credentials&a=xx").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("invalid_client"), "{answer}");
    assert_eq!(server.wait(), Some(0), "{}", server.log());
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    // The store was closed in good order: its log is folded into the file.
    assert!(!server.at("own.sqlite-wal").exists());
}

#[test]
fn who_is_told_to_stop_says_so_first_and_goes_on_for_a_while() {
    let server = Server::start(&format!("shutdown_notice = \"1h\"\n{PUBLIC}"));
    server.terminate();
    let ready = format!("http://{}/readyz", server.operations);
    until("it is not ready any more", || {
        person::browser().get(&ready).send().unwrap().status() == 503
    });
    // Connections that are new as well, and everything else as before.
    let path = "/.well-known/oauth-authorization-server/bexio";
    assert_eq!(server.get(path).status(), 200);

    let mut server = Server::start(&format!("shutdown_notice = \"100ms\"\n{PUBLIC}"));
    server.terminate();
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_request_that_never_ends_does_not_hold_the_server() {
    let mut server = Server::start(&format!("shutdown_timeout = \"100ms\"\n{PUBLIC}"));
    let _slow = begin_slow_request(&server);
    server.terminate();
    assert_eq!(server.wait(), Some(0));
    assert!(server.log().contains("still under way"), "{}", server.log());
}

#[test]
fn tls_ends_here_with_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
    // As some editors write text: with a byte order mark.
    let marked = |pem: String| format!("\u{feff}{pem}");
    std::fs::write(folder.path().join("cert.pem"), marked(made.cert.pem())).unwrap();
    std::fs::write(
        folder.path().join("key.pem"),
        marked(made.signing_key.serialize_pem()),
    )
    .unwrap();
    let tls = "\ntls = { certificate = \"cert.pem\", key = \"key.pem\" }";
    let mut server = Server::start_in(folder, &format!("{PUBLIC}{tls}"));

    let session = client_of(made.cert.der());
    let mut stream = rustls::StreamOwned::new(session, TcpStream::connect(&server.public).unwrap());
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    // Whether the end is announced is not what this is about.
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let only_by_tls = "strict-transport-security: max-age=31536000\r\n";
    assert!(answer.to_lowercase().contains(only_by_tls), "{answer}");

    // Who speaks no TLS gets no answer in the clear, and harms nobody.
    let mut plain = TcpStream::connect(&server.public).unwrap();
    plain.write_all(request).unwrap();
    let mut refused = Vec::new();
    let _ = plain.read_to_end(&mut refused);
    assert!(!refused.starts_with(b"HTTP"), "{refused:?}");
    server.terminate();
    assert_eq!(server.wait(), Some(0));
}

/// The client's side of a connection to the server of this certificate.
fn client_of(certificate: &rustls::pki_types::CertificateDer<'static>) -> rustls::ClientConnection {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    rustls::ClientConnection::new(Arc::new(client), name).unwrap()
}

/// Does the server prove that it is the one of this certificate?
fn proves(server: &Server, certificate: &rustls::pki_types::CertificateDer<'static>) -> bool {
    let mut session = client_of(certificate);
    let mut stream = TcpStream::connect(&server.public).unwrap();
    while session.is_handshaking() {
        if session.complete_io(&mut stream).is_err() {
            return false;
        }
    }
    true
}

#[test]
fn a_certificate_is_replaced_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    let make = || rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
    let (old, new) = (make(), make());
    std::fs::write(&cert, old.cert.pem()).unwrap();
    std::fs::write(&key, old.signing_key.serialize_pem()).unwrap();
    let tls = "\ntls = { certificate = \"cert.pem\", key = \"key.pem\" }";
    let mut server = Server::start_in(folder, &format!("{PUBLIC}{tls}"));
    assert!(proves(&server, old.cert.der()) && !proves(&server, new.cert.der()));

    // Half of the pair is there: what was in use stays in use, and the log says why.
    std::fs::write(&cert, new.cert.pem()).unwrap();
    server.hang_up();
    server.wait_for_log("cannot be used");
    assert!(proves(&server, old.cert.der()));

    std::fs::write(&key, new.signing_key.serialize_pem()).unwrap();
    server.hang_up();
    server.wait_for_log("a new certificate is used");
    assert!(proves(&server, new.cert.der()) && !proves(&server, old.cert.der()));
    server.terminate();
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_key_of_another_certificate_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let make = || rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
    let (one, other) = (make(), make());
    std::fs::write(folder.path().join("cert.pem"), one.cert.pem()).unwrap();
    std::fs::write(
        folder.path().join("key.pem"),
        other.signing_key.serialize_pem(),
    )
    .unwrap();
    let config = folder.path().join("scopegate.toml");
    std::fs::write(
        &config,
        "base_url = \"https://localhost\"\ndatabase = \"a.sqlite\"\n[[listener]]\n\
         address = \"127.0.0.1:0\"\ntls = { certificate = \"cert.pem\", key = \"key.pem\" }\n\
         [[realm]]\ncatalog = \"bexio\"\n",
    )
    .unwrap();
    let config = config.to_str().unwrap();
    crate::common::scopegate(["serve", "--config", config])
        .wrong(&["cert.pem", "key.pem", "together"]);
    let checked = crate::common::scopegate(["config", "check", "--config", config]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(
        checked.out.contains("cannot be used together"),
        "{checked:?}"
    );
}
