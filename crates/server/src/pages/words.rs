//! The words of the pages, and names as they may stand among them.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use scope::is_unseen;

use super::cut::cut;
use crate::language::Language;

/// The texts of some pages, in every language.
pub struct Texts {
    bundles: Vec<(Language, FluentBundle<FluentResource>)>,
}

impl Texts {
    /// From one Fluent file for each language. Whoever has such files tests that each loads
    /// whole; a message that does not parse is left out.
    #[must_use]
    pub fn new(source: fn(Language) -> &'static str) -> Self {
        let bundle = |language: Language| Some((language, load(language, source(language))?));
        Self {
            bundles: Language::ALL.into_iter().filter_map(bundle).collect(),
        }
    }

    fn bundle(&self, language: Language) -> Option<&FluentBundle<FluentResource>> {
        self.bundles
            .iter()
            .find_map(|(of, bundle)| (*of == language).then_some(bundle))
    }
}

/// The words of some pages in one language.
#[derive(Clone, Copy)]
pub struct Words {
    texts: &'static Texts,
    language: Language,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.language).finish()
    }
}

impl Words {
    /// The words of the server's own pages in this language.
    #[must_use]
    pub(crate) fn new(language: Language) -> Self {
        static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(source));
        Self::of(&TEXTS, language)
    }

    /// The words of these texts in this language.
    #[must_use]
    pub fn of(texts: &'static Texts, language: Language) -> Self {
        Self { texts, language }
    }

    /// The language they are in.
    #[must_use]
    pub fn language(self) -> Language {
        self.language
    }

    /// A text without variables.
    #[must_use]
    pub fn get(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A text with names put in.
    #[must_use]
    pub fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        self.format(key, &arguments)
    }

    /// A text about a number, `$count`, with the plural its language wants.
    #[must_use]
    pub fn count(self, key: &str, count: i64) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", count);
        self.format(key, &arguments)
    }

    /// A missing text is taken from English, so that nobody is shown a key; that every text
    /// exists in every language is tested.
    fn format(self, key: &str, arguments: &FluentArgs<'_>) -> String {
        [self.language, Language::English]
            .into_iter()
            .find_map(|language| {
                let bundle = self.texts.bundle(language)?;
                let pattern = bundle.get_message(key)?.value()?;
                let mut problems = Vec::new();
                Some(bundle.format_pattern(pattern, Some(arguments), &mut problems))
            })
            .map(Cow::into_owned)
            .unwrap_or_default()
    }
}

/// The texts of the server's own pages in a language, as written.
#[must_use]
pub(crate) fn source(language: Language) -> &'static str {
    match language {
        Language::English => concat!(
            include_str!("../../locales/en/pages.ftl"),
            include_str!("../../locales/en/accounts.ftl")
        ),
        Language::German => concat!(
            include_str!("../../locales/de/pages.ftl"),
            include_str!("../../locales/de/accounts.ftl")
        ),
        Language::French => concat!(
            include_str!("../../locales/fr/pages.ftl"),
            include_str!("../../locales/fr/accounts.ftl")
        ),
        Language::Italian => concat!(
            include_str!("../../locales/it/pages.ftl"),
            include_str!("../../locales/it/accounts.ftl")
        ),
        Language::Swedish => concat!(
            include_str!("../../locales/sv/pages.ftl"),
            include_str!("../../locales/sv/accounts.ftl")
        ),
    }
}

fn load(language: Language, source: &'static str) -> Option<FluentBundle<FluentResource>> {
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let mut bundle = FluentBundle::new_concurrent(vec![language.code().parse().ok()?]);
    // Names are cleaned of direction marks before they come here (`shown`), and marks around
    // them would end up in what people copy.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    Some(bundle)
}

/// A title without its capital, where the language has none within a sentence and the word
/// is not an abbreviation; and no longer than a sentence bears.
#[must_use]
pub(crate) fn in_a_sentence(words: Words, title: &str) -> String {
    let mut title = title.to_owned();
    cut(&mut title, LONGEST_TITLE, LONGEST_TITLE);
    let mut letters = title.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else {
        return String::new();
    };
    let is_word = rest.chars().next().is_none_or(char::is_lowercase);
    if is_word && words.language().code() != "de" {
        first.to_lowercase().chain(rest.chars()).collect()
    } else {
        title
    }
}

/// Of a title within a sentence, in characters.
const LONGEST_TITLE: usize = 80;

/// A text somebody else chose, such as an app's name, as it may stand on a page: no control
/// characters and no marks that turn the direction of what follows, on one line, and not
/// endless. Escaping is the templates' part.
#[must_use]
pub(crate) fn shown(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let words: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut kept: String = words.chars().take(LONGEST_NAME).collect();
    if kept.len() < words.len() {
        kept.push('…');
    }
    kept
}

/// As most are: short and of ASCII, with one blank between its words.
fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST_NAME
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
}

/// In characters.
const LONGEST_NAME: usize = 80;

/// Variants choose between shapes of what stands before them, such as that of a heart.
fn is_invisible(c: char) -> bool {
    is_unseen(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_cannot_be_seen_and_keep_what_can() {
        assert_eq!(shown("Ledgerly"), "Ledgerly");
        assert_eq!(shown("  Bok\u{202E}oiB\u{0007}\n AB "), "BokoiB AB");
        assert_eq!(shown("<b>Müller & Söhne</b>"), "<b>Müller & Söhne</b>");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 81);
    }

    #[test]
    fn numbers_take_the_right_plural() {
        let words = Words::new(Language::German);
        assert_ne!(
            words.count("scopes-count", 1).replace('1', "2"),
            words.count("scopes-count", 2)
        );
    }
}
