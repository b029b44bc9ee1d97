//! How a provider's pages look: their name, mark, colour, letters, links and words, all checked before the first page
//! is shown. A provider writes no markup and no style; what is served of it is made here.

mod accent;
mod font;
mod link;
mod mark;
mod png;
mod svg;
mod wording;

use std::fmt::Write;

use oauth::model::TokenHash;

pub use accent::{Accent, Colour, GROUNDS};
pub use font::Font;
pub use link::{in_language, link};
pub use mark::Mark;
pub use wording::{Spot, Wording};

/// The most characters of a realm's name on its pages.
const LONGEST_NAME: usize = 60;

/// What a provider asks for; by default, nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// In place of the catalog's title.
    pub name: Option<String>,
    /// Before the name.
    pub mark: Option<Mark>,
    /// In place of the green.
    pub accent: Option<Accent>,
    /// In place of the system's own letters.
    pub font: Option<Font>,
    /// Terms of use.
    pub terms: Option<String>,
    /// How data is dealt with.
    pub privacy: Option<String>,
    /// Where people are helped.
    pub help: Option<String>,
    /// Words that the pages say besides their own.
    pub wording: Wording,
}

/// How a realm's pages look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    wishes: Wishes,
    mark: Option<File>,
    stylesheet: Option<File>,
    digest: String,
}

/// A file that is served for the pages: its name, which changes with its content, its type, and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The last segment of its address.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

impl File {
    fn new(kind: &str, extension: &str, media_type: &'static str, content: Vec<u8>) -> Self {
        let digest = TokenHash::of(&content).to_string();
        let digest = digest.get(..32).unwrap_or_default();
        Self {
            name: format!("{kind}-{digest}.{extension}"),
            media_type,
            content,
        }
    }
}

impl Look {
    /// What comes of these wishes.
    #[must_use]
    pub fn of(mut wishes: Wishes) -> Self {
        let digest = TokenHash::of(format!("{wishes:?}").as_bytes()).to_string();
        let mark = wishes.mark.take();
        let mark = mark.map(|mark| {
            let (extension, media_type) = mark.kind();
            File::new("mark", extension, media_type, mark.into_content())
        });
        let style = style(wishes.accent, wishes.font);
        let stylesheet = style
            .map(|text| File::new("style", "css", "text/css; charset=utf-8", text.into_bytes()));
        Self {
            wishes,
            mark,
            stylesheet,
            digest,
        }
    }

    /// What tells it from any other.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The realm's name, where it is not the catalog's title.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.wishes.name.as_deref()
    }

    /// The picture before the name.
    #[must_use]
    pub fn mark(&self) -> Option<&File> {
        self.mark.as_ref()
    }

    /// What stands over the pages' own stylesheet.
    #[must_use]
    pub fn stylesheet(&self) -> Option<&File> {
        self.stylesheet.as_ref()
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        let mut files = [&self.mark, &self.stylesheet].into_iter().flatten();
        files.find(|file| file.name == name)
    }

    /// Terms of use.
    #[must_use]
    pub fn terms(&self) -> Option<&str> {
        self.wishes.terms.as_deref()
    }

    /// How data is dealt with.
    #[must_use]
    pub fn privacy(&self) -> Option<&str> {
        self.wishes.privacy.as_deref()
    }

    /// Where people are helped.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.wishes.help.as_deref()
    }

    /// What is said in this place, in this language.
    #[must_use]
    pub fn says(&self, spot: Spot, language: &str) -> Option<&str> {
        self.wishes.wording.text(spot, language)
    }
}

/// Can pages call a realm so?
///
/// # Errors
///
/// What is wrong with it.
pub fn name(text: &str) -> Result<String, String> {
    wording::line(text, LONGEST_NAME)
}

fn style(accent: Option<Accent>, font: Option<Font>) -> Option<String> {
    if accent.is_none() && font.is_none() {
        return None;
    }
    let mut text = String::new();
    if let Some(accent) = accent {
        let [light, dark] = accent.styles();
        // Writing to a text does not fail.
        let _ = writeln!(text, ":root {{ {light} }}");
        let _ = writeln!(
            text,
            "@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
        );
    }
    if let Some(font) = font {
        let _ = writeln!(text, "html {{ font-family: {}; }}", font.stack());
    }
    Some(text)
}

#[cfg(test)]
mod tests;
