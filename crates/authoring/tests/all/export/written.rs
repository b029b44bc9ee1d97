//! What is written into descriptions, and what stays as it was.

use authoring::{Exported, Options};
use serde_json::Value;

use super::given::{assert_same, back, fresh, into, notes, options};
use crate::import::given::{catalog_of, found, of_yaml};

pub const PLAIN: &str = "[[endpoints]]
path = \"/notes\"
get = \"notes:read\"
post = { all = [\"notes:write\", \"money\"] }
";

/// What an operation's `security` is in the description, by a reader that is not ours.
pub fn security(exported: &Exported, method: &str, path: &str) -> Value {
    operation(exported, method, path)["security"].clone()
}

fn operation(exported: &Exported, method: &str, path: &str) -> Value {
    let root: Value = serde_saphyr::from_str(&exported.description).unwrap();
    root["paths"][path][method].clone()
}

pub fn findings(exported: &Exported) -> Vec<(String, Vec<String>)> {
    let json = exported.report.json();
    let findings = json["findings"].as_array().unwrap().iter();
    let text = |own: &Value| own.as_str().unwrap().to_owned();
    findings
        .map(|own| {
            let at = own["where"].as_array().unwrap().iter().map(text).collect();
            (text(&own["id"]), at)
        })
        .collect()
}

#[test]
fn yaml_keeps_its_comments_and_everything_else_stays_on_its_line() {
    let text = "# ours
openapi: 3.0.3   # the version
info: { title: Notes, version: '1' }
x-number: 1_0
paths:
  /notes:   # all of them
    # read them
    get:
      summary: \"List\"   # a comment
      parameters: [&one {in: query, name: n, schema: {type: integer}}]
      responses: {'200': {description: OK}}   # always
    post:
      security: # who may
        - {}   # everybody
      parameters: [*one]
      responses:
        '200': {description: OK}
# the end
";
    let exported = into(&notes(PLAIN), "api.yaml", text);
    let (got, lines) = (&exported.description, text.lines());
    for line in lines.filter(|line| !line.contains("security") && !line.contains("- {}")) {
        assert!(got.lines().any(|own| own == line), "{line}\n{got}");
    }
    assert_eq!(
        security(&exported, "post", "/notes"),
        serde_json::json!([{ "oauth2": ["notes:write", "money"] }])
    );
    assert!(exported.report.is_clean(), "{}", exported.report.text());
    let again = back("api.yaml", got);
    assert_same(&notes(PLAIN), &catalog_of(&again.catalog.unwrap()), got);
    assert_eq!(into(&notes(PLAIN), "api.yaml", got).description, *got);
}

#[test]
fn json_keeps_its_numbers_and_its_lines() {
    let text = "{
    \"openapi\": \"3.1.0\",
    \"info\": {\"title\": \"Notes\", \"version\": \"1\", \"x-big\": 123456789012345678901234567890.10},
    \"paths\": {
        \"/notes\": {
            \"get\": {\"responses\": {\"200\": {\"description\": \"\\u0041 \\ud83d\\ude00\"}}},
            \"post\": {
                \"responses\": {}
            }
        }
    },
    \"components\": {}
}
";
    let exported = into(&notes(PLAIN), "api.json", text);
    let got = &exported.description;
    for part in [
        "123456789012345678901234567890.10",
        "\\u0041 \\ud83d\\ude00",
    ] {
        assert!(got.contains(part), "{got}");
    }
    assert!(
        got.contains("\n                \"responses\": {}\n"),
        "{got}"
    );
    let root: Value = serde_json::from_str(got).unwrap();
    let scheme = &root["components"]["securitySchemes"]["oauth2"];
    assert_eq!(scheme["type"], "oauth2");
    let again = back("api.json", got);
    assert_same(&notes(PLAIN), &catalog_of(&again.catalog.unwrap()), got);
    let lost = text.lines().filter(|line| !got.contains(*line)).count();
    assert!(lost <= 4, "{got}");
}

#[test]
fn every_format_and_way_of_writing_comes_back() {
    let paths = "paths: {/notes: {get: {responses: {}}, post: {responses: {}}}}";
    let whole = [
        format!("swagger: '2.0'\ninfo: {{title: N, version: '1'}}\n{paths}\n"),
        format!("openapi: 3.2.0\ninfo: {{title: N, version: '1'}}\n{paths}\n"),
        format!("{{openapi: 3.0.0, info: {{title: N, version: '1'}}, {paths}}}"),
        format!("---\nopenapi: 3.0.0\ninfo: {{title: N, version: '1'}}\n{paths}\n...\n"),
        format!("\u{feff}openapi: 3.0.0\r\ninfo: {{title: N, version: '1'}}\r\n{paths}\r\n"),
        format!("openapi: 3.0.0\ninfo: {{title: N, version: '1'}}\n{paths}\ncomponents:\n"),
        "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"N\",\"version\":\"1\"},\"paths\":{\"/notes\":{\"get\":{},\"post\":{\"responses\":{}}}}}".to_owned(),
    ];
    for text in whole {
        let exported = into(&notes(PLAIN), "api.yaml", &text);
        let got = &exported.description;
        let again = back("api.yaml", got);
        let catalog = again
            .catalog
            .unwrap_or_else(|| panic!("{got}\n{}", again.report.text()));
        assert_same(&notes(PLAIN), &catalog_of(&catalog), got);
        assert_eq!(into(&notes(PLAIN), "api.yaml", got).description, *got);
    }
}

#[test]
fn what_cannot_be_changed_in_its_place_is_written_anew_and_told() {
    let text = "openapi: 3.0.0
info: { title: N, version: '1' }   # gone
x-operation: &shared { responses: {} }
paths:
  /notes:
    get: *shared
    post: *shared
";
    let exported = into(&notes(PLAIN), "api.yaml", text);
    assert!(!exported.description.contains("# gone"));
    assert_eq!(findings(&exported), [("rewritten".to_owned(), vec![])]);
    let again = back("api.yaml", &exported.description);
    assert_same(&notes(PLAIN), &catalog_of(&again.catalog.unwrap()), text);
}

#[test]
fn security_that_was_given_twice_is_there_once() {
    let text = "openapi: 3.0.0
info: { title: N, version: '1' }
paths:
  /notes:
    get:
      security: [{ oauth2: [notes:write] }]
      security: [{ oauth2: [notes:read] }]
    post: {}
";
    let exported = into(&notes(PLAIN), "api.yaml", text);
    let again = back("api.yaml", &exported.description);
    assert_same(&notes(PLAIN), &catalog_of(&again.catalog.unwrap()), text);
}

#[test]
fn what_one_side_does_not_know_is_told() {
    let catalog = notes(
        "[[endpoints]]\npath = \"/notes\"\nget = \"notes:read\"\n[[endpoints]]\npath = \"/hidden\"\nget = \"money\"\n",
    );
    let text = "openapi: 3.0.0
info: { title: N, version: '1' }
paths:
  /notes: { get: { responses: {} }, trace: { responses: {} } }
  /status: { get: { security: [], responses: {} } }
  /other: { $ref: 'other.yaml' }
";
    let options = options();
    let files = crate::import::given::InMemory(
        [("api.yaml", text), ("other.yaml", "get: { responses: {} }")]
            .map(|(name, text)| (name.into(), text.as_bytes().to_vec()))
            .into_iter()
            .collect(),
    );
    let path = std::path::Path::new("api.yaml");
    let exported = authoring::export(&catalog, Some(path), &options, &files).unwrap();
    assert_eq!(
        findings(&exported),
        [
            ("unknown", vec!["TRACE /notes", "GET /status"]),
            ("missing", vec!["GET /hidden"]),
            ("elsewhere", vec!["GET /other"]),
        ]
        .map(|(id, at)| (id.to_owned(), at.into_iter().map(str::to_owned).collect()))
    );
    assert!(!exported.report.is_clean());
    assert_eq!(security(&exported, "get", "/status"), serde_json::json!([]));
    // What the catalog denies stays denied, though everything public is kept.
    let single = into(
        &catalog,
        "api.yaml",
        &text.replace("  /other: { $ref: 'other.yaml' }\n", ""),
    );
    let again = back("api.yaml", &single.description);
    let imported = catalog_of(&again.catalog.clone().unwrap());
    assert_eq!(imported.endpoints().len(), 1);
    assert_eq!(found(&again, "denied"), ["TRACE /notes", "GET /status"]);
}

#[test]
fn what_the_api_asks_besides_a_token_is_asked_still() {
    let text = "openapi: 3.0.0
info: { title: N, version: '1' }
components:
  securitySchemes:
    old: { type: oauth2, description: Ours, flows: {} }
    second: { type: oauth2, flows: {} }
    key: { type: apiKey, in: header, name: X-Key }
    basic: { type: http, scheme: basic }
security: [{ old: [], key: [] }, { basic: [] }, { second: [], key: [] }]
paths:
  /notes: { get: { responses: {} }, post: { security: [{ old: [], key: [] }, { old: [] }] } }
";
    let exported = into(&notes(PLAIN), "api.yaml", text);
    let root: Value = serde_saphyr::from_str(&exported.description).unwrap();
    assert_eq!(
        security(&exported, "get", "/notes"),
        serde_json::json!([{ "old": ["notes:read"], "key": [] }])
    );
    assert_eq!(
        security(&exported, "post", "/notes"),
        serde_json::json!([{ "old": ["notes:write", "money"] }])
    );
    assert_eq!(
        root["components"]["securitySchemes"]["old"]["description"],
        "Ours"
    );
    assert_eq!(root["security"].as_array().unwrap().len(), 3);
    assert_eq!(
        findings(&exported),
        [("other-schemes".to_owned(), vec!["second".to_owned()])]
    );
}

#[test]
fn security_that_was_changed_since_counts_and_is_told() {
    let catalog = notes(
        "[[endpoints]]\npath = \"/{kind}/x\"\nget = { by_path = \"kind\", is = { a = \"notes:read\", b = \"money\" } }\n",
    );
    let exported = fresh(&catalog);
    let got = &exported.description;
    let stricter = got.replacen(
        "            - money\n",
        "            - money\n            - notes:write\n",
        1,
    );
    let table = [
        (stricter, "stale", "notes:read and money and notes:write"),
        // The extension alone cannot widen what everybody sees.
        (
            got.replace(
                "            b: money\n",
                "            b: { any_token: true }\n",
            ),
            "stale",
            "notes:read and money",
        ),
        (
            got.replace("by_path: kind", "by_mood: kind"),
            "odd-extension",
            "notes:read and money",
        ),
        (
            got.replace("by_path: kind", "by_path: other"),
            "odd-extension",
            "notes:read and money",
        ),
    ];
    for (text, kind, expected) in table {
        assert_ne!(text, *got, "{expected}");
        let imported = back("api.yaml", &text);
        assert!(!found(&imported, kind).is_empty(), "{kind}: {text}");
        let catalog = catalog_of(&imported.catalog.unwrap());
        let needs: Vec<String> = catalog
            .endpoints()
            .iter()
            .map(|own| own.requirement.to_string())
            .collect();
        assert_eq!(needs, [expected]);
    }
    let elsewhere = got.replace(
        "          require:\n",
        "          path: /admin\n          require:\n",
    );
    let elsewhere = match elsewhere == *got {
        true => got.replace(
            "        require:\n",
            "        path: /admin\n        require:\n",
        ),
        false => elsewhere,
    };
    assert_ne!(elsewhere, *got);
    let imported = back("api.yaml", &elsewhere);
    assert_eq!(found(&imported, "odd-extension"), ["GET /{kind}/x"]);
    let catalog = catalog_of(&imported.catalog.unwrap());
    assert!(
        catalog
            .endpoints()
            .iter()
            .all(|own| own.path == "/{kind}/x")
    );
}

#[test]
fn calls_and_scopes_that_were_added_since_are_new() {
    let exported = fresh(&notes(PLAIN));
    let added = exported.description.replacen(
        "paths:\n",
        "paths:\n  /new: { get: { security: [{ oauth2: ['new:read'] }] }, put: { security: [{ oauth2: [money] }] } }\n",
        1,
    );
    let imported = back("api.yaml", &added);
    assert_eq!(found(&imported, "added-scope"), ["new:read"]);
    assert_eq!(found(&imported, "added"), ["GET /new"]);
    let catalog = catalog_of(&imported.catalog.unwrap());
    assert_eq!(catalog.endpoints().len(), 4);
    assert_eq!(catalog.scopes().len(), 4);
    assert_eq!(catalog.client_kinds().len(), 1);
}

#[test]
fn a_list_of_an_export_means_all_of_it() {
    let exported = fresh(&notes(PLAIN));
    let mut any = Options::default();
    any.lists = vec![authoring::ListsRule {
        lists: authoring::Lists::Any,
        operations: None,
    }];
    let imported = of_yaml(&exported.description, &any);
    assert!(found(&imported, "several-scopes").is_empty());
    assert_same(
        &notes(PLAIN),
        &catalog_of(&imported.catalog.unwrap()),
        "lists",
    );
}

/// What is written into one of two would not count for who reads the other.
#[test]
fn a_description_with_a_key_twice_on_the_way_to_what_is_written_is_refused() {
    let exported = |text: &str| {
        let files = [("api.yaml".into(), text.as_bytes().to_vec())];
        let files = crate::import::given::InMemory(files.into_iter().collect());
        let path = std::path::Path::new("api.yaml");
        authoring::export(&notes(PLAIN), Some(path), &options(), &files)
    };
    let scheme = "components:\n  securitySchemes:\n    own: { type: oauth2, flows: {} }\n";
    let head = format!("openapi: 3.0.0\n{scheme}paths:\n");
    let one = "  /notes:\n    get: { summary: One }\n";
    let two = "  /notes:\n    get: { summary: Two }\n    post: {}\n";
    let wrong = [
        (
            format!("{head}{one}{two}"),
            "`/notes` is given twice (lines 6 and 8)",
        ),
        (
            format!("{head}{one}    post: {{}}\n    get: {{}}\n"),
            "`get` is given twice (lines 7 and 9)",
        ),
        (
            format!("{head}{two}{scheme}"),
            "`components` is given twice (lines 2 and 9)",
        ),
        (
            "{\"openapi\": \"3.0.0\",\n\"paths\": {\"/notes\": {\"get\": {}},\n\"/notes\": {\"get\": {}}}}"
                .to_owned(),
            "`/notes` is given twice (lines 2 and 3)",
        ),
    ];
    for (text, told) in wrong {
        let said = exported(&text).unwrap_err().to_string();
        for words in [told, "nothing was written", "keep one of them"] {
            assert!(said.contains(words), "{words}: {said}\n{text}");
        }
    }
    // What is not on that way may stand twice.
    let text = format!(
        "{head}  /notes:\n    get: {{ summary: One, summary: Two }}\n    x-a: 1\n    x-a: 2\n"
    );
    assert!(exported(&text).is_ok());
}

#[test]
fn what_is_no_description_is_told() {
    let files = |text: &str| {
        let files = [("api.yaml".into(), text.as_bytes().to_vec())];
        crate::import::given::InMemory(files.into_iter().collect())
    };
    let table = [
        ("hello", "no OpenAPI description"),
        ("openapi: 3.0.0\npaths: {}", "no paths"),
        (
            "openapi: 3.0.0\npaths: {/a: {get: {}}}\n---\nopenapi: 3.0.0\n",
            "a second document, which begins at line 3",
        ),
        (
            "openapi: 3.0.0\npaths: {/a: {get: {}}}\ncomponents: {securitySchemes: {$ref: 'x.yaml'}}",
            "x.yaml",
        ),
    ];
    for (text, expected) in table {
        let path = std::path::Path::new("api.yaml");
        let exported = authoring::export(&notes(PLAIN), Some(path), &options(), &files(text));
        let said = exported.unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }
}
