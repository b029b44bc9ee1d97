//! What OpenAPI has no words for, and is written beside it.

use authoring::Options;
use scope::Catalog;
use serde_json::{Value, json};

use super::given::{assert_same, back, fresh, into, notes, options, with};
use super::written::{PLAIN, findings, security};
use crate::import::given::{catalog_of, found, of_files};

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
