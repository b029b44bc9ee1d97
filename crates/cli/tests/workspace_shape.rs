//! The house as the architecture draws it: which crate may see which.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// For each crate of the workspace, every other one it may depend on.
const EDGES: [(&str, &[&str]); 8] = [
    ("scope", &[]),
    ("oauth", &["scope"]),
    ("storage", &["scope", "oauth"]),
    ("enforce", &["scope", "oauth"]),
    ("realm", &["scope", "oauth", "storage", "enforce"]),
    ("server", &["scope", "oauth", "storage", "enforce", "realm"]),
    (
        "scopegate",
        &["scope", "oauth", "storage", "enforce", "realm", "server"],
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

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind != DependencyKind::Development)
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
