//! Keys that are given twice: told, and no way to open a call by the last of two.

use authoring::{Allow, Options, Source};

use super::given::{api, found, needs, of_yaml};

const OTHER: &str = "  /other: { get: { security: [{oauth: [contacts.read]}] } }\n";
const WRITE: &str = "{ security: [{oauth: [contacts.write]}] }";

/// Everything is opened that a description may open.
fn widest() -> Options {
    let mut options = Options::default();
    options.public = Allow::Keep;
    options.propose = true;
    options.scopes_from = vec![Source::description("Scope: {scope}").unwrap()];
    options
}

#[test]
fn what_stands_twice_above_a_requirement_opens_nothing_and_is_told() {
    let table = [
        format!("  /a: {{ get: {WRITE}, get: {{ security: [] }} }}\n"),
        format!("  /a: {{ get: {WRITE} }}\n  /a: {{ get: {{ security: [] }} }}\n"),
        "  /a: { get: { security: [{oauth: [contacts.write]}], security: [] } }\n".to_owned(),
        "  /a: { get: { security: [], security: [{oauth: [contacts.write]}] } }\n".to_owned(),
        "  /a: { get: { security: [{oauth: [contacts.write], oauth: []}] } }\n".to_owned(),
        format!("  /a: {{ get: {WRITE}, servers: [{{url: /x}}], servers: [{{url: /v1}}] }}\n"),
        "  /a: { get: { x-scopegate: {denied: true}, x-scopegate: {}, security: [{oauth: [contacts.write]}] } }\n".to_owned(),
        "  /a: { get: { security: [{twice: [contacts.write]}] } }\n".to_owned(),
        "  /a: { get: { security: [{typed: [contacts.write]}] } }\n".to_owned(),
    ];
    let schemes = "    twice: { type: apiKey, in: header, name: X }\n    twice: { type: oauth2, flows: {} }\n    typed: { type: apiKey, type: oauth2, flows: {} }\n    key:";
    for paths in table {
        let text = api(&format!("{paths}{OTHER}")).replace("    key:", schemes);
        let imported = of_yaml(&text, &widest());
        assert_eq!(found(&imported, "twice"), ["GET /a"], "{paths}");
        assert!(!found(&imported, "given-twice").is_empty(), "{paths}");
        assert_eq!(needs(&imported, "GET", "/v1/a"), None, "{paths}");
        let other = needs(&imported, "GET", "/v1/other");
        assert_eq!(other.as_deref(), Some("contacts.read"), "{paths}");
    }
}

#[test]
fn what_stands_twice_above_all_operations_leaves_all_of_them_out() {
    let text = api(OTHER);
    let (_, paths) = text.split_once("paths:\n").unwrap();
    for more in [
        format!("paths:\n{paths}"),
        "components: { securitySchemes: { oauth: { type: oauth2, flows: {} } } }\n".to_owned(),
        "servers: [{ url: /v1 }]\n".to_owned(),
    ] {
        let imported = of_yaml(&format!("{text}{more}"), &widest());
        assert_eq!(found(&imported, "twice"), ["GET /other"], "{more}");
        assert_eq!(imported.catalog, None, "{more}");
    }
    let root = "security: [{oauth: [contacts.write]}]\nsecurity: []\n";
    let imported = of_yaml(
        &format!("{}{root}", api(&format!("  /a: {{ get: {{}} }}\n{OTHER}"))),
        &widest(),
    );
    assert_eq!(found(&imported, "twice"), ["GET /a"]);
}

#[test]
fn what_stands_twice_elsewhere_is_told() {
    let text = api("  /a:
    get:
      summary: One
      summary: Two
      security: [{oauth: [contacts.read]}]
      responses: { 200: { description: ok }, 200: { description: no } }
");
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "given-twice"), ["summary", "200"]);
    assert!(found(&imported, "twice").is_empty());
    let own = needs(&imported, "GET", "/v1/a");
    assert_eq!(own.as_deref(), Some("contacts.read"));
}
