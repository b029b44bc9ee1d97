//! What a changed catalog opens more than the one before.

use scope::{Catalog, Opened};

use crate::small_catalog::SmallCatalog;

fn catalog(more: &str, endpoints: &str) -> Catalog {
    SmallCatalog::new("small")
        .scope("read")
        .scope("write")
        .scope("admin")
        .with(more)
        .with(endpoints)
        .parse()
}

fn endpoint(path: &str, methods: &str) -> String {
    format!("[[endpoints]]\npath = \"{path}\"\n{methods}\n")
}

fn opened(before: &str, now: &str) -> Opened {
    Opened::of(&catalog("", before), &catalog("", now))
}

#[test]
fn a_call_that_needs_less_is_told_and_one_that_needs_more_is_not() {
    let both = "{ all = [\"read\", \"write\"] }";
    let either = "{ any = [\"read\", \"write\"] }";
    let by = |value: &str, other: &str| {
        format!("{{ by_path = \"id\", is = {{ a = {value}, b = {other} }} }}")
    };
    let table = [
        ("\"write\"".to_owned(), "\"read\"".to_owned(), true),
        ("\"read\"".to_owned(), "\"read\"".to_owned(), false),
        // Whoever has the other one gets in by now.
        ("\"read\"".to_owned(), "\"admin\"".to_owned(), true),
        (both.to_owned(), "\"read\"".to_owned(), true),
        ("\"read\"".to_owned(), both.to_owned(), false),
        ("\"read\"".to_owned(), either.to_owned(), true),
        (either.to_owned(), "\"read\"".to_owned(), false),
        (either.to_owned(), both.to_owned(), false),
        (
            "\"read\"".to_owned(),
            "{ any_token = true }".to_owned(),
            true,
        ),
        (
            "{ any_token = true }".to_owned(),
            "\"read\"".to_owned(),
            false,
        ),
        (
            by("\"read\"", "\"admin\""),
            by("\"read\"", "\"write\""),
            true,
        ),
        (
            by("\"read\"", "\"admin\""),
            by("\"admin\"", "\"admin\""),
            true,
        ),
        (
            by("\"read\"", "\"admin\""),
            by("{ all = [\"read\", \"write\"] }", "\"admin\""),
            false,
        ),
        (both.to_owned(), by("\"read\"", "\"write\""), true),
        // Another id was open to nobody.
        (by("\"read\"", "\"write\""), both.to_owned(), true),
        (
            "{ person = \"read\" }".to_owned(),
            "\"read\"".to_owned(),
            true,
        ),
        (
            "\"read\"".to_owned(),
            "{ person = \"read\" }".to_owned(),
            false,
        ),
        (
            "{ person = \"read\", client = \"admin\" }".to_owned(),
            "{ person = \"read\", client = \"write\" }".to_owned(),
            true,
        ),
    ];
    for (before, now, is_less) in table {
        let path = "/things/{id}";
        let found = opened(
            &endpoint(path, &format!("post = {before}")),
            &endpoint(path, &format!("post = {now}")),
        );
        let expected: &[&str] = if is_less { &["POST /things/{id}"] } else { &[] };
        assert_eq!(found.less, expected, "{before} -> {now}");
        assert!(found.new.is_empty() && found.public.is_empty(), "{found:?}");
        assert_eq!(found.is_empty(), !is_less);
    }
}

/// Case by case, where both go by the same.
#[test]
fn rules_by_a_value_are_compared_case_by_case() {
    let by = |value: &str, other: &str| {
        let rule = format!(
            "get = {{ by_query = \"kind\", filters = true, is = {{ a = {value} }}, otherwise = {other} }}"
        );
        endpoint("/things", &rule)
    };
    let (read, write, both) = ("\"read\"", "\"write\"", "{ all = [\"read\", \"write\"] }");
    for (before, now, is_less) in [
        (by(write, write), by(read, write), true),
        (by(both, write), by(read, write), true),
        (by(read, write), by(both, write), false),
        (by(write, both), by(write, read), true),
        (by(write, read), by(write, both), false),
        // What cannot be read was open to nobody.
        (by(read, read), endpoint("/things", "get = \"read\""), true),
        (endpoint("/things", "get = \"read\""), by(read, both), false),
    ] {
        let found = opened(&before, &now);
        assert_eq!(found.is_empty(), !is_less, "{before} -> {now}: {found:?}");
    }
}

/// By the calls themselves, since another rule may take those of one that is gone.
#[test]
fn calls_are_compared_as_they_are_routed() {
    let template = endpoint("/things/{id}", "get = \"read\"\nany = \"write\"");
    let literal = endpoint(
        "/things/all",
        "get = { all = [\"read\", \"admin\"] }\nany = { all = [\"write\", \"admin\"] }",
    );
    let found = opened(&format!("{template}{literal}"), &template);
    assert_eq!(found.less[..2], ["GET /things/all", "POST /things/all"]);
    let head = endpoint("/things", "get = \"read\"\nhead = \"admin\"");
    let found = opened(&head, &endpoint("/things", "get = \"read\""));
    assert_eq!(found.less, ["HEAD /things"]);
    assert!(opened(&template, &format!("{template}{literal}")).is_empty());
    let renamed = endpoint("/things/{thing}", "get = \"read\"\nany = \"write\"");
    assert!(opened(&template, &renamed).is_empty());

    let public = endpoint("/things/{id}", "get = { public = true }\nany = \"write\"");
    let found = opened(&template, &public);
    assert_eq!(found.public, ["GET /things/{id}"]);
    assert!(found.less.is_empty() && opened(&public, &template).is_empty());

    // A path keeps what it has no rule for from another one, until it is gone.
    let beside = endpoint("/things/all", "post = \"admin\"");
    let only = endpoint("/things/{id}", "get = \"read\"");
    let found = opened(&format!("{only}{beside}"), &only);
    assert_eq!(found.new, ["GET /things/all"]);

    let more = endpoint("/more", "post = \"read\"");
    let found = opened(&template, &format!("{template}{more}"));
    assert_eq!(found.new, ["POST /more"]);
}

/// What stands for a template is no text of another path.
#[test]
fn a_template_beside_one_with_text_is_compared_by_calls_of_its_own() {
    let beside = ["/a{id}", "/{id}~", "/any-{id}", "/~", "/!"];
    let beside = beside.map(|path| endpoint(path, "get = \"read\""));
    let with = |path: &str, needs: &str| {
        let own = endpoint(path, &format!("get = \"{needs}\""));
        format!("{}{own}", beside.concat())
    };
    for path in ["/{name}", "/{name...}"] {
        let found = opened(&with(path, "write"), &with(path, "read"));
        assert_eq!(found.less, [format!("GET {path}")]);
    }
    let several = |needs: &str| {
        with("/{one}", "read") + &endpoint("/{all...}", &format!("get = \"{needs}\""))
    };
    let found = opened(&several("write"), &several("read"));
    assert_eq!(found.less, ["GET /{all...}"]);
}

#[test]
fn scopes_that_bring_another_and_those_that_need_no_approval_any_more_are_told() {
    let rules = endpoint("/things", "get = \"read\"\npost = \"write\"");
    let with = |more: &str, elevation: &str| {
        let catalog = SmallCatalog::new("small")
            .kind("app", &["authorization_code"])
            .elevation("vetted", "app", &["contract"])
            .scope("read")
            .scope("money")
            .with(elevation)
            .scope("write")
            .with(more);
        catalog.with(&rules).parse()
    };
    let (plain, brings) = (with("", ""), with("implies = [\"read\"]", ""));
    assert_eq!(Opened::of(&plain, &brings).bring, ["write"]);
    assert!(Opened::of(&brings, &plain).is_empty());
    let guarded = with("", "elevation = \"vetted\"");
    assert_eq!(Opened::of(&guarded, &plain).without_approval, ["money"]);
    assert!(Opened::of(&plain, &guarded).is_empty());
}

#[test]
fn scopes_that_count_again_are_told_and_so_are_those_that_open_all_records_or_need_another_approval()
 {
    let rules = endpoint("/things", "get = \"read\"\npost = \"write\"");
    let with = |more: &str| {
        let catalog = SmallCatalog::new("small")
            .kind("app", &["authorization_code"])
            .elevation("vetted", "app", &["contract"])
            .elevation("known", "app", &[])
            .scope("read")
            .scope("write")
            .with(more);
        catalog.with(&rules).parse()
    };
    let (plain, retired) = (with(""), with("status = \"retired\""));
    assert_eq!(Opened::of(&retired, &plain).reactivated, ["write"]);
    assert!(Opened::of(&plain, &retired).is_empty());
    assert!(Opened::of(&retired, &retired).is_empty());
    let own = with("row_filter = \"own-records\"");
    assert_eq!(Opened::of(&own, &plain).all_records, ["write"]);
    assert!(Opened::of(&plain, &own).is_empty());
    let (vetted, known) = (
        with("elevation = \"vetted\""),
        with("elevation = \"known\""),
    );
    assert_eq!(Opened::of(&vetted, &known).without_approval, ["write"]);
    assert!(Opened::of(&vetted, &vetted).is_empty());
}
