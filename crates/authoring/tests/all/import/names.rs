//! Names of scopes, and what people read of them.

use authoring::{Imported, Options};
use scope::AccessKind;

use super::given::{catalog_of, found, of_yaml};

/// An API whose calls need these scopes, each with the text of the document.
fn with(scopes: &[(&str, &str)]) -> Imported {
    of_yaml(&described(scopes), &Options::default())
}

fn described(scopes: &[(&str, &str)]) -> String {
    let declared: String = scopes
        .iter()
        .map(|(name, text)| format!("'{name}': '{text}', "))
        .collect();
    let path = |(place, (name, _)): (usize, &(&str, &str))| {
        format!("  /a{place}: {{ get: {{ security: [{{oauth: ['{name}']}}] }} }}\n")
    };
    let paths: String = scopes.iter().enumerate().map(path).collect();
    format!(
        "openapi: 3.0.0\ninfo: {{title: X, version: '1'}}\ncomponents: {{securitySchemes: {{oauth: \
         {{type: oauth2, flows: {{implicit: {{scopes: {{{declared}}}}}}}}}}}}}\npaths:\n{paths}"
    )
}

fn pattern(names: &[&str]) -> String {
    let scopes: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
    let imported = with(&scopes);
    let catalog = catalog_of(imported.catalog.as_deref().unwrap());
    let mut written: Vec<&str> = catalog
        .scopes()
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    let mut given = names.to_vec();
    written.sort_unstable();
    given.sort_unstable();
    assert_eq!(written, given, "every name is there as it was");
    let made = catalog
        .scopes()
        .iter()
        .filter(|own| own.action.is_some())
        .count();
    format!("{} {made}", catalog.scope_pattern())
}

#[test]
fn the_pattern_is_the_one_that_explains_most_names() {
    let table: [(&[&str], &str); 12] = [
        (
            &["contact_show", "contact_edit", "task_show"],
            "{resource}_{action} 3",
        ),
        (
            &["invoices:read", "invoices:write", "openid"],
            "{resource}:{action} 2",
        ),
        // Bare forms of what can be read are explained, and one row with it.
        (
            &["contacts", "contacts.read", "files", "files.read"],
            "{resource}.{action} 4",
        ),
        (
            &["contacts", "contacts.write", "files.write"],
            "{resource}.{action} 2",
        ),
        (
            &["user:clients:read", "user:clients:write", "user:bills:read"],
            "user:{resource}:{action} 3",
        ),
        (
            &["esi-mail.send.v1", "esi-mail.read.v1", "esi-ui.write.v1"],
            "esi-{resource}.{action}.v1 3",
        ),
        (
            &[
                "https://x.example/auth/drive.readonly",
                "https://x.example/auth/mail.readonly",
                "https://x.example/auth/drive",
            ],
            "https://x.example/auth/{resource}.{action} 3",
        ),
        // Words that many resources share are actions, whatever they mean.
        (&["a:frob", "b:frob", "c:frob"], "{resource}:{action} 3"),
        // In front they are the API's name.
        (
            &[
                "https://x.example/drive",
                "https://x.example/mail",
                "https://x.example/tasks",
            ],
            "{resource}:{action} 0",
        ),
        (
            &[
                "user-library-read",
                "user-top-read",
                "user-follow-modify",
                "playlist-read",
            ],
            "{resource}-{action} 4",
        ),
        (
            &["read:contacts", "write:contacts", "read:tasks", "read"],
            "{action}:{resource} 3",
        ),
        (
            &["chat:write:user", "chat:write:bot", "identify"],
            "{resource}:{action} 0",
        ),
    ];
    for (names, expected) in table {
        assert_eq!(pattern(names), expected, "{names:?}");
    }
}

#[test]
fn an_action_reads_or_changes_and_an_unknown_one_is_taken_to_change() {
    let imported = with(&[
        ("a:frob", ""),
        ("b:frob", ""),
        ("c:frob", ""),
        ("a:read", ""),
    ]);
    let text = imported.catalog.as_deref().unwrap();
    let catalog = catalog_of(text);
    assert_eq!(catalog.action("read").unwrap().access, AccessKind::Read);
    assert_eq!(catalog.action("frob").unwrap().access, AccessKind::Write);
    assert!(text.contains("access = \"write\"   # guessed"), "{text}");
    let places = (text.find("[actions.read]"), text.find("[actions.frob]"));
    assert!(places.0 < places.1, "what reads comes first");
}

#[test]
fn people_never_read_a_raw_key() {
    let table = [
        ("journal-entries:write", "", "Change journal entries"),
        ("readJournalEntries", "", "See journal entries"),
        ("read:contacts", "", "See contacts"),
        ("admin", "", "Manage everything"),
        ("contacts.read_only", "", "See contacts"),
        (
            "accounting.contacts.read",
            "accounting.contacts.read",
            "See accounting contacts",
        ),
        (
            "assets.read_assets.v1",
            "SSO scope assets.read_assets.v1",
            "See assets",
        ),
        (
            "https://x.example/auth/drive.file",
            "",
            "Work with drive file",
        ),
        ("openid", "", "Sign you in"),
        ("offline_access", "whatever", "Stay connected"),
        // The document's own words, as what an app may do.
        ("a", "Grant read-only access to contacts", "See contacts"),
        (
            "a",
            "Read and write access to contacts.",
            "See and change contacts",
        ),
        (
            "a",
            "View `contacts` and <b>notes</b>. And much more.",
            "View contacts and notes",
        ),
        (
            "a",
            "See [contacts](https://x.example) &amp; notes",
            "See contacts & notes",
        ),
        (
            "mail:send",
            "Lets an app write letters in the name of a person, which is more than most people would want",
            "Send mail",
        ),
    ];
    for (name, own, expected) in table {
        let imported = with(&[(name, own)]);
        let catalog = catalog_of(imported.catalog.as_deref().unwrap());
        let scope = &catalog.scopes()[0];
        assert_eq!(scope.title.get("en"), expected, "{name} {own}");
        assert!(!scope.description.get("en").is_empty());
    }
    assert_eq!(
        found(&with(&[("a:read", ""), ("b:read", "See b")]), "no-text"),
        ["a:read"]
    );
}

#[test]
fn what_nobody_sees_is_in_no_text() {
    let hidden = "\u{202e}\u{2066}\u{200b}\u{ad}\u{feff}\u{e0041}\u{2800}";
    let text = super::given::api(
        "  /a: { get: { tags: ['Le~tters'], summary: 'Lists le~tters', security: [{oauth: [contacts.read]}] } }\n",
    );
    let text = text
        .replace(
            "title: Example, version: '1'",
            "title: 'Ex~ample', description: 'An ex~ample.', version: '1~'",
        )
        .replace("See your contacts", "See your con~tacts\u{2028}and more");
    let imported = of_yaml(&text.replace('~', hidden), &Options::default());
    let catalog = imported.catalog.as_deref().unwrap();
    let is_odd = |own: char| own != '\n' && (own.is_control() || hidden.contains(own));
    assert!(!catalog.contains(is_odd), "{catalog:?}");
    assert!(!catalog.contains("\\U"), "{catalog}");
    assert!(catalog.contains("See your contacts and more"), "{catalog}");
    assert!(catalog.contains("# Lists letters"), "{catalog}");
    assert!(!imported.report.text().contains(is_odd));
}

#[test]
fn a_report_shows_as_numbers_what_a_terminal_would_obey() {
    let text = super::given::api(
        "  \"/a\\u001B[2J\\u202E\": { get: { security: [{oauth: [contacts.read]}] }, put: { security: [{oauth: [\"b\\u001B[1m\"]}] } }\n",
    );
    let imported = of_yaml(&text, &Options::default());
    let report = imported.report.text();
    assert!(report.contains("\\u{1b}[2J\\u{202e}"), "{report}");
    let is_odd = |own: char| own != '\n' && (own.is_control() || own == '\u{202e}');
    assert!(!report.contains(is_odd), "{report:?}");
    let said = super::given::of_files(
        &[("api.yaml", "openapi: \"9\\u001B[2J\"\npaths: {}")],
        &Options::default(),
    );
    let said = said.unwrap_err().to_string();
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

/// One operation for each method and path, all with these scopes.
fn opening(calls: &[(&str, &str, &[&str])]) -> Imported {
    let call = |(method, path, scopes): &(&str, &str, &[&str])| {
        let alternatives: Vec<String> = scopes
            .iter()
            .map(|name| format!("{{oauth: ['{name}']}}"))
            .collect();
        format!(
            "  {path}: {{ {method}: {{ security: [{}] }} }}\n",
            alternatives.join(", ")
        )
    };
    let paths: String = calls.iter().map(call).collect();
    let text = format!(
        "openapi: 3.0.0\ninfo: {{title: X, version: '1'}}\ncomponents: {{securitySchemes: {{oauth: \
         {{type: oauth2, flows: {{}}}}}}}}\npaths:\n{paths}"
    );
    of_yaml(&text, &Options::default())
}

#[test]
fn risk_is_proposed_from_what_a_scope_opens() {
    let table: [(&str, &str, u8, bool); 8] = [
        ("get", "/books", 1, false),
        ("post", "/books", 2, false),
        ("post", "/books/search", 1, false),
        ("get", "/customers/{id}", 3, false),
        ("delete", "/books/{id}", 4, false),
        ("post", "/payments", 5, true),
        ("get", "/payments", 3, false),
        ("put", "/users/{id}/roles", 5, false),
    ];
    for (method, path, level, money) in table {
        let imported = opening(&[(method, path, &["some:thing"])]);
        let catalog = catalog_of(imported.catalog.as_deref().unwrap());
        let scope = &catalog.scopes()[0];
        let risk = scope.risk.as_ref().map(|risk| risk.level);
        assert_eq!((risk, scope.money), (Some(level), money), "{method} {path}");
    }
}

#[test]
fn implications_are_proposed_with_their_evidence_and_never_switched_on() {
    let by_operations = opening(&[
        ("get", "/a", &["all", "some"]),
        ("get", "/b", &["all", "some"]),
        ("put", "/c", &["all"]),
    ]);
    let text = by_operations.catalog.as_deref().unwrap();
    assert!(
        text.contains("# implies = [\"some\"]   # proposed, not switched on: it opens every"),
        "{text}"
    );
    let by_name = with(&[("a:read", ""), ("a:write", "")]);
    let text = by_name.catalog.as_deref().unwrap();
    assert!(
        text.contains(
            "# implies = [\"a:read\"]   # proposed, not switched on: by their names only"
        ),
        "{text}"
    );
    let by_verb = with(&[("read", ""), ("read:a", ""), ("write:b", "")]);
    let text = by_verb.catalog.as_deref().unwrap();
    assert!(
        text.contains("# implies = [\"read:a\"]   # proposed"),
        "{text}"
    );
    for imported in [&by_operations, &by_name, &by_verb] {
        let catalog = catalog_of(imported.catalog.as_deref().unwrap());
        assert!(catalog.scopes().iter().all(|own| own.implies.is_empty()));
    }
}

#[test]
fn the_report_shows_what_speaks_for_any_of_a_list() {
    let call = |method: &str, path: &str, list: &str| {
        format!("  {path}: {{ {method}: {{ security: [{{oauth: [{list}]}}] }} }}\n")
    };
    let paths = [
        call("get", "/a", "a, a.read"),
        call("get", "/b", "a, a.read"),
        call("put", "/c", "a"),
        call("put", "/d", "a, b"),
        call("put", "/e", "list-modify-public, list-modify-private"),
    ];
    let imported = of_yaml(&super::given::api(&paths.concat()), &Options::default());
    let report = imported.report.text();
    assert!(
        report.contains("1. 4 operations name several scopes in one list"),
        "{report}"
    );
    assert!(
        report.contains("in 2 it looks like any of them: what reads")
            && report.contains("in 1 it looks like any of them: the names")
            && report.contains("in 1 nothing tells"),
        "{report}"
    );
    let text = imported.catalog.as_deref().unwrap();
    assert!(
        text.contains("# implies = [\"a.read\"]   # proposed, not switched on: reads list both"),
        "{text}"
    );
}

#[test]
fn a_name_that_is_a_pattern_as_a_right_is_kept_and_told() {
    let imported = with(&[("*", ""), ("a:*", ""), ("a:read", "")]);
    assert_eq!(found(&imported, "pattern-name"), ["*", "a:*"]);
    assert!(!imported.report.is_clean());
    let report = imported.report.text();
    assert!(report.contains("2 scopes' names have a `*`"), "{report}");
    let text = imported.catalog.as_deref().unwrap();
    let remarks = text.matches("# As a right of a role").count();
    assert_eq!(remarks, 2, "{text}");
}

#[test]
fn names_that_a_file_could_take_for_something_else_stand_alone() {
    let imported = with(&[
        ("a:title", ""),
        ("b:title", ""),
        ("c:title", ""),
        ("*", ""),
        ("+:read", ""),
        ("-:read", ""),
    ]);
    assert_eq!(
        catalog_of(imported.catalog.as_deref().unwrap())
            .scopes()
            .len(),
        6
    );
}

#[test]
fn a_bare_form_is_in_one_row_with_what_it_is_the_wider_form_of() {
    let imported = with(&[
        ("contacts", "Read and write access to contacts"),
        ("contacts.read", "Read access to contacts"),
        ("files.read", ""),
        ("tasks", ""),
    ]);
    let text = imported.catalog.as_deref().unwrap();
    let catalog = catalog_of(text);
    let rows = catalog.resources().iter().map(|own| {
        let scopes = own.scopes.iter().map(|id| catalog.scope(*id).unwrap());
        let scopes: Vec<String> = scopes
            .map(|own| format!("{} {}", own.name, own.action.as_deref().unwrap_or("-")))
            .collect();
        format!("{}: {}", own.name, scopes.join(", "))
    });
    let rows: Vec<String> = rows.collect();
    assert_eq!(
        rows,
        [
            "contacts: contacts.read read, contacts readwrite",
            "files: files.read read",
            "tasks: tasks -",
        ],
        "{text}"
    );
    assert_eq!(
        catalog.action("readwrite").unwrap().title.get("en"),
        "See and change"
    );
    assert!(text.contains("name = \"contacts\"   # guessed"), "{text}");
    // A file that was edited takes it so, too.
    let few = [("files", ""), ("files.read", ""), ("contacts.read", "")];
    let more = [&few[..], &[("contacts", "")]].concat();
    let mut options = Options::default();
    options.update = Some(("my-api.toml".to_owned(), with(&few).catalog.unwrap()));
    let updated = of_yaml(&described(&more), &options);
    let catalog = catalog_of(updated.catalog.as_deref().unwrap());
    let own = catalog.scope(catalog.find("contacts").unwrap()).unwrap();
    assert_eq!(
        (own.resource.as_str(), own.action.as_deref()),
        ("contacts", Some("readwrite"))
    );
}

#[test]
fn an_empty_name_is_told_as_that() {
    let text = super::given::api("  /a: { get: { security: [{oauth: [\"\"]}] } }\n");
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "illegal-name"), ["(an empty name)"]);
}
