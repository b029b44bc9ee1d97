//! The house as the architecture draws it: which crate may see which.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// For each crate of the workspace, every other one it may depend on.
const EDGES: [(&str, &[&str]); 9] = [
    ("scope", &[]),
    ("oauth", &["scope"]),
    ("storage", &["scope", "oauth"]),
    ("enforce", &["scope"]),
    ("realm", &["scope", "oauth", "storage", "enforce"]),
    ("server", &["scope", "oauth", "storage", "enforce", "realm"]),
    (
        "sandbox",
        &["scope", "oauth", "storage", "enforce", "realm"],
    ),
    (
        "scopegate",
        &[
            "scope", "oauth", "storage", "enforce", "realm", "sandbox", "server",
        ],
    ),
    // Measures; nothing may depend on it.
    ("bench", &["scope", "oauth", "storage"]),
];

/// The pure crates and all they may use from outside.
const PURE: [(&str, &[&str]); 2] = [
    (
        "scope",
        &["rustc-hash", "serde", "serde_json", "strsim", "toml"],
    ),
    (
        "oauth",
        &[
            "aws-lc-rs",
            "base64",
            "crc32fast",
            "jiff",
            "jsonwebtoken",
            "percent-encoding",
            "serde",
            "serde_json",
            "subtle",
            "thiserror",
            "url",
            "uuid",
        ],
    ),
];

/// What services of others link: nothing else of ours comes with it, not even in its tests.
const LINKED_BY_OTHERS: [&str; 2] = ["scope", "enforce"];

/// What each crate depends on, its tests left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    declared(|kind| kind != DependencyKind::Development)
}

fn declared(is_meant: impl Fn(DependencyKind) -> bool) -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package
                .dependencies
                .iter()
                .filter(|dependency| is_meant(dependency.kind))
                .map(|dependency| dependency.name.clone())
                .collect();
            (package.name.to_string(), normal)
        })
        .collect()
}

#[test]
fn the_workspace_has_exactly_these_crates() {
    let found: BTreeSet<_> = dependencies().into_keys().collect();
    let drawn: BTreeSet<_> = EDGES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, drawn);
}

#[test]
fn no_crate_sees_what_it_may_not() {
    let found = dependencies();
    let ours: BTreeSet<_> = found.keys().cloned().collect();
    for (name, allowed) in EDGES {
        let strangers: Vec<_> = found[name]
            .iter()
            .filter(|other| ours.contains(*other) && !allowed.contains(&other.as_str()))
            .collect();
        assert!(
            strangers.is_empty(),
            "{name} must not depend on {strangers:?}"
        );
    }
}

#[test]
fn what_others_link_sees_nothing_else_of_ours_even_in_tests() {
    let found = declared(|_| true);
    for name in LINKED_BY_OTHERS {
        let ours = found[name]
            .iter()
            .filter(|other| found.contains_key(*other));
        let strangers: Vec<_> = ours.filter(|other| *other != "scope").collect();
        assert!(strangers.is_empty(), "{name} brings {strangers:?} along");
    }
}

#[test]
fn the_pure_crates_stay_pure() {
    let found = dependencies();
    let ours: BTreeSet<_> = found.keys().cloned().collect();
    for (name, allowed) in PURE {
        let strangers: Vec<_> = found[name]
            .iter()
            .filter(|other| !ours.contains(*other) && !allowed.contains(&other.as_str()))
            .collect();
        assert!(
            strangers.is_empty(),
            "{name} must stay pure, but uses {strangers:?}"
        );
    }
}
