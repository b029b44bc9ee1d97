//! The words of the pages: the same keys and variables in every language, every key that is
//! used exists, and every key is used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::language::Language;
use crate::pages::words::{Words, source};

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
            rest.chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect::<String>()
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
fn every_text_can_be_formatted_whole() {
    for language in Language::ALL {
        let words = Words::new(language);
        for (key, variables) in messages(language) {
            let values: Vec<(&str, &str)> = variables
                .iter()
                .filter(|name| *name != "count")
                .map(|name| (name.as_str(), "VALUE"))
                .collect();
            let text = if variables.contains("count") {
                words.count(&key, 3)
            } else {
                words.with(&key, &values)
            };
            assert!(!text.trim().is_empty(), "{language:?} {key}");
            assert!(
                !text.contains(['{', '}', '$']),
                "{language:?} {key}: {text}"
            );
            for _ in &values {
                assert!(text.contains("VALUE"), "{language:?} {key}: {text}");
            }
        }
    }
}

#[test]
fn no_language_is_a_copy_of_another() {
    let english = messages(Language::English);
    for language in Language::ALL.into_iter().skip(1) {
        let same = english
            .keys()
            .filter(|key| Words::new(language).get(key) == Words::new(Language::English).get(key))
            .count();
        assert!(same < 15, "{language:?} has {same} texts as in English");
    }
}

#[test]
fn every_key_that_is_used_exists_and_every_key_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for folder in [
        "templates",
        "src/pages",
        "src/authorize",
        "src/account",
        "src/openid",
    ] {
        read_all(&root.join(folder), &mut text);
    }
    let keys: BTreeSet<String> = messages(Language::English).into_keys().collect();
    for call in [
        ".t(\"",
        ".tv(\"",
        ".n(\"",
        "words.get(\"",
        "words.with(\"",
        "words.count(\"",
    ] {
        for used in text.split(call).skip(1) {
            let used = used.split('"').next().unwrap();
            assert!(
                used.contains(['{']) || keys.contains(used),
                "{used:?} is used and does not exist"
            );
        }
    }
    for key in &keys {
        let begun = key
            .strip_suffix("-title")
            .or_else(|| key.strip_suffix("-what"))
            .or_else(|| key.strip_suffix("-now"))
            .or_else(|| key.strip_suffix("-at"))
            .unwrap_or(key);
        let used = [key.as_str(), begun]
            .iter()
            .any(|key| text.contains(&format!("\"{key}\"")));
        assert!(used, "{key} is never used");
    }
}

fn read_all(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, text);
        } else {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
