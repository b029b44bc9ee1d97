//! What is invented is as its schema says, where there is such a value.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::given::sandbox_of;
use super::odd::{api, with_list};
use crate::caller::Sandbox;

const NONE: Value = Value::Null;

async fn things(schema: &Value) -> Sandbox {
    sandbox_of(&api(schema), |catalog| catalog).await
}

fn is_project(id: &str) -> bool {
    let letters = id.strip_prefix("prj_").unwrap_or_default();
    letters.len() == 8
        && letters
            .bytes()
            .all(|own| own.is_ascii_lowercase() || own.is_ascii_digit())
}

#[tokio::test]
async fn ids_are_as_their_pattern_asks_and_each_its_own() {
    let id = json!({ "type": "string", "pattern": "^prj_[a-z0-9]{8}$", "readOnly": true });
    let schema = json!({ "type": "object", "required": ["id"], "properties": { "id": id, "name": { "type": "string" } } });
    let sandbox = things(&schema).await;
    for _ in 0..3 {
        let made = sandbox
            .call("POST", "/things", "all", json!({ "name": "A" }))
            .await;
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let shown = sandbox
            .call("GET", &format!("/things/{id}"), "all", NONE)
            .await;
        assert_eq!(shown.json()["name"], "A");
    }
    let list = sandbox.list("/things", "all").await;
    let ids = list.as_array().unwrap().iter();
    let ids: BTreeSet<&str> = ids.map(|own| own["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 6);
    assert!(ids.iter().all(|own| is_project(own)), "{ids:?}");
    // Of a pattern that one text has, there is one such id.
    let one =
        json!({ "type": "object", "properties": { "id": { "type": "string", "pattern": "^a$" } } });
    let list = things(&one).await.list("/things", "all").await;
    assert_eq!(list.as_array().unwrap().len(), 3, "{list}");
}

#[tokio::test]
async fn what_is_asked_beside_each_other_holds_together() {
    let schema = json!({ "type": "object", "required": ["long", "both", "few", "texts", "named"], "properties": {
        "id": { "type": "integer" },
        "long": { "type": "string", "pattern": "^(a+)+$", "minLength": 5 },
        "both": { "type": "array", "items": { "type": "boolean" }, "minItems": 2, "uniqueItems": true },
        "few": { "type": "array", "items": { "type": "integer", "minimum": 3, "maximum": 6 }, "minItems": 4, "uniqueItems": true },
        "texts": { "type": "array", "items": { "type": "string", "maxLength": 2 }, "minItems": 30, "uniqueItems": true },
        "named": { "type": "object", "minProperties": 3, "additionalProperties": { "type": "integer" }, "propertyNames": { "pattern": "^[a-z]{2}_[A-Z]{2}$" } },
    } });
    let list = things(&schema).await.list("/things", "all").await;
    for thing in list.as_array().unwrap() {
        let long = thing["long"].as_str().unwrap();
        assert!(
            long.len() >= 5 && long.bytes().all(|own| own == b'a'),
            "{long}"
        );
        for (name, count) in [("both", 2), ("few", 4), ("texts", 30)] {
            let items = thing[name].as_array().unwrap();
            let each: BTreeSet<String> = items.iter().map(Value::to_string).collect();
            assert!(items.len() == each.len() && items.len() >= count, "{thing}");
        }
        let named = thing["named"].as_object().unwrap();
        let is_locale = |name: &String| {
            let (small, large) = name.split_once('_').unwrap();
            small.bytes().all(|own| own.is_ascii_lowercase())
                && large.bytes().all(|own| own.is_ascii_uppercase())
        };
        assert!(named.len() >= 3 && named.keys().all(is_locale), "{thing}");
    }
}

#[tokio::test]
async fn an_answer_without_content_says_no_type() {
    let text = super::given::LIBRARY.replace(
        "'204': { description: Lent }",
        "'204': { description: Lent, content: { application/json: { schema: { type: object } } } }",
    );
    let sandbox = sandbox_of(&text, |catalog| catalog).await;
    let lent = sandbox
        .call("POST", "/v1/books/17/lend", "books:write", NONE)
        .await;
    assert_eq!((lent.status.as_u16(), lent.body.as_str()), (204, ""));
    assert_eq!(lent.header("content-type"), None);
}

#[tokio::test]
async fn a_page_of_nothing_is_empty_and_the_last() {
    let limit =
        json!([{ "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 0 } }]);
    let sandbox = sandbox_of(
        &with_list(
            &json!({ "type": "object", "properties": { "id": { "type": "integer" } } }),
            limit,
        ),
        |catalog| catalog,
    )
    .await;
    for query in ["", "?limit=0", "?limit=5"] {
        let list = sandbox.list(&format!("/things{query}"), "all").await;
        assert_eq!(list, json!([]), "{query}");
    }
}
