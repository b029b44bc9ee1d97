//! Which organisation the gate asks about, where a header or the host names it.

use std::sync::Arc;

use axum_core::body::Body;
use http::Request;
use scope::Scope;

use crate::small_catalog::SmallCatalog;
use crate::support::{Gate, access, token};

fn gate(organisation: &str) -> Gate {
    let catalog = SmallCatalog::new("organisations")
        .action("read", "read")
        .resource("thing", &["read"])
        .endpoint("/things", &[("get", "thing:read")])
        .with("[organisation]")
        .with(organisation)
        .parse();
    let catalog = Arc::new(catalog);
    let access = access(&catalog, &Scope::empty());
    Gate::with(catalog, Ok(access), true)
}

/// What the source of access was asked.
async fn asked(gate: &Gate, uri: &str, headers: &[(&str, &str)]) -> Option<String> {
    let mut request = Request::get(uri).header("authorization", token("thing:read"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    gate.call(request.body(Body::empty()).unwrap()).await;
    gate.access.asked.lock().unwrap().pop().unwrap()
}

#[tokio::test]
async fn a_header_is_handed_over_with_its_look_alikes() {
    let gate = gate("header = { name = \"X-Org\", is = \"slug\" }");
    for (headers, expected) in [
        (&[("x-org", "acme")][..], "Slug acme"),
        (&[("x-org", "acme"), ("x-org", "beta")], "Slug "),
        (&[("x-org", "acme"), ("x_org", "beta")], "Slug "),
        (&[("x-org", "acme"), ("connection", "x-org")], "Slug "),
        (&[("accept", "acme")], "Slug "),
    ] {
        let asked = asked(&gate, "/things", headers).await;
        assert_eq!(asked.as_deref(), Some(expected), "{headers:?}");
    }
}

#[tokio::test]
async fn the_host_is_the_one_that_was_named_once() {
    let gate = gate("host_label = { before = \"api.example.com\", is = \"slug\" }");
    let absolute = "http://acme.api.example.com/things";
    for (uri, headers, expected) in [
        (
            "/things",
            &[("host", "acme.api.example.com")][..],
            "Slug acme",
        ),
        (absolute, &[], "Slug acme"),
        (absolute, &[("host", "acme.api.example.com")], "Slug acme"),
        (absolute, &[("host", "beta.api.example.com")], "Slug "),
        (
            "/things",
            &[
                ("host", "acme.api.example.com"),
                ("host", "acme.api.example.com"),
            ],
            "Slug ",
        ),
        (
            "/things",
            &[("x-forwarded-host", "acme.api.example.com")],
            "Slug ",
        ),
        ("/things", &[], "Slug "),
    ] {
        let asked = asked(&gate, uri, headers).await;
        assert_eq!(asked.as_deref(), Some(expected), "{uri} {headers:?}");
    }
}
