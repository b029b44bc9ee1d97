//! Related records in the place of their ids.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::caller::{Sandbox, reason};

const NONE: Value = Value::Null;
const ORDER: &str = "/2025-09/orders/ord_1";

#[tokio::test]
async fn fields_are_replaced_by_their_records_to_any_depth() {
    let sandbox = Sandbox::new("stora").await;
    let scopes = "public.order:read public.contact:read public.subscription:read public.site:read";
    let path = format!("{ORDER}?expand=contact,subscription.site");
    let order = sandbox.call("GET", &path, scopes, NONE).await.json();
    assert_eq!(order["contact"]["name"], "Edith Marlowe");
    assert_eq!(order["subscription"]["site"]["name"], "Harbour Lane");
    assert_eq!(
        order["subscription"]["contact"], "con_1",
        "only what was asked for"
    );
    assert_eq!(order["site"], "site_1");
    let list = sandbox
        .list("/2025-09/orders?expand[]=contact", scopes)
        .await;
    assert!(
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|order| order["contact"].is_object())
    );
    let plain = sandbox.call("GET", ORDER, scopes, NONE).await.json();
    assert_eq!(plain["contact"], "con_1");
}

#[tokio::test]
async fn lists_of_ids_and_parts_are_expanded() {
    let sandbox = Sandbox::new("stora").await;
    let scopes = "public.tenancy:read public.unit_allocation:read public.unit:read";
    let path = "/2025-09/tenancies/ten_1?expand=unit_allocations.unit";
    let tenancy = sandbox.call("GET", path, scopes, NONE).await.json();
    assert_eq!(tenancy["unit_allocations"][0]["unit"]["reference"], "A-014");
    let scopes =
        "public.order:read public.unit_type:read public.protection_level:read public.product:read";
    let path = format!("{ORDER}?expand=line_items.item");
    let order = sandbox.call("GET", &path, scopes, NONE).await.json();
    assert_eq!(order["line_items"][0]["item"]["name"], "Locker");
    assert_eq!(order["line_items"][1]["item"]["name"], "Disc padlock");
}

#[tokio::test]
async fn each_field_needs_its_scope() {
    let sandbox = Sandbox::new("stora").await;
    let path = format!("{ORDER}?expand=subscription.site");
    let answer = sandbox
        .call(
            "GET",
            &path,
            "public.order:read public.subscription:read",
            NONE,
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (403, "insufficient-scope")
    );
    let answer = sandbox
        .call(
            "GET",
            &format!("{ORDER}?expand=nonsense"),
            "public.order:read",
            NONE,
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (403, "unknown-expand-field")
    );
}

/// The scope of a field does not open a record of another kind whose id was written there.
#[tokio::test]
async fn a_field_that_names_a_record_of_another_kind_shows_nothing() {
    let sandbox = Sandbox::new("stora").await;
    let scopes = "public.contact:read public.note:read public.note:write";
    for (field, id) in [
        ("contact", "inv_1"),
        ("contact", "staff_1"),
        ("contact", "tok_1"),
        ("contact", "note_1"),
    ] {
        let path = "/2025-09/notes?expand=contact";
        let made = sandbox
            .call("POST", path, scopes, json!({ field: id }))
            .await;
        made.expect(StatusCode::CREATED);
        // The token may read notes by themselves, so showing one gives nothing away.
        assert_eq!(made.json()[field].is_object(), id == "note_1", "{id}");
        let item = format!(
            "/2025-09/notes/{}?expand=contact",
            made.json()["id"].as_str().unwrap()
        );
        let shown = sandbox.call("GET", &item, scopes, NONE).await.json();
        assert_eq!(shown[field].is_object(), id == "note_1", "{id}");
    }
    let scopes =
        format!("{scopes} public.staff:read public.application:read public.access_token:read");
    let path = "/2025-09/notes/note_1?expand=creator";
    let note = sandbox.call("GET", path, &scopes, NONE).await.json();
    assert_eq!(note["creator"]["role"], "site manager");
    let made = sandbox
        .call(
            "POST",
            "/2025-09/notes?expand=creator",
            &scopes,
            json!({"creator": "app_1"}),
        )
        .await;
    assert_eq!(made.json()["creator"]["name"], "Ledgerly");
}

#[tokio::test]
async fn circles_and_floods_are_bounded() {
    let sandbox = Sandbox::new("stora").await;
    let scopes = "public.order:read public.subscription:read";
    let deep = ["subscription"; 6].join(".order.");
    let answer = sandbox
        .call("GET", &format!("{ORDER}?expand={deep}"), scopes, NONE)
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (400, "malformed-query")
    );
    let many = ["subscription"; 21].join(",");
    let answer = sandbox
        .call("GET", &format!("{ORDER}?expand={many}"), scopes, NONE)
        .await;
    assert_eq!(answer.status, 400);
    let circle = format!("{ORDER}?expand=subscription.order.subscription");
    let order = sandbox.call("GET", &circle, scopes, NONE).await.json();
    assert_eq!(
        order["subscription"]["order"]["subscription"]["id"],
        "sub_1"
    );
}
