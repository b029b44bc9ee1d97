//! What cannot be, and what would cost too much.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::caller::{For, Sandbox, reason};

const NONE: Value = Value::Null;

#[tokio::test]
async fn bodies_that_cannot_be_used_are_refused_with_a_reason() {
    let sandbox = Sandbox::new("bexio").await;
    let token = sandbox.token(&sandbox.app, For::Anna, "contact_edit");
    let send = async |content_type: Option<&str>, body: Vec<u8>| {
        let mut request = Request::post("/bexio/api/2.0/contact")
            .header("authorization", format!("Bearer {token}"));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = sandbox
            .world
            .send(request.body(Body::from(body)).unwrap())
            .await;
        (answer.status.as_u16(), reason(&answer))
    };
    let json = Some("application/json");
    let deep = "[".repeat(5_000).into_bytes();
    for (content_type, body, status, why) in [
        (json, b"{".to_vec(), 400, "malformed-json"),
        (json, b"{\"a\":\"\xff\"}".to_vec(), 400, "malformed-json"),
        (json, deep, 400, "malformed-json"),
        (json, b"[]".to_vec(), 400, "not-an-object"),
        (json, b"null".to_vec(), 400, "not-an-object"),
        (json, Vec::new(), 400, "not-an-object"),
        (None, b"{}".to_vec(), 415, "not-json"),
        (Some("text/plain"), b"{}".to_vec(), 415, "not-json"),
        (json, vec![b' '; 70_000], 413, "body-too-large"),
    ] {
        assert_eq!(
            send(content_type, body.clone()).await,
            (status, why.to_owned())
        );
    }
}

#[tokio::test]
async fn what_is_no_path_of_the_catalog_is_denied() {
    let sandbox = Sandbox::new("bexio").await;
    for (path, why) in [
        ("", "no-rule"),
        ("/", "ambiguous-path"),
        ("/2.0/nothing", "no-rule"),
        ("/2.0//contact", "ambiguous-path"),
        ("/2.0/contact/", "ambiguous-path"),
        ("/2.0/contact/%2e%2e/note", "ambiguous-path"),
    ] {
        let answer = sandbox.call("GET", path, "contact_show", NONE).await;
        assert_eq!(
            (answer.status.as_u16(), reason(&answer).as_str()),
            (403, why),
            "{path}"
        );
    }
    let answer = sandbox.world.get("/bexio/api/2.0/contact").await;
    assert_eq!(answer.status, 401);
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer realm=\"https://auth.example.com/bexio\""));
    assert!(!challenge.contains("error="), "{challenge}");
    for path in [
        "/nowhere/api/2.0/contact",
        "/%62exio/api/2.0/contact",
        "//api/2.0/contact",
    ] {
        assert_eq!(sandbox.world.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_503_and_never_a_success() {
    let sandbox = Sandbox::new("bexio").await;
    sandbox.list("/2.0/contact", "contact_show").await;
    let calls = [
        "sandbox_list",
        "sandbox_record",
        "sandbox_put",
        "sandbox_delete",
    ];
    sandbox.world.store.break_calls(&calls);
    for (method, path, body) in [
        ("GET", "/2.0/contact", NONE),
        ("GET", "/2.0/contact/1", NONE),
        ("POST", "/2.0/contact", json!({})),
        ("POST", "/2.0/contact/1", json!({})),
        ("DELETE", "/2.0/contact/1", NONE),
    ] {
        let answer = sandbox.call(method, path, "contact_edit", body).await;
        assert_eq!(
            (answer.status.as_u16(), reason(&answer).as_str()),
            (503, "unavailable"),
            "{method} {path}"
        );
        assert!(
            !answer.body.contains("on purpose"),
            "what the store says is for the log"
        );
    }
}

#[tokio::test]
async fn no_id_is_more_than_unknown() {
    let sandbox = Sandbox::new("bexio").await;
    for id in [
        "0",
        "-1",
        "01",
        "1e0",
        "99999999999999999999999",
        "%20",
        "%C3%A9",
        "%F0%9F%98%80",
        "'%20OR%20'1'='1",
        "1+1",
        "1&2",
        "%22",
        "%3Cscript%3E",
        "null",
        "filled",
        "me",
    ] {
        for (method, body) in [("GET", NONE), ("POST", json!({})), ("DELETE", NONE)] {
            let path = format!("/2.0/contact/{id}");
            let answer = sandbox.call(method, &path, "contact_edit", body).await;
            assert_eq!(
                (answer.status.as_u16(), reason(&answer).as_str()),
                (404, "unknown-record"),
                "{id}"
            );
        }
    }
    // Each reader sees its own in bytes that are no text.
    let answer = sandbox.call("GET", "/2.0/contact/%FF", "contact_edit", NONE);
    let answer = answer.await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (403, "ambiguous-path")
    );
    for (digits, status) in [(8_000, 404), (20_000, 414)] {
        let long = format!("/2.0/contact/{}", "9".repeat(digits));
        let answer = sandbox.call("GET", &long, "contact_show", NONE).await;
        assert_eq!(answer.status, status);
    }
    // The mark that the samples are there is no record of a collection.
    let mark = sandbox
        .call("GET", "/2.0/contact/%2Ffilled", "contact_show", NONE)
        .await;
    assert_eq!(reason(&mark), "ambiguous-path");
}

#[tokio::test]
async fn a_collection_cannot_grow_for_ever() {
    let sandbox = Sandbox::new("bexio").await;
    sandbox.list("/2.0/note", "note_show").await;
    let store = &sandbox.world.followed;
    let filled: Vec<_> = (100..1_100)
        .map(|number| oauth::model::SandboxRecord {
            realm: "bexio".to_owned(),
            organisation: sandbox.world.muster.id,
            collection: "note".to_owned(),
            parent: String::new(),
            id: number.to_string(),
            created_by: None,
            body: json!({ "id": number }),
            created_at: crate::support::start(),
            updated_at: crate::support::start(),
        })
        .collect();
    store.sandbox_put(&filled).await.unwrap();
    let answer = sandbox
        .call("POST", "/2.0/note", "note_edit", json!({"subject": "x"}))
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (409, "sandbox-full")
    );
    let page = sandbox
        .list("/2.0/note?per_page=200&page=6", "note_show")
        .await;
    assert!(page["total"].as_u64().unwrap() >= 1_000);
}

#[tokio::test]
async fn what_a_record_a_search_and_an_expansion_cost_is_bounded() {
    let sandbox = Sandbox::new("bexio").await;
    let scopes = "contact_edit note_edit";
    let long = json!({"name_1": "a".repeat(17_000)});
    let answer = sandbox.call("POST", "/2.0/contact", scopes, long).await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (413, "record-too-large")
    );
    // Nor does one grow beyond by many changes.
    let made = sandbox
        .call("POST", "/2.0/contact", scopes, json!({"name_1": "Grows"}))
        .await;
    let item = format!("/2.0/contact/{}", made.json()["id"]);
    let mut statuses = Vec::new();
    for number in 0..5 {
        let more = json!({ format!("more_{number}"): "a".repeat(5_000) });
        statuses.push(
            sandbox
                .call("POST", &item, scopes, more)
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses, [200, 200, 200, 413, 413]);

    let one = json!({"field": "name_1", "value": "a"});
    let many = Value::Array(vec![one; 21]);
    let answer = sandbox
        .call("POST", "/2.0/contact/search", scopes, many)
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (400, "search-too-wide")
    );
}
