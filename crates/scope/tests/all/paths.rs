//! Paths as APIs have them, from a catalog's file to the rule of a call.

use scope::{Catalog, NoRoute};

use crate::small_catalog::SmallCatalog;

fn catalog(head: &str, endpoints: &str) -> Catalog {
    let text = SmallCatalog::new("paths")
        .action("read", "read")
        .resource("thing", &["read"])
        .with(endpoints)
        .text();
    Catalog::parse("paths.toml", &format!("{head}\n{text}")).unwrap_or_else(|said| panic!("{said}"))
}

/// The rule's path, and the values of its templates.
fn rule(catalog: &Catalog, call: &str) -> Option<String> {
    let (method, path) = call.split_once(' ').unwrap();
    let route = catalog.route(method, path).ok()?;
    let values = route
        .parameters()
        .map(|(name, value)| format!(" {name}={value}"));
    let endpoint = route.endpoint();
    Some(format!(
        "{} {}{}",
        endpoint.method,
        endpoint.path,
        values.collect::<String>()
    ))
}

#[test]
fn a_path_is_what_its_framework_makes_of_it() {
    let catalog = catalog(
        "base_path = \"/api\"",
        r#"
[[endpoints]]
path = "/contacts/"
get = "thing:read"
[[endpoints]]
path = "/files/{name}.json"
get = "thing:read"
[[endpoints]]
path = "/v1/{parent}:search"
post = "thing:read"
[[endpoints]]
path = ["/me/delta()", "/me/graph.delta()"]
get = "thing:read"
[[endpoints]]
path = "/sheet/range(address='{address}')"
get = "thing:read"
[[endpoints]]
path = "/drive/root:/{path...}:/children"
get = "thing:read"
[[endpoints]]
path = "/rows/{id}/rows/{id}"
any = "thing:read"
options = "thing:read"
"#,
    );
    for (call, expected) in [
        ("GET /api/contacts/", Some("GET /api/contacts/")),
        ("GET /api/contacts", None),
        ("GET /contacts/", None),
        (
            "GET /api/files/a.json",
            Some("GET /api/files/{name}.json name=a"),
        ),
        (
            "POST /api/v1/a:search",
            Some("POST /api/v1/{parent}:search parent=a"),
        ),
        ("GET /api/me/delta()", Some("GET /api/me/delta()")),
        (
            "GET /api/me/graph.delta()",
            Some("GET /api/me/graph.delta()"),
        ),
        (
            "GET /api/sheet/range(address='A1')",
            Some("GET /api/sheet/range(address='{address}') address=A1"),
        ),
        (
            "GET /api/drive/root:/a/b:/children",
            Some("GET /api/drive/root:/{path...}:/children path=a/b"),
        ),
        (
            "PURGE /api/rows/1/rows/2",
            Some("ANY /api/rows/{id}/rows/{id} id=1 id=2"),
        ),
        (
            "OPTIONS /api/rows/1/rows/2",
            Some("OPTIONS /api/rows/{id}/rows/{id} id=1 id=2"),
        ),
    ] {
        assert_eq!(rule(&catalog, call).as_deref(), expected, "{call}");
    }
    let slash = catalog.route("GET", "/api/me/delta()/");
    assert!(matches!(slash, Err(NoRoute::AmbiguousPath { .. })));
    let encoded = catalog.route("GET", "/api/files/%28a.json");
    assert!(encoded.is_ok(), "no rule has a bracket there");
}

#[test]
fn an_api_may_ignore_case_and_slashes_at_the_end() {
    let catalog = catalog(
        "match = \"ignore-case\"\ntrailing_slash = \"either\"",
        "[[endpoints]]\npath = \"/Contacts/{Id}/\"\nget = \"thing:read\"",
    );
    let expected = Some("GET /Contacts/{Id} Id=Ab".to_owned());
    for call in ["GET /contacts/Ab", "GET /CONTACTS/Ab/"] {
        assert_eq!(rule(&catalog, call), expected, "{call}");
    }
    assert_eq!(rule(&catalog, "GET /contacts/"), None);
}

#[test]
fn an_endpoint_tells_a_path_to_call() {
    let catalog = catalog(
        "",
        "[[endpoints]]\npath = \"/v/{a}@{b}/{rest...}\"\nget = \"thing:read\"",
    );
    let endpoint = &catalog.endpoints()[0];
    let filled = endpoint.filled(|name| format!("<{name}>"));
    assert_eq!(filled, "/v/<a>@<b>/<rest>");
}

/// A look-alike of a listed value is not reached by a beginning that asks for less.
#[test]
fn a_beginning_takes_nothing_that_could_be_another_value() {
    let catalog = catalog(
        "",
        r#"
[scopes.admin]
title = { en = "Admin" }
description = { en = "Admin." }
[[endpoints]]
path = "/k/{kind}/list"
get = { by_path = "kind", is = { "admin" = "admin", "a:b" = "admin", "adx*" = "admin", "a*" = "thing:read" } }
[[endpoints]]
path = "/q"
get = { by_query = "kind", filters = true, is = { "admin" = "admin", "a*" = "thing:read" } }
"#,
    );
    let opens = |call: &str| {
        let granted = catalog.granted(&"thing:read".parse().unwrap());
        let (all, every) = (catalog.all(), catalog.scope_of(&catalog.all()));
        let access = scope::Access {
            subject: scope::Subject::Person,
            granted: &granted,
            ceiling: &catalog.registered(&every),
            approved: &all,
            rights: &all,
            expired: None,
            unproven: None,
        };
        scope::decide(&catalog, &access, &scope::ApiRequest::new("GET", call)).is_permit()
    };
    for call in ["/k/any/list", "/k/a/list", "/q?kind=any", "/q?kind=a%2Fb"] {
        assert!(opens(call), "{call}");
    }
    for call in [
        "/k/admin/list",
        "/k/aDMIN/list",
        "/k/a%3Ab/list",
        "/k/admin%20/list",
        "/k/adXy/list",
        "/k/a_dmin/list",
        "/q?kind=admin",
        "/q?kind=aDMIN",
        "/q?kind=adm%EF%BD%89n",
        "/q?kind=adm%C4%B1n",
        "/q?kind=adm%C2%ADin",
        "/q?kind=admin%E2%80%8B",
        "/q?kind=admin%20",
    ] {
        assert!(!opens(call), "{call}");
    }
}
