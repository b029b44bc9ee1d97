//! One table for every gate that stands in the way of calls: what opens, what does not, and what reaches the API.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::place::Place;

/// What came back on a connection of its own, and what the API behind received.
pub struct Answer {
    pub head: String,
    pub body: String,
    pub seen: Vec<Value>,
}

impl Answer {
    pub fn status(&self) -> u16 {
        let status = self.head.split(' ').nth(1).unwrap_or_default();
        status.parse().unwrap_or_else(|_| panic!("{}", self.head))
    }

    pub fn problem(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Each value of a header that the API received.
    pub fn received(&self, name: &str) -> Vec<String> {
        let [call] = self.seen.as_slice() else {
            panic!("{:?}", self.seen);
        };
        let headers = call["headers"].as_array().unwrap().iter();
        let own = headers.filter(|header| header[0] == name);
        own.map(|header| header[1].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Sends a request as it stands, so that no client tidies it up.
pub fn send(place: &Place, port: u16, line: &str, headers: &[&str], body: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut text = format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    // What is refused may be closed without being read, even while it is still being sent.
    let _ = stream.write_all(text.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Answer {
        head: head.to_owned(),
        body: body.to_owned(),
        seen: place.seen(),
    }
}

/// Judges the gate at a port. `said` is what it has to say for itself where it fails.
pub fn judge(place: &Place, port: u16, said: &dyn Fn() -> String) {
    let read = format!("Authorization: Bearer {}", place.token("orders:read"));
    let both = format!(
        "Authorization: Bearer {}",
        place.token("orders:read orders:write")
    );
    let own = "/companies/firma/orders";
    let send = |line: &str, headers: &[&str], body: &str| send(place, port, line, headers, body);

    // A call that opens: as it was sent, with who calls, and nothing that the caller made up.
    let forged = [
        read.as_str(),
        "X-Original-URI: /status",
        "X-Forwarded-Uri: /status",
        "X-Original-Method: GET",
    ];
    let answer = send(&format!("GET {own}?limit=1&q=a%2Fb"), &forged, "");
    assert_eq!(
        answer.status(),
        200,
        "{}\n{}\n{}",
        answer.head,
        answer.body,
        said()
    );
    assert_eq!(answer.seen[0]["uri"], format!("{own}?limit=1&q=a%2Fb"));
    assert_eq!(answer.received("scopegate-permit"), ["token"]);
    assert_eq!(answer.received("scopegate-client"), ["robot"]);
    assert_eq!(answer.received("scopegate-subject"), ["robot"]);
    assert_eq!(answer.received("scopegate-subject-kind"), ["client"]);
    assert_eq!(answer.received("scopegate-organisation-slug"), ["firma"]);
    assert_eq!(answer.received("scopegate-scope"), ["orders:read"]);
    assert_eq!(answer.received("scopegate-organisation").len(), 1);
    assert_ne!(answer.received("scopegate-organisation"), ["another"]);
    let left = answer.received("scopegate-row-filter");
    assert!(left.is_empty() || left == [""], "{left:?}");

    // Who says what only the gate may is refused, or the proxy takes it away before.
    for forged in [
        "Scopegate-Subject: somebody",
        "Scopegate-Row-Filter: another",
        "scopegate_subject: somebody",
        "Scopegate-Subject_Kind: somebody",
    ] {
        let answer = send(&format!("GET {own}"), &[&read, forged], "");
        if answer.status() == 200 {
            assert_eq!(answer.received("scopegate-subject"), ["robot"], "{forged}");
            let [call] = answer.seen.as_slice() else {
                panic!("{:?}", answer.seen);
            };
            assert!(!call.to_string().contains("somebody"), "{call}");
            assert!(!call.to_string().contains("another"), "{call}");
        } else {
            assert_eq!(
                (answer.status(), answer.seen.len()),
                (400, 0),
                "{forged}: {}",
                answer.body
            );
            assert_eq!(answer.problem()["reason"], "forged-identity");
        }
    }

    // Nor does a caller have taken off what the gate has said.
    for named in [
        "Scopegate-Subject, Scopegate-Row-Filter",
        "Upgrade, scopegate-subject",
    ] {
        let named = format!("Connection: {named}");
        let answer = send(&format!("GET {own}"), &[&read, &named], "");
        if answer.status() == 200 {
            assert_eq!(answer.received("scopegate-subject"), ["robot"], "{named}");
            let left = answer.received("scopegate-row-filter");
            assert!(left.is_empty() || left == [""], "{left:?}");
        } else {
            assert_eq!(answer.seen.len(), 0, "{named}");
        }
    }

    // Bodies go on as they are.
    let body = r#"{"name":"a"}"#;
    let answer = send(&format!("POST {own}"), &[&both], body);
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert_eq!(
        (&answer.seen[0]["method"], &answer.seen[0]["body"]),
        (&"POST".into(), &body.into())
    );

    // Calls that do not, each with its reason, and nothing of them reaches the API.
    for (line, header, status, reason) in [
        (format!("GET {own}"), None, 401, "no-credentials"),
        (
            format!("GET {own}"),
            Some("Authorization: Bearer nobody"),
            401,
            "invalid-token",
        ),
        (
            format!("POST {own}"),
            Some(read.as_str()),
            403,
            "insufficient-scope",
        ),
        (
            "GET /companies/other/orders".to_owned(),
            Some(&read),
            403,
            "wrong-organisation",
        ),
        ("GET /nothing".to_owned(), Some(&read), 403, "no-rule"),
        (
            format!("GET {own}?access_token=x"),
            None,
            400,
            "malformed-credentials",
        ),
        (
            format!("DELETE {own}"),
            Some(&both),
            403,
            "method-not-in-catalog",
        ),
    ] {
        let headers: Vec<&str> = header.into_iter().collect();
        let body = if line.starts_with("POST") { "{}" } else { "" };
        let answer = send(&line, &headers, body);
        assert_eq!(
            answer.status(),
            status,
            "{line}: {}\n{}\n{}",
            answer.head,
            answer.body,
            said()
        );
        assert_eq!(
            answer.problem()["reason"],
            reason,
            "{line}: {}",
            answer.body
        );
        assert!(answer.seen.is_empty(), "{line}: {:?}", answer.seen);
        let challenged = answer
            .head
            .to_lowercase()
            .contains("www-authenticate: bearer");
        let should = matches!(
            reason,
            "no-credentials" | "invalid-token" | "insufficient-scope" | "malformed-credentials"
        );
        assert_eq!(challenged, should, "{line}: {}", answer.head);
    }

    // Addresses and methods that two programs could take for different ones.
    for line in [
        "GET /status/../companies/other/orders",
        "GET //companies/firma/orders",
        "GET /companies/%66irma/orders",
        "GET /companies/firma%2Forders",
        "GET /companies/firma/orders/",
        "GET /companies/firma/orders;x=1",
        "GET /companies/other/../firma/orders",
        "get /companies/firma/orders",
        "BREW /companies/firma/orders",
    ] {
        let answer = send(line, &[&both], "");
        if let [call] = answer.seen.as_slice() {
            // A proxy that cleans up before it asks: it passes on what was decided about.
            let (method, _) = line.split_once(' ').unwrap();
            assert_eq!(
                (&call["method"], &call["uri"]),
                (&method.into(), &own.into()),
                "{line}"
            );
        } else {
            let status = answer.status();
            assert!((400..500).contains(&status), "{line}: {}", answer.head);
        }
    }
    let overriding = [both.as_str(), "X-HTTP-Method-Override: DELETE"];
    let answer = send(&format!("POST {own}"), &overriding, "{}");
    assert_eq!(
        (answer.status(), answer.seen.len()),
        (400, 0),
        "{}",
        answer.body
    );

    // What asks for no token, and a browser's question.
    let answer = send("GET /status", &[], "");
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert_eq!(answer.received("scopegate-permit"), ["public"]);
    let asks = [
        "Origin: https://app.example",
        "Access-Control-Request-Method: GET",
    ];
    let answer = send(&format!("OPTIONS {own}"), &asks, "");
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert_eq!(answer.received("scopegate-permit"), ["preflight"]);
}
