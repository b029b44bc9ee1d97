//! Schemas that nobody should write: each is answered, within bounds.

use serde_json::{Value, json};

use super::given::sandbox_of;

/// An API whose records are of this schema, in JSON.
pub fn api(schema: &Value) -> String {
    with_list(schema, json!([]))
}

/// The same, with these parameters of its list.
pub fn with_list(schema: &Value, parameters: Value) -> String {
    let answer = json!({ "200": { "description": "x", "content": { "application/json": { "schema": schema } } } });
    let list = json!({ "200": { "description": "x", "content": { "application/json": { "schema": { "type": "array", "items": schema } } } } });
    let security = json!([{ "oauth": ["all"] }]);
    let get = json!({ "security": security, "parameters": parameters, "responses": list });
    let operation = |responses: &Value| json!({ "security": security, "responses": responses });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Odd", "version": "1" },
        "components": {
            "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": "https://x.example", "scopes": { "all": "All" } } } } },
            "schemas": {
                "Self": { "$ref": "#/components/schemas/Self" },
                "Ring": { "allOf": [{ "$ref": "#/components/schemas/Ring2" }] },
                "Ring2": { "anyOf": [{ "$ref": "#/components/schemas/Ring" }] },
                "Tree": { "type": "object", "required": ["child", "children"], "properties": {
                    "child": { "$ref": "#/components/schemas/Tree" },
                    "children": { "type": "array", "minItems": 3, "items": { "$ref": "#/components/schemas/Tree" } },
                } },
            },
        },
        "paths": {
            "/things": { "get": get, "post": operation(&answer) },
            "/things/{id}": { "get": operation(&answer), "put": operation(&answer), "delete": operation(&answer) },
        },
    })
    .to_string()
}

#[tokio::test]
async fn odd_schemas_are_answered_within_bounds() {
    let wide: serde_json::Map<String, Value> = (0..3_000)
        .map(|number| (format!("member{number}"), json!({ "type": "string" })))
        .collect();
    let deep = (0..45).fold(
        json!({ "type": "string" }),
        |inner, _| json!({ "type": "object", "required": ["in"], "properties": { "in": inner } }),
    );
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let text = |words: Value| {
        let mut own = json!({ "type": "string" });
        own.as_object_mut()
            .unwrap()
            .extend(words.as_object().unwrap().clone());
        json!({ "type": "object", "required": ["x"], "properties": { "x": own } })
    };
    for schema in [
        json!(true),
        json!(false),
        json!({}),
        json!([]),
        json!("odd"),
        json!(null),
        reference("Self"),
        reference("Ring"),
        reference("Tree"),
        reference("Nothing"),
        json!({ "type": "nonsense" }),
        json!({ "type": [] }),
        json!({ "type": ["null"] }),
        json!({ "allOf": [{ "type": "string" }, { "type": "object" }] }),
        json!({ "oneOf": [] }),
        json!({ "oneOf": [{ "type": "null" }] }),
        json!({ "enum": [] }),
        json!({ "const": null }),
        json!({ "type": "object", "required": ["a", 1, null], "additionalProperties": false }),
        json!({ "type": "object", "minProperties": 1_000_000_000_u64 }),
        json!({ "type": "array", "minItems": 1_000_000_000_u64, "items": { "type": "string" } }),
        json!({ "type": "array", "minItems": 1_000, "items": { "type": "array", "minItems": 1_000, "items": { "type": "string" } } }),
        json!({ "type": "array", "contains": { "$ref": "#/components/schemas/Tree" }, "minContains": 1_000_000_000_u64 }),
        json!({ "type": "array", "contains": {}, "maxContains": 0, "minItems": 1_000 }),
        json!({ "type": "array", "uniqueItems": true, "minItems": 900, "items": { "type": "boolean" } }),
        json!({ "type": "object", "propertyNames": { "enum": [] }, "minProperties": 5 }),
        json!({ "type": "object", "properties": wide }),
        json!({ "type": "object", "properties": { "id": { "type": "array" } } }),
        json!({ "type": "object", "properties": { "id": { "type": "string", "example": "../../x" } } }),
        deep,
        text(json!({ "minLength": 1_000_000_000_u64 })),
        text(json!({ "minLength": 9, "maxLength": 2 })),
        text(json!({ "pattern": "^(?=a)b$" })),
        text(json!({ "pattern": "(((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9})" })),
        text(json!({ "format": "no-such", "enum": [null] })),
        json!({ "type": "number", "minimum": 5, "maximum": 1, "multipleOf": 0 }),
        json!({ "type": "integer", "minimum": 1e300, "multipleOf": 1e-300 }),
    ] {
        let sandbox = sandbox_of(&api(&schema), |catalog| catalog).await;
        for (method, path) in [
            ("GET", "/things"),
            ("GET", "/things/1"),
            ("POST", "/things"),
            ("PUT", "/things/1"),
            ("DELETE", "/things/1"),
        ] {
            let body = match method {
                "POST" | "PUT" => json!({ "in": { "in": [1] }, "x": {}, "id": [] }),
                _ => Value::Null,
            };
            let answer = sandbox.call(method, path, "all", body).await;
            let of = format!(
                "{method} {path} of {:.200}: {} {:.300}",
                schema.to_string(),
                answer.status,
                answer.body
            );
            assert!(answer.status.is_success() || answer.status == 404, "{of}");
            assert!(answer.body.len() < 1_000_000, "{of}");
        }
    }
}

/// What an answer has as the member `x` of this schema.
async fn made_of(x: Value) -> Value {
    let schema = json!({ "type": "object", "required": ["id", "x"], "properties": { "id": { "type": "integer" }, "x": x } });
    let sandbox = sandbox_of(&api(&schema), |catalog| catalog).await;
    let answer = sandbox.call("GET", "/things/1", "all", Value::Null).await;
    answer.json()["x"].clone()
}

#[tokio::test]
async fn lists_have_as_many_items_as_they_must() {
    let many = made_of(json!({ "type": "array", "minItems": 300, "items": { "type": "string" } }));
    assert_eq!(many.await.as_array().unwrap().len(), 300);
    let listed = json!({ "type": "array", "minItems": 9, "uniqueItems": true, "items": { "enum": [1, 2, 3, 4, 5, 6, 7, 8, 9] } });
    let mut all: Vec<u64> = serde_json::from_value(made_of(listed).await).unwrap();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[tokio::test]
async fn lists_contain_as_many_of_a_kind_as_they_must() {
    let primary = json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "const": "primary" } } });
    let any = json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "enum": ["primary", "other"] } } });
    for (words, least, most, size) in [
        (json!({}), 1, 1_000, 1),
        (json!({ "minContains": 30 }), 30, 1_000, 30),
        (json!({ "minItems": 40, "maxContains": 1 }), 1, 1, 20),
        (
            json!({ "minItems": 8, "maxItems": 8, "minContains": 5, "maxContains": 5 }),
            5,
            5,
            8,
        ),
        (
            json!({ "minItems": 4, "minContains": 0, "maxContains": 0 }),
            0,
            0,
            4,
        ),
    ] {
        let mut schema = json!({ "type": "array", "items": any, "contains": primary });
        schema
            .as_object_mut()
            .unwrap()
            .extend(words.as_object().unwrap().clone());
        let made = made_of(schema).await;
        let items = made.as_array().unwrap();
        let count = items.iter().filter(|own| own["kind"] == "primary").count();
        assert!(
            (least..=most).contains(&count) && items.len() >= size,
            "{words} {made}"
        );
    }
}

/// An object whose members are of one kind, with names that are listed.
#[tokio::test]
async fn members_have_the_names_that_are_listed() {
    let place = json!({ "type": "object", "required": ["at"], "properties": { "at": { "type": "integer" } } });
    let places = json!({ "type": "object", "additionalProperties": place, "propertyNames": { "enum": ["home", "work"] } });
    let made = made_of(places.clone()).await;
    let names: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(names, ["home", "work"]);
    assert!(made["home"]["at"].is_number());

    let sandbox = sandbox_of(&api(&places), |catalog| catalog).await;
    let said = json!({ "home": { "at": 7 }, "elsewhere": { "at": 1 } });
    let made = sandbox.call("POST", "/things", "all", said).await.json();
    assert_eq!(made, json!({ "home": { "at": 7 } }));
}

/// Of options that exclude each other, an answer is one.
#[tokio::test]
async fn what_two_options_allow_is_made_so_that_one_does() {
    let any =
        made_of(json!({ "oneOf": [{ "type": "string", "enum": ["none"] }, { "type": "string" }] }));
    assert_ne!(any.await, "none");
    let named = |name: &str| json!({ "type": "object", "required": [name], "properties": { name: { "type": "integer" } } });
    let wide = json!({ "oneOf": [{ "type": "object" }, named("a"), named("b")] });
    let made = made_of(wide).await;
    assert!(made.get("a").is_none() && made.get("b").is_none(), "{made}");
}

#[tokio::test]
async fn what_may_only_be_null_is_null() {
    let schema = json!({
        "type": "object",
        "required": ["id", "ended"],
        "properties": { "id": { "type": "integer" }, "ended": { "type": ["string", "null"], "enum": [null] } },
    });
    let sandbox = sandbox_of(&api(&schema), |catalog| catalog).await;
    let answer = sandbox.call("GET", "/things", "all", Value::Null).await;
    let list: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(list.as_array().is_some_and(|list| !list.is_empty()));
    for record in list.as_array().unwrap() {
        assert_eq!(record["ended"], Value::Null, "{list}");
    }
}
