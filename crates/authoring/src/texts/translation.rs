//! Texts that come back from translators.

/// One text that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Translation {
    /// Where it stands in the catalog, as in [`TextEntry::key`](super::TextEntry::key).
    pub key: String,
    /// What it was translated from, as far as the file says so.
    pub source: Option<String>,
    /// The language, a BCP 47 tag.
    pub language: String,
    /// The text.
    pub text: String,
    /// Its translator does not say that there is more to do.
    pub is_finished: bool,
}
