//! Every path that the documents name exists.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn documents() -> Vec<PathBuf> {
    let mut found: Vec<_> = [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "crates/enforce/README.md",
        "crates/scope/README.md",
        "crates/scope/cases/README.md",
    ]
    .map(|document| root().join(document))
    .into();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The code spans of a Markdown text that look like paths of this repository.
fn paths_in(text: &str) -> Vec<String> {
    const BEGINNINGS: [&str; 13] = [
        "crates/",
        "catalogs/",
        "docs/",
        "bench/",
        "fuzz/",
        "tests/",
        "deploy/",
        ".ci/",
        "LICENSE",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "deny.toml",
    ];
    let mut inside_fence = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside_fence = !inside_fence;
            continue;
        }
        if inside_fence {
            continue;
        }
        for span in line.split('`').skip(1).step_by(2) {
            let span = span.trim_end_matches('/');
            let is_path = BEGINNINGS
                .iter()
                .any(|beginning| span.starts_with(beginning));
            if is_path && !span.contains([' ', '*', '{', '<', '…']) {
                found.push(span.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_path_named_in_the_documents_exists() {
    let mut named = 0;
    let mut missing = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).expect("a readable document");
        for path in paths_in(&text) {
            named += 1;
            if !root().join(&path).exists() {
                missing.push(format!("{}: {path}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(
        named >= 40,
        "only {named} paths found; is the search broken?"
    );
}

#[test]
fn the_search_sees_paths() {
    let text = "See `crates/scope/src`, `LICENSE` and `cargo test`.\n```\n`crates/nowhere`\n```\n";
    assert_eq!(paths_in(text), ["crates/scope/src", "LICENSE"]);
}
