//! Files that are not what they should be: each ends in a sentence that says what to do.

use std::collections::HashMap;
use std::path::PathBuf;

use authoring::{Options, import};

use super::given::{InMemory, api, found, needs, of_files, of_yaml};

/// What is said of a file that cannot be read.
fn refused(text: &str) -> String {
    refused_bytes(text.as_bytes())
}

fn refused_bytes(bytes: &[u8]) -> String {
    let file = PathBuf::from("api.yaml");
    let files = InMemory(HashMap::from([(file.clone(), bytes.to_vec())]));
    let said = import(&[file], &Options::default(), &files)
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("api.yaml: ") && said.contains("\n  help: "),
        "{said}"
    );
    assert!(said.len() < 1_500, "{}", said.len());
    said
}

#[test]
fn what_is_no_description_is_told_what_it_is_instead() {
    let table = [
        ("", "it is empty"),
        ("  \n", "it is empty"),
        ("hello", "it is a text"),
        ("[1, 2]", "it is a list"),
        ("a: 1", "no `openapi` and no `swagger`"),
        ("{\"a\": ", "it is no JSON"),
        ("a: [b: c: d", "it is no YAML"),
        ("openapi: 4.0.0\npaths: {}", "OpenAPI 4.0.0"),
        ("openapi: 3.9.0\npaths: {}", "OpenAPI 3.9.0"),
        ("swagger: '1.2'\npaths: {}", "Swagger 1.2"),
        ("swaggerVersion: '1.2'", "Swagger 1 description"),
        ("asyncapi: 2.0.0", "AsyncAPI"),
        ("discoveryVersion: v1", "Google discovery"),
        ("{\"info\": {\"_postman_id\": \"1\"}}", "Postman"),
        ("openapi: 3.1.0\ninfo: {title: x}", "no paths"),
        ("openapi: 3.1.0\npaths: {}", "no paths"),
        ("openapi: 3.1.0\npaths: [a]", "no paths"),
    ];
    for (text, expected) in table {
        let said = refused(text);
        assert!(said.contains(expected), "{text:?}: {said}");
    }
}

/// The one that is not read could have the calls that matter.
#[test]
fn a_second_document_is_told_and_not_dropped() {
    let own = api("  /a: { get: { security: [{oauth: [contacts.read]}] } }\n");
    let json = "{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": {\"get\": {}}}}";
    for (text, line) in [
        (format!("{own}---\n{own}"), own.lines().count() + 1),
        (format!("{own}...\n---\nnote: x\n"), own.lines().count() + 2),
        (format!("{json}\n---\n{json}\n"), 2),
    ] {
        let said = refused(&text);
        let expected = format!("it has a second document, which begins at line {line}");
        assert!(said.contains(&expected), "{said}");
        assert!(!said.contains("it is no"), "{said}");
    }
    for end in ["---\n", "...\n", "--- # nothing\n...\n"] {
        let imported = of_yaml(&format!("{own}{end}"), &Options::default());
        assert!(needs(&imported, "GET", "/v1/a").is_some(), "{end}");
    }
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_line() {
    let said = refused_bytes(b"openapi: 3.0.0\ninfo: {title: \xFF}\n");
    assert!(said.contains("not UTF-8: line 2"), "{said}");
    let said = refused_bytes(b"\xFF\xFEa");
    assert!(said.contains("UTF-16"), "{said}");
}

#[test]
fn other_encodings_that_say_so_are_read() {
    let text = api("  /a: { get: { security: [{oauth: [contacts.read]}] } }\n");
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    for bytes in [wide, marked] {
        let file = PathBuf::from("api.yaml");
        let files = InMemory(HashMap::from([(file.clone(), bytes)]));
        let imported = import(&[file], &Options::default(), &files).unwrap();
        assert_eq!(
            needs(&imported, "GET", "/v1/a").as_deref(),
            Some("contacts.read")
        );
    }
}

#[test]
fn depth_and_aliases_have_a_bound() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(refused(&format!("{{\"a\": {deep}}}")).contains("it is no"));
    let said = refused(&format!("a: {deep}"));
    assert!(
        said.contains("it is no YAML: it is nested too deeply, at line 1"),
        "{said}"
    );
    let block: String = (0..1_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    assert!(refused(&block).contains("it is no YAML"));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        bomb += &format!(
            "a{level}: &a{level} [{}]\n",
            [before.as_str(); 10].join(", ")
        );
    }
    let said = refused(&bomb);
    assert!(said.contains("aliases come to more than"), "{said}");
    let said = refused("a: &a [*a]");
    assert!(said.contains("it is no YAML"), "{said}");
}

#[test]
fn references_that_lead_nowhere_or_in_circles_are_told() {
    let text = api(
        "  /a: { $ref: '#/paths/~1b' }
  /b: { $ref: '#/paths/~1a' }
  /c: { $ref: '#/components/nothing' }
  /d: { get: { parameters: [{$ref: '#/components/nothing'}], security: [{oauth: [contacts.read]}] } }
",
    );
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "broken-path"), ["/a", "/b", "/c"]);
    assert_eq!(
        needs(&imported, "GET", "/v1/d").as_deref(),
        Some("contacts.read")
    );
}

#[test]
fn the_network_is_never_asked() {
    let here = api("  /always: { get: { security: [{oauth: [contacts.read]}] } }\n");
    let remote = "{ $ref: 'https://example.com/elsewhere.yaml#/a' }";
    let must_pass = [
        here.clone() + &format!("  /a: {remote}\n"),
        here.clone() + &format!("  /a: {{ get: {remote} }}\n"),
        here.clone() + &format!("  /a: {{ get: {{ parameters: [{remote}] }} }}\n"),
        here.replace("    basic:", &format!("    other: {remote}\n    basic:")),
    ];
    for text in must_pass {
        let said = refused(&text);
        assert!(
            said.contains("https://example.com/elsewhere.yaml"),
            "{said}"
        );
        assert!(said.contains("network"), "{said}");
    }
    // What an import need not know may be anywhere.
    let text = here
        + &format!(
            "  /a: {{ get: {{ requestBody: {remote}, responses: {{ 200: {remote} }}, \
             parameters: [{{in: path, name: a, schema: {remote}}}], security: [{{oauth: [contacts.read]}}] }} }}\n"
        );
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(
        needs(&imported, "GET", "/v1/a").as_deref(),
        Some("contacts.read")
    );
}

#[test]
fn absolute_paths_are_not_followed() {
    let here = api("  /always: { get: { security: [{oauth: [contacts.read]}] } }\n");
    for file in [
        "/etc/passwd",
        "%2Fetc/passwd",
        "C:/secrets.yaml",
        "c:secrets.yaml",
        "\\secrets.yaml",
        "\\\\host\\secrets.yaml",
    ] {
        let reference = format!("{{ $ref: '{file}#/a' }}");
        let said = refused(&format!("{here}  /a: {reference}\n"));
        assert!(
            said.contains("the path /a at /paths/~1a refers to")
                && said.contains("absolute paths are not followed"),
            "{said}"
        );
        // What an import need not know may be anywhere.
        let schema = format!("{{in: path, name: a, schema: {reference}}}");
        let text = format!(
            "{here}  /a: {{ get: {{ parameters: [{schema}], security: [{{oauth: [contacts.read]}}] }} }}\n"
        );
        let imported = of_yaml(&text, &Options::default());
        assert!(needs(&imported, "GET", "/v1/a").is_some());
    }
}

#[test]
fn what_is_wrong_with_yaml_is_said_in_words() {
    let deep = "[".repeat(100_000);
    for text in [
        format!("a: {deep}"),
        "a: [b: c: d".to_owned(),
        "a: *b".to_owned(),
        "\ta: 'b".to_owned(),
    ] {
        let said = refused(&text);
        let (_, why) = said.split_once("it is no YAML: ").unwrap();
        assert!(why.starts_with(|own: char| own.is_alphabetic()), "{said}");
    }
}

#[test]
fn files_beside_the_description_are_read() {
    let root = api("  /a: { $ref: './paths/a%20b.yaml#/item' }\n  /b: { $ref: paths/b.json }\n")
        .replace(
            "    basic:",
            "    other: { $ref: 'schemes.yaml#/other' }\n    basic:",
        );
    let files = [
        ("docs/api.yaml", root.as_str()),
        (
            "docs/paths/a b.yaml",
            "item: { parameters: [{$ref: '../schemes.yaml#/id'}], get: { security: [{other: [mail.read]}] } }",
        ),
        (
            "docs/paths/b.json",
            "{\"get\": {\"security\": [{\"oauth\": [\"contacts.read\"]}]}}",
        ),
        (
            "docs/schemes.yaml",
            "other: {type: oauth2, flows: {}}\nid: {in: path, name: id}",
        ),
    ];
    let imported = of_files(&files, &Options::default()).unwrap();
    assert_eq!(
        needs(&imported, "GET", "/v1/a").as_deref(),
        Some("mail.read")
    );
    assert_eq!(
        needs(&imported, "GET", "/v1/b").as_deref(),
        Some("contacts.read")
    );
    let rest = [files[0], files[2], files[3]];
    let said = of_files(&rest, &Options::default())
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("docs/paths/a b.yaml: it cannot be read"),
        "{said}"
    );
    assert!(
        said.contains("the path /a at /paths/~1a in docs/api.yaml"),
        "{said}"
    );
}

#[test]
fn yaml_is_read_by_its_rules_of_1_2() {
    let text = api("  /a:
    get:
      summary: =
      description: 2001-02-31
      deprecated: yes
      responses: { 200: { description: ok }, default: { description: no } }
      x-date: 2023-99-99
      security: [{ oauth: [contacts.read] }]
  /b: &b { get: { security: [{ oauth: [contacts.read] }] } }
  /c: *b
  /d: { <<: *b, put: { security: [{ oauth: [contacts.write] }] } }
");
    let imported = of_yaml(&text, &Options::default());
    for path in ["/v1/a", "/v1/b", "/v1/c", "/v1/d"] {
        assert_eq!(
            needs(&imported, "GET", path).as_deref(),
            Some("contacts.read"),
            "{path}"
        );
    }
}

#[test]
fn one_megabyte_of_description_is_cut_and_told() {
    let long = "All of it. ".repeat(100_000);
    let text = api("  /a: { get: { security: [{oauth: [contacts.read]}] } }\n")
        .replace("See your contacts", &long);
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "long-text"), ["contacts.read"]);
    assert!(imported.catalog.unwrap().len() < 5_000);
    assert!(imported.report.text().len() < 5_000);
}

#[test]
fn entries_that_are_no_operations_are_told() {
    let text = api(
        "  x-note: { get: { security: [] } }
  /a: [get]
  /b: { get: nothing, put: { security: [{oauth: [contacts.write]}] } }
  /b: { put: { security: [{oauth: [contacts.read]}] } }
  /c: { get: null, post: nothing, trace: { security: [{oauth: [contacts.read]}] } }
  /d: { additionalOperations: { COPY: { security: [{oauth: [contacts.read]}] } }, query: { security: [{oauth: [contacts.read]}] } }
",
    );
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "broken-path"), ["/a", "POST /c"]);
    assert_eq!(found(&imported, "given-twice"), ["/b"]);
    assert_eq!(found(&imported, "twice"), ["PUT /b"]);
    assert_eq!(found(&imported, "method"), ["TRACE /c", "COPY /d"]);
    assert_eq!(needs(&imported, "PUT", "/v1/b"), None);
    assert_eq!(
        needs(&imported, "QUERY", "/v1/d").as_deref(),
        Some("contacts.read")
    );
}

#[test]
fn more_than_can_be_written_is_left_out() {
    let many: Vec<String> = (0..300)
        .map(|place| format!("{{oauth: [s{place}]}}"))
        .collect();
    let names: Vec<String> = (0..300).map(|place| format!("s{place}")).collect();
    let text = api(&format!(
        "  /a: {{ get: {{ security: [{}] }} }}
  /b: {{ get: {{ security: [{{oauth: [{}]}}] }} }}
  /c: {{ get: {{ security: [{{oauth: [contacts.read]}}] }} }}
",
        many.join(", "),
        names.join(", ")
    ));
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "too-much"), ["GET /a", "GET /b"]);
    assert_eq!(needs(&imported, "GET", "/v1/a"), None);
}

#[test]
fn operations_that_are_one_call_may_have_too_many_alternatives_together() {
    let list = |letter: &str| {
        let all: Vec<String> = (0..20)
            .map(|place| format!("{{oauth: [{letter}{place}]}}"))
            .collect();
        all.join(", ")
    };
    let text = api(&format!(
        "  /a/{{x}}: {{ get: {{ security: [{}] }} }}\n  /a/{{y}}: {{ get: {{ security: [{}] }} }}\n  /c: {{ get: {{ security: [{{oauth: [a1]}}] }} }}\n",
        list("a"),
        list("b")
    ));
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "too-much"), ["GET /v1/a/{x}"]);
    assert_eq!(needs(&imported, "GET", "/v1/a/{x}"), None);
}
