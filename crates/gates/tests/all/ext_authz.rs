//! What Envoy is told.

use axum::body::Body;
use http::Request;

use crate::support::{Answer, World};

async fn check(
    world: &World,
    sight: &str,
    (method, target): (&str, &str),
    headers: &[(&str, &str)],
    body: &'static str,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/realm/api/{sight}{target}"))
        .header("host", "api.example.com");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    world
        .send_whole(request.body(Body::from(body)).unwrap())
        .await
}

const ENOUGH: (&str, &str) = ("authorization", "Bearer contact_show");

#[tokio::test]
async fn the_call_is_what_stands_behind_the_prefix() {
    let world = World::new("bexio");
    for (call, status) in [
        (("GET", "/2.0/contact?limit=1"), 200),
        (("HEAD", "/2.0/contact"), 200),
        (("POST", "/2.0/contact"), 403),
        (("GET", "/2.0/contact/../note"), 403),
        (("GET", "//2.0/contact"), 403),
        (("GET", "/"), 403),
        (("GET", "/realm/api/ext-authz/2.0/contact"), 403),
    ] {
        let answer = check(&world, "ext-authz", call, &[ENOUGH], "").await;
        assert_eq!(answer.status, status, "{call:?} {}", answer.body);
        let permitted = answer.headers.get("scopegate-permit");
        assert_eq!(permitted.is_some(), status == 200);
    }
    let answer = check(&world, "ext-authz", ("GET", "/2.0/contact"), &[], "").await;
    assert_eq!(answer.status, 401);
    assert!(answer.headers.contains_key("www-authenticate"));
    assert_eq!(answer.body["reason"], "no-credentials");
}

/// A body counts where Envoy was told to send it, and said that it is whole.
#[tokio::test]
async fn a_body_is_seen_where_envoy_sends_it_whole() {
    let world = World::new("freshbooks");
    let call = ("POST", "/events/account/muster/events/callbacks");
    let body = r#"{"callback": {"event": "invoice.create", "uri": "https://a.example"}}"#;
    let json = ("content-type", "application/json");
    let some = ("authorization", "Bearer user/invoices/read");
    let partial = |said| ("x-envoy-auth-partial-body", said);
    for (sight, more, status) in [
        ("ext-authz-with-body", vec![], 200),
        ("ext-authz-with-body", vec![partial("false")], 200),
        ("ext-authz-with-body", vec![partial("true")], 403),
        (
            "ext-authz-with-body",
            vec![partial("false"), partial("true")],
            403,
        ),
        (
            "ext-authz-with-body",
            vec![("content-encoding", "gzip")],
            415,
        ),
        ("ext-authz", vec![], 403),
    ] {
        let headers = [&[json, some][..], &more].concat();
        let answer = check(&world, sight, call, &headers, body).await;
        assert_eq!(answer.status, status, "{sight} {more:?} {}", answer.body);
    }
}
