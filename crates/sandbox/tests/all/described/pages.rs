//! Pages of lists: by the parameters that the document names, with true members around them.

use serde_json::{Value, json};

use super::given::sandbox_of;
use crate::caller::Sandbox;

/// A list with these query parameters and these members around its records.
async fn list(parameters: &[(&str, Value)], around: Value, example: Value) -> Sandbox {
    let item = json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } });
    let mut properties = around;
    properties["items"] = json!({ "type": "array", "items": item });
    let names: Vec<&String> = properties.as_object().unwrap().keys().collect();
    let schema = json!({ "type": "object", "required": names, "properties": properties });
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|(name, schema)| json!({ "name": name, "in": "query", "schema": schema }))
        .collect();
    let content = json!({ "application/json": { "schema": schema, "example": example } });
    let text = json!({
        "openapi": "3.1.0",
        "info": { "title": "Pages", "version": "1" },
        "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": "https://x.example", "scopes": { "all": "All" } } } } } },
        "paths": { "/things": { "get": {
            "security": [{ "oauth": ["all"] }],
            "parameters": parameters,
            "responses": { "200": { "description": "x", "content": content } },
        } } },
    });
    sandbox_of(&text.to_string(), |catalog| catalog).await
}

fn without_items(mut page: Value) -> (usize, Value) {
    let items = page.as_object_mut().unwrap().remove("items").unwrap();
    (items.as_array().unwrap().len(), page)
}

fn number() -> Value {
    json!({ "type": "integer" })
}

fn text() -> Value {
    json!({ "type": ["string", "null"] })
}

#[tokio::test]
async fn offsets_and_what_is_said_beside_them() {
    let parameters = [
        (
            "limit",
            json!({ "type": "integer", "default": 20, "maximum": 50 }),
        ),
        ("offset", number()),
    ];
    let around = json!({ "total": number(), "limit": number(), "offset": number(), "next": text(),
        "previous": text(), "href": { "type": "string" } });
    let example = json!({ "items": [{ "id": 1 }], "total": 400, "limit": 1, "offset": 9, "next": "https://x.example/?a" });
    let sandbox = list(&parameters, around, example).await;
    let page =
        async |query: &str| without_items(sandbox.list(&format!("/things{query}"), "all").await);
    let (count, all) = page("").await;
    assert_eq!(count, 3);
    let url = all["href"].as_str().unwrap().to_owned();
    assert_eq!(
        all,
        json!({ "total": 3, "limit": 20, "offset": 0, "next": null, "previous": null, "href": url })
    );
    assert_eq!(page("?limit=1000").await.1["limit"], 50);
    let (count, first) = page("?limit=2").await;
    assert_eq!((count, &first["total"]), (2, &json!(3)));
    assert_eq!(first["next"], format!("{url}?limit=2&offset=2"));
    let (count, second) = page("?limit=2&offset=2").await;
    assert_eq!(
        (count, second),
        (
            1,
            json!({ "total": 3, "limit": 2, "offset": 2, "next": null,
            "previous": format!("{url}?limit=2&offset=0"), "href": format!("{url}?limit=2&offset=2") })
        )
    );
}

#[tokio::test]
async fn pages_by_number_from_one_or_from_zero() {
    for first in [1, 0] {
        let parameters = [
            (
                "page[number]",
                json!({ "type": "integer", "minimum": first }),
            ),
            ("page[size]", number()),
        ];
        let pagination = json!({ "type": "object", "properties": { "page": number(), "pageSize": number(),
            "pageCount": number(), "itemCount": number() } });
        let around = json!({ "pagination": pagination, "hasNext": { "type": "boolean" } });
        let sandbox = list(&parameters, around, Value::Null).await;
        for (turn, count) in [(0, 2), (1, 1), (2, 0)] {
            let number = first + turn;
            let query = format!("/things?page%5Bsize%5D=2&page[number]={number}");
            let (there, said) = without_items(sandbox.list(&query, "all").await);
            let pagination =
                json!({ "page": number, "pageSize": 2, "pageCount": 2, "itemCount": 3 });
            let expected = json!({ "pagination": pagination, "hasNext": turn == 0 });
            assert_eq!((there, said), (count, expected), "{query}");
        }
    }
}

#[tokio::test]
async fn cursors_lead_on_until_nothing_is_left() {
    for (parameter, member) in [
        ("marker", "next_marker"),
        ("pageToken", "nextPageToken"),
        ("continuation", "continuation"),
    ] {
        let parameters = [
            (parameter, json!({ "type": "string" })),
            ("limit", number()),
        ];
        let around = json!({ member: text(), "count": number() });
        let sandbox = list(&parameters, around, Value::Null).await;
        let (count, first) = without_items(sandbox.list("/things?limit=2", "all").await);
        assert_eq!(
            (count, &first["count"]),
            (2, &json!(3)),
            "all of them: nothing else says it"
        );
        let cursor = first[member].as_str().unwrap();
        let next = format!("/things?limit=2&{parameter}={cursor}");
        let (count, last) = without_items(sandbox.list(&next, "all").await);
        assert_eq!((count, &last[member]), (1, &Value::Null));
        let other = format!("/things?{parameter}=mine");
        assert_eq!(
            sandbox.call("GET", &other, "all", Value::Null).await.status,
            400
        );
    }
}

#[tokio::test]
async fn links_are_those_that_there_are() {
    let link = json!({ "type": "object", "properties": { "href": { "type": "string" } } });
    let around = json!({
        "_links": { "type": "object", "properties": { "next": link, "prev": link, "self": link } },
        "links": { "type": "array", "items": { "type": "object", "properties": {
            "rel": { "type": "string" }, "href": { "type": "string" } } } },
    });
    let sandbox = list(&[("page", number())], around, Value::Null).await;
    let all = sandbox.list("/things", "all").await;
    assert_eq!(
        (&all["links"], &all["_links"].get("next")),
        (&json!([]), &None)
    );
    let first = sandbox.list("/things?per_page=2", "all").await;
    let next = &first["_links"]["next"]["href"];
    assert!(
        next.as_str().unwrap().ends_with("?per_page=2&page=2"),
        "{first}"
    );
    assert_eq!(first["links"], json!([{ "rel": "next", "href": next }]));
    assert!(first["_links"].get("prev").is_none());
}

/// A list in a record counts its own.
#[tokio::test]
async fn a_list_within_a_record_counts_what_is_in_it() {
    let inner = json!({ "type": "object", "required": ["total_count", "entries"], "properties": {
        "total_count": number(), "offset": number(), "next": text(),
        "entries": { "type": "array", "items": { "type": "object", "properties": { "id": number() } } } } });
    let sum = json!({ "type": "object", "required": ["total", "lines"], "properties": {
        "total": number(), "lines": { "type": "array", "items": { "type": "object", "properties": { "id": number() } } } } });
    let item = json!({ "id": 1, "path": { "total_count": 77, "offset": 5, "next": "x", "entries": [{ "id": 4 }] },
        "invoice": { "total": 4200, "lines": [{ "id": 4 }] } });
    let around = json!({ "path": inner, "invoice": sum });
    let mut example = item;
    example["items"] = json!([]);
    let sandbox = list(&[], around, example).await;
    let page = sandbox.list("/things", "all").await;
    assert_eq!(
        page["path"],
        json!({ "total_count": 1, "offset": 0, "next": null, "entries": [{ "id": 4 }] })
    );
    assert_eq!(page["invoice"]["total"], 4200, "a sum is no count");
}
