//! Scopes that stand elsewhere than in `security`, and scopes that stand nowhere.

use authoring::{Imported, Options, Source};

use super::given::{api, found, needs, of_yaml};

/// One operation with these members.
fn with(members: &str, sources: Vec<Source>) -> Imported {
    let text = api(&format!(
        "  /a:\n    get:\n      responses: {{}}\n{members}
  /always: {{ get: {{ security: [{{oauth: [contacts.read]}}] }} }}\n"
    ));
    let mut options = Options::default();
    options.scopes_from = sources;
    of_yaml(&text, &options)
}

#[test]
fn prose_names_scopes_where_a_pattern_says() {
    let table = [
        (
            "**Scope:** `{scope}`",
            "Lists.\\n\\n**Scope:** `a:read`\\n\\nMore.",
            "a:read",
        ),
        ("Scope: {scope}", "Lists. Scope: a:read.", "a:read"),
        (
            "scopes: `{scope}`",
            "Scopes: `a:read`, `b:read` and `c:read`",
            "a:read and b:read and c:read",
        ),
        (
            "need the `{scope}` scope",
            "Tokens need the `repo` or `public_repo` scope.",
            "repo or public_repo",
        ),
        (
            "Required scope {scope}",
            "<h3>Required scope</h3> <a href='https://x.example'>boards:read</a> <br/> <h3>Rate</h3>",
            "boards:read",
        ),
        (
            "(?m)^Needs: (.*)$",
            "Text.\\nNeeds: a:read, b:read\\n",
            "a:read and b:read",
        ),
        (
            r"\b[a-z]+:(?:read|write)\b",
            "With a:read you see it.",
            "a:read",
        ),
    ];
    for (pattern, prose, expected) in table {
        let members = format!("      description: \"{prose}\"");
        let imported = with(&members, vec![Source::description(pattern).unwrap()]);
        assert_eq!(
            needs(&imported, "GET", "/v1/a").as_deref(),
            Some(expected),
            "{pattern} {prose}"
        );
    }
    assert!(Source::description("(").unwrap_err().contains("{scope}"));
}

#[test]
fn extensions_name_scopes_in_whatever_form() {
    let table = [
        ("x-scopes", "x-scopes: [a, b]", "a and b"),
        ("x-scopes", "x-scopes: a b", "a and b"),
        ("x-scopes", "x-scopes: [[a, b], [c]]", "(a and b) or c"),
        ("x-auth.scopes", "x-auth: {scopes: [a]}", "a"),
        ("x-auth.oauth.scopes", "x-auth: {oauth: {scopes: [a]}}", "a"),
        ("x-auth.name", "x-auth: [{name: a}, {name: b}]", "a and b"),
        (
            "x-scopes",
            "x-scopes: {operator: OR, scopes: [a, b]}",
            "a or b",
        ),
        (
            "x-auth.scopes",
            "x-auth: [{scopes: [a, b]}, {scopes: [c]}]",
            "(a and b) or c",
        ),
        (
            "x-auth",
            "x-auth: [{state: Current, scopes: [a, b]}, {scopes: [c]}]",
            "(a and b) or c",
        ),
        (
            "x-scopes",
            "x-scopes: {operator: and, names: [a, b]}",
            "a and b",
        ),
        ("x-scopes", "x-scopes: {anyOf: [a, b]}", "a or b"),
        ("x-scopes", "x-scopes: {all: [a, b]}", "a and b"),
    ];
    for (name, member, expected) in table {
        let imported = with(&format!("      {member}"), vec![Source::extension(name)]);
        assert_eq!(
            needs(&imported, "GET", "/v1/a").as_deref(),
            Some(expected),
            "{member}"
        );
    }
    let imported = with("      x-other: [a]", vec![Source::extension("x-scopes")]);
    assert_eq!(found(&imported, "unsaid"), ["GET /a"]);
}

#[test]
fn sources_that_contradict_each_other_are_told() {
    let prose = || Source::description("Scope: {scope}").unwrap();
    let both =
        "      security: [{oauth: [contacts.read]}]\n      description: 'Scope: contacts.write'";
    let imported = with(both, vec![prose()]);
    assert_eq!(found(&imported, "contradiction"), ["GET /a"]);
    assert_eq!(
        needs(&imported, "GET", "/v1/a").as_deref(),
        Some("contacts.read")
    );
    assert!(
        imported
            .report
            .text()
            .contains("contacts.read / contacts.write")
    );
    let public = "      security: []\n      description: 'Scope: contacts.write'";
    let imported = with(public, vec![prose()]);
    assert_eq!(found(&imported, "contradiction"), ["GET /a"]);
    assert_eq!(
        needs(&imported, "GET", "/v1/a").as_deref(),
        Some("contacts.write")
    );
    let two = "      x-scopes: [contacts.read]\n      description: 'Scope: contacts.write'";
    let imported = with(two, vec![Source::extension("x-scopes"), prose()]);
    assert_eq!(found(&imported, "contradiction"), ["GET /a"]);
    let same =
        "      security: [{oauth: [contacts.read]}]\n      description: 'Scope: contacts.read'";
    assert!(found(&with(same, vec![prose()]), "contradiction").is_empty());
}

#[test]
fn a_document_without_scopes_says_how_to_go_on() {
    let text = api("  /a: { get: { security: [{key: []}] } }\n  /b: { get: { security: [{oauth: []}] } }\n")
        .replace("            contacts.read: See your contacts\n            contacts.write: Change your contacts\n", "            {}\n");
    let imported = of_yaml(&text, &Options::default());
    assert!(imported.catalog.is_none() && !imported.report.is_clean());
    let report = imported.report.text();
    assert!(
        report.contains("No operation names a scope") && report.contains("--propose"),
        "{report}"
    );
}

#[test]
fn scopes_are_proposed_from_tags_paths_and_what_operations_do() {
    let key = "security: [{key: []}]";
    let text = api(&format!(
        "  /api/v2/journal_entries: {{ get: {{ {key} }}, post: {{ {key} }} }}
  /api/v2/journal_entries/search: {{ post: {{ {key} }} }}
  /api/v2/journal_entries/{{id}}: {{ delete: {{ {key} }} }}
  /v1/contacts:batchGet: {{ post: {{ {key} }} }}
  /open: {{ get: {{ security: [] }} }}
"
    ))
    .replace("            contacts.read: See your contacts\n            contacts.write: Change your contacts\n", "            {}\n");
    let mut options = Options::default();
    options.propose = true;
    let imported = of_yaml(&text, &options);
    let table = [
        (
            "GET",
            "/v1/api/v2/journal_entries",
            Some("journal-entries:read"),
        ),
        (
            "POST",
            "/v1/api/v2/journal_entries",
            Some("journal-entries:write"),
        ),
        (
            "POST",
            "/v1/api/v2/journal_entries/search",
            Some("journal-entries:read"),
        ),
        (
            "DELETE",
            "/v1/api/v2/journal_entries/{id}",
            Some("journal-entries:write"),
        ),
        ("POST", "/v1/v1/contacts:batchGet", Some("contacts:write")),
        ("GET", "/v1/open", None),
    ];
    for (method, path, expected) in table {
        assert_eq!(
            needs(&imported, method, path).as_deref(),
            expected,
            "{method} {path}"
        );
    }
    let catalog = imported.catalog.as_deref().unwrap();
    assert!(
        catalog.contains("title = { en = \"See journal entries\" }   # proposed"),
        "{catalog}"
    );
    assert!(
        catalog.contains("scope_pattern = \"{resource}:{action}\""),
        "{catalog}"
    );
    let tagged = text
        .replace(
            "get: { security: [{key: []}] }",
            "get: { tags: [Ledger], security: [{key: []}] }",
        )
        .replace("delete: {", "delete: { tags: [Other],");
    assert_eq!(
        needs(
            &of_yaml(&tagged, &options),
            "GET",
            "/v1/api/v2/journal_entries"
        )
        .as_deref(),
        Some("ledger:read")
    );
}

#[test]
fn proposals_beside_scopes_of_the_document_are_marked_where_they_stand() {
    let text = api(
        "  /contacts: { get: { security: [{oauth: [contacts.read]}] }, post: { security: [{oauth: []}] } }
  /notes: { get: { summary: List notes, security: [{key: []}] }, put: { } }
",
    );
    let mut options = Options::default();
    options.propose = true;
    let imported = of_yaml(&text, &options);
    let catalog = imported.catalog.as_deref().unwrap();
    assert!(
        catalog.contains("get = \"notes:read\"   # proposed: List notes\n"),
        "{catalog}"
    );
    assert!(
        catalog.contains("put = \"notes:write\"   # proposed\n"),
        "{catalog}"
    );
    assert!(catalog.contains("get = \"contacts.read\"\n"), "{catalog}");
    // Open to any token, as the document says, in a document that has scopes.
    assert_eq!(
        needs(&imported, "POST", "/v1/contacts").as_deref(),
        Some("any token")
    );
}

/// Calls for any token alone make no catalog, so none of them was taken over.
#[test]
fn where_nothing_is_written_nothing_is_taken_over() {
    let text = "openapi: 3.0.3\ninfo: { title: A, version: '1' }\n\
                components: { securitySchemes: { bearer: { type: http, scheme: bearer } } }\n\
                paths: { /a: { get: { security: [{ bearer: [] }] } } }\n";
    let imported = of_yaml(text, &Options::default());
    assert!(imported.catalog.is_none());
    let report = imported.report.text();
    for words in [
        "Taken over: 0 of 1 operation,",
        "Nothing was written: no operation names a scope",
    ] {
        assert!(report.contains(words), "{report}");
    }
    assert_eq!(imported.report.json()["counts"]["written"], 0);
    assert!(!imported.report.is_clean());
}
