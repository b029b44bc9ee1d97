//! The playground's words, and what it makes of a catalog.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use scope::Catalog;
use serde_json::json;
use server::pages::Language;

use super::held::{Because, Held};
use super::words::source;
use crate::shipped;

/// Key to the variables its text uses.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source(language).lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if !line.starts_with([' ', '}']) {
            let (key, _) = line.split_once(" =").expect(line);
            current = key.to_owned();
            let earlier = messages.insert(current.clone(), BTreeSet::new());
            assert!(earlier.is_none(), "{key} stands twice in {language:?}");
        }
        let variables = line.split('$').skip(1).map(|rest| {
            let name = rest.chars().take_while(char::is_ascii_alphanumeric);
            name.collect::<String>()
        });
        messages.get_mut(&current).unwrap().extend(variables);
    }
    messages
}

#[test]
fn every_language_has_the_same_keys_with_the_same_variables() {
    let english = messages(Language::English);
    assert!(english.len() > 100);
    for language in Language::ALL {
        assert_eq!(messages(language), english, "{language:?}");
    }
}

#[test]
fn every_key_that_is_used_exists_and_every_key_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for folder in ["templates/playground", "src/playground"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            text += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
        }
    }
    let keys = messages(Language::English);
    for call in [
        ".t(\"",
        ".tv(\"",
        ".n(\"",
        ".of(\"",
        "words.get(\"",
        "words.with(\"",
    ] {
        for used in text.split(call).skip(1) {
            let used = used.split('"').next().unwrap();
            assert!(
                keys.contains_key(used),
                "{used:?} is used and does not exist"
            );
        }
    }
    for key in keys.keys() {
        assert!(text.contains(&format!("\"{key}\"")), "{key} is never used");
    }
}

fn held(asked: &str, scope: &str) -> Vec<(String, Because)> {
    let (name, text) = shipped::CATALOGS[0];
    let catalog = Catalog::parse(name, text).unwrap();
    let answer = json!({ "access_token": "a", "scope": scope });
    let held = Held::read("ledgerly", asked, &answer).unwrap();
    let scopes = held.scopes(&catalog).into_iter();
    scopes.map(|scope| (scope.name, scope.because)).collect()
}

#[test]
fn scopes_that_were_asked_for_are_told_from_those_that_come_along() {
    let part_of = |whole: &str| Because::PartOf(whole.to_owned());
    let told = held(
        "contact_edit kb_invoice_edit",
        "general contact_edit contact_show kb_invoice_show task_show",
    );
    let expected = [
        ("general", Because::EveryGrant),
        ("contact_edit", Because::Asked),
        ("contact_show", part_of("contact_edit")),
        ("kb_invoice_show", part_of("kb_invoice_edit")),
        ("task_show", Because::Before),
    ];
    assert_eq!(told, expected.map(|(name, why)| (name.to_owned(), why)));
}

#[test]
fn whoever_asks_for_nothing_holds_defaults() {
    let told = held("", "general contact_show");
    let expected = [
        ("general", Because::EveryGrant),
        ("contact_show", Because::Default),
    ];
    assert_eq!(told, expected.map(|(name, why)| (name.to_owned(), why)));
}
