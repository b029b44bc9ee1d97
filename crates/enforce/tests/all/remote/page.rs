//! What `docs/tower.md` shows is what the examples are.

use std::path::Path;

#[test]
fn the_page_shows_the_examples_as_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/tower.md")).unwrap();
    let mut shown = 0;
    for part in page.split("\n```rust\n").skip(1) {
        let code = part.split("\n```").next().unwrap();
        let before = &page[..page.find(part).unwrap()];
        let named = before
            .lines()
            .rev()
            .find(|line| line.starts_with("`crates/"))
            .unwrap();
        let file = named.trim_matches(['`', ':']);
        let example = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(
            example.contains(code),
            "{file} is not as the page has it:\n{code}"
        );
        shown += 1;
    }
    assert_eq!(shown, 4);
}
