//! Words of the provider's own, in places where the pages have none or few of theirs; never where a page says what an app
//! is given.

use std::collections::BTreeMap;

use scope::is_unseen;

/// Where a provider's words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// The heading of the page where people sign in, in place of ours.
    SignInHeading,
    /// Below the form to sign in.
    BelowSignIn,
    /// Below the answers of the page of consent.
    BelowConsent,
    /// At the foot of every page.
    Footer,
}

impl Spot {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::SignInHeading,
        Self::BelowSignIn,
        Self::BelowConsent,
        Self::Footer,
    ];

    /// What the file calls it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SignInHeading => "sign_in_heading",
            Self::BelowSignIn => "below_sign_in",
            Self::BelowConsent => "below_consent",
            Self::Footer => "footer",
        }
    }

    /// The most characters there.
    #[must_use]
    pub fn longest(self) -> usize {
        match self {
            Self::SignInHeading => 80,
            Self::BelowSignIn | Self::BelowConsent => 300,
            Self::Footer => 200,
        }
    }
}

/// A provider's words, by language and place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording(BTreeMap<(String, Spot), String>);

impl Wording {
    /// Says this there, in this language (ISO 639-1).
    ///
    /// # Errors
    ///
    /// What is no plain line of text, or too long a one.
    pub fn say(&mut self, language: &str, spot: Spot, text: &str) -> Result<(), String> {
        let text = line(text, spot.longest())?;
        let Self(texts) = self;
        texts.insert((language.to_owned(), spot), text);
        Ok(())
    }

    /// What is said there, in this language; in another one it is not said.
    #[must_use]
    pub fn text(&self, spot: Spot, language: &str) -> Option<&str> {
        let Self(texts) = self;
        texts.get(&(language.to_owned(), spot)).map(String::as_str)
    }

    /// A place where something is said in one language and not in this one.
    #[must_use]
    pub fn missing_in(&self, language: &str) -> Option<Spot> {
        let Self(texts) = self;
        let mut spots = texts.keys().map(|(_, spot)| *spot);
        spots.find(|spot| self.text(*spot, language).is_none())
    }
}

/// One line of so many characters at most, all of which can be seen.
pub(super) fn line(text: &str, longest: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty; remove it".to_owned());
    }
    let length = text.chars().count();
    if length > longest {
        return Err(format!(
            "it has {length} characters, and {longest} are the most here"
        ));
    }
    let unseen = text.chars().find(|c| c.is_control() || is_unseen(*c));
    if let Some(unseen) = unseen {
        return Err(format!(
            "it has the character {}, which nobody sees; write one line of plain text",
            unseen.escape_unicode()
        ));
    }
    Ok(text.to_owned())
}
