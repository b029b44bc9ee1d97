//! Spans on their way to a collector, read there by the OpenTelemetry project's own types.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use crate::common::operated::{PUBLIC, Server, until};
use crate::common::scopegate;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use rcgen::{CertifiedKey, KeyPair};
use reqwest::blocking::Client;
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TOKEN: &str = "a-token-nobody-guesses";

/// One POST as it came.
struct Post {
    head: String,
    body: String,
}

/// A collector, and what it was sent; `None` where a connection came to nothing.
struct Collector {
    address: SocketAddr,
    received: mpsc::Receiver<Option<Post>>,
}

impl Collector {
    /// With TLS, if it has a certificate.
    fn start(certificate: Option<&CertifiedKey<KeyPair>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let tls = certificate.map(configuration);
        let (sender, received) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let post = match &tls {
                    None => take_post(stream),
                    Some(tls) => {
                        let session = rustls::ServerConnection::new(Arc::clone(tls)).unwrap();
                        take_post(rustls::StreamOwned::new(session, stream))
                    }
                };
                if sender.send(post).is_err() {
                    return;
                }
            }
        });
        Self { address, received }
    }

    fn next(&self) -> Option<Post> {
        self.received.recv_timeout(Duration::from_secs(30)).unwrap()
    }
}

fn configuration(certificate: &CertifiedKey<KeyPair>) -> Arc<rustls::ServerConfig> {
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let configuration = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key);
    Arc::new(configuration.unwrap())
}

/// Head and body of one POST, answered with 200.
fn take_post(mut stream: impl Read + Write) -> Option<Post> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.to_lowercase();
    let (_, length) = length.split_once("content-length: ").unwrap();
    let length = length.lines().next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        .unwrap();
    let body = String::from_utf8(body).unwrap();
    Some(Post { head, body })
}

fn certificate() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap()
}

/// Asks for a page, as one of a proxy's traces; answers the request's id.
fn visit(server: &Server) -> String {
    let url = format!("http://{}/bexio/scopes?secret=in-query", server.public);
    let request = Client::new().get(url).header("traceparent", TRACE);
    let response = request.send().unwrap();
    let id = &response.headers()["x-request-id"];
    id.to_str().unwrap().to_owned()
}

fn texts(attributes: &[KeyValue]) -> Vec<(&str, String)> {
    let text = |value: &AnyValue| match value.value.as_ref().unwrap() {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    let pair = |pair| {
        let KeyValue { key, value, .. }: &KeyValue = pair;
        (key.as_str(), text(value.as_ref().unwrap()))
    };
    attributes.iter().map(pair).collect()
}

/// The one span of a POST, and what the service is called.
fn judged(post: &Post) -> (String, Span) {
    let told: ExportTraceServiceRequest =
        serde_json::from_str(&post.body).unwrap_or_else(|error| panic!("{error}: {}", post.body));
    let [of_resource] = &told.resource_spans[..] else {
        panic!("one resource: {told:?}");
    };
    let resource = of_resource.resource.as_ref().unwrap();
    let service = texts(&resource.attributes);
    assert_eq!(service[0].0, "service.name");
    let of_scope = &of_resource.scope_spans[0];
    assert_eq!(of_scope.scope.as_ref().unwrap().name, "scopegate");
    let [span] = &of_scope.spans[..] else {
        panic!("one span: {told:?}");
    };
    (service[0].1.clone(), span.clone())
}

#[test]
fn spans_reach_a_collector() {
    let collector = Collector::start(None);
    let server = Server::start(&format!(
        "trusted_proxies = [\"127.0.0.1\"]\n{PUBLIC}\n[opentelemetry]\n\
         endpoint = \"http://{}\"\nservice_name = \"gate\"",
        collector.address
    ));
    let id = visit(&server);
    let post = collector.next().unwrap();
    assert!(post.head.starts_with("POST /v1/traces HTTP/1.1"));
    assert!(post.head.contains("content-type: application/json"));
    assert!(!post.body.contains("in-query"), "{}", post.body);

    let (service, span) = judged(&post);
    assert_eq!(service, "gate");
    assert_eq!(span.trace_id[..2], [0x0a, 0xf7]);
    assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
    assert_eq!(
        span.parent_span_id,
        [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31]
    );
    assert_eq!(span.name, "GET scopes");
    assert_eq!(span.kind(), SpanKind::Server);
    assert!(span.start_time_unix_nano > 0);
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
    assert_eq!(
        texts(&span.attributes),
        [
            ("http.request.method", "GET".to_owned()),
            ("http.response.status_code", "200".to_owned()),
            ("scopegate.request_id", id),
        ]
    );
    until("spans are counted", || {
        server.metric("scopegate_trace_spans_total{outcome=\"sent\"}") >= 1.0
    });
    let lost = server.metric("scopegate_trace_spans_total{outcome=\"lost\"}");
    assert!(lost.abs() < f64::EPSILON);
}

#[test]
fn spans_and_their_headers_travel_by_tls() {
    let made = certificate();
    let collector = Collector::start(Some(&made));
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("ca.pem", &made.cert.pem());
    write(
        "headers",
        &format!("Authorization: Bearer {TOKEN}\nX-Scope-OrgID: gate\n"),
    );
    let server = Server::start_in(
        folder,
        &format!(
            "{PUBLIC}\n[log]\nlevel = \"trace\"\n[opentelemetry]\n\
             endpoint = \"https://localhost:{}/base/\"\nca_certificate = \"ca.pem\"\n\
             headers_file = \"headers\"",
            collector.address.port()
        ),
    );
    let _ = visit(&server);
    let post = collector.next().unwrap();
    let head = &post.head;
    assert!(head.starts_with("POST /base/v1/traces HTTP/1.1"), "{head}");
    assert!(head.contains(&format!("authorization: Bearer {TOKEN}\r\n")));
    assert!(head.contains("x-scope-orgid: gate\r\n"), "{head}");
    let (_, span) = judged(&post);
    assert_eq!(span.name, "GET scopes");
    // Only a proxy that is trusted may name a trace.
    assert_eq!(span.parent_span_id, [0; 0]);
    assert!(!server.log().contains(TOKEN), "{}", server.log());
}

#[test]
fn a_collector_nobody_vouches_for_gets_nothing() {
    let made = certificate();
    let collector = Collector::start(Some(&made));
    let other = certificate();
    let port = collector.address.port();
    for (name, endpoint, more) in [
        ("by Mozilla's list", "localhost", ""),
        ("by another", "localhost", "ca_certificate = \"ca.pem\"\n"),
        (
            "for this name",
            "127.0.0.1",
            "ca_certificate = \"own.pem\"\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("ca.pem", &other.cert.pem()).unwrap();
        write("own.pem", &made.cert.pem()).unwrap();
        write("headers", &format!("Authorization: Bearer {TOKEN}\n")).unwrap();
        let server = Server::start_in(
            folder,
            &format!(
                "{PUBLIC}\n[log]\nlevel = \"trace\"\n[opentelemetry]\n\
                 endpoint = \"https://{endpoint}:{port}\"\n{more}headers_file = \"headers\"\n"
            ),
        );
        let _ = visit(&server);
        until("traces are lost", || {
            server.log().contains("traces are lost")
        });
        assert!(collector.next().is_none(), "{name}");
        let log = server.log();
        let mut lost = log.lines().filter(|line| line.contains("traces are lost"));
        let lost = lost.next().unwrap();
        assert!(lost.contains("invalid peer certificate"), "{name}: {lost}");
        assert!(!log.contains(TOKEN), "{name}: {log}");
        assert!(server.metric("scopegate_trace_spans_total{outcome=\"lost\"}") >= 1.0);
        let sent = server.metric("scopegate_trace_spans_total{outcome=\"sent\"}");
        assert!(sent.abs() < f64::EPSILON, "{name}");
    }
}

fn check(folder: &Path, opentelemetry: &str) -> crate::common::Ran {
    let config = folder.join("scopegate.toml");
    let text = format!(
        "base_url = \"https://login.example\"\ndatabase = \"a.sqlite\"\n\
         [opentelemetry]\n{opentelemetry}\n[[realm]]\ncatalog = \"bexio\"\n"
    );
    std::fs::write(&config, text).unwrap();
    scopegate(["config", "check", "--config", config.to_str().unwrap()])
}

#[test]
fn what_a_collector_cannot_be_reached_with_is_told_before() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).unwrap();
    write("ca.pem", &certificate().cert.pem());
    write("empty.pem", "nothing here");
    write("headers", &format!("Authorization: Bearer {TOKEN}"));
    write("broken", TOKEN);
    let there = "endpoint = \"https://otel.example\"";
    check(
        at,
        &format!("{there}\nca_certificate = \"ca.pem\"\nheaders_file = \"headers\""),
    )
    .ok();
    for (wrong, told) in [
        (
            format!("{there}\nca_certificate = \"empty.pem\""),
            "holds no certificate",
        ),
        (
            format!("{there}\nca_certificate = \"none.pem\""),
            "there is no file",
        ),
        (
            "endpoint = \"http://otel.example\"\nca_certificate = \"ca.pem\"".to_owned(),
            "begins with http://",
        ),
        (format!("{there}\nheaders_file = \"broken\""), "line 1"),
        (
            format!("endpoint = \"https://me:{TOKEN}@otel.example\""),
            "must not name a user",
        ),
        (
            format!("endpoint = \"https://otel.example?key={TOKEN}\""),
            "headers_file",
        ),
    ] {
        let ran = check(at, &wrong);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.out.contains(told), "{told}: {ran:?}");
        assert!(!format!("{ran:?}").contains(TOKEN), "{ran:?}");
    }
}
