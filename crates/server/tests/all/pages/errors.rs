//! Where the `type` of a problem leads.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use scope::{Reason, WhyMissing};
use serde_json::Value;

use crate::support::{Answer, BASE, World};

fn problem(answer: &Answer) -> Value {
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("application/problem+json"), "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Every reason that any part of a server can put into a problem.
fn reasons() -> BTreeSet<&'static str> {
    let of_catalog = Reason::DENIALS.into_iter().map(Reason::as_str);
    of_catalog
        .chain(enforce::reasons())
        .chain(gates::proxy::reasons())
        .chain(sandbox::reasons())
        .collect()
}

#[tokio::test]
async fn every_problem_has_its_page_and_no_page_is_without_a_problem() {
    let world = World::new("bexio").await;
    for reason in reasons() {
        let page = world.get(&format!("/bexio/errors/{reason}")).await;
        assert_eq!(page.status, StatusCode::OK, "{reason}");
        for part in ["What happened", "Why", "What to do"] {
            assert!(page.body.contains(&format!("<h2>{part}</h2>")), "{reason}");
        }
        assert!(page.body.contains(&format!("<code>{reason}</code>")));
    }
    let index = world.get("/bexio/errors").await;
    index.expect(StatusCode::OK);
    let links = index.body.split("href=\"/bexio/errors/").skip(1);
    let listed: BTreeSet<&str> = links.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(listed, reasons());
    world
        .get("/bexio/errors/no-such-thing")
        .await
        .expect(StatusCode::NOT_FOUND);
}

/// The texts are the answers' language; what leads through them is the reader's.
#[tokio::test]
async fn around_an_explanation_a_page_speaks_the_readers_language() {
    let world = World::new("bexio").await;
    let page = world.get("/bexio/errors/no-rule?ui_locales=de").await.body;
    for part in [
        "<h2>Was zu tun ist</h2>",
        "Die Erklärungen sind auf Englisch",
        "<h1 lang=\"en\">No scope opens this path</h1>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let english = world.get("/bexio/errors/no-rule?ui_locales=en").await.body;
    assert!(!english.contains("in English"), "{english}");
}

#[tokio::test]
async fn every_reason_for_a_missing_scope_is_explained() {
    let world = World::new("bexio").await;
    let page = world.get("/bexio/errors/insufficient-scope").await;
    for why in WhyMissing::ALL {
        let anchor = format!("id=\"{}\"", why.as_str());
        assert!(page.body.contains(&anchor), "{anchor}");
    }
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_page() {
    let world = World::new("bexio").await;
    for path in ["/bexio/api/2.0/contact", "/bexio/api/%2e%2e/x"] {
        let call = Request::get(path).body(Body::empty()).unwrap();
        let problem = problem(&world.send(call).await);
        let leads_to = problem["type"].as_str().unwrap();
        let path = leads_to.strip_prefix(BASE).unwrap();
        let page = world.get(path).await;
        page.expect(StatusCode::OK);
        assert!(page.body.contains(problem["reason"].as_str().unwrap()));
    }
}

/// What a denial advises is what this caller can do.
#[tokio::test]
async fn a_machine_is_not_sent_to_a_person_and_nobody_is_sent_to_ask_in_vain() {
    let world = World::new("bexio").await;
    let machine = world.machine("robot", "machine", "contact_edit");
    let machine = world.add(machine).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let token = world.post_as(&machine, "token", &form).await.json();
    let token = token["access_token"].as_str().unwrap().to_owned();
    let call = async |path: &str| {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty());
        let problem = problem(&world.send(request.unwrap()).await);
        problem["detail"].as_str().unwrap().to_owned()
    };
    let lacks = call("/bexio/api/2.0/contact").await;
    assert!(lacks.contains("get a new token with it in `scope`"));
    let beyond = call("/bexio/api/2.0/task").await;
    assert!(
        beyond.contains("add it to the app's registration, then get a new token"),
        "{beyond}"
    );
    assert!(!(lacks + &beyond).contains("authorization"));
}
