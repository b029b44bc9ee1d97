//! What of a call goes on, and what of its answer comes back.

use std::io::Write;
use std::sync::atomic::Ordering;

use gates::HEADERS;
use gates::proxy::Settings;
use tokio::io::AsyncWriteExt;

use super::place::{NOTHING, Place};

/// The values of a header in a head.
fn values<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let head = text.split("\r\n\r\n").next().unwrap();
    let lines = head.split("\r\n").skip(1);
    lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .collect()
}

#[tokio::test]
async fn a_call_goes_on_as_it_came_with_who_calls() {
    let place = Place::answering("bexio", NOTHING).await;
    let line = "GET /2.0/contact?limit=1&q=a%2Fb&&x=~!$'()*;:@";
    let answer = place
        .call(line, "contact_show", &["Accept: */*", "X-Own: a, b"], "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let received = place.received.take();
    assert!(
        received.starts_with(&format!("{line} HTTP/1.1\r\n")),
        "{received}"
    );
    for (name, expected) in [
        ("host", "api.example.com"),
        ("accept", "*/*"),
        ("x-own", "a, b"),
        ("scopegate-permit", "token"),
        ("scopegate-client", "app"),
        ("scopegate-organisation-slug", "muster"),
        ("scopegate-scope", "contact_show"),
        ("scopegate-row-filter", ""),
        (
            "forwarded",
            "for=192.0.2.7;host=\"api.example.com\";proto=https",
        ),
        ("x-forwarded-for", "192.0.2.7"),
        ("x-forwarded-host", "api.example.com"),
        ("x-forwarded-proto", "https"),
        ("x-request-id", "request-1"),
        ("via", "1.1 scopegate"),
    ] {
        assert_eq!(values(&received, name), [expected], "{name}");
    }
    assert_eq!(place.counts(), ["permitted"]);
}

#[tokio::test]
async fn what_a_caller_says_in_the_gate_s_place_does_not_go_on() {
    let place = Place::answering("bexio", NOTHING).await;
    let forged = [
        "Forwarded: for=203.0.113.1",
        "X-Forwarded-For: 203.0.113.1",
        "X-Forwarded-Host: other",
        "X-Forwarded-Prefix: /other",
        "X-Real-IP: 203.0.113.1",
        "X_Forwarded_Proto: http",
        "Content_Type: text/plain",
        "X-Request-Id: forged",
    ];
    place
        .call("GET /2.0/contact", "contact_show", &forged, "")
        .await;
    let received = place.received.take();
    for name in HEADERS {
        assert_eq!(
            values(&received, name.as_str()).len(),
            1,
            "{name}: {received}"
        );
    }
    for forged in ["203.0.113.1", "other", "forged", "_"] {
        let lower = received.to_lowercase().replace("contact_show", "");
        assert!(!lower.contains(forged), "{forged}: {received}");
    }
    place.counts();
    for forged in [
        "Scopegate-Subject: somebody",
        "scopegate_client: another",
        "Scopegate-Made-Up: x",
        "SCOPEGATE_PERMIT: token",
    ] {
        let answer = place
            .call("GET /2.0/contact", "contact_show", &[forged], "")
            .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{forged}: {answer}");
        assert_eq!(place.received.take(), "", "{forged}");
        assert_eq!(place.counts(), ["forged-identity"], "{forged}");
    }
}

#[tokio::test]
async fn what_is_for_one_hop_goes_no_further() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x-inner\r\nX-Inner: 1\r\n\
                  Keep-Alive: timeout=5\r\nScopegate-Subject: me\r\nScopegate_Row: 1\r\nX-Kept: 1\r\n\r\nok";
    let place = Place::answering("bexio", answer).await;
    let headers = [
        "Connection: x-named, scopegate-client",
        "X-Named: 1",
        "Keep-Alive: timeout=5",
        "Proxy-Connection: keep-alive",
        "Proxy-Authorization: Basic eDp5",
        "TE: trailers",
        "Trailer: x",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        "Expect: 100-continue",
    ];
    let answer = place
        .call("GET /2.0/contact", "contact_show", &headers, "")
        .await;
    let received = place.received.take();
    for name in [
        "connection",
        "x-named",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "te",
        "trailer",
        "upgrade",
        "http2-settings",
        "expect",
        "transfer-encoding",
    ] {
        assert!(values(&received, name).is_empty(), "{name}: {received}");
    }
    assert_eq!(values(&received, "scopegate-client"), ["app"]);
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
    assert_eq!(values(&answer, "x-kept"), ["1"]);
    assert_eq!(values(&answer, "connection"), ["close"]);
    for name in [
        "x-inner",
        "keep-alive",
        "scopegate-subject",
        "scopegate_row",
    ] {
        assert!(values(&answer, name).is_empty(), "{name}: {answer}");
    }
}

/// A header that `Connection` takes away is not there for the decision either.
#[tokio::test]
async fn a_call_is_decided_without_what_its_connection_takes_away() {
    let place = Place::answering("bexio", NOTHING).await;
    let takes = ["Connection: authorization"];
    let answer = place
        .call("GET /2.0/contact", "contact_show", &takes, "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert_eq!(place.received.take(), "");
    assert_eq!(place.counts(), ["no-credentials"]);
}

#[tokio::test]
async fn the_token_stays_here_and_other_credentials_go_on() {
    let place = Place::answering("bexio", NOTHING).await;
    place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    assert!(values(&place.received.take(), "authorization").is_empty());
    let settings = Settings {
        pass_token: true,
        preserve_host: false,
        ..Settings::default()
    };
    let place = Place::with("bexio", settings, |mut stream, seen| async move {
        seen.until(&mut stream, "\r\n\r\n").await;
        let _ = stream.write_all(NOTHING.as_bytes()).await;
    })
    .await;
    place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    let received = place.received.take();
    assert_eq!(values(&received, "authorization"), ["Bearer contact_show"]);
    assert!(
        values(&received, "host")[0].starts_with("127.0.0.1:"),
        "{received}"
    );
    assert_eq!(values(&received, "x-forwarded-host"), ["api.example.com"]);
}

#[tokio::test]
async fn bodies_arrive_as_they_were_sent() {
    let place = Place::answering("bexio", NOTHING).await;
    let length = ["Content-Length: 12"];
    let body = r#"{"name":"a"}"#;
    place
        .call("POST /2.0/contact", "contact_edit", &length, body)
        .await;
    let received = place.received.take();
    assert_eq!(values(&received, "content-length"), ["12"]);
    assert!(received.ends_with(&format!("\r\n\r\n{body}")), "{received}");
    // In chunks with extensions and a trailer, by a method that seldom has a body, too.
    for (line, token) in [
        ("POST /2.0/contact", "contact_edit"),
        ("GET /2.0/contact", "contact_show"),
    ] {
        let chunked =
            "5;a=\"b\"\r\n{\"nam\r\n7\r\ne\":\"a\"}\r\n0\r\nScopegate-Subject: me\r\n\r\n";
        place
            .call(line, token, &["Transfer-Encoding: chunked"], chunked)
            .await;
        let received = place.received.take();
        assert_eq!(
            values(&received, "transfer-encoding"),
            ["chunked"],
            "{received}"
        );
        assert!(values(&received, "content-length").is_empty());
        let (_, sent) = received.split_once("\r\n\r\n").unwrap();
        let parts: Vec<&str> = sent.split("\r\n").skip(1).step_by(2).collect();
        assert_eq!(parts.concat(), body, "{received}");
        assert!(!received.contains("subject: me"), "{received}");
    }
    let answer = place
        .call("HEAD /2.0/contact", "contact_show", &[], "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(
        place
            .received
            .take()
            .starts_with("HEAD /2.0/contact HTTP/1.1\r\n")
    );
}

/// Where the rule depends on the body, these bytes were decided about, and these go on.
#[tokio::test]
async fn a_body_that_decides_goes_on_byte_for_byte() {
    let place = Place::answering("freshbooks", NOTHING).await;
    let line = "POST /events/account/muster/events/callbacks";
    let body = "{ \"callback\" : {\"event\":\"invoice.create\", \"uri\":\"https://x.example\" } }";
    let token = "user/invoices/read";
    let length = format!("Content-Length: {}", body.len());
    let json = "Content-Type: application/json";
    let answer = place.call(line, token, &[&length, json], body).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(place.received.take().ends_with(&format!("\r\n\r\n{body}")));
    let (first, second) = body.split_at(20);
    let chunked = format!(
        "{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let headers = ["Transfer-Encoding: chunked", json];
    let answer = place.call(line, token, &headers, &chunked).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let received = place.received.take();
    assert!(received.ends_with(&format!("\r\n\r\n{body}")), "{received}");
    assert_eq!(
        values(&received, "content-length"),
        [body.len().to_string()]
    );
    // Another event, and bodies that nobody can read for sure.
    let other = body.replace("invoice.create", "expense.create");
    let compressed = [length.as_str(), json, "Content-Encoding: gzip"];
    let twice = [length.as_str(), json, json];
    for (headers, body, status) in [
        (&[length.as_str(), json][..], other.as_str(), 403),
        (&compressed, body, 415),
        (&twice, body, 415),
    ] {
        let answer = place.call(line, token, headers, body).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        assert_eq!(place.received.take(), "");
    }
}

/// Compressed bodies are looked into where that is configured, and go on as they were decided about.
#[tokio::test]
async fn a_compressed_body_that_decides_goes_on_decompressed() {
    let settings = Settings {
        decode_bodies: true,
        ..Settings::default()
    };
    let place = Place::answering_with("freshbooks", settings, NOTHING).await;
    let hooks = "/events/account/muster/events/callbacks";
    let event = |name: &str| {
        format!("{{\"callback\":{{\"event\":\"{name}\",\"uri\":\"https://x.example\"}}}}")
    };
    let (own, other) = (event("invoice.create"), event("expense.create"));
    let long = format!("{own}{}", " ".repeat(2_000_000));
    let call = |path: &str, coding: &str, body: &[u8]| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer user/invoices/read+user/invoices/write\r\n\
             Content-Type: application/json\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\
             Content-Digest: sha-256=:AA==:\r\nConnection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let answer = place.send_bytes(&call(hooks, "gzip", &gzip(&own))).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let received = place.received.take();
    assert!(received.ends_with(&format!("\r\n\r\n{own}")), "{received}");
    assert_eq!(values(&received, "content-length"), [own.len().to_string()]);
    for name in ["content-encoding", "content-digest", "transfer-encoding"] {
        assert!(values(&received, name).is_empty(), "{received}");
    }
    for (coding, body, status, reason) in [
        ("gzip", gzip(&other), 403, "insufficient-scope"),
        ("gzip", gzip(&long), 413, "body-too-large"),
        ("gzip", own.clone().into_bytes(), 400, "unreadable-body"),
        ("gzip", gzip(&own).repeat(2), 400, "unreadable-body"),
        ("br", gzip(&own), 415, "compressed-body"),
        ("gzip, gzip", gzip(&own), 415, "compressed-body"),
        (
            "gzip\r\nContent-Encoding: gzip",
            gzip(&own),
            415,
            "compressed-body",
        ),
    ] {
        let answer = place.send_bytes(&call(hooks, coding, &body)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{coding}: {answer}"
        );
        assert!(answer.contains(reason), "{coding}: {answer}");
        assert_eq!(place.received.take(), "", "{coding}");
    }
    // Where nothing depends on the body it is nobody's business.
    let invoices = "/accounting/account/muster/invoices/invoices";
    let answer = place.send_bytes(&call(invoices, "gzip", b"anything")).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let received = place.received.take();
    assert_eq!(values(&received, "content-encoding"), ["gzip"]);
    assert_eq!(values(&received, "content-digest"), ["sha-256=:AA==:"]);
    assert!(received.ends_with("\r\n\r\nanything"), "{received}");
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn answers_come_back_as_they_are() {
    let chunked = "HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\nLocation: /x\r\n\
                   Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n";
    let place = Place::answering("bexio", chunked).await;
    let answer = place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(values(&answer, "set-cookie"), ["a=1", "b=2"]);
    assert_eq!(values(&answer, "location"), ["/x"]);
    assert!(answer.ends_with("\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "{answer}");

    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n";
    let place = Place::answering("bexio", head).await;
    let answer = place
        .call("HEAD /2.0/contact", "contact_show", &[], "")
        .await;
    assert_eq!(values(&answer, "content-length"), ["1234"]);
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

/// A connection that is kept may have been closed at the other end meanwhile.
#[tokio::test]
async fn connections_to_the_api_are_kept_and_one_that_ended_is_replaced() {
    let place = Place::answering("bexio", NOTHING).await;
    for _ in 0..3 {
        place
            .call("GET /2.0/contact", "contact_show", &[], "")
            .await;
    }
    assert_eq!(place.connections.load(Ordering::Relaxed), 1);
    let place = Place::with(
        "bexio",
        Settings::default(),
        |mut stream, seen| async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            // It says nothing of ending, and ends.
            let _ = stream.write_all(NOTHING.as_bytes()).await;
        },
    )
    .await;
    for _ in 0..5 {
        let answer = place
            .call(
                "POST /2.0/contact",
                "contact_edit",
                &["Content-Length: 0"],
                "",
            )
            .await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
