//! What does not reach the API.

use std::time::Duration;

use gates::proxy::Settings;
use tokio::io::AsyncReadExt;

use super::place::{NOTHING, Place};

const HEAD: &str = "Host: api.example.com\r\nAuthorization: Bearer contact_show+contact_edit\r\n";

#[tokio::test]
async fn denied_calls_stay_here_with_the_reason() {
    let place = Place::answering("bexio", NOTHING).await;
    for (line, token, status, reason) in [
        ("GET /2.0/contact", "bad", 401, "invalid-token"),
        ("GET /2.0/contact", "down", 503, "unavailable"),
        ("GET /2.0/contact", "note_show", 403, "insufficient-scope"),
        (
            "POST /2.0/contact",
            "contact_show",
            403,
            "insufficient-scope",
        ),
        ("GET /2.0/nothing", "contact_show", 403, "no-rule"),
        (
            "GET /2.0/contact/../note",
            "contact_show",
            403,
            "ambiguous-path",
        ),
        ("GET /2.0/%63ontact", "contact_show", 403, "ambiguous-path"),
        (
            "GET /2.0/contact?access_token=x",
            "contact_show",
            400,
            "malformed-credentials",
        ),
    ] {
        let answer = place.call(line, token, &[], "").await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{line}: {answer}"
        );
        assert!(
            answer.contains(&format!("\"reason\":\"{reason}\"")),
            "{line}: {answer}"
        );
        assert_eq!(place.received.take(), "", "{line}");
        assert_eq!(place.counts(), [reason], "{line}");
    }
    let overriding = ["X-HTTP-Method-Override: DELETE"];
    let answer = place
        .call("GET /2.0/contact", "contact_show", &overriding, "")
        .await;
    assert!(answer.contains("overriding-header"), "{answer}");
}

/// Forms of a target, and of a host, that could be read in two ways.
#[tokio::test]
async fn a_call_has_one_target_and_one_host() {
    let place = Place::answering("bexio", NOTHING).await;
    let token = "Authorization: Bearer contact_show\r\n";
    for (line, hosts, passes) in [
        (
            "GET http://api.example.com/2.0/contact?a=1",
            "Host: api.example.com\r\n",
            true,
        ),
        (
            "GET http://api.example.com/2.0/contact?a=1",
            "Host: other.example\r\n",
            false,
        ),
        (
            "GET http://me@api.example.com/2.0/contact",
            "Host: me@api.example.com\r\n",
            false,
        ),
        (
            "GET ftp://api.example.com/2.0/contact",
            "Host: api.example.com\r\n",
            false,
        ),
        (
            "GET /2.0/contact?a=1",
            "Host: api.example.com\r\nHost: api.example.com\r\n",
            false,
        ),
        ("GET /2.0/contact?a=1", "", false),
        ("GET /2.0/contact?a=1", "Host: \r\n", false),
        ("GET /2.0/contact?a=1", "Host: a\"b\r\n", false),
        ("GET *", "Host: api.example.com\r\n", false),
        ("GET foo", "Host: api.example.com\r\n", false),
        (
            "OPTIONS *",
            "Host: api.example.com\r\nOrigin: https://x\r\nAccess-Control-Request-Method: GET\r\n",
            false,
        ),
        (
            "CONNECT api.example.com:443",
            "Host: api.example.com:443\r\n",
            false,
        ),
        ("TRACE /2.0/contact", "Host: api.example.com\r\n", false),
    ] {
        let text = format!("{line} HTTP/1.1\r\n{hosts}{token}Connection: close\r\n\r\n");
        let answer = place.send(&text).await;
        let received = place.received.take();
        if passes {
            assert!(
                answer.starts_with("HTTP/1.1 204"),
                "{line} {hosts}: {answer}"
            );
            assert!(
                received.starts_with("GET /2.0/contact?a=1 HTTP/1.1\r\n"),
                "{received}"
            );
        } else {
            assert!(
                answer.starts_with("HTTP/1.1 400"),
                "{line} {hosts}: {answer}"
            );
            assert_eq!(received, "", "{line} {hosts}");
        }
    }
    // What is a target in none of its forms is no request: there is nothing yet that could have a reason.
    for (target, said) in [
        ("foo", "\"reason\":\"malformed-call\""),
        ("foo/bar", "Content-Length: 0\r\n"),
        ("2.0/contact?a=1", "Content-Length: 0\r\n"),
        ("http://", "Content-Length: 0\r\n"),
    ] {
        let text = format!("GET {target} HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n");
        let answer = place.send(&text).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{target}: {answer}");
        assert!(
            answer.to_lowercase().contains(&said.to_lowercase()),
            "{target}: {answer}"
        );
        assert_eq!(place.received.take(), "", "{target}");
    }
    // What is behind `#` is no part of a target: it is neither decided about nor passed on.
    let answer = place
        .call("GET /2.0/contact#/2.0/note", "contact_show", &[], "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(
        place
            .received
            .take()
            .starts_with("GET /2.0/contact HTTP/1.1\r\n")
    );
}

/// Two ends of one request (CWE-444): what follows is never taken for a second call by the API that the
/// gate took for a body, nor the other way round.
#[tokio::test]
async fn one_request_has_one_end() {
    let place = Place::answering("bexio", NOTHING).await;
    let inner = "GET /2.0/note HTTP/1.1\r\nHost: x\r\n\r\n";
    for headers in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding : chunked\r\n",
        "X: 1\r\n Transfer-Encoding: chunked\r\n",
        "X: 1\r\n\tfolded\r\n",
        "X: a\rTransfer-Encoding: chunked\r\n",
        "X: a\0b\r\n",
        " X: 1\r\n",
        ": 1\r\n",
        "X\r\n",
    ] {
        let text = format!(
            "POST /2.0/contact HTTP/1.1\r\n{HEAD}{headers}Connection: close\r\n\r\n0\r\n\r\n{inner}"
        );
        let answer = place.send(&text).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{headers:?}: {answer}");
        assert_eq!(place.received.take(), "", "{headers:?}");
    }
    // Chunks of another form.
    for body in [
        "5\r\nabcdefg\r\n0\r\n\r\n",
        "x\r\n",
        "-1\r\n\r\n",
        "5\nabcde\n0\n\n",
        "ffffffffffffffffff\r\n",
    ] {
        let text = format!(
            "POST /2.0/contact HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{body}"
        );
        let answer = place.send(&text).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{body:?}: {answer}");
        let received = place.received.take();
        assert!(!received.contains("\r\n0\r\n\r\n"), "{body:?}: {received}");
    }
    // Where both are there the chunks count, and only they go on; nothing behind them is a call.
    for headers in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    ] {
        let text =
            format!("POST /2.0/contact HTTP/1.1\r\n{HEAD}{headers}\r\n2\r\nok\r\n0\r\n\r\n{inner}");
        let answer = place.send(&text).await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{headers:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
        let received = place.received.take().to_lowercase();
        assert!(
            received.ends_with("\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
            "{received}"
        );
        assert!(!received.contains("content-length"), "{received}");
    }
    // What follows a request is the next one, and decided by itself.
    let text = format!("POST /2.0/contact HTTP/1.1\r\n{HEAD}Content-Length: 2\r\n\r\nok{inner}");
    let mut caller = place.connect().await;
    caller.write(&text).await;
    let answers = caller.until("no-credentials").await;
    assert!(answers.starts_with("HTTP/1.1 204"), "{answers}");
    assert!(!place.received.take().contains("/2.0/note"));
    // Line ends of one letter are read, and written as they should be.
    let text = "GET /2.0/contact HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer contact_show\nConnection: close\n\n";
    assert!(place.send(text).await.starts_with("HTTP/1.1 204"));
    assert!(
        place
            .received
            .take()
            .starts_with("GET /2.0/contact HTTP/1.1\r\n")
    );
}

#[tokio::test]
async fn heads_are_bounded() {
    let place = Place::answering("bexio", NOTHING).await;
    let long = format!("X-Long: {}\r\n", "x".repeat(1_000_000));
    let many: String = (0..1_000).map(|n| format!("X-{n}: 1\r\n")).collect();
    for headers in [long, many] {
        let text = format!("GET /2.0/contact HTTP/1.1\r\n{HEAD}{headers}\r\n");
        let answer = place.send(&text).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
            "{answer}"
        );
        assert_eq!(place.received.take(), "");
    }
}

/// Whoever waits with a body sends it only when the call is permitted.
#[tokio::test]
async fn a_body_is_asked_for_after_the_permit() {
    let place = Place::answering("bexio", NOTHING).await;
    let call = |token| {
        format!(
            "POST /2.0/contact HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    let mut caller = place.connect().await;
    caller.write(&call("contact_edit")).await;
    let said = caller.until("\r\n\r\n").await;
    assert_eq!(said, "HTTP/1.1 100 Continue\r\n\r\n");
    caller.write("ok").await;
    let answer = caller.until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(place.received.take().ends_with("\r\n\r\nok"));
    let mut caller = place.connect().await;
    caller.write(&call("note_show")).await;
    let answer = caller.rest().await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(!answer.contains("100 Continue"), "{answer}");
}

#[tokio::test]
async fn an_api_that_is_not_there_is_told() {
    // A port that was free a moment ago.
    let port = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let upstream = format!("http://127.0.0.1:{port}");
    let place = Place::before("bexio", Settings::default(), &upstream).await;
    let answer = place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    assert!(answer.contains("api-unreachable"), "{answer}");
    // It was permitted all the same.
    assert_eq!(place.counts(), ["permitted"]);
}

#[tokio::test]
async fn an_api_that_ends_or_stays_silent_is_told() {
    let settings = Settings {
        patience: Duration::from_millis(200),
        ..Settings::default()
    };
    for (said, reason, status) in [
        (None, "api-broken", 502),
        (Some("SSH-2.0-OpenSSH\r\n\r\n"), "api-broken", 502),
        (
            Some("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            "api-broken",
            502,
        ),
        (Some(""), "api-slow", 504),
    ] {
        let place = Place::with("bexio", settings, move |mut stream, seen| async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            if let Some(said) = said {
                let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, said.as_bytes()).await;
                let _ = stream.read(&mut [0; 10]).await;
            }
        })
        .await;
        let answer = place
            .call("GET /2.0/contact", "contact_show", &[], "")
            .await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{said:?}: {answer}"
        );
        assert!(answer.contains(reason), "{said:?}: {answer}");
    }
}

/// Nothing is sent a second time that may have arrived.
#[tokio::test]
async fn a_call_that_broke_off_is_not_repeated() {
    let place = Place::with(
        "bexio",
        Settings::default(),
        |mut stream, seen| async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, NOTHING.as_bytes()).await;
            // The second one is read, and not answered.
            seen.until(&mut stream, "\r\n\r\n").await;
        },
    )
    .await;
    place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    place.received.take();
    let answer = place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    assert!(answer.contains("api-broken"), "{answer}");
    assert_eq!(
        place.connections.load(std::sync::atomic::Ordering::Relaxed),
        1
    );
}
