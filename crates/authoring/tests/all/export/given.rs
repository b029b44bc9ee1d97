//! Exports, and what imports make of them.

use std::path::{Path, PathBuf};

use authoring::{Allow, ExportOptions, Exported, Imported, OnDisk, Options, export, import};
use scope::Catalog;
use scope::reference::Addresses;

use crate::import::given::InMemory;

pub fn options() -> ExportOptions {
    ExportOptions {
        addresses: Addresses::of("https://login.example.com/acme", "https://api.example.com"),
        language: "en".to_owned(),
        is_plain: false,
        as_json: false,
    }
}

/// Into a new description.
pub fn fresh(catalog: &Catalog) -> Exported {
    export(catalog, None, &options(), &OnDisk).unwrap()
}

/// Into this one.
pub fn into(catalog: &Catalog, name: &str, text: &str) -> Exported {
    with(catalog, name, text, &options())
}

pub fn with(catalog: &Catalog, name: &str, text: &str, options: &ExportOptions) -> Exported {
    let files = [(PathBuf::from(name), text.as_bytes().to_vec())];
    let files = InMemory(files.into_iter().collect());
    export(catalog, Some(Path::new(name)), options, &files).unwrap()
}

/// With everything kept that a description may open.
pub fn back(name: &str, text: &str) -> Imported {
    let files = [(PathBuf::from(name), text.as_bytes().to_vec())];
    let files = InMemory(files.into_iter().collect());
    let mut options = Options::default();
    options.public = Allow::Keep;
    import(&[PathBuf::from(name)], &options, &files).unwrap()
}

/// Everything that a catalog says, but for the order of its calls.
pub fn everything(catalog: &Catalog) -> Vec<String> {
    let mut calls: Vec<String> = catalog
        .endpoints()
        .iter()
        .map(|own| format!("{own:?}"))
        .collect();
    calls.sort();
    let scopes = catalog.scopes().iter().map(|own| format!("{own:?}"));
    let resources = catalog.resources().iter().map(|own| format!("{own:?}"));
    let actions = catalog.actions().iter().map(|own| format!("{own:?}"));
    let head = format!(
        "{:?}",
        (
            catalog.id(),
            catalog.version(),
            catalog.languages(),
            catalog.title(),
            catalog.summary(),
            catalog.scope_pattern(),
            catalog.guide(),
            catalog.accepted(),
            catalog.sources(),
        )
    );
    let people = format!(
        "{:?}",
        (
            catalog.client_kinds(),
            catalog.elevations(),
            catalog.evidence(),
            catalog.roles(),
            catalog.consent(),
            catalog.authorization(),
            catalog.grant_policy(),
        )
    );
    let others = format!(
        "{:?}",
        (
            catalog.organisation_parameters(),
            catalog.organisation_source(),
            catalog.token_policy(),
            catalog.expand_parameter(),
            catalog.samples(),
        )
    );
    calls
        .into_iter()
        .chain(scopes)
        .chain(resources)
        .chain(actions)
        .chain([head, people, others])
        .collect()
}

/// The same, told line by line where it is not.
pub fn assert_same(one: &Catalog, other: &Catalog, what: &str) {
    let (one, other) = (everything(one), everything(other));
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other, "{what}");
    }
    assert_eq!(one.len(), other.len(), "{what}");
}

/// A catalog of notes with these endpoints, where they have no mistakes.
pub fn parse_notes(endpoints: &str) -> Option<Catalog> {
    let scopes = ["notes:read", "notes:write", "money"].map(|name| {
        format!("[scopes.\"{name}\"]\ntitle = {{ en = \"Title\" }}\ndescription = {{ en = \"About {name}.\" }}\n")
    });
    let text = format!(
        "id = \"notes\"\nversion = \"1\"\nlanguages = [\"en\"]\ntitle = {{ en = \"Notes\" }}\n\
         summary = {{ en = \"Notes of people.\" }}\nscope_pattern = \"{{resource}}:{{action}}\"\n{}\n\
         [client_kinds.app]\ntitle = {{ en = \"App\" }}\ndescription = {{ en = \"An app.\" }}\n\
         grant_types = [\"authorization_code\", \"refresh_token\"]\n\
         [consent]\ndecline = \"any\"\n[grant]\nbound_to = \"user\"\nreducible = true\n\
         [token]\ncode_ttl = \"60s\"\naccess_ttl = \"1h\"\nrefresh_ttl = \"30d\"\n{endpoints}",
        scopes.concat()
    );
    Catalog::parse("notes.toml", &text).ok()
}

pub fn notes(endpoints: &str) -> Catalog {
    parse_notes(endpoints).unwrap()
}
