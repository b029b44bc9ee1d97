//! Calls that the catalog opens to everybody.

use std::sync::Arc;

use axum_core::body::Body;
use enforce::AccessError;
use http::Request;
use scope::Scope;

use crate::small_catalog::SmallCatalog;
use crate::support::{Gate, access, token};

fn gate() -> Gate {
    let catalog = SmallCatalog::new("open")
        .action("read", "read")
        .resource("thing", &["read"])
        .endpoint("/things", &[("get", "thing:read")])
        .with("[[endpoints]]\npath = \"/{place}/prices\"\nget = { public = true }\npost = { any_token = true }")
        .with("[expand]\nparameter = \"expand\"\n[expand.fields]\nthing = \"thing:read\"\npart = \"none\"")
        .parse();
    let catalog = Arc::new(catalog);
    let access = access(&catalog, &Scope::empty());
    Gate::with(catalog, Ok(access), true)
}

#[tokio::test]
async fn a_public_call_goes_on_without_a_token() {
    let gate = gate();
    for method in ["GET", "HEAD"] {
        let answer = gate.send(method, "/x%20y/prices?expand=part", None).await;
        assert_eq!(answer.status, 200);
        let seen = answer.seen.unwrap();
        assert!(seen.permitted.is_none(), "nobody is taken for somebody");
        let public = seen.public.unwrap();
        assert_eq!(public.path, "/{place}/prices");
        assert_eq!(
            public.parameters,
            [("place".to_owned(), "x%20y".to_owned())]
        );
    }
}

#[tokio::test]
async fn only_what_the_rule_says_is_public() {
    let gate = gate();
    for (method, path) in [
        ("POST", "/x/prices"),
        ("DELETE", "/x/prices"),
        ("GET", "/things"),
        ("GET", "/nothing"),
        ("GET", "//prices"),
        ("GET", "/x/prices?expand=thing"),
        ("GET", "/x/prices?expand=unknown"),
        ("GET", "/x/prices?Expand=part"),
    ] {
        let answer = gate.send(method, path, None).await;
        assert_eq!(answer.status, 401, "{method} {path}");
        assert_eq!(answer.body["reason"], "no-credentials");
        assert!(answer.seen.is_none());
    }
}

/// RFC 6750 section 3.1: whoever sends a token is told that it does not count.
#[tokio::test]
async fn a_token_beside_a_public_call_counts() {
    let gate = gate();
    let path = "/x/prices";
    let answer = gate.get(path, Some(&token(""))).await;
    let seen = answer.seen.unwrap();
    assert!(seen.permitted.is_some() && seen.public.is_none());
    for (credentials, status) in [("Bearer bad", 401), ("Bearer down", 503), ("Bearer", 400)] {
        let answer = gate.get(path, Some(credentials)).await;
        assert_eq!(answer.status, status, "{credentials}");
        assert!(answer.seen.is_none());
    }
    *gate.access.answer.lock().unwrap() = Err(AccessError::TokenEnded);
    assert_eq!(gate.get(path, Some(&token(""))).await.status, 401);
    assert_eq!(gate.get(path, None).await.status, 200);
}

#[tokio::test]
async fn a_forged_mark_of_a_public_call_is_taken_away() {
    let gate = gate();
    let public = gate
        .get("/x/prices", None)
        .await
        .seen
        .unwrap()
        .public
        .unwrap();
    let mut request = Request::get("/things").header("authorization", token("thing:read"));
    request.extensions_mut().unwrap().insert(public);
    let answer = gate.call(request.body(Body::empty()).unwrap()).await;
    let seen = answer.seen.unwrap();
    assert!(seen.public.is_none() && seen.permitted.is_some());
}
