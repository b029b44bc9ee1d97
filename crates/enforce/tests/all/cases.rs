//! The decision cases, through the tower layer.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::support::{Answer, Answers, Gate, catalog, token};
use axum_core::body::Body;
use enforce::AccessNow;
use http::Request;
use scope::{Catalog, Reason, Withheld};

/// Cases in the file, those run, those that need what no gate can see, and those whose
/// request line HTTP cannot carry.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    run: usize,
    needs_ids: usize,
    hides_query: usize,
    no_request: usize,
}

#[tokio::test]
async fn bexio() {
    let count = run("bexio").await;
    assert_eq!((count.needs_ids, count.hides_query), (0, 0));
}

#[tokio::test]
async fn bokio() {
    let count = run("bokio").await;
    assert_eq!((count.needs_ids, count.hides_query), (0, 0));
}

#[tokio::test]
async fn freshbooks() {
    let count = run("freshbooks").await;
    assert_eq!((count.needs_ids, count.hides_query), (0, 1));
}

#[tokio::test]
async fn stora() {
    let count = run("stora").await;
    assert_eq!((count.needs_ids, count.hides_query), (6, 3));
}

async fn run(id: &str) -> Count {
    let file = format!("{}/../scope/cases/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap();
    let file = scope::cases::CaseFile::parse(&text).unwrap();
    let catalog = catalog(&file.catalog);
    let mut count = Count::default();
    let mut wrong = Vec::new();
    for case in &file.cases {
        if !case.ids.is_empty() {
            count.needs_ids += 1;
        } else if !case.query_visible {
            count.hides_query += 1;
        } else if let Some(request) = request(case) {
            count.run += 1;
            let gate = Gate::with(Arc::clone(&catalog), Ok(access(&catalog, case)), false);
            let answer = gate.call(request).await;
            let differences = differences(case, &answer);
            if !differences.is_empty() {
                wrong.push(format!("{}: {}", case.name, differences.join("; ")));
            }
        } else {
            // What is not a request is never answered by the API.
            count.no_request += 1;
            assert_eq!(case.decision, scope::cases::Outcome::Deny, "{}", case.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count.run >= 50, "{count:?}");
    assert!(count.no_request <= 8, "{count:?}");
    count
}

fn request(case: &scope::cases::Case) -> Option<Request<Body>> {
    let mut request = Request::builder()
        .method(case.method())
        .uri(case.path_and_query())
        .header("authorization", token(&case.scope.to_string()));
    if case.body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let request = request
        .body(case.body.clone().map_or_else(Body::empty, Body::from))
        .ok()?;
    // A URL parser may cut off or change what a client wrote.
    let uri = request.uri().path_and_query()?.as_str();
    (uri == case.path_and_query()).then_some(request)
}

fn access(catalog: &Catalog, case: &scope::cases::Case) -> AccessNow {
    let holds = case.access(catalog);
    let withheld = case.withheld.iter().map(|(scope, reason)| Withheld {
        scope: scope.clone(),
        reason: *reason,
    });
    let mut access = AccessNow::new(holds.subject, holds.granted, Arc::new(holds.ceiling));
    access.approved = Arc::new(holds.approved);
    access.rights = Arc::new(holds.rights);
    access.expired = holds.expired.map(Arc::new);
    access.unproven = holds.unproven.map(Arc::new);
    access.answers = Some(Arc::new(Answers {
        refused: case.refused.clone(),
        withheld: withheld.collect(),
        reduced: case.reduced.clone(),
    }));
    access
}

fn differences(case: &scope::cases::Case, answer: &Answer) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    if case.reason == Reason::Permitted {
        compare("status", "200".into(), answer.status.to_string());
        let permitted = answer
            .seen
            .as_ref()
            .and_then(|seen| seen.permitted.as_ref());
        compare(
            "row filter",
            format!("{:?}", case.row_filter),
            format!("{:?}", permitted.and_then(|permitted| permitted.row_filter)),
        );
        return differences;
    }
    let status = match case.reason {
        Reason::RightExpired | Reason::SecondFactorNeeded => "401",
        _ => "403",
    };
    compare("status", status.into(), answer.status.to_string());
    compare(
        "came through",
        "false".into(),
        answer.seen.is_some().to_string(),
    );
    compare(
        "reason",
        case.reason.as_str().into(),
        answer.body["reason"].as_str().unwrap_or("none").into(),
    );
    compare(
        "challenge",
        (case.reason == Reason::InsufficientScope).to_string(),
        answer
            .challenge
            .as_ref()
            .is_some_and(|challenge| challenge.contains("error=\"insufficient_scope\""))
            .to_string(),
    );
    if let Some(missing) = &case.missing {
        let expected: BTreeMap<_, _> = missing
            .iter()
            .map(|(scope, why)| (scope.as_str(), why.as_str()))
            .collect();
        let found: BTreeMap<_, _> = answer.body["missing"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["scope"].as_str().unwrap(), one["why"].as_str().unwrap()))
            .collect();
        compare("missing", format!("{expected:?}"), format!("{found:?}"));
    }
    differences
}
