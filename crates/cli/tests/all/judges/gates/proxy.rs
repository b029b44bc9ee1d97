//! `docs/proxy.md`, followed literally: the server stands before the API itself.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{self, pki_types::CertificateDer};

use super::judged::{judge, send};
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::page::block;

const PAGE: &str = "docs/proxy.md";

/// The page's own configuration, with more at its end.
pub fn place(ports: [u16; 3], upstream: u16, more: &str) -> Place {
    let [inside, gate, _] = ports;
    let text = block(PAGE, "## Configuration", "toml")
        .replace("0.0.0.0:8080", &format!("127.0.0.1:{inside}"))
        .replace("0.0.0.0:8443", &format!("127.0.0.1:{gate}"))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{upstream}"));
    Place::of(
        ports,
        &format!("{text}\n{more}"),
        "shutdown_timeout = \"20s\"\n",
    )
}

#[test]
fn calls_are_decided_and_passed_on() {
    let ports @ [_, gate, api] = free_ports();
    let place = place(ports, api, "");
    judge(&place, gate, &|| place.node().errors());

    // Who gets there knows where to go on.
    let metadata = "GET /.well-known/oauth-protected-resource";
    let answer = send(&place, gate, metadata, &[], "");
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert_eq!(answer.problem()["resource"], "https://api.example.com");
    assert!(answer.seen.is_empty());

    // The token stays here, and the log and the API know the call by one name.
    let token = format!("Authorization: Bearer {}", place.token("orders:read"));
    let answer = send(&place, gate, "GET /companies/firma/orders", &[&token], "");
    assert!(answer.received("authorization").is_empty());
    let id = answer.received("x-request-id");
    assert!(
        answer.head.contains(&format!("x-request-id: {}", id[0])),
        "{}",
        answer.head
    );
    assert_eq!(answer.received("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(answer.received("x-forwarded-proto"), ["http"]);
}

/// An API that joins WebSockets and says what it hears, and answers everything else with the head that it
/// got, in two parts with a second between.
fn two_parts() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || answer(stream));
        }
    });
    port
}

fn answer(mut stream: TcpStream) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&head).to_lowercase();
        if text.contains("upgrade: websocket") {
            let switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\
                            Upgrade: websocket\r\n\r\n";
            stream.write_all(switched.as_bytes()).ok()?;
            let mut buffer = [0; 1_024];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                stream.write_all(&buffer[..count]).ok()?;
            }
            return None;
        }
        let begin = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
            head.len() + 3
        );
        stream.write_all(begin.as_bytes()).ok()?;
        stream.write_all(&head).ok()?;
        std::thread::sleep(Duration::from_secs(1));
        stream.write_all(b"end").ok()?;
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Reads until this has come.
fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(end) {
        let mut buffer = [0; 4_096];
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(
            count,
            0,
            "{end:?} is not in {}",
            String::from_utf8_lossy(&text)
        );
        text.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn websocket(port: u16, token: &str) -> TcpStream {
    let mut stream = connect(port);
    let head = format!(
        "GET /companies/firma/orders HTTP/1.1\r\nHost: api.example.com\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let answer = until(&mut stream, "\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    stream.write_all(b"hello").unwrap();
    assert_eq!(until(&mut stream, "hello"), "hello");
    stream
}

/// Answers come in parts, WebSockets last as long as the token, and a server that stops ends them and
/// finishes the answers.
#[test]
fn what_lasts_is_ended_in_its_time() {
    let ports @ [_, gate, _] = free_ports();
    let mut place = place(ports, two_parts(), "");
    let token = place.token("orders:read");
    let call = format!(
        "GET /companies/firma/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    let mut stream = connect(gate);
    stream.write_all(call.as_bytes()).unwrap();
    let first = until(&mut stream, "scopegate-permit: token");
    assert!(!first.ends_with("end"), "it came in one: {first}");
    until(&mut stream, "end");

    let mut joined = websocket(gate, &token);
    place
        .site
        .manage(&["client", "disable", "orders", "robot"])
        .ok();
    assert_eq!(
        joined.read(&mut [0; 10]).unwrap(),
        0,
        "the client is disabled"
    );
    place
        .site
        .manage(&["client", "enable", "orders", "robot"])
        .ok();

    let token = place.token("orders:read");
    let mut joined = websocket(gate, &token);
    let call = format!(
        "GET /companies/firma/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(call.as_bytes()).unwrap();
    until(&mut stream, "scopegate-permit: token");
    place.node().terminate();
    until(&mut stream, "end");
    assert_eq!(joined.read(&mut [0; 10]).unwrap(), 0, "the server stops");
    assert_eq!(place.take_node().wait(), Some(0));
}

async fn by_http2(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    token: &str,
) -> Value {
    let io = TokioIo::new(stream);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let ask = |method, path: &str, body: &'static [u8]| {
        hyper::Request::builder()
            .method(method)
            .uri(format!("https://api.example.com{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("cookie", "a=1")
            .header("cookie", "b=2")
            .body(Full::<Bytes>::new(Bytes::from_static(body)).map_err(|never: Infallible| never))
            .unwrap()
    };
    // Side by side on one connection, a denial among them.
    let path = "/companies/firma/orders";
    let posted = sender.send_request(ask("POST", path, br#"{"name":"a"}"#));
    let mut second = sender.clone();
    let denied = second.send_request(ask("GET", "/companies/other/orders", b""));
    let (posted, denied) = tokio::join!(posted, denied);
    let (posted, denied) = (posted.unwrap(), denied.unwrap());
    assert_eq!(
        (posted.status().as_u16(), denied.status().as_u16()),
        (200, 403)
    );
    let denied = denied.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&denied).unwrap()
}

/// By HTTP/2, in the clear and agreed on by TLS, calls are the same.
#[test]
fn http2_is_spoken_too() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed([String::from("api.example.com")]).unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(at("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let ports @ [_, gate, api] = free_ports();
    let [tls] = free_ports();
    let more = format!(
        "[[listener]]\naddress = \"127.0.0.1:{tls}\"\nserves = [\"proxy\"]\napi = \"orders/api\"\n\
         tls = {{ certificate = \"{}\", key = \"{}\" }}\n",
        at("cert.pem"),
        at("key.pem")
    );
    let place = place(ports, api, &more);
    let token = place.token("orders:read orders:write");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for port in [gate, tls] {
        let denied = runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .unwrap();
            if port == gate {
                return by_http2(stream, &token).await;
            }
            let name = "api.example.com".try_into().unwrap();
            let connector = connector(made.cert.der());
            let stream = connector.connect(name, stream).await.unwrap();
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
            by_http2(stream, &token).await
        });
        assert_eq!(denied["reason"], "wrong-organisation", "{denied}");
        let [call] = &place.seen()[..] else {
            panic!("one call reaches the API");
        };
        assert_eq!(call["uri"], "/companies/firma/orders");
        assert_eq!(call["body"], r#"{"name":"a"}"#);
        let headers = call["headers"].as_array().unwrap();
        let values = |name: &str| -> Vec<&str> {
            let own = headers.iter().filter(|header| header[0] == name);
            own.map(|header| header[1].as_str().unwrap()).collect()
        };
        assert_eq!(values("host"), ["api.example.com"]);
        assert_eq!(values("cookie"), ["a=1; b=2"]);
        assert_eq!(values("scopegate-client"), ["robot"]);
        assert!(values("authorization").is_empty());
        let scheme = if port == tls { "https" } else { "http" };
        assert_eq!(values("x-forwarded-proto"), [scheme]);
    }
}

/// A client that trusts this certificate and would rather speak HTTP/2.
fn connector(certificate: &CertificateDer<'static>) -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(client))
}
