//! A scope with the filter `own-records` shows what the same app created.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::caller::{For, Sandbox, ids, reason};

const NONE: Value = Value::Null;

#[tokio::test]
async fn an_app_sees_only_the_payments_it_created() {
    let sandbox = Sandbox::new("bokio").await;
    let path = format!("/v1/companies/{}/bank-payments", sandbox.world.muster.id);
    let (read, write) = ("bank-payments:read-limited", "bank-payments:write");
    let empty = sandbox.list(&path, read).await;
    assert_eq!((ids(&empty).len(), empty["total"].as_u64()), (0, Some(0)));
    assert!(empty["message"].as_str().unwrap().contains("your own app"));

    let made = sandbox
        .call("POST", &path, write, json!({"amount": 12.5}))
        .await;
    made.expect(StatusCode::CREATED);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let own = sandbox.list(&path, read).await;
    assert_eq!(ids(&own), [id.as_str()]);
    assert_eq!(own.get("message"), None);
    let item = format!("{path}/{id}");
    sandbox
        .call("GET", &item, read, NONE)
        .await
        .expect(StatusCode::OK);

    let other = sandbox.another("other").await;
    let token = sandbox.token(&other, For::Anna, read);
    let list = sandbox.call_with(&token, "GET", &path, NONE).await;
    assert!(ids(&list.json()).is_empty());
    let answer = sandbox.call_with(&token, "GET", &item, NONE).await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (404, "unknown-record")
    );
}

#[tokio::test]
async fn samples_belong_to_no_app() {
    let sandbox = Sandbox::new("bokio").await;
    let path = format!("/v1/companies/{}/bank-payments", sandbox.world.muster.id);
    let read = "bank-payments:read-limited";
    sandbox.list(&path, read).await;
    let query = oauth::model::SandboxQuery {
        realm: "bokio".to_owned(),
        organisation: sandbox.world.muster.id,
        collection: "bank-payments".to_owned(),
        parent: None,
        created_by: None,
        page: oauth::model::PageRequest::first(10),
    };
    let samples = sandbox
        .world
        .followed
        .sandbox_list(&query)
        .await
        .unwrap()
        .items;
    assert_eq!(samples.len(), 3);
    for sample in samples {
        assert_eq!(sample.created_by, None);
        let answer = sandbox
            .call("GET", &format!("{path}/{}", sample.id), read, NONE)
            .await;
        assert_eq!(answer.status, 404);
    }
}
