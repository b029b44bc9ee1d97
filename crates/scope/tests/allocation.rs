//! A decision allocates nothing, whatever the catalog's size and whatever the outcome.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/small_catalog.rs"]
mod small_catalog;

use scope::{Access, ApiRequest, Catalog, Reason, Visible, decide};

use small_catalog::SmallCatalog;

fn shipped(name: &str) -> Catalog {
    let path = format!("{}/../../catalogs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    Catalog::parse(name, &text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A catalog with this many scopes, each with two paths.
fn wide(scopes: usize) -> Catalog {
    let catalog = SmallCatalog::new("wide").action("read", "read");
    let each = |catalog: SmallCatalog, index| {
        let (resource, scope) = (format!("r{index}"), format!("r{index}:read"));
        let get = [("get", scope.as_str())];
        catalog
            .resource(&resource, &["read"])
            .endpoint(&format!("/v1/{resource}"), &get)
            .endpoint(&format!("/v1/{resource}/{{a}}/{{b}}/{{c}}/{{d}}"), &get)
    };
    (0..scopes).fold(catalog, each).parse()
}

/// The reason of a decision for a caller with this scope, made without an allocation.
fn decided(catalog: &Catalog, scope: &str, request: &ApiRequest<'_>) -> Reason {
    let scope = scope.parse().unwrap();
    let (granted, ceiling) = (catalog.granted(&scope), catalog.registered(&scope));
    let all = catalog.all();
    let access = Access {
        subject: scope::Subject::Person,
        granted: &granted,
        ceiling: &ceiling,
        approved: &all,
        rights: &all,
        expired: None,
        unproven: None,
    };
    let mut reason = None;
    let counted = allocation_counter::measure(|| {
        reason = Some(decide(catalog, &access, request).reason());
    });
    assert_eq!(counted.count_total, 0, "{request:?}");
    reason.unwrap()
}

#[test]
fn deciding_allocates_nothing() {
    let bexio = shipped("bexio");
    let stora = shipped("stora");
    let get = |path| ApiRequest::new("GET", path);
    assert_eq!(
        decided(&bexio, "contact_edit", &get("/2.0/contact?limit=5")),
        Reason::Permitted
    );
    assert_eq!(
        decided(&bexio, "task_show", &get("/2.0/contact")),
        Reason::InsufficientScope
    );
    assert_eq!(
        decided(&bexio, "task_show", &get("/2.0/contact//1")),
        Reason::AmbiguousPath
    );
    assert_eq!(
        decided(&bexio, "task_show", &get("/2.0/nothing/here")),
        Reason::NoRule
    );
    let contacts = "/2025-09/contacts";
    let seen = |query| {
        let mut request = get(contacts);
        request.query = query;
        request
    };
    let with = |query: &'static str| seen(Visible::Seen(query));
    let scope = "public.contact:read";
    assert_eq!(
        decided(&stora, scope, &with("expand=nobody,knows.this")),
        Reason::UnknownExpandField
    );
    assert_eq!(
        decided(&stora, scope, &with("limit=1&expand%5B%5D=%63reator")),
        Reason::InsufficientScope
    );
    let hidden = seen(Visible::Hidden);
    assert_eq!(decided(&stora, scope, &hidden), Reason::InsufficientScope);
    let everything = stora.scope_of(&stora.all()).to_string();
    assert_eq!(decided(&stora, &everything, &hidden), Reason::Permitted);
}

#[test]
fn a_body_without_escapes_is_read_without_allocation() {
    let freshbooks = shipped("freshbooks");
    let body = r#"{"callback":{"event":"invoice.create","uri":"https://example.com"}}"#;
    let path = "/events/account/a1/events/callbacks";
    let mut request = ApiRequest::new("POST", path);
    request.body = Visible::Seen(body);
    assert_eq!(
        decided(&freshbooks, "user:clients:read", &request),
        Reason::InsufficientScope
    );
}

#[test]
fn ten_thousand_scopes_and_four_templates_do_not_allocate_either() {
    for scopes in [10, 10_000] {
        let catalog = wide(scopes);
        let last = format!("r{}", scopes - 1);
        let path = format!("/v1/{last}/1/2/3/4");
        let request = ApiRequest::new("HEAD", &path);
        assert_eq!(
            decided(&catalog, &format!("{last}:read"), &request),
            Reason::Permitted
        );
        assert_eq!(
            decided(&catalog, "r0:read", &request),
            Reason::InsufficientScope
        );
    }
}

/// Allocations, which whatever goes over everything again for each thing makes too many of.
fn growth(of: impl Fn(usize) -> u64) {
    let (few, many) = (of(100), of(800));
    assert!(few > 100 && many < 9 * few, "{few} and {many}");
}

#[test]
fn reading_a_catalog_costs_as_much_as_it_says() {
    growth(|scopes| {
        let text = wide(scopes).source().to_owned();
        let read = allocation_counter::measure(|| {
            Catalog::parse("wide.toml", &text).unwrap_or_else(|errors| panic!("{errors}"));
        });
        read.count_total
    });
}

#[test]
fn a_reference_costs_as_much_as_it_says() {
    growth(|scopes| {
        let catalog = wide(scopes);
        let addresses =
            scope::reference::Addresses::of("https://login.example", "https://api.example");
        let written = allocation_counter::measure(|| {
            scope::reference::markdown(&catalog, "en", &addresses);
        });
        written.count_total
    });
}
