//! What is exported and imported again is the same catalog.

use std::path::Path;

use authoring::{OnDisk, Options, Source, import};
use scope::Catalog;

use super::given::{assert_same, back, fresh, into};
use crate::import::given::catalog_of;
use crate::import::real::descriptions;

/// The catalogs of this repository.
fn ours() -> Vec<(String, Catalog)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = Vec::new();
    for folder in ["catalogs", "docs/examples"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if name.ends_with(".toml") && !name.ends_with(".cases.toml") {
                let text = std::fs::read_to_string(&path).unwrap();
                all.push((name, catalog_of(&text)));
            }
        }
    }
    assert!(all.len() >= 6);
    all
}

#[test]
fn a_catalog_is_the_same_behind_a_description_made_of_it() {
    for (name, catalog) in ours() {
        let exported = fresh(&catalog);
        let imported = back("api.yaml", &exported.description);
        let text = imported.catalog.unwrap();
        assert_same(&catalog, &catalog_of(&text), &name);
        let again = into(&catalog, "api.yaml", &exported.description);
        assert!(again.description == exported.description, "{name}");
        assert!(exported.report.is_clean(), "{}", exported.report.text());
    }
}

#[test]
fn a_catalog_is_the_same_behind_the_description_it_was_imported_from() {
    for file in descriptions() {
        let mut options = Options::default();
        options.propose = true;
        options.public = authoring::Allow::Keep;
        options.scopes_from = vec![Source::description("**Scope:** `{scope}`").unwrap()];
        let imported = import(std::slice::from_ref(&file), &options, &OnDisk).unwrap();
        let catalog = catalog_of(&imported.catalog.unwrap());
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        let exported = into(&catalog, &name, &text);
        assert!(!exported.report.text().contains("written anew"), "{name}");
        let again = back(&name, &exported.description);
        assert_same(&catalog, &catalog_of(&again.catalog.unwrap()), &name);
    }
}
