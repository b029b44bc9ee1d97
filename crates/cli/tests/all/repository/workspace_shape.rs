//! The house as the architecture draws it: which crate may see which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// For each crate of the workspace, every other one it depends on.
const EDGES: [(&str, &[&str]); 12] = [
    ("scope", &[]),
    ("authoring", &["scope"]),
    ("oauth", &["scope"]),
    ("enforce", &["scope"]),
    ("gates", &["scope", "enforce"]),
    ("storage", &["scope", "oauth"]),
    ("realm", &["scope", "oauth", "storage", "enforce"]),
    ("sandbox", &["scope", "oauth", "enforce", "realm"]),
    ("server", &["scope", "oauth", "enforce", "realm"]),
    (
        "scopegate",
        &[
            "scope",
            "authoring",
            "oauth",
            "storage",
            "enforce",
            "gates",
            "realm",
            "sandbox",
            "server",
        ],
    ),
    // Measures; nothing may depend on it.
    ("bench", &["scope", "oauth", "storage", "enforce"]),
    // Tries the readers of what strangers send; nothing may depend on it.
    ("fuzz", &["scope", "authoring", "oauth", "enforce"]),
];

/// Those that may name the store. What others do with it is a function of `realm`.
const OVER_THE_STORE: [&str; 3] = ["realm", "scopegate", "bench"];

/// The pure crates and all they may use from outside.
const PURE: [(&str, &[&str]); 2] = [
    (
        "scope",
        &[
            "fixedbitset",
            "memchr",
            "rustc-hash",
            "serde",
            "serde_json",
            "strsim",
            "toml",
            "unicode-normalization",
        ],
    ),
    (
        "oauth",
        &[
            "aws-lc-rs",
            "base64",
            "crc32fast",
            "jiff",
            "jsonwebtoken",
            "memchr",
            "percent-encoding",
            "serde",
            "serde_json",
            "subtle",
            "thiserror",
            "unicode-normalization",
            "unicode-security",
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
fn each_crate_sees_exactly_what_is_drawn() {
    let found = dependencies();
    for (name, drawn) in EDGES {
        let ours = found[name]
            .iter()
            .filter(|other| found.contains_key(*other));
        let seen: BTreeSet<_> = ours.map(String::as_str).collect();
        assert_eq!(seen, drawn.iter().copied().collect(), "{name}");
    }
}

/// Rust shows a crate what its dependencies hand on: nobody hands on the store.
#[test]
fn the_store_is_named_by_few_and_handed_on_by_nobody() {
    let users = EDGES.iter().filter(|(_, seen)| seen.contains(&"storage"));
    let users: Vec<_> = users.map(|(name, _)| *name).collect();
    assert_eq!(users, OVER_THE_STORE);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for source in sources(&root.join("realm/src")) {
        let text = std::fs::read_to_string(&source).unwrap();
        let handed_on = text.contains("pub use storage");
        assert!(!handed_on, "{}", source.display());
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .collect()
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
