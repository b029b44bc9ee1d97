use authoring::{Level, Lint, Rule, lint};
use scope::Catalog;

/// A small catalog in which nothing is found.
const SOUND: &str = r#"id = "small"
version = "1"
languages = ["en", "de"]
title = { en = "Small", de = "Klein" }
summary = { en = "An API.", de = "Eine API." }
scope_pattern = "{resource}:{action}"
[actions.read]
title = { en = "See", de = "Ansehen" }
access = "read"
[actions.write]
title = { en = "Change", de = "Ändern" }
access = "write"
implies = ["read"]
[resources.contacts]
title = { en = "Contacts", de = "Kontakte" }
[resources.contacts.read]
title = { en = "See contacts", de = "Kontakte ansehen" }
description = { en = "Names.", de = "Namen." }
[resources.contacts.write]
title = { en = "Change contacts", de = "Kontakte ändern" }
description = { en = "Names.", de = "Namen." }
[client_kinds.app]
title = { en = "App", de = "App" }
description = { en = "An app.", de = "Eine App." }
grant_types = ["authorization_code"]
[roles.owner]
title = { en = "Owner", de = "Inhaberin" }
rights = ["*"]
[consent]
decline = "any"
[grant]
bound_to = "organisation"
reducible = true
[token]
format = "opaque"
token_type = "Bearer"
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "14d"
[[endpoints]]
path = "/contacts"
get = "contacts:read"
post = "contacts:write"
[[endpoints]]
path = "/contacts/search"
post = "contacts:read"
get = "contacts:read"
delete = "contacts:write"
[[endpoints]]
path = "/contacts/{id}"
get = "contacts:read"
delete = "contacts:write"
"#;

fn found(text: &str) -> Lint {
    match Catalog::parse("small.toml", text) {
        Ok(catalog) => lint(&catalog),
        Err(mistakes) => panic!("{mistakes}"),
    }
}

/// What is found once `from` is replaced by `to`.
fn changed(from: &str, to: &str) -> Lint {
    assert!(SOUND.contains(from), "{from} is not in the catalog");
    found(&SOUND.replacen(from, to, 1))
}

#[test]
fn nothing_is_found_in_a_sound_catalog() {
    assert_eq!(found(SOUND).findings, []);
}

#[test]
fn what_is_found_of_a_call_has_its_line_whatever_its_path_begins_with() {
    let line = |text: &str, call: &str| {
        let found = found(text).findings.into_iter();
        let mut own = found.filter(|own| own.subject == call);
        own.next().unwrap_or_else(|| panic!("{call}: {text}")).line
    };
    let based = format!("base_path = \"/v1\"\n{SOUND}")
        .replace("post = \"contacts:write\"", "post = \"contacts:read\"");
    let at = |text: &str, part: &str| {
        text.lines()
            .position(|own| own.contains(part))
            .map(|own| own + 1)
    };
    let expected = at(&based, "path = \"/contacts\"");
    assert_eq!(line(&based, "POST /v1/contacts"), expected);
    let several = based.replace(
        "path = \"/contacts\"",
        "path = [\n  \"/people\",\n  \"/contacts\",\n]",
    );
    for path in ["/people", "/contacts"] {
        let expected = at(&several, &format!("  \"{path}\""));
        assert_eq!(line(&several, &format!("POST /v1{path}")), expected);
    }
}

#[test]
fn each_rule_finds_its_case_where_it_stands() {
    let table: [(Rule, &str, &str, &str, &str); 10] = [
        (
            Rule::EndpointWithoutScope,
            "get = \"contacts:read\"\npost",
            "get = { any_token = true }\npost",
            "GET /contacts",
            "path = \"/contacts\"",
        ),
        (
            Rule::WriteByReadScope,
            "post = \"contacts:write\"",
            "post = { any = [\"contacts:write\", \"contacts:read\"] }",
            "POST /contacts",
            "path = \"/contacts\"",
        ),
        (
            Rule::ShadowedRoute,
            "get = \"contacts:read\"\ndelete = \"contacts:write\"\n[[endpoints]]",
            "[[endpoints]]",
            "/contacts/search",
            "path = \"/contacts/search\"",
        ),
        (
            Rule::ElevatedWithoutEvidence,
            "[roles.owner]",
            "[elevations.partner]\ntitle = { en = \"P\", de = \"P\" }\ndescription = { en = \"P.\", de = \"P.\" }\nclient_kinds = [\"app\"]\nevidence = []\n[roles.owner]",
            "partner",
            "[elevations.partner]",
        ),
        (
            Rule::ReservedName,
            "[client_kinds.app]",
            "[scopes.email]\ntitle = { en = \"E\", de = \"E\" }\ndescription = { en = \"E.\", de = \"E.\" }\n[client_kinds.app]",
            "email",
            "[scopes.email]",
        ),
        (
            Rule::OrganisationUnsaid,
            "path = \"/contacts/{id}\"",
            "path = \"/contacts/{id}/a\"\nget = \"contacts:read\"\n[[endpoints]]\npath = \"/contacts/{id}/b\"",
            "{id}",
            "[grant]",
        ),
        (
            Rule::NameOffPattern,
            "[client_kinds.app]",
            "[scopes.all]\ntitle = { en = \"E\", de = \"E\" }\ndescription = { en = \"E.\", de = \"E.\" }\n[client_kinds.app]",
            "all",
            "[scopes.all]",
        ),
        (
            Rule::MissingText,
            "title = { en = \"See contacts\", de = \"Kontakte ansehen\" }",
            "title = { en = \"See contacts\" }",
            "resources.contacts.read.title in de",
            "title = { en = \"See contacts\" }",
        ),
        (
            Rule::ImplicationOrphan,
            "[client_kinds.app]",
            "[resources.bills]\ntitle = { en = \"Bills\", de = \"Rechnungen\" }\n[resources.bills.write]\ntitle = { en = \"E\", de = \"E\" }\ndescription = { en = \"E.\", de = \"E.\" }\n[client_kinds.app]",
            "bills:write",
            "[resources.bills.write]",
        ),
        (
            Rule::ScopeWithoutEndpoint,
            "[client_kinds.app]",
            "[resources.bills]\ntitle = { en = \"Bills\", de = \"Rechnungen\" }\n[resources.bills.read]\ntitle = { en = \"E\", de = \"E\" }\ndescription = { en = \"E.\", de = \"E.\" }\n[client_kinds.app]",
            "bills:read",
            "[resources.bills.read]",
        ),
    ];
    for (rule, from, to, subject, stands) in table {
        let findings = changed(from, to).findings;
        let own = findings.iter().find(|finding| finding.rule == rule);
        let Some(own) = own else {
            panic!("{rule} found nothing: {findings:#?}");
        };
        assert_eq!(own.subject, subject, "{rule}");
        let text = SOUND.replacen(from, to, 1);
        let line = own.line.and_then(|line| text.lines().nth(line - 1));
        assert_eq!(line, Some(stands), "{rule}");
    }
}

#[test]
fn paths_that_cross_are_found_where_they_need_different_scopes() {
    let crossing = "[[endpoints]]\npath = \"/{kind}/all\"\nget = \"contacts:write\"\n[[endpoints]]\npath = \"/contacts/{id}\"";
    let findings = changed("[[endpoints]]\npath = \"/contacts/{id}\"", crossing).findings;
    let subjects: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.rule == Rule::CrossingRoutes)
        .map(|finding| finding.subject.as_str())
        .collect();
    assert_eq!(subjects, ["GET /contacts/{id}"]);
}

#[test]
fn a_scope_that_opens_more_than_half_is_found_unless_it_is_elevated() {
    let mut text = SOUND.to_owned();
    for number in 0..10 {
        text += &format!("[[endpoints]]\npath = \"/bills{number}\"\nget = \"contacts:read\"\n");
    }
    let broad = |lint: &Lint| {
        let own = lint.findings.iter();
        let own = own.filter(|finding| finding.rule == Rule::BroadScope);
        own.map(|finding| finding.subject.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(broad(&found(&text)), ["contacts:read", "contacts:write"]);
}

#[test]
fn what_is_meant_so_is_not_told_and_an_exception_that_nothing_needs_is() {
    let open = SOUND.replacen(
        "get = \"contacts:read\"\npost",
        "get = { any_token = true }\npost",
        1,
    );
    let accepted = format!(
        "{open}[[accept]]\nrule = \"endpoint-without-scope\"\nat = [\"GET /cont*\"]\nwhy = \"Countries.\"\n"
    );
    let lint = found(&accepted);
    assert_eq!((lint.findings, lint.accepted), (Vec::new(), 1));

    let unused = format!(
        "{SOUND}[[accept]]\nrule = \"endpoint-without-scope\"\nat = [\"GET /contacts\"]\nwhy = \"Countries.\"\n[[accept]]\nrule = \"broad\"\nat = [\"x\"]\nwhy = \"Y.\"\n"
    );
    let findings = found(&unused).findings;
    let told: Vec<(Rule, &str)> = findings
        .iter()
        .map(|finding| (finding.rule, finding.subject.as_str()))
        .collect();
    let expected = [
        (Rule::UnusedException, "GET /contacts"),
        (Rule::UnusedException, "broad"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_shipped_catalogs_are_clean_or_say_why_not() {
    for name in ["bexio", "bokio", "freshbooks", "stora"] {
        let path = format!("{}/../../catalogs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(found(&text).findings, [], "{name}");
    }
}

#[test]
fn every_rule_has_an_id_of_its_own_and_is_explained() {
    for (place, rule) in Rule::ALL.into_iter().enumerate() {
        assert_eq!(Rule::find(rule.id()), Some(rule));
        assert!(rule.explanation().len() > 60, "{rule}");
        assert!(rule.level() >= Level::Note);
        let earlier = Rule::ALL.into_iter().take(place);
        assert!(earlier.into_iter().all(|own| own.id() != rule.id()));
    }
}

#[test]
fn a_new_catalog_has_no_mistakes_and_nothing_is_found_in_it() {
    let text = authoring::new_catalog("my-api");
    let catalog = match Catalog::parse("my-api.toml", &text) {
        Ok(catalog) => catalog,
        Err(mistakes) => panic!("{mistakes}"),
    };
    assert_eq!(
        (catalog.id(), catalog.title().get("en")),
        ("my-api", "My api")
    );
    assert_eq!(lint(&catalog).findings, []);
}
