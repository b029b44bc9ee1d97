//! What people read when their catalog file has mistakes: one snapshot per broken file.
use std::fs;
use std::path::Path;

use scope::Catalog;

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let Err(errors) = Catalog::parse(name, &text) else {
            panic!("{name} has no mistake");
        };
        let lines: Vec<&str> = text.lines().collect();
        let shown: Vec<String> = errors
            .mistakes()
            .iter()
            .map(|mistake| {
                format!(
                    "{mistake}\n  line: {}",
                    lines.get(mistake.line - 1).unwrap_or(&"")
                )
            })
            .collect();
        insta::assert_snapshot!(name.trim_end_matches(".toml"), shown.join("\n"));
    }
}
