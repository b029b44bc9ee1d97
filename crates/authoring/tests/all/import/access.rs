//! What `security` says, and what becomes of it.

use authoring::{Allow, Imported, Lists, ListsRule, Options};

use super::given::{api, found, needs, of_yaml};

/// One operation with this `security`.
fn with(security: &str) -> Imported {
    of_yaml(&one(security), &Options::default())
}

fn one(security: &str) -> String {
    api(&format!(
        "  /a: {{ get: {{ security: {security}, responses: {{}} }} }}
  /always: {{ get: {{ security: [{{ oauth: [contacts.read] }}], responses: {{}} }} }}
"
    ))
}

/// The state of the operation, and what the catalog needs.
fn state(security: &str) -> (String, Option<String>) {
    let imported = with(security);
    let json = imported.report.json();
    let state = json["operations"][0]["state"].as_str().unwrap().to_owned();
    (state, needs(&imported, "GET", "/v1/a"))
}

#[test]
fn alternatives_stay_alternatives_and_lists_stay_lists() {
    let table = [
        ("[{oauth: [contacts.read]}]", "contacts.read"),
        (
            "[{oauth: [contacts.read, contacts.write]}]",
            "contacts.read and contacts.write",
        ),
        (
            "[{oauth: [contacts.read]}, {oauth: [contacts.write]}]",
            "contacts.read or contacts.write",
        ),
        (
            "[{oauth: [contacts.read], oidc: [openid]}]",
            "contacts.read and openid",
        ),
        (
            "[{oauth: [contacts.read]}, {oidc: [contacts.read]}]",
            "contacts.read",
        ),
        ("[{bearer: [contacts.read]}]", "contacts.read"),
        // Named and nothing named: what is named.
        ("[{oauth: []}, {oauth: [contacts.read]}]", "contacts.read"),
        // Roles of a key, and what else a call needs, are no scopes.
        (
            "[{key: [admin]}, {oauth: [contacts.read]}]",
            "contacts.read",
        ),
        ("[{key: [admin], oauth: [contacts.read]}]", "contacts.read"),
        // Without credentials, too: never here.
        ("[{}, {oauth: [contacts.read]}]", "contacts.read"),
        // A name that is given twice is one name.
        ("[{oauth: [contacts.read, contacts.read]}]", "contacts.read"),
        // Texts that look like something else, in quotes.
        ("[{oauth: ['false']}]", "false"),
        ("[{oauth: [\"1\"]}]", "1"),
    ];
    for (security, expected) in table {
        let found = state(security);
        assert_eq!(
            found,
            ("scopes".to_owned(), Some(expected.to_owned())),
            "{security}"
        );
    }
}

#[test]
fn what_names_no_scope_is_in_one_of_four_states() {
    let any = Some("any token".to_owned());
    let table = [
        ("[{oauth: []}]", "any-token", any.clone()),
        ("[{oidc: []}, {key: []}]", "any-token", any.clone()),
        ("[{bearer: []}]", "any-token", any.clone()),
        ("[{}, {oauth: []}]", "any-token", any),
        ("[]", "public", None),
        ("[{}]", "public", None),
        ("[{key: []}]", "other-credentials", None),
        ("[{basic: [admin]}, {}]", "other-credentials", None),
        ("null", "unsaid", None),
    ];
    for (security, expected, needed) in table {
        assert_eq!(state(security), (expected.to_owned(), needed), "{security}");
    }
}

#[test]
fn security_that_is_not_as_openapi_has_it_opens_nothing_and_is_told() {
    let odd = [
        "{}",
        "{oauth: []}",
        "{oauth: [contacts.read]}",
        "\"\"",
        "false",
        "0",
        "null",
        "~",
        "oauth",
        "[oauth]",
        "[null]",
        "[[]]",
        "[\"\"]",
        "[{oauth}]",
        "[{oauth: null}]",
        "[{oauth: {}}]",
        "[{oauth: \"\"}]",
        "[{oauth: contacts.read}]",
        "[{oauth: false}]",
        "[{oauth: 0}]",
        "[{oauth: [null]}]",
        "[{oauth: [false]}]",
        "[{oauth: [1.5e3]}]",
        "[{oauth: [0x1f]}]",
        "[{oauth: [.inf]}]",
        "[{oauth: [[contacts.read]]}]",
        // A proper alternative beside it does not make it proper.
        "[{oauth: []}, {oauth: null}]",
        "[{oauth: [contacts.read]}, {oauth: null}]",
        "[{}, false]",
    ];
    let mut options = Options::default();
    options.public = Allow::Keep;
    options.any_token = Allow::Keep;
    for security in odd {
        let imported = of_yaml(&one(security), &options);
        let state = imported.report.json()["operations"][0]["state"].clone();
        assert_eq!(state, "unsaid", "{security}");
        assert_eq!(needs(&imported, "GET", "/v1/a"), None, "{security}");
        assert_eq!(found(&imported, "odd-security"), ["GET /a"], "{security}");
    }
    // The same of the whole document, and in JSON.
    for security in ["null", "{}", "false"] {
        let text = api(
            "  /a: { get: {} }\n  /always: { get: { security: [{oauth: [contacts.read]}] } }\n",
        );
        let imported = of_yaml(&format!("{text}security: {security}\n"), &options);
        assert_eq!(needs(&imported, "GET", "/v1/a"), None, "{security}");
        assert_eq!(found(&imported, "odd-security"), ["GET /a"], "{security}");
    }
    let text = r#"{"openapi": "3.0.0", "paths": {"/a": {"get": {"security": [{"o": [false]}]}}}}"#;
    let imported = of_yaml(text, &options);
    assert_eq!(imported.catalog, None);
    assert_eq!(found(&imported, "odd-security"), ["GET /a"]);
}

#[test]
fn null_in_an_operation_is_not_what_the_document_says() {
    let text = api("  /a: { get: { security: null } }\n  /b: { get: {} }\n");
    let text = format!("{text}security: [{{ oauth: [contacts.read] }}]\n");
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(needs(&imported, "GET", "/v1/a"), None);
    assert_eq!(found(&imported, "odd-security"), ["GET /a"]);
}

#[test]
fn what_is_needed_beside_any_token_is_told_and_what_nobody_knows_is_left_out() {
    let beside = ["[{oauth: [], key: []}]", "[{tls: [], oauth: []}]"];
    for security in beside {
        let imported = of_yaml(&with_schemes(security), &Options::default());
        let needed = needs(&imported, "GET", "/v1/a");
        assert_eq!(needed.as_deref(), Some("any token"), "{security}");
        assert_eq!(found(&imported, "beside-token"), ["GET /a"], "{security}");
    }
    let unknown = [
        "[{oauth: [], stranger: []}]",
        "[{stranger: [], oauth: []}]",
        "[{oauth: [], odd: []}]",
    ];
    for security in unknown {
        let imported = of_yaml(&with_schemes(security), &Options::default());
        assert_eq!(needs(&imported, "GET", "/v1/a"), None, "{security}");
        assert_eq!(
            found(&imported, "other-credentials"),
            ["GET /a"],
            "{security}"
        );
    }
}

/// The same with a certificate and a scheme of a type that OpenAPI does not have.
fn with_schemes(security: &str) -> String {
    one(security).replace(
        "    basic:",
        "    tls: { type: mutualTLS }\n    odd: { type: handshake }\n    basic:",
    )
}

#[test]
fn a_name_that_is_given_twice_is_not_several() {
    let imported = with("[{oauth: [contacts.read, contacts.read]}]");
    assert!(found(&imported, "several-scopes").is_empty());
}

#[test]
fn what_needs_no_scope_can_be_left_out() {
    let mut options = Options::default();
    options.any_token = Allow::Deny;
    let imported = of_yaml(&one("[{oauth: []}]"), &options);
    assert_eq!(needs(&imported, "GET", "/v1/a"), None);
    assert_eq!(found(&imported, "any-token-left-out"), ["GET /a"]);
}

#[test]
fn an_operation_without_a_list_has_that_of_the_document() {
    let text =
        api("  /a: { get: { responses: {} }, post: { security: [{oauth: [contacts.write]}] } }\n");
    let text = format!("{text}security: [{{ oauth: [contacts.read] }}]\n");
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(
        needs(&imported, "GET", "/v1/a").as_deref(),
        Some("contacts.read")
    );
    assert_eq!(
        needs(&imported, "POST", "/v1/a").as_deref(),
        Some("contacts.write")
    );
}

#[test]
fn a_list_means_all_unless_somebody_says_any() {
    let paths = "  /a: { get: { operationId: listA, security: [{oauth: [contacts.read, contacts.write]}] } }
  /b: { get: { security: [{oauth: [contacts.read, contacts.write]}] } }
";
    let (all, any) = (
        "contacts.read and contacts.write",
        "contacts.read or contacts.write",
    );
    let rule = |lists, operations: Option<&str>| ListsRule {
        lists,
        operations: operations.map(str::to_owned),
    };
    let table = [
        (vec![], all, all),
        (vec![rule(Lists::Any, None)], any, any),
        (vec![rule(Lists::Any, Some("list*"))], any, all),
        (vec![rule(Lists::Any, Some("GET /b"))], all, any),
        (vec![rule(Lists::Any, Some("/*"))], any, any),
        (
            vec![rule(Lists::Any, None), rule(Lists::All, Some("/b"))],
            any,
            all,
        ),
    ];
    for (lists, a, b) in table {
        let mut options = Options::default();
        options.lists = lists;
        let imported = of_yaml(&api(paths), &options);
        assert_eq!(
            needs(&imported, "GET", "/v1/a").as_deref(),
            Some(a),
            "{options:?}"
        );
        assert_eq!(
            needs(&imported, "GET", "/v1/b").as_deref(),
            Some(b),
            "{options:?}"
        );
    }
}

#[test]
fn names_under_an_undeclared_scheme_are_kept_and_told() {
    let imported = with("[{stranger: [contacts.read]}]");
    assert_eq!(
        needs(&imported, "GET", "/v1/a").as_deref(),
        Some("contacts.read")
    );
    assert_eq!(found(&imported, "unknown-scheme"), ["GET /a"]);
    assert_eq!(state("[{stranger: []}]").0, "other-credentials");
}

#[test]
fn scopes_are_told_apart_by_declared_and_used() {
    let imported = with("[{oauth: [contacts.delete]}]");
    assert_eq!(found(&imported, "undeclared"), ["contacts.delete"]);
    assert_eq!(found(&imported, "unused"), ["contacts.write"]);
}

#[test]
fn a_name_that_cannot_be_a_scope_is_told_with_a_proposal_and_opens_nothing() {
    for bad in ["contacts read", "contacts\\\"read", "ünder"] {
        let imported = with(&format!("[{{oauth: [\"{bad}\"]}}]"));
        assert_eq!(needs(&imported, "GET", "/v1/a"), None, "{bad}");
        assert_eq!(found(&imported, "illegal-name").len(), 1, "{bad}");
        let text = imported.report.text();
        assert!(text.contains("call it `"), "{text}");
    }
}

#[test]
fn schemes_that_are_needed_together_stay_so_whatever_a_list_means() {
    let paths = "  /a: { get: { security: [{oauth: [contacts.read], oidc: [openid]}] } }
  /b: { get: { security: [{oauth: [contacts.read, contacts.write], oidc: [openid]}] } }
  /c: { get: { security: [{oauth: [contacts.read, contacts.write], bearer: [contacts.write, contacts.read]}] } }
";
    let mut options = Options::default();
    let imported = of_yaml(&api(paths), &options);
    assert_eq!(found(&imported, "several-scopes"), ["GET /b", "GET /c"]);
    options.lists = vec![ListsRule {
        lists: Lists::Any,
        operations: None,
    }];
    let imported = of_yaml(&api(paths), &options);
    let table = [
        ("/v1/a", "contacts.read and openid"),
        (
            "/v1/b",
            "(contacts.read and openid) or (contacts.write and openid)",
        ),
        ("/v1/c", "contacts.read or contacts.write"),
    ];
    for (path, expected) in table {
        assert_eq!(
            needs(&imported, "GET", path).as_deref(),
            Some(expected),
            "{path}"
        );
    }
}
