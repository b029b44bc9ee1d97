//! A scope with the filter `own-records` shows what the same app created; a callback is opened by
//! its own event.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::caller::{For, Sandbox, ids, reason};
use crate::support::catalog;

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

/// A callback's event is in the record, and only there: what a call says beside the id of
/// another one, or outside the member the rule goes by, changes nothing.
#[tokio::test]
async fn a_callback_is_opened_by_its_own_event() {
    let sandbox = Sandbox::new("freshbooks").await;
    let callbacks = "/events/account/muster/events/callbacks";
    let harmless = json!({"callback": {"event": "client.create", "uri": "https://a.example"}});
    let some = "user:clients:read user:profile:read";
    let item = format!("{callbacks}/1");
    for (method, path) in [
        ("GET", callbacks),
        ("GET", &item),
        ("PUT", &item),
        ("DELETE", &item),
    ] {
        let answer = sandbox.call(method, path, some, harmless.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), reason(&answer).as_str()),
            (403, "insufficient-scope"),
            "{method} {path}"
        );
    }
    let both = json!({"callback": {"event": "client.create"}, "event": "invoice.create"});
    let made = sandbox.call("POST", callbacks, some, both).await;
    made.expect(StatusCode::CREATED);
    assert_eq!(made.json()["event"], "client.create");

    let catalog = catalog("freshbooks");
    let every = catalog.scope_of(&catalog.all()).to_string();
    let id = made.json()["id"].to_string();
    let item = format!("{callbacks}/{id}");
    let outside = json!({"event": "invoice.create", "uri": "https://b.example"});
    let changed = sandbox.call("PUT", &item, &every, outside).await;
    changed.expect(StatusCode::OK);
    assert_eq!(changed.json()["event"], "client.create");
    assert_eq!(changed.json()["uri"], "https://b.example");
    let unknown = json!({"callback": {"event": "nothing.known"}});
    let answer = sandbox.call("PUT", &item, &every, unknown).await;
    assert_eq!(reason(&answer), "record-not-opened");
    let list = sandbox.list(callbacks, &every).await;
    assert!(ids(&list).contains(&id));
}
