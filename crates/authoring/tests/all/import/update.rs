//! A newer description and a catalog that was edited.

use authoring::{Imported, Options};

use super::given::{api, catalog_of, found, needs, of_files, of_yaml};

const OLD: &str = "  /contacts: { get: { security: [{oauth: [contacts.read]}] } }
  /contacts/{id}: { get: { security: [{oauth: [contacts.read]}] }, put: { security: [{oauth: [contacts.write]}] } }
";

fn updated(edited: &str, newer: &str) -> Imported {
    let mut options = Options::default();
    options.update = Some(("my-api.toml".to_owned(), edited.to_owned()));
    of_yaml(&api(newer), &options)
}

fn first() -> String {
    of_yaml(&api(OLD), &Options::default()).catalog.unwrap()
}

#[test]
fn the_same_description_changes_nothing() {
    let first = first();
    let imported = updated(&first, OLD);
    assert_eq!(imported.catalog.as_deref(), Some(first.as_str()));
    for kind in [
        "added",
        "added-scope",
        "differs",
        "gone",
        "gone-scope",
        "outside",
    ] {
        assert!(found(&imported, kind).is_empty(), "{kind}");
    }
}

#[test]
fn what_is_new_is_added_and_edits_stay() {
    let edited = first()
        .replace("See your contacts", "Look at your contacts")
        .replace(
            "put = \"contacts.write\"",
            "put = { all = [\"contacts.write\", \"contacts.read\"] } # both!",
        )
        + "\n[[endpoints]]\n# ours\npath = \"/ours\"\nget = \"contacts.read\"\n";
    let newer = format!(
        "{OLD}  /contacts/{{contact}}/notes: {{ get: {{ summary: List notes, security: [{{oauth: [notes.read]}}] }} }}
  /contacts/{{name}}: {{ delete: {{ security: [{{oauth: [contacts.delete]}}] }} }}
"
    );
    let imported = updated(&edited, &newer);
    let text = imported.catalog.as_deref().unwrap();
    assert!(
        text.contains("Look at your contacts")
            && text.contains("# both!")
            && text.contains("# ours"),
        "{text}"
    );
    let table = [
        (
            "PUT",
            "/v1/contacts/{id}",
            "contacts.write and contacts.read",
        ),
        ("DELETE", "/v1/contacts/{id}", "contacts.delete"),
        ("GET", "/v1/contacts/{contact}/notes", "notes.read"),
        ("GET", "/v1/ours", "contacts.read"),
    ];
    for (method, path, expected) in table {
        assert_eq!(
            needs(&imported, method, path).as_deref(),
            Some(expected),
            "{method} {path}\n{text}"
        );
    }
    assert!(
        text.contains("get = \"notes.read\"   # List notes"),
        "{text}"
    );
    assert_eq!(
        found(&imported, "added"),
        [
            "DELETE /v1/contacts/{id}",
            "GET /v1/contacts/{contact}/notes"
        ]
    );
    assert_eq!(
        found(&imported, "added-scope"),
        ["contacts.delete", "notes.read"]
    );
    assert_eq!(found(&imported, "differs"), ["PUT /v1/contacts/{id}"]);
    assert_eq!(found(&imported, "gone"), ["GET /v1/ours"]);
    assert!(!imported.report.is_clean());
    assert_eq!(
        updated(text, &newer).catalog.as_deref(),
        Some(text),
        "once is enough"
    );
}

#[test]
fn what_is_gone_stays_and_is_told() {
    let newer = "  /contacts: { get: { security: [{oauth: [contacts.read]}] } }\n";
    let first = first();
    let imported = updated(&first, newer);
    assert_eq!(imported.catalog.as_deref(), Some(first.as_str()));
    assert_eq!(
        found(&imported, "gone"),
        ["GET /v1/contacts/{id}", "PUT /v1/contacts/{id}"]
    );
}

#[test]
fn texts_of_new_scopes_stand_in_every_language_of_the_file() {
    let first = first();
    let edited = first
        .replace("languages = [\"en\"]", "languages = [\"de\"]")
        .replace("{ en = ", "{ de = ");
    catalog_of(&edited);
    let newer = format!("{OLD}  /notes: {{ get: {{ security: [{{oauth: [notes.read]}}] }} }}\n");
    let imported = updated(&edited, &newer);
    catalog_of(imported.catalog.as_deref().unwrap());
}

#[test]
fn a_catalog_with_mistakes_is_not_touched() {
    let mut options = Options::default();
    options.update = Some(("my-api.toml".to_owned(), "id = 1".to_owned()));
    let said = of_files(&[("api.yaml", &api(OLD))], &options)
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("my-api.toml: the catalog has mistakes"),
        "{said}"
    );
}
