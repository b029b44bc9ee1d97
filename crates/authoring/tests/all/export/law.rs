//! What is exported and imported again is the same catalog.

use std::path::Path;

use authoring::{OnDisk, Options, Source, import};
use scope::{Access, ApiRequest, Catalog, Reason, Subject, Visible, decide};
use serde_json::Value;

use super::given::{assert_same, back, fresh, into, parse_notes};
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

/// A requirement by chance, as a catalog file has it.
fn requirement(dice: &mut Dice, deep: usize) -> String {
    const SCOPES: [&str; 3] = ["notes:read", "notes:write", "money"];
    let kinds = if deep == 0 { 3 } else { 10 };
    let part = |dice: &mut Dice| requirement(dice, deep.saturating_sub(1));
    match dice.below(kinds) {
        0..3 => format!("{:?}", SCOPES[dice.below(3)]),
        3 => format!("{{ all = [{}, {}] }}", part(dice), part(dice)),
        4 => format!("{{ any = [{}, {}] }}", part(dice), part(dice)),
        5 => {
            let (a, b) = (part(dice), part(dice));
            format!("{{ by_path = \"kind\", is = {{ a = {a}, b = {b} }} }}")
        }
        6 => {
            let (a, other) = (part(dice), part(dice));
            format!("{{ by_query = \"q\", is = {{ a = {a} }}, otherwise = {other} }}")
        }
        7 => {
            let (a, b) = (part(dice), part(dice));
            format!("{{ by_body = \"/k\", is = {{ a = {a}, b = {b} }} }}")
        }
        8 => {
            let (person, client) = (part(dice), part(dice));
            format!("{{ person = {person}, client = {client} }}")
        }
        _ => "{ any_token = true }".to_owned(),
    }
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % end.max(1)
    }
}

/// Whoever has what `security` asks for is let in, whatever the call says and whoever it is.
#[test]
fn security_never_asks_for_less_than_a_gate() {
    let mut dice = Dice(7);
    let (mut tried, mut conditional) = (0, 0);
    while tried < 400 {
        let needs = requirement(&mut dice, 2);
        let endpoint = format!("[[endpoints]]\npath = \"/{{kind}}/x\"\npost = {needs}\n");
        let Some(catalog) = parse_notes(&endpoint) else {
            continue;
        };
        tried += 1;
        let exported = fresh(&catalog);
        let imported = back("api.yaml", &exported.description);
        let same = catalog_of(&imported.catalog.unwrap());
        assert_same(&catalog, &same, &needs);
        let root: Value = serde_saphyr::from_str(&exported.description).unwrap();
        let security = &root["paths"]["/{kind}/x"]["post"]["security"];
        let lists = security.as_array().unwrap().iter();
        let lists: Vec<Vec<&str>> = lists
            .map(|own| own["oauth2"].as_array().unwrap().iter())
            .map(|own| own.map(|name| name.as_str().unwrap()).collect())
            .collect();
        assert!(!lists.is_empty(), "{needs}");
        conditional += usize::from(needs.contains("by_"));
        for list in lists {
            let held = catalog.granted(&list.join(" ").parse().unwrap());
            for (subject, path, query, body) in calls() {
                let mut call = ApiRequest::new("POST", path);
                (call.query, call.body) = (query, body);
                let (all, ceiling) = (
                    catalog.all(),
                    catalog.registered(&catalog.scope_of(&catalog.all())),
                );
                let access = Access {
                    subject,
                    granted: &held,
                    ceiling: &ceiling,
                    approved: &all,
                    rights: &all,
                    expired: None,
                    unproven: None,
                };
                let decision = decide(&catalog, &access, &call);
                assert_eq!(
                    decision.reason(),
                    Reason::Permitted,
                    "{needs} {call:?} {list:?}"
                );
            }
        }
    }
    assert!(conditional > 50, "{conditional}");
}

fn calls() -> Vec<(Subject, &'static str, Visible<'static>, Visible<'static>)> {
    let mut calls = Vec::new();
    for subject in [Subject::Person, Subject::Client] {
        for path in ["/a/x", "/b/x"] {
            for query in [
                Visible::Hidden,
                Visible::Seen(""),
                Visible::Seen("q=a"),
                Visible::Seen("q=z"),
            ] {
                for body in [
                    Visible::Hidden,
                    Visible::Seen("{\"k\":\"a\"}"),
                    Visible::Seen("{\"k\":\"b\"}"),
                ] {
                    calls.push((subject, path, query, body));
                }
            }
        }
    }
    calls
}
