use std::sync::Arc;

use realm::Layout;
use realm::look::{File, Look, Spot, in_language};

#[cfg(test)]
use crate::language::Language;
use crate::pages::static_files;
use crate::pages::words::Words;

/// What stands around every page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// In which language.
    pub words: Words,
    /// Where the realm's addresses are; nothing where the page belongs to none.
    pub layout: Option<Arc<Layout>>,
    /// How the realm's pages look; nothing where the page belongs to none.
    pub look: Option<Arc<Look>>,
    /// The realm's name, its mark in plain type.
    pub realm_title: String,
    /// Who is signed in, by name.
    pub person: Option<String>,
    /// The same page in other languages.
    pub languages: Vec<LanguageLink>,
    /// Was the language chosen by hand? Then it goes along.
    pub keeps_language: bool,
}

/// The same page in another language.
#[derive(Debug, Clone)]
pub struct LanguageLink {
    /// ISO 639-1.
    pub code: &'static str,
    /// The language's name in itself.
    pub name: &'static str,
    /// Where it is.
    pub href: String,
    /// Is it the one being read?
    pub current: bool,
}

impl Frame {
    /// A text.
    #[must_use]
    pub(crate) fn t(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// A text with names put in.
    #[must_use]
    pub(crate) fn tv<'v>(&self, key: &str, values: impl AsRef<[(&'v str, &'v str)]>) -> String {
        self.words.with(key, values.as_ref())
    }

    /// A text about a number of things.
    #[must_use]
    pub(crate) fn n(&self, key: &str, count: usize) -> String {
        self.words
            .count(key, i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// The language's code.
    #[must_use]
    pub(crate) fn code(&self) -> &'static str {
        self.words.language().code()
    }

    /// A path of this realm.
    #[must_use]
    pub(crate) fn at(&self, path: &str) -> String {
        let layout = self.layout.as_deref();
        layout.map_or_else(|| format!("/{path}"), |layout| layout.at(path))
    }

    /// A page of this realm, in the language that was chosen by hand.
    #[must_use]
    pub(crate) fn to(&self, path: &str) -> String {
        let path = self.at(path);
        if self.keeps_language {
            format!("{path}?ui_locales={}", self.code())
        } else {
            path
        }
    }

    /// Where the stylesheet is; the address changes with its content.
    #[must_use]
    pub(crate) fn stylesheet(&self) -> String {
        let path = static_files::stylesheet_path();
        let layout = self.layout.as_deref();
        layout.map_or_else(|| path.to_owned(), |layout| layout.shared(path))
    }

    /// Where the provider's own style is, if there is one.
    #[must_use]
    pub(crate) fn own_style(&self) -> Option<String> {
        self.file(self.look.as_ref()?.stylesheet())
    }

    /// Where the provider's mark is, if there is one.
    #[must_use]
    pub(crate) fn mark(&self) -> Option<String> {
        self.file(self.look.as_ref()?.mark())
    }

    fn file(&self, file: Option<&File>) -> Option<String> {
        file.map(|file| self.at(&format!("look/{}", file.name)))
    }

    /// Where the provider's terms and the like are, and what they are.
    #[must_use]
    pub(crate) fn links(&self) -> Vec<(String, String)> {
        let look = self.look.as_deref();
        let language = self.words.language().code();
        let all = [
            (look.and_then(Look::help), "look-help"),
            (look.and_then(Look::terms), "look-terms"),
            (look.and_then(Look::privacy), "look-privacy"),
        ];
        let known = all.into_iter();
        known
            .filter_map(|(link, key)| Some((in_language(link?, language), self.t(key))))
            .collect()
    }

    /// What the provider says at the head of the page where people sign in, in place of ours.
    #[must_use]
    pub(crate) fn own_heading(&self) -> Option<&str> {
        self.says(Spot::SignInHeading)
    }

    /// What the provider says below the form to sign in.
    #[must_use]
    pub(crate) fn below_sign_in(&self) -> Option<&str> {
        self.says(Spot::BelowSignIn)
    }

    /// What the provider says below the answers of the page of consent.
    #[must_use]
    pub(crate) fn below_consent(&self) -> Option<&str> {
        self.says(Spot::BelowConsent)
    }

    /// What the provider says at the foot of every page.
    #[must_use]
    pub(crate) fn own_footer(&self) -> Option<&str> {
        self.says(Spot::Footer)
    }

    fn says(&self, spot: Spot) -> Option<&str> {
        self.look.as_ref()?.says(spot, self.code())
    }

    /// A frame to render samples in.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn sample(language: Language, person: Option<&str>) -> Self {
        Self {
            words: Words::new(language),
            layout: Some(Arc::new(Layout::usual(
                "https://login.example.com",
                "bexio",
            ))),
            look: None,
            realm_title: "bexio".to_owned(),
            person: person.map(str::to_owned),
            languages: Language::ALL
                .into_iter()
                .map(|each| LanguageLink {
                    code: each.code(),
                    name: each.own_name(),
                    href: format!("?ui_locales={}", each.code()),
                    current: each == language,
                })
                .collect(),
            keeps_language: false,
        }
    }
}
