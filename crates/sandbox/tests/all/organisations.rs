//! Records belong to one organisation.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::caller::{For, Sandbox, ids, reason};

const NONE: Value = Value::Null;

#[tokio::test]
async fn records_of_one_organisation_are_never_seen_by_another() {
    let sandbox = Sandbox::new("stora").await;
    let second = sandbox.second_organisation().await;
    let scopes = "public.contact:read public.contact:write public.note:read public.note:write";
    let here = sandbox.token(&sandbox.app, For::Anna, scopes);
    let there = sandbox.token(&sandbox.app, For::AnnaIn(second.id), scopes);
    let contacts = "/2025-09/contacts";
    let made = sandbox
        .call_with(&here, "POST", contacts, json!({"name": "Only here"}))
        .await;
    made.expect(StatusCode::CREATED);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let item = format!("{contacts}/{id}");
    assert!(id.starts_with("con_"));

    let list = sandbox.call_with(&there, "GET", contacts, NONE).await;
    assert!(!ids(&list.json()).contains(&id));
    assert!(!list.body.contains("Only here"));
    for (method, body) in [
        ("GET", NONE),
        ("PATCH", json!({"name": "x"})),
        ("DELETE", NONE),
    ] {
        let answer = sandbox.call_with(&there, method, &item, body).await;
        assert_eq!(
            (answer.status.as_u16(), reason(&answer).as_str()),
            (404, "unknown-record")
        );
    }
    // Nor through a field that names it.
    let note = sandbox
        .call_with(
            &there,
            "POST",
            "/2025-09/notes?expand=contact",
            json!({"contact": id}),
        )
        .await;
    assert_eq!(note.json()["contact"], json!(id));
    assert_eq!(
        sandbox.call_with(&here, "GET", &item, NONE).await.status,
        200
    );
    // Each began with the same samples, and changes its own.
    let sample = format!("{contacts}/con_1");
    sandbox
        .call_with(&here, "DELETE", &sample, NONE)
        .await
        .expect(StatusCode::NO_CONTENT);
    assert_eq!(
        sandbox.call_with(&there, "GET", &sample, NONE).await.status,
        200
    );
}

#[tokio::test]
async fn a_path_cannot_name_another_organisation_than_the_token() {
    let sandbox = Sandbox::new("bokio").await;
    let second = sandbox.second_organisation().await;
    for company in [second.id.to_string(), "muster".to_owned(), "1".to_owned()] {
        let path = format!("/v1/companies/{company}/customers");
        let answer = sandbox.call("GET", &path, "customers:read", NONE).await;
        assert_eq!(
            (answer.status.as_u16(), reason(&answer).as_str()),
            (403, "wrong-organisation")
        );
    }
    let own = format!("/v1/companies/{}/customers", sandbox.world.muster.id);
    sandbox.list(&own, "customers:read").await;
}

#[tokio::test]
async fn a_grant_of_a_user_opens_each_of_their_organisations() {
    let sandbox = Sandbox::new("freshbooks").await;
    let second = sandbox.second_organisation().await;
    let (read, write) = ("user:clients:read", "user:clients:write");
    let clients = |slug: &str| format!("/accounting/account/{slug}/users/clients");
    let made = sandbox
        .call(
            "POST",
            &clients(&second.slug),
            write,
            json!({"fname": "Zoe"}),
        )
        .await;
    made.expect(StatusCode::CREATED);
    let there = sandbox.list(&clients(&second.slug), read).await;
    let here = sandbox.list(&clients("muster"), read).await;
    assert_eq!(ids(&there).len(), ids(&here).len() + 1);
    let answer = sandbox.call("GET", &clients("strangers"), read, NONE).await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (403, "wrong-organisation")
    );
}

#[tokio::test]
async fn a_token_of_no_organisation_is_told_so() {
    let sandbox = Sandbox::new("bokio").await;
    let token = sandbox.token(&sandbox.app, For::Itself, "customers:read");
    let path = format!("/v1/companies/{}/customers", sandbox.world.muster.id);
    let answer = sandbox.call_with(&token, "GET", &path, NONE).await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (403, "no-organisation")
    );

    let sandbox = Sandbox::new("stora").await;
    let token = sandbox.token(&sandbox.app, For::Itself, "public.contact:read");
    let answer = sandbox
        .call_with(&token, "GET", "/2025-09/contacts", NONE)
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (403, "no-organisation")
    );
}

#[tokio::test]
async fn samples_are_sown_once_and_the_same_each_time() {
    let sandbox = Sandbox::new("bokio").await;
    let catalog = crate::support::catalog("bokio");
    let (app, id) = (&sandbox.world.app, sandbox.world.muster.id);
    let realm = app.realm("bokio").unwrap();
    let kept = realm::SandboxRecords::of(app, &realm, id);
    let sow = async || sandbox::seed(&kept, &catalog, None, app.now()).await;
    sow().await.unwrap();
    let customers = format!("/v1/companies/{id}/customers");
    let before = ids(&sandbox.list(&customers, "customers:read").await);
    assert_eq!(before.len(), 4);
    let gone = format!("{customers}/{}", before[0]);
    sandbox
        .call("DELETE", &gone, "customers:write", NONE)
        .await
        .expect(StatusCode::NO_CONTENT);
    sow().await.unwrap();
    assert_eq!(
        ids(&sandbox.list(&customers, "customers:read").await),
        before[1..]
    );
}
