//! What is kept of a description besides who may call.

use authoring::Options;
use scope::{ApiDescription, Method};
use serde_json::{Value, json};

use super::given::{api, found, of_files, of_yaml};

fn kept(text: &str) -> ApiDescription {
    of_yaml(text, &Options::default()).description.unwrap()
}

/// The schema of the one operation's answer 200.
fn answer(description: &ApiDescription) -> Value {
    let responses = &description.operations[0].responses;
    let content = &responses.get("200").unwrap().content;
    let body = content.get("application/json").unwrap();
    body.schema.as_ref().unwrap().value().clone()
}

/// An API with one answer of this schema, in YAML's flow style, and these schemas beside.
fn with_schema(schema: &str, schemas: &str) -> String {
    let paths = format!(
        "  /things:\n    get:\n      security: [{{ oauth: [read] }}]\n      responses: {{ '200': {{ description: x, content: {{ application/json: {{ schema: {schema} }} }} }} }}\n"
    );
    let text = api(&paths);
    text.replacen(
        "components:\n",
        &format!("components:\n  schemas: {schemas}\n"),
        1,
    )
}

#[test]
fn schemas_of_all_versions_come_to_one_dialect() {
    for (schema, expected) in [
        (
            "{ type: string, nullable: true, enum: [a] }",
            json!({ "type": ["string", "null"], "enum": ["a", null] }),
        ),
        (
            "{ type: file }",
            json!({ "type": "string", "format": "binary" }),
        ),
        ("{ type: any, minLength: 2 }", json!({ "minLength": 2 })),
        (
            "{ type: number, minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: false }",
            json!({ "type": "number", "exclusiveMinimum": 1, "maximum": 2 }),
        ),
        (
            "{ type: integer, example: 0x1F, default: 1.50 }",
            json!({ "type": "integer", "examples": [31], "default": 1.5 }),
        ),
        (
            "{ type: string, example: 2026-02-30, x-own: 1, xml: {} }",
            json!({ "type": "string", "examples": ["2026-02-30"] }),
        ),
        (
            "{ required: true, properties: { y: { readOnly: true }, 5: {} } }",
            json!({ "properties": { "y": { "readOnly": true }, "5": {} } }),
        ),
        (
            "{ additionalProperties: false, items: true }",
            json!({ "additionalProperties": false, "items": true }),
        ),
        (
            "{ $ref: '#/components/schemas/A', nullable: true }",
            json!({ "anyOf": [{ "$ref": "#/definitions/A" }, { "type": "null" }] }),
        ),
        (
            "{ oneOf: [{ $ref: '#/components/schemas/A' }], discriminator: { propertyName: kind, mapping: { one: A, two: '#/components/schemas/A' } } }",
            json!({ "oneOf": [{ "$ref": "#/definitions/A" }], "discriminator": { "propertyName": "kind", "mapping": { "one": "#/definitions/A", "two": "#/definitions/A" } } }),
        ),
        (
            "{ discriminator: kind }",
            json!({ "discriminator": { "propertyName": "kind" } }),
        ),
        (
            "{ description: ' a\u{202e}b ' }",
            json!({ "description": "ab" }),
        ),
    ] {
        let description = kept(&with_schema(schema, "{ A: { type: object } }"));
        assert_eq!(answer(&description), expected, "{schema}");
    }
}

#[test]
fn what_refers_to_itself_is_written_once() {
    let schemas = "{ A: { properties: { a: { $ref: '#/components/schemas/A' }, b: { $ref: '#/components/schemas/B' } } }, B: { $ref: '#/components/schemas/C' }, C: { $ref: '#/components/schemas/B' }, Unused: {} }";
    let text = with_schema("{ $ref: '#/components/schemas/A' }", schemas);
    let description = kept(&text);
    let names: Vec<&String> = description.definitions.keys().collect();
    assert_eq!(names, ["A", "B", "C"]);
    assert_eq!(
        description.definitions["A"].value(),
        &json!({ "properties": { "a": { "$ref": "#/definitions/A" }, "b": { "$ref": "#/definitions/B" } } })
    );
    assert_eq!(kept(&text).to_text(), description.to_text());
    let read = ApiDescription::parse("x", description.to_text().as_bytes()).unwrap();
    assert_eq!(read.to_text(), description.to_text());
}

#[test]
fn an_operation_keeps_what_a_caller_has_to_know() {
    let text = api("  /things/{id}:
    parameters:
      - { name: id, in: path, schema: { type: string }, example: t1 }
      - { name: page, in: query, description: of the path }
    put:
      operationId: putThing
      summary: Change a thing
      description: \"In two\\nlines\"
      security: [{ oauth: [read] }]
      parameters: [{ name: page, in: query, required: true }]
      requestBody: { required: true, content: { application/json: { schema: { type: object }, examples: { one: { value: { a: 1 } } } } } }
      responses:
        200: { description: Done, content: { application/json: { example: [1] } } }
        default: { description: Not done }
");
    let description = kept(&text);
    let operation = description
        .operation(Method::Put, "/v1/things/{thing}")
        .unwrap();
    let json = serde_json::to_value(operation).unwrap();
    assert_eq!(
        json,
        json!({
            "method": "PUT", "path": "/v1/things/{id}", "id": "putThing", "summary": "Change a thing",
            "description": "In two\nlines",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" }, "example": "t1" },
                { "name": "page", "in": "query", "required": true },
            ],
            "request": { "application/json": { "schema": { "type": "object" }, "example": { "a": 1 } } },
            "request_required": true,
            "responses": {
                "200": { "description": "Done", "content": { "application/json": { "example": [1] } } },
                "default": { "description": "Not done" },
            },
        })
    );
}

#[test]
fn swagger_2_has_bodies_and_forms_among_its_parameters() {
    let text = "swagger: '2.0'
info: { title: Old, version: '1' }
basePath: /v1
consumes: [application/json, text/xml]
securityDefinitions: { oauth: { type: oauth2, flow: application, tokenUrl: 'https://x.example', scopes: { read: Read } } }
definitions: { Thing: { type: object } }
paths:
  /things:
    post:
      security: [{ oauth: [read] }]
      parameters: [{ name: any, in: body, required: true, schema: { $ref: '#/definitions/Thing' } }]
      responses: { 201: { description: Made, schema: { $ref: '#/definitions/Thing' }, examples: { application/json: { a: 1 } } } }
    put:
      security: [{ oauth: [read] }]
      parameters:
        - { name: file, in: formData, type: file, required: true }
        - { name: limit, in: query, type: integer, maximum: 9 }
      responses: { 204: { description: Done } }
";
    let description = kept(text);
    let post = serde_json::to_value(&description.operations[0]).unwrap();
    let thing = json!({ "$ref": "#/definitions/Thing" });
    assert_eq!(post["request"]["text/xml"]["schema"], thing);
    assert_eq!(
        post["responses"]["201"]["content"],
        json!({ "application/json": { "schema": thing, "example": { "a": 1 } } })
    );
    let put = serde_json::to_value(&description.operations[1]).unwrap();
    assert_eq!(
        put["request"]["multipart/form-data"]["schema"],
        json!({ "type": "object", "required": ["file"], "properties": { "file": { "type": "string", "format": "binary" } } })
    );
    assert_eq!(
        put["parameters"][0]["schema"],
        json!({ "type": "integer", "maximum": 9 })
    );
    assert!(put["responses"]["204"].get("content").is_none());
}

/// Files of this machine that are no part of the description are not copied into what is kept.
#[test]
fn nothing_is_taken_from_outside_the_descriptions_folder() {
    let secret = "secret: { type: string, default: hunter2 }\n";
    let files = |reference: &str| {
        let text = with_schema(&format!("{{ $ref: '{reference}' }}"), "{}");
        let files = [
            ("apis/library/api.yaml", text.as_str()),
            (
                "apis/library/parts/more.yaml",
                "thing: { $ref: '../other.yaml#/own' }\n",
            ),
            ("apis/library/other.yaml", "own: { type: integer }\n"),
            ("apis/secret.yaml", secret),
            ("apis/library2/secret.yaml", secret),
        ];
        of_files(&files, &Options::default()).unwrap()
    };
    let inside = files("parts/more.yaml#/thing");
    let text = inside.description.unwrap().to_text();
    assert!(
        text.contains(r##""thing": {"$ref":"#/definitions/own"}"##),
        "{text}"
    );
    for outside in [
        "../secret.yaml#/secret",
        "parts/../../secret.yaml#/secret",
        "../library2/secret.yaml#/secret",
        "%2e%2e/secret.yaml#/secret",
        "..%2fsecret.yaml#/secret",
        "/apis/secret.yaml#/secret",
        "file:///apis/secret.yaml#/secret",
        "https://x.example/secret.yaml#/secret",
        "#/nothing",
        "gone.yaml#/x",
    ] {
        let imported = files(outside);
        assert_eq!(found(&imported, "lost-schema"), [outside]);
        let text = imported.description.unwrap().to_text();
        assert!(
            !text.contains("hunter2") && !text.contains("string"),
            "{text}"
        );
    }
}

#[test]
fn what_is_too_large_is_left_out_and_told() {
    let long = "x".repeat(40_000);
    let text = with_schema(
        &format!("{{ type: string, example: {long}, description: {long} }}"),
        "{}",
    );
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "cut-schema").len(), 1);
    let kept = imported.description.unwrap();
    let schema = answer(&kept);
    assert!(schema.get("examples").is_none(), "{schema:.300}");
    assert!(schema["description"].as_str().unwrap().chars().count() <= 2_001);
    // Aliases of aliases: a few lines that would be a million values.
    let bomb: String = (1..12).fold(
        "    l0: &l0 { type: string }\n".to_owned(),
        |text, level| {
            let before = level - 1;
            let list = vec![format!("*l{before}"); 8].join(", ");
            format!("{text}    l{level}: &l{level} {{ allOf: [{list}] }}\n")
        },
    );
    let text = with_schema("{ $ref: '#/components/schemas/l11' }", "\n").replacen(
        "schemas: \n",
        &format!("schemas:\n{bomb}"),
        1,
    );
    // Refused by the reader, or kept within bounds; at once in either case.
    if let Ok(imported) = of_files(&[("api.yaml", &text)], &Options::default()) {
        let text = imported.description.unwrap().to_text();
        assert!(text.len() < ApiDescription::MOST_BYTES, "{}", text.len());
    }
}
