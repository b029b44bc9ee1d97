//! A catalog to begin with.

/// A small, commented catalog with this id (`[a-z][a-z0-9-]*`), free of mistakes.
#[must_use]
pub fn new_catalog(id: &str) -> String {
    let title = id.replace('-', " ");
    let mut letters = title.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let title: String = first.into_iter().chain(letters).collect();
    include_str!("new.toml")
        .replace("{id}", id)
        .replace("{title}", &title)
}
