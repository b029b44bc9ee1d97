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
        "rebased",
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

/// The edited catalog with these endpoints in place of its own.
fn with_endpoints(endpoints: &str) -> String {
    let first = first();
    let (before, _) = first.split_once("\n# Contacts\n").unwrap();
    let edited = format!("{before}\n{endpoints}");
    catalog_of(&edited);
    edited
}

fn all_needs(imported: &Imported, table: &[(&str, &str, &str)]) {
    let text = imported.catalog.as_deref().unwrap();
    assert_eq!(catalog_of(text).endpoints().len(), table.len(), "{text}");
    for (method, path, expected) in table {
        let own = needs(imported, method, path);
        assert_eq!(own.as_deref(), Some(*expected), "{method} {path}\n{text}");
    }
}

#[test]
fn a_call_of_a_path_in_a_list_is_added_to_it_or_takes_it_out() {
    let edited = with_endpoints(
        "# ours\n[[endpoints]]\npath = [\"/contacts/{contact}\", \"/people/{contact}\"]   # alike\nget = \"contacts.read\"   # both\n",
    );
    let read = "get: { security: [{oauth: [contacts.read]}] }";
    let write = "put: { security: [{oauth: [contacts.write]}] }";
    // The same is new to both spellings: it is written once.
    let both = format!(
        "  /contacts/{{id}}: {{ {read}, {write} }}\n  /people/{{id}}: {{ {read}, {write} }}\n"
    );
    let imported = updated(&edited, &both);
    let text = imported.catalog.as_deref().unwrap();
    assert!(
        text.contains("# alike") && text.contains("# both"),
        "{text}"
    );
    assert_eq!(text.matches("put = ").count(), 1, "{text}");
    let mut expected = vec![
        ("GET", "/v1/contacts/{contact}", "contacts.read"),
        ("GET", "/v1/people/{contact}", "contacts.read"),
        ("PUT", "/v1/contacts/{contact}", "contacts.write"),
        ("PUT", "/v1/people/{contact}", "contacts.write"),
    ];
    all_needs(&imported, &expected);
    assert_eq!(found(&imported, "added").len(), 2);
    assert_eq!(updated(text, &both).catalog.as_deref(), Some(text));
    // New to one of them: that one goes on alone, with what it had.
    let one =
        format!("  /contacts/{{id}}: {{ {read} }}\n  /people/{{id}}: {{ {read}, {write} }}\n");
    let imported = updated(&edited, &one);
    let text = imported.catalog.as_deref().unwrap();
    expected.remove(2);
    all_needs(&imported, &expected);
    assert!(
        text.contains("path = \"/contacts/{contact}\"") && text.contains("# ours"),
        "{text}"
    );
    assert_eq!(found(&imported, "added"), ["PUT /v1/people/{id}"]);
    assert_eq!(updated(text, &one).catalog.as_deref(), Some(text));
}

#[test]
fn a_call_outside_the_base_path_shortens_it() {
    let edited = first().replace(
        "path = \"/contacts\"",
        "path = [\"/contacts\", \"/people\"]   # both",
    );
    let newer = format!(
        "{OLD}  /people: {{ get: {{ security: [{{oauth: [contacts.read]}}] }} }}
  /old: {{ servers: [{{ url: '/v0' }}], get: {{ security: [{{oauth: [contacts.read]}}] }} }}
"
    );
    let imported = updated(&edited, &newer);
    let text = imported.catalog.as_deref().unwrap();
    assert!(!text.contains("base_path = "), "{text}");
    assert!(
        text.contains("[\"/v1/contacts\", \"/v1/people\"]   # both"),
        "{text}"
    );
    all_needs(
        &imported,
        &[
            ("GET", "/v1/contacts", "contacts.read"),
            ("GET", "/v1/people", "contacts.read"),
            ("GET", "/v1/contacts/{id}", "contacts.read"),
            ("PUT", "/v1/contacts/{id}", "contacts.write"),
            ("GET", "/v0/old", "contacts.read"),
        ],
    );
    assert_eq!(found(&imported, "rebased"), ["GET /v0/old"]);
    assert_eq!(updated(text, &newer).catalog.as_deref(), Some(text));
    let inner = edited.replace("base_path = \"/v1\"", "base_path = \"/api/v1\"");
    let deeper = newer.replace("/v0", "/api/v0");
    let text = api(&deeper).replace("example.com/v1", "example.com/api/v1");
    let mut options = Options::default();
    options.update = Some(("my-api.toml".to_owned(), inner));
    let imported = of_yaml(&text, &options);
    let text = imported.catalog.as_deref().unwrap();
    assert!(text.contains("base_path = \"/api\"   #"), "{text}");
    assert!(
        text.contains("path = \"/v0/old\"") && text.contains("\"/v1/people\""),
        "{text}"
    );
}

#[test]
fn a_slash_or_a_letter_that_makes_no_difference_is_no_new_call() {
    let edited = format!(
        "trailing_slash = \"either\"\nmatch = \"ignore-case\"\n{}",
        first()
    );
    let newer = OLD.replace("/contacts:", "/Contacts/:");
    let imported = updated(&edited, &newer);
    assert_eq!(imported.catalog.as_deref(), Some(edited.as_str()));
}
