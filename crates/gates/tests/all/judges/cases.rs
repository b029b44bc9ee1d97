//! The decision cases, through every gate that stands in the way of calls.

use std::io::{Read, Write};
use std::net::TcpStream;

use scope::cases::{Case, Sight};
use scope::{Explanation, Reason};
use serde_json::Value;

use super::stand::{Kind, Stand};
use crate::callers::{Callers, Told, case_file, differences};
use crate::support::catalog;

#[test]
fn proxy() {
    run(Kind::Proxy);
}

#[test]
fn nginx() {
    run(Kind::Nginx);
}

#[test]
fn caddy() {
    run(Kind::Caddy);
}

#[test]
fn traefik() {
    run(Kind::Traefik);
}

#[test]
fn envoy() {
    run(Kind::Envoy);
}

/// Cases of all catalogs, and those that whoever stands there refuses by itself.
#[derive(Debug, Default)]
struct Count {
    permitted: usize,
    denied: usize,
    by_itself: Vec<String>,
    /// Cleaned up before anybody was asked.
    cleaned: usize,
}

fn run(kind: Kind) {
    let stand = Stand::new(kind);
    let mut count = Count::default();
    let mut wrong = Vec::new();
    for id in ["bexio", "bokio", "freshbooks", "stora"] {
        let file = case_file(id);
        let catalog = catalog(&file.catalog);
        stand.decide_by(&catalog, &Callers::of(&catalog, &file));
        for (number, case) in file.cases.iter().enumerate() {
            // What records are about, no gate can see, and nobody hides a query on the wire.
            let sight = Sight {
                query: true,
                body: kind.sees_bodies(),
                ids: false,
            };
            let explain = |case: &Case| case.explanation(&catalog, sight);
            for difference in judge(&stand, case, number, explain, &mut count) {
                wrong.push(format!("{id}: {}: {difference}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), stand.said());
    assert!(count.permitted > 100 && count.denied > 150, "{count:?}");
    assert!(count.by_itself.len() < 30, "{count:?}");
    // By libraries that know an address in one form only.
    let may_clean = matches!(kind, Kind::Caddy | Kind::Traefik);
    assert!(may_clean || count.cleaned == 0, "{count:?}");
    println!("{kind:?}: {count:?}");
}

fn judge(
    stand: &Stand,
    case: &Case,
    number: usize,
    explain: impl FnOnce(&Case) -> Explanation,
    count: &mut Count,
) -> Vec<String> {
    let (status, body) = send(stand, case, number);
    let received = stand.api.take();
    // What is asked about is what is decided, and what has to go on.
    let mut case = case.clone();
    if let Some(asked) = stand.asked().filter(|asked| asked != case.path_and_query()) {
        count.cleaned += 1;
        case.request = format!("{} {asked}", case.method());
    }
    let expected = explain(&case);
    let told = match (&received[..], expected.is_permit()) {
        ([Ok(call)], true) => {
            count.permitted += 1;
            let own = (
                call.method.as_str(),
                call.target.as_str(),
                call.body.as_slice(),
            );
            let sent = case.body.as_deref().unwrap_or_default().as_bytes();
            if own != (case.method(), case.path_and_query(), sent) || status != 200 {
                return vec![format!("the API received another call: {call:?}")];
            }
            // nginx leaves empty ones away.
            Told::Permit(call.values("scopegate-row-filter").concat())
        }
        ([], false) if (400..500).contains(&status) => match serde_json::from_str(&body) {
            Ok(problem) => {
                count.denied += 1;
                Told::Deny(problem)
            }
            // An answer to HEAD has no body.
            Err(_) if case.method() == "HEAD" => return Vec::new(),
            Err(_) => {
                count.by_itself.push(format!("{status} {}", case.request));
                return Vec::new();
            }
        },
        _ => {
            let reason = expected.reason.as_str();
            return vec![format!(
                "{reason} is answered {status} {body}; came through: {received:?}"
            )];
        }
    };
    match &told {
        // Longer than is explained.
        Told::Deny(problem) if expected.reason == Reason::TooLarge => match problem["reason"] {
            Value::String(ref reason) if reason == "too-large" => Vec::new(),
            _ => vec![problem.to_string()],
        },
        told => differences(&expected, told),
    }
}

/// As the case has it, so that no client tidies it up.
fn send(stand: &Stand, case: &Case, number: usize) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", stand.port)).unwrap();
    let mut text = format!(
        "{} {} HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer c{number}\r\nConnection: close\r\n",
        case.method(),
        case.path_and_query()
    );
    if let Some(body) = &case.body {
        let length = body.len();
        text.push_str(&format!(
            "Content-Type: application/json\r\nContent-Length: {length}\r\n"
        ));
    }
    text.push_str("\r\n");
    text.push_str(case.body.as_deref().unwrap_or_default());
    // What is refused may be closed without being read.
    let _ = stream.write_all(text.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (status.unwrap_or(400), body.to_owned())
}
