//! What stands on the pages of `docs`.

use std::path::{Path, PathBuf};

/// The folder of the whole project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The first block of code of this kind behind a heading.
pub fn block(page: &str, heading: &str, kind: &str) -> String {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let behind = |text: &str, what: &str| {
        let found = text.split_once(what).map(|(_, behind)| behind.to_owned());
        found.unwrap_or_else(|| panic!("no {what:?} in {page}"))
    };
    let section = behind(&text, &format!("\n{heading}\n"));
    let begun = behind(&section, &format!("\n```{kind}\n"));
    let (code, _) = begun.split_once("\n```\n").unwrap();
    code.to_owned()
}
