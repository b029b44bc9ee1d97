//! The language a visitor reads the playground in.

use std::sync::LazyLock;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use server::pages::{Language, LanguageLink, Texts, Words, choose_language, language_links};

/// A page in the visitor's language: the one chosen by hand, or the browser's.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The page's words.
    pub words: Words,
    /// Whether the visitor chose the language, so that links keep it.
    pub by_hand: bool,
    uri: Uri,
}

impl Reader {
    /// Who sent this request.
    pub fn of(parts: &Parts) -> Self {
        let language = choose_language(&Language::ALL, &parts.uri, &parts.headers);
        Self {
            words: in_language(language),
            by_hand: names_language(&parts.uri),
            uri: parts.uri.clone(),
        }
    }

    /// The same visitor, who chose a language on an earlier page, unless this one names another.
    #[must_use]
    pub fn remembering(mut self, chosen: Option<Language>) -> Self {
        if let (false, Some(language)) = (self.by_hand, chosen) {
            self.words = in_language(language);
            self.by_hand = true;
        }
        self
    }

    /// A text without variables.
    pub fn t(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// A text with a name put in.
    pub fn tv(&self, key: &str, name: &str, value: &str) -> String {
        self.words.with(key, &[(name, value)])
    }

    /// A text about a number.
    pub fn n(&self, key: &str, count: &usize) -> String {
        self.words
            .count(key, i64::try_from(*count).unwrap_or(i64::MAX))
    }

    /// ISO 639-1.
    pub fn language(&self) -> &'static str {
        self.words.language().code()
    }

    /// What keeps a language that was chosen by hand on the next page.
    pub fn kept(&self) -> String {
        if self.by_hand {
            format!("?ui_locales={}", self.language())
        } else {
            String::new()
        }
    }

    /// The same page in each language.
    #[must_use]
    pub fn languages(&self) -> Vec<LanguageLink> {
        language_links(&Language::ALL, &self.uri, self.words.language())
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// Does the address say which language it wants?
fn names_language(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "ui_locales")
}

fn in_language(language: Language) -> Words {
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(source));
    Words::of(&TEXTS, language)
}

/// The playground's texts in a language, as written.
pub(super) fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../locales/en/playground.ftl"),
        Language::German => include_str!("../../locales/de/playground.ftl"),
        Language::French => include_str!("../../locales/fr/playground.ftl"),
        Language::Italian => include_str!("../../locales/it/playground.ftl"),
        Language::Swedish => include_str!("../../locales/sv/playground.ftl"),
    }
}
