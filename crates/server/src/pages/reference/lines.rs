//! Texts to look words up in: one after the other in small letters, so that looking makes none.

use memchr::memmem::Finder;

/// Texts, each by its number.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Lines {
    /// Adds a text, of several parts.
    pub(super) fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.extend(part.chars().flat_map(char::to_lowercase));
            self.text.push('\n');
        }
        self.ends.push(self.text.len());
    }

    /// With nothing to spare.
    pub(super) fn finished(mut self) -> Self {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self
    }

    /// Of each text, whether it holds all these words.
    pub(super) fn hold(&self, words: &[Finder<'_>]) -> impl Iterator<Item = bool> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| {
            let line = self.text.as_bytes().get(*start..*end).unwrap_or_default();
            words.iter().all(|word| word.find(line).is_some())
        })
    }
}

/// What somebody looks for: its words in small letters.
pub(super) fn words(query: &str) -> Vec<String> {
    let mut words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    words.sort_unstable();
    words.dedup();
    words
}
