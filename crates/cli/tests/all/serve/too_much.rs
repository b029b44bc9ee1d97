//! Whoever writes too much, or what is no HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::bad_input::{Tried, refused};
use crate::common::play::Ask;

/// Most clients read no answer before they have written all.
#[test]
fn whoever_writes_too_much_still_reads_why() {
    let tried = Tried::start();
    let address = tried.demo.base.strip_prefix("http://").unwrap();
    let form = "Content-Type: application/x-www-form-urlencoded";
    let much = "a".repeat(3_000_000);
    let length = format!("Content-Length: {}", much.len());
    let chunked = format!("{:x}\r\n{much}\r\n0\r\n\r\n", much.len());
    let table = [
        ("POST /bexio/oauth/token", form, &*length, &*much, "413"),
        (
            "POST /bexio/oauth/token",
            form,
            "Transfer-Encoding: chunked",
            &chunked,
            "413",
        ),
        (
            "POST /bexio/oauth/introspect",
            "Content-Type: text/plain",
            &length,
            &much,
            "400",
        ),
        ("POST /bexio/login", form, &length, &much, "403"),
        ("PUT /bexio/oauth/token", form, &length, &much, "405"),
        ("POST /nothing/here", form, &length, &much, "404"),
    ];
    for (line, form, length, body, status) in table {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let head = format!("{line} HTTP/1.1\r\nHost: {address}\r\n{form}\r\n{length}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        for part in body.as_bytes().chunks(100_000) {
            stream
                .write_all(part)
                .unwrap_or_else(|error| panic!("{line} {length}: {error}"));
        }
        let mut answer = [0; 12];
        stream
            .read_exact(&mut answer)
            .unwrap_or_else(|error| panic!("{line}: {error}"));
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(answer, format!("HTTP/1.1 {status}"), "{line} {length}");
    }
    tried.still_works();
}

#[test]
fn a_scope_of_a_megabyte() {
    let tried = Tried::start();
    let scope = "contact_show ".repeat(1_048_576 / 13);
    let body = format!(
        "grant_type=client_credentials&scope={}",
        scope.replace(' ', "+")
    );
    let refusal = tried.form("token", body);
    refused(&refusal, 413, "invalid_request");
    for endpoint in ["introspect", "revoke"] {
        let answer = tried.form(endpoint, format!("token={}", "A".repeat(1_048_576)));
        refused(&answer, 413, "invalid_request");
    }
    let url = tried.play.authorization_url(&Ask {
        client: "ledgerly",
        user: "anna",
        organisation: None,
        scope: &scope,
        strike: &[],
    });
    // The head of a request is refused long before it is whole.
    let status = tried
        .play
        .http
        .get(url)
        .send()
        .map(|answer| answer.status().as_u16());
    assert!(matches!(status, Ok(414 | 431 | 400) | Err(_)), "{status:?}");
    tried.still_works();
}

/// Below HTTP: what is sent by nobody's library.
#[test]
fn requests_that_are_no_http() {
    let tried = Tried::start();
    let address = tried.demo.base.strip_prefix("http://").unwrap().to_owned();
    let long = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "y".repeat(1_048_576)
    );
    for request in [
        &b"\r\n\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET \x00 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /bexio/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST /bexio/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST /bexio/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\ngrant",
        long.as_bytes(),
    ] {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        // The server may hang up before it has heard all.
        let _ = stream.write_all(request);
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said);
        assert!(!said.starts_with("HTTP/1.1 5"), "{said}");
    }
    tried.still_works();
}
