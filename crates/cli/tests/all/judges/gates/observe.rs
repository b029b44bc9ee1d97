//! `docs/observe.md`, followed literally: an API that serves sessions and old keys gets a gate behind
//! nginx, is observed, and is denied then.

use serde_json::Value;

use super::forward_auth::nginx_before;
use super::judged::{Answer, send};
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::operated::until;
use crate::common::page::block;

const PAGE: &str = "docs/observe.md";
const OWN: &str = "/companies/firma/orders";

#[test]
fn an_api_is_observed_before_anything_is_denied() {
    let observing = block(PAGE, "## Observe", "toml");
    let mut place = Place::with(&observing);
    let [outside] = free_ports();
    let _nginx = nginx_before(&place, outside);
    let command = block(PAGE, "## Report", "sh");
    let command: Vec<&str> = command.split_whitespace().skip(1).collect();
    let empty = place.manage(&command).ok();
    assert!(empty.out.contains("saw no call yet"), "{empty:?}");
    assert!(empty.out.contains("observed until 2030-12-31"), "{empty:?}");

    let read = format!("Authorization: Bearer {}", place.token("orders:read"));
    let session = "Cookie: theme=dark; sessionid=1";
    let key = "X-Api-Key: k-1";

    for credential in [session, key] {
        let answer = send(&place, outside, &format!("GET {OWN}"), &[credential], "");
        nobody(&answer, "passed");
        // Untouched, the credential too.
        let (name, value) = credential.split_once(": ").unwrap();
        assert_eq!(answer.received(&name.to_lowercase()), [value]);
    }
    let answer = send(&place, outside, &format!("GET {OWN}"), &[&read], "");
    assert_eq!(answer.received("scopegate-permit"), ["token"]);
    // Too little scope, also beside a session; a call without anything; an endpoint without a rule, and
    // a key where keys do not pass.
    for headers in [&[read.as_str()][..], &[read.as_str(), session]] {
        let answer = send(&place, outside, &format!("POST {OWN}"), headers, "{}");
        assert_eq!(answer.status(), 200, "{}", answer.body);
        assert_eq!(answer.received("scopegate-permit"), ["observed"]);
        assert_eq!(answer.received("scopegate-client"), ["robot"]);
        for silent in ["organisation", "organisation-slug", "scope", "row-filter"] {
            let said = answer.received(&format!("scopegate-{silent}"));
            assert!(said.is_empty() || said == [""], "{silent}: {said:?}");
        }
    }
    for (line, headers) in [
        (format!("GET {OWN}"), &[][..]),
        ("GET /companies/other/orders".to_owned(), &[read.as_str()]),
        ("GET /reports/17".to_owned(), &[key]),
    ] {
        nobody(&send(&place, outside, &line, headers, ""), "observed");
    }
    let answer = send(&place, outside, "GET /reports/18", &[&read], "");
    assert_eq!(answer.received("scopegate-permit"), ["observed"]);
    // However many rules there were, not these.
    for path in ["//reports/17", "/reports/../companies/17"] {
        let answer = send(&place, outside, &format!("GET {path}"), &[&read], "");
        assert_eq!(answer.received("scopegate-permit"), ["observed"]);
    }

    let json = [&command[..], &["--json"]].concat();
    let report = || -> Value {
        let ran = place.manage(&json).ok();
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        report["apis"][0].clone()
    };
    until("the report has all of it", || report()["observed"] == 8);
    let report = report();
    for (name, expected) in [("passed", 2), ("permitted", 1), ("denied", 0)] {
        assert_eq!(report[name], expected, "{name}: {report}");
    }
    let mut passed = lines(&report["passed_with"]);
    passed.sort();
    assert_eq!(passed, ["1    cookie sessionid", "1    header x-api-key"]);
    let mut would = lines(&report["would_have_been_denied"]);
    would.sort();
    assert_eq!(
        would,
        [
            "1  GET /companies/{company}/orders no-credentials",
            "1 robot GET /companies/{company}/orders wrong-organisation",
            "2 robot POST /companies/{company}/orders insufficient-scope",
        ]
    );
    let mut unknown = lines(&report["without_a_rule"]);
    unknown.sort();
    assert_eq!(
        unknown,
        [
            "1  GET /reports/{id} no-credentials",
            "1 robot GET /reports/{id} no-rule",
        ]
    );
    let mut refused = lines(&report["refused_paths"]);
    refused.sort();
    assert_eq!(
        refused,
        [
            "1 robot GET //reports/{id} ambiguous-path",
            "1 robot GET /reports/../companies/{id} ambiguous-path",
        ]
    );
    let people = place.manage(&command).ok().out;
    for part in [
        "8 would have been denied",
        "Would have been denied:\n       2  robot  POST  /companies/{company}/orders  insufficient-scope  (",
        "No rule knows these endpoints:",
        "Refused for how the path is written:",
        "       1  robot  GET  /reports/../companies/{id}  ambiguous-path  (",
        "       1         GET  /reports/{id}  no-credentials  (",
        "Passed with other credentials:",
    ] {
        assert!(people.contains(part), "no {part:?} in {people}");
    }

    // As the page says: without these two lines it denies.
    let denying = observing.lines().filter(|line| {
        let key = line.split(' ').next().unwrap_or_default();
        !matches!(key, "mode" | "observe_until")
    });
    place.restart(&denying.collect::<Vec<_>>().join("\n"));
    for credential in [session, key] {
        let answer = send(&place, outside, &format!("GET {OWN}"), &[credential], "");
        nobody(&answer, "passed");
    }
    let answer = send(&place, outside, &format!("GET {OWN}"), &[&read], "");
    assert_eq!(answer.received("scopegate-permit"), ["token"]);
    for headers in [&[read.as_str()][..], &[read.as_str(), session, key]] {
        let answer = send(&place, outside, &format!("POST {OWN}"), headers, "{}");
        assert_eq!((answer.status(), answer.seen.len()), (403, 0));
        assert_eq!(answer.problem()["reason"], "insufficient-scope");
    }
    let answer = send(&place, outside, "GET /reports/17", &[key], "");
    assert_eq!((answer.status(), answer.seen.len()), (401, 0));

    // One part of it alone.
    place.restart(&block(PAGE, "## Deny", "toml"));
    let answer = send(&place, outside, &format!("POST {OWN}"), &[&read], "{}");
    assert_eq!(answer.received("scopegate-permit"), ["observed"]);
    let answer = send(&place, outside, "GET /reports/17", &[&read], "");
    assert_eq!(answer.status(), 403);
    let wrong = place.manage(&["gate", "report", "orders", "--api", "nothing"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
}

#[track_caller]
fn nobody(answer: &Answer, permit: &str) {
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert_eq!(answer.received("scopegate-permit"), [permit]);
    for silent in [
        "subject",
        "client",
        "organisation",
        "scope",
        "token",
        "grant",
    ] {
        let said = answer.received(&format!("scopegate-{silent}"));
        assert!(said.is_empty() || said == [""], "{silent}: {said:?}");
    }
}

fn lines(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|line| {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        format!(
            "{} {} {} {} {}",
            line["calls"],
            text("client"),
            text("method"),
            text("path"),
            text("reason")
        )
    })
    .collect()
}
