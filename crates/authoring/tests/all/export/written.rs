//! What is written into descriptions, and what stays as it was.

use authoring::{Exported, Options};
use scope::Catalog;
use serde_json::{Value, json};

use super::given::{assert_same, back, fresh, into, notes, options, with};
use crate::import::given::{catalog_of, found, of_files, of_yaml};

const PLAIN: &str = "[[endpoints]]
path = \"/notes\"
get = \"notes:read\"
post = { all = [\"notes:write\", \"money\"] }
";

/// What an operation's `security` is in the description, by a reader that is not ours.
fn security(exported: &Exported, method: &str, path: &str) -> Value {
    operation(exported, method, path)["security"].clone()
}

fn operation(exported: &Exported, method: &str, path: &str) -> Value {
    let root: Value = serde_saphyr::from_str(&exported.description).unwrap();
    root["paths"][path][method].clone()
}

fn findings(exported: &Exported) -> Vec<(String, Vec<String>)> {
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

/// Every form of path, method and requirement that OpenAPI has no words for.
const SPECIAL: &str = "trailing_slash = \"either\"
match = \"ignore-case\"
base_path = \"/api\"
[organisation]
header = { name = \"X-Org\", is = \"slug\" }
[[endpoints]]
path = [\"/Files/{path...}\", \"/f/{path...}\"]
get = \"notes:read\"
any = \"notes:write\"
[[endpoints]]
path = \"/root:/{path...}:/children\"
get = \"notes:read\"
head = \"money\"
[[endpoints]]
path = \"/notes/\"
query = { any = [\"notes:read\", { all = [\"money\", \"notes:write\"] }] }
post = { by_body = \"/kind\", is = { \"bill*\" = \"money\", note = \"notes:write\" } }
[[endpoints]]
path = \"/{kind}/{id}/copy({n})\"
get = { require = { by_path = \"kind\", is = { notes = \"notes:read\", bills = \"money\" } }, inferred = true, note = \"Nobody says: so.\", operation = \"copy\", title = { en = \"Copy\" } }
post = { person = \"notes:write\" }
put = { any_token = true }
delete = { public = true }
[[endpoints]]
path = \"/search\"
get = { by_query = \"of\", filters = true, is = { notes = \"notes:read\" }, otherwise = { all = [\"notes:read\", \"money\"] } }
post = { by_body = \"/op\", without = [\"/query\"], is = { a = \"money\" }, otherwise = \"notes:read\" }
";

fn special() -> Catalog {
    // Keys of the head stand before its tables.
    let (head, rest) = SPECIAL.split_once("[organisation]").unwrap();
    let file = notes(PLAIN)
        .source()
        .replace("id = \"notes\"", &format!("{head}id = \"notes\""));
    let (file, _) = file.split_once("[[endpoints]]").unwrap();
    catalog_of(&format!("{file}[organisation]{rest}"))
}

#[test]
fn what_openapi_has_no_words_for_comes_back() {
    let catalog = special();
    let exported = fresh(&catalog);
    let got = &exported.description;
    let again = back("api.yaml", got);
    let text = again.catalog.clone().unwrap();
    assert_same(&catalog, &catalog_of(&text), &text);
    assert!(got.contains("openapi: \"3.2.0\""), "{got}");
    let table = [
        (
            "get",
            "/{kind}/{id}/copy({n})",
            vec![vec!["notes:read", "money"]],
        ),
        ("post", "/notes", vec![vec!["money", "notes:write"]]),
        ("get", "/search", vec![vec!["notes:read", "money"]]),
        ("put", "/Files/{path}", vec![vec!["notes:write"]]),
        ("put", "/{kind}/{id}/copy({n})", vec![vec![]]),
        ("delete", "/{kind}/{id}/copy({n})", vec![]),
        (
            "query",
            "/notes",
            vec![vec!["notes:read"], vec!["money", "notes:write"]],
        ),
    ];
    for (method, path, lists) in table {
        let lists = lists
            .into_iter()
            .map(|list| serde_json::json!({ "oauth2": list }));
        let expected = Value::Array(lists.collect());
        assert_eq!(
            security(&exported, method, path),
            expected,
            "{method} {path}"
        );
    }
}

#[test]
fn a_plain_description_has_no_extension_and_is_never_weaker() {
    let mut plain = options();
    plain.is_plain = true;
    let catalog = special();
    let exported = fresh(&catalog);
    let without = with(&catalog, "api.yaml", &exported.description, &plain);
    assert!(
        !without.description.contains("x-scopegate"),
        "{}",
        without.description
    );
    let ids: Vec<String> = findings(&without).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["conditional"]);
    assert!(!without.report.is_clean());
    let imported = back("api.yaml", &without.description);
    let imported = catalog_of(&imported.catalog.unwrap());
    let copy = imported.endpoints().iter();
    let mut copy = copy.filter(|own| own.path.contains("copy") && own.method.as_str() == "GET");
    assert_eq!(
        copy.next().unwrap().requirement.to_string(),
        "notes:read and money"
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

/// With one operation more, or another word, a stranger would open what nobody sees in `security`.
#[test]
fn an_extension_opens_nothing_that_the_document_leaves_shut() {
    let catalog = notes("[[endpoints]]\npath = \"/x/{id}\"\nany = \"notes:read\"\n");
    let api = json!({
        "openapi": "3.1.0",
        "info": { "title": "Notes", "version": "1" },
        "paths": { "/x/{id}": { "get": {}, "delete": {} } },
    });
    let exported = into(&catalog, "api.json", &api.to_string());
    let exported: Value = serde_json::from_str(&exported.description).unwrap();
    let calls = |edited: &Value| {
        let imported = back("api.json", &edited.to_string());
        let told = ["wider", "odd-extension"].map(|kind| found(&imported, kind).join(", "));
        let catalog = catalog_of(&imported.catalog.unwrap());
        let calls = catalog.endpoints().iter();
        let calls: Vec<String> = calls
            .map(|own| format!("{} {}", own.method, own.path))
            .collect();
        (calls.join(", "), told)
    };
    let (own, told) = calls(&exported);
    assert_eq!(own, "ANY /x/{id}");
    assert_eq!(told, ["DELETE /x/{id}, GET /x/{id}", ""]);

    let shut: [fn(&mut Value); 3] = [
        |operation| drop(operation.as_object_mut().unwrap().remove("security")),
        |operation| operation["x-scopegate"] = json!({ "denied": true }),
        |operation| operation["security"] = json!([{ "key": [] }]),
    ];
    for shut in shut {
        let mut edited = exported.clone();
        shut(&mut edited["paths"]["/x/{id}"]["delete"]);
        let (own, told) = calls(&edited);
        assert_eq!(own, "GET /x/{id}", "{edited}");
        assert!(told[1].contains("GET /x/{id}"), "{told:?}");
    }

    let mut edited = exported.clone();
    edited["x-scopegate"]["catalog"]["endpoints"] =
        json!([{ "path": "/{all...}", "any": { "public": true } }]);
    let (own, told) = calls(&edited);
    assert_eq!(own, "ANY /x/{id}");
    assert_eq!(told[1], "api.json");

    let mut edited = exported;
    for method in ["get", "delete"] {
        edited["paths"]["/x/{id}"][method]["x-scopegate"]["path"] = json!("/x/{id...}");
    }
    let (own, told) = calls(&edited);
    assert_eq!(own, "ANY /x/{id...}");
    assert!(told[0].matches("GET /x/{id}").count() == 2, "{told:?}");
}

/// The one operation is named, with what is wrong and what to do; the others, and the catalog, stay.
#[test]
fn an_extension_that_fits_no_catalog_is_told_of_its_operation() {
    let exported = fresh(&notes(
        "[[endpoints]]\npath = \"/notes\"\n\
         get = { require = \"notes:read\", note = \"Kept.\" }\npost = \"notes:write\"\n",
    ));
    let exported: Value = serde_saphyr::from_str(&exported.description).unwrap();
    let table: [(Value, &str); 11] = [
        (
            json!({ "source": "nowhere" }),
            "the unknown source `nowhere`",
        ),
        (
            json!({ "title": { "xx": "List" } }),
            "`title` has no text in `en`",
        ),
        (json!({ "note": "" }), "`note` is empty"),
        (
            json!({ "note": "a\u{202e}b" }),
            "`note` has a sign that nobody sees: U+202E",
        ),
        (
            json!({ "source": "a\u{0}b" }),
            "`source` has a sign that nobody sees: U+0000",
        ),
        (
            json!({ "operation": "\u{2066}" }),
            "`operation` has a sign that nobody sees: U+2066",
        ),
        (
            json!({ "title": { "en": "\u{7}" } }),
            "`title` has a sign that nobody sees: U+0007",
        ),
        (
            json!({ "requires": "notes:read" }),
            "`requires` is no member that it could have",
        ),
        (json!([]), "it is a list, not an object"),
        (json!(null), "it is null, not an object"),
        (
            json!({ "denied": false }),
            "its `denied` can only be `true`",
        ),
    ];
    for (extension, why) in table {
        let mut edited = exported.clone();
        edited["paths"]["/notes"]["post"]["x-scopegate"] = extension;
        let imported = back("api.json", &edited.to_string());
        let text = imported.report.text();
        let line = text.lines().find(|line| line.contains("    POST /notes: "));
        assert!(line.is_some_and(|line| line.contains(why)), "{why}\n{text}");
        assert!(text.contains("export the catalog once more"), "{text}");
        let written = imported.catalog.unwrap();
        let catalog = catalog_of(&written);
        let needs: Vec<String> = catalog
            .endpoints()
            .iter()
            .map(|own| format!("{} {}", own.method, own.requirement))
            .collect();
        assert_eq!(needs, ["GET notes:read", "POST notes:write"], "{why}");
        assert_eq!(
            catalog.endpoints()[0].note.as_deref(),
            Some("Kept."),
            "{why}"
        );
        assert!(written.contains("what an export left"), "{why}\n{written}");
    }
}

/// An update reads what new calls carry, and passes over no more than what fits nowhere.
#[test]
fn an_update_passes_over_one_unfit_extension_alone() {
    let catalog = notes(PLAIN);
    let exported = fresh(&catalog);
    let exported: Value = serde_saphyr::from_str(&exported.description).unwrap();
    let unfit = [
        (
            json!({ "source": "nowhere" }),
            "the unknown source `nowhere`",
        ),
        (
            json!({ "title": { "xx": "List" } }),
            "`title` has no text in `en`",
        ),
        (json!({ "note": "" }), "`note` is empty"),
    ];
    for (extension, why) in unfit {
        let mut edited = exported.clone();
        let operation = |extension: Value| {
            let mut own = edited["paths"]["/notes"]["post"].clone();
            own.as_object_mut().unwrap().remove("operationId");
            own["x-scopegate"] = extension;
            own
        };
        let (odd, kept) = (operation(extension), operation(json!({ "note": "Mine." })));
        edited["paths"]["/odd"] = json!({ "post": odd.clone(), "put": kept.clone() });
        edited["paths"]["/other"] = json!({ "post": kept });
        edited["paths"]["/notes"]["patch"] = odd;
        let mut options = Options::default();
        options.update = Some(("notes.toml".to_owned(), catalog.source().to_owned()));
        let text = edited.to_string();
        let imported = of_files(&[("api.json", &text)], &options).unwrap();
        assert_eq!(
            found(&imported, "odd-extension"),
            ["PATCH /notes", "POST /odd"],
            "{why}"
        );
        let report = imported.report.text();
        let mut lines = report.lines();
        let is_told = lines.any(|line| line.contains("    POST /odd: ") && line.contains(why));
        assert!(is_told, "{why}\n{report}");
        let updated = catalog_of(&imported.catalog.unwrap());
        let told = |method: &str, path: &str| {
            let mut endpoints = updated.endpoints().iter();
            let own = endpoints.find(|own| own.method.as_str() == method && own.path == path);
            let own = own.unwrap_or_else(|| panic!("{method} {path}"));
            (own.requirement.to_string(), own.note.clone())
        };
        let (needs, mine) = ("notes:write and money".to_owned(), Some("Mine.".to_owned()));
        assert_eq!(told("POST", "/odd"), (needs.clone(), None), "{why}");
        assert_eq!(told("PATCH", "/notes"), (needs.clone(), None), "{why}");
        assert_eq!(told("PUT", "/odd"), (needs.clone(), mine.clone()), "{why}");
        assert_eq!(told("POST", "/other"), (needs, mine), "{why}");
    }
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
