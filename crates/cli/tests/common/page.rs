//! What stands on the pages of `docs`.

use std::path::Path;

/// The first block of code of this kind behind a heading.
pub fn block(page: &str, heading: &str, kind: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(page);
    let text = std::fs::read_to_string(&file).unwrap();
    let behind = |text: &str, what: &str| {
        let found = text.split_once(what).map(|(_, behind)| behind.to_owned());
        found.unwrap_or_else(|| panic!("no {what:?} in {page}"))
    };
    let section = behind(&text, &format!("\n{heading}\n"));
    let begun = behind(&section, &format!("\n```{kind}\n"));
    let (code, _) = begun.split_once("\n```\n").unwrap();
    code.to_owned()
}
