//! `NAME.api.json`: what is written is read again, and nothing else is.

use scope::{ApiDescription, Method};

const SMALL: &str = r##"{
  "format": 1,
  "operations": [
    {
      "method": "GET",
      "path": "/files/{file_id}/{path...}",
      "id": "getFile",
      "parameters": [{"name": "file_id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {
        "404": {"description": "Gone"},
        "200": {"content": {"application/json": {"schema": {"$ref": "#/definitions/File"}, "example": {"id": 1}}}}
      }
    }
  ],
  "definitions": {"File": {"properties":{"b":true,"a":{"$ref":"#/definitions/File"}}}}
}"##;

fn read(text: &str) -> Result<ApiDescription, String> {
    ApiDescription::parse("my.api.json", text.as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn what_is_written_is_read_again() {
    let description = read(SMALL).unwrap();
    let text = description.to_text();
    assert_eq!(read(&text).unwrap().to_text(), text);
    // In the order of the document, a schema on one line.
    let (gone, found) = (text.find("\"404\"").unwrap(), text.find("\"200\"").unwrap());
    assert!(
        gone < found && text.contains(r#""File": {"properties":{"b":true,"#),
        "{text}"
    );
}

/// A property of that name, and a value that looks like one, are no references.
#[test]
fn what_only_looks_like_a_reference_is_kept() {
    for schema in [
        r#"{"properties": {"$ref": {"type": "string"}}}"#,
        r#"{"examples": [{"$ref": "https://a.example/b"}]}"#,
        r#"{"const": {"$ref": 1}, "description": "a \u0024ref"}"#,
        r##"{"discriminator": {"propertyName": "kind", "mapping": {"x": "#/definitions/File"}}}"##,
        "true",
    ] {
        read(&SMALL.replacen("{\"type\": \"string\"}", schema, 1)).unwrap();
    }
}

#[test]
fn an_operation_is_found_whatever_its_templates_are_called() {
    let description = read(SMALL).unwrap();
    let find = |method, path: &str| {
        let operation = description.operation(method, path)?;
        operation.id.clone()
    };
    let own = Some("getFile".to_owned());
    assert_eq!(find(Method::Get, "/files/{id}/{rest...}"), own);
    for (method, path) in [
        (Method::Post, "/files/{id}/{rest...}"),
        (Method::Get, "/files/{id}/{rest}"),
        (Method::Get, "/files/{id}"),
        (Method::Get, "/files/1/{rest...}"),
    ] {
        assert_eq!(find(method, path), None, "{path}");
    }
    let body = description.operations[0].responses.get("200").unwrap();
    let body = body.content.get("application/json").unwrap();
    assert_eq!(body.example.as_ref().unwrap().value()["id"], 1);
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() {
    let with = |from: &str, to: &str| {
        assert!(SMALL.contains(from));
        SMALL.replacen(from, to, 1)
    };
    let large = " ".repeat(ApiDescription::MOST_BYTES + 1);
    let many: Vec<String> = (100..400).map(|own| format!("\"{own}\": {{}}")).collect();
    let many = format!("\"responses\": {{{},", many.join(","));
    for (text, what) in [
        (
            String::new(),
            "it cannot be read: it ends in the middle, as if it was cut off, at line 1, column 0",
        ),
        (
            "[]".to_owned(),
            "there is a list where an object is expected, at line 1, column 2",
        ),
        (
            "{\"format\": 1".to_owned(),
            "it cannot be read: it ends in the middle",
        ),
        (
            "{\"format\": 1,}".to_owned(),
            "a comma stands before a closing bracket or brace, at line 1, column 14",
        ),
        (
            with("\"required\": true", "\"required\": \"yes\""),
            "there is the text \"yes\" where `true` or `false` is expected",
        ),
        (
            with("\"definitions\": {", "\"operations\": {"),
            "the member `operations` is given twice",
        ),
        (
            with("\"method\": \"GET\",", ""),
            "a member `method` is missing",
        ),
        ("{}".to_owned(), "it has no `format`"),
        (
            with("\"format\": 1", "\"format\": 2"),
            "its format is 2, and this program reads format 1",
        ),
        (
            with("\"format\": 1", "\"format\": \"new\", \"more\": []"),
            "its format is \"new\"",
        ),
        (
            with("\"id\"", "\"name\""),
            "it is not as the format has it: `name` is no member that it can have; those are `method`, `path`, `id`",
        ),
        (with("GET", "get"), "\"get\" is no method of calls"),
        (with("GET", "ANY"), "\"ANY\" is no method of calls"),
        (
            with("\"definitions\"", "\"definition\""),
            "`definition` is no member that it can have",
        ),
        (with("\"responses\": {", &many), "more than 200 members"),
        (
            with("\"404\"", "\"9999\""),
            "GET `/files/{file_id}/{path...}`: response `9999` is no status; write three digits, a class such as 2XX, or default",
        ),
        (with("\"404\"", "\"904\""), "response `904` is no status"),
        (with("\"404\"", "\"4xx\""), "response `4xx` is no status"),
        (
            with("\"in\": \"path\"", "\"in\": \"body\""),
            "parameter `file_id` is in `body`; it can be in path, query, header or cookie",
        ),
        (
            with("\"path\": \"/files", "\"path\": \"files"),
            "its path does not begin with a slash",
        ),
        (
            with(
                "{\"type\": \"string\"}",
                "{\"items\": {\"$ref\": \"https://a.example/b\"}}",
            ),
            "parameter `file_id`: a reference leads to `https://a.example/b`; it can lead to #/definitions/NAME",
        ),
        (
            with("{\"type\": \"string\"}", "{\"\\u0024ref\": \"other.json\"}"),
            "a reference leads to `other.json`",
        ),
        (
            with("{\"type\": \"string\"}", "\"string\""),
            "parameter `file_id`: a schema is an object, true or false",
        ),
        (
            with("#/definitions/File", "#/definitions/Else"),
            "response `200`: a reference leads to `#/definitions/Else`",
        ),
        (
            with(
                "\"a\":{\"$ref\":\"#/definitions/File\"}",
                "\"a\":{\"discriminator\":{\"mapping\":{\"x\":\"Dog\"}}}",
            ),
            "definition `File`: a reference leads to `Dog`",
        ),
        (large, "it is larger than 32 MiB"),
    ] {
        let error = read(&text).unwrap_err();
        assert!(error.starts_with("my.api.json: "), "{error}");
        assert!(error.contains(what), "{error}");
        assert!(
            error.contains("catalog import") && error.contains("remove it"),
            "{error}"
        );
        assert!(error.len() < 800, "{error}");
    }
}
