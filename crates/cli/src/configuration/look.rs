//! `[realm.look]`: how a realm's pages look, with the files that it names.

use std::path::Path;

use realm::look::{self, Accent, Font, Look, Mark, Spot, Wishes, Wording};
use scope::Mistakes;
use server::pages::Language;
use toml::de::{DeTable, DeValue};

use super::key::{Absent, Key, Table};
use super::section::Section;
use super::syntax;
use super::value::file;
use crate::input;

pub const LOOK_TABLE: Key = Key {
    name: "look",
    form: "table",
    example: r##"look = { name = "Acme", accent = "#35308f" }"##,
    absent: Absent::Off("the pages as they come, with the catalog's title"),
    about: "How its pages look; see `[realm.look]`.",
};

pub const LOOK: Table = Table {
    head: "[realm.look]",
    about: "How the realm's pages look. Read at start; a server that runs keeps what it has. See \
            `docs/look.md`.",
    keys: &[
        &NAME,
        &MARK,
        &ACCENT,
        &ACCENT_DARK,
        &FONT,
        &TERMS,
        &PRIVACY,
        &HELP,
        &TEXTS,
    ],
};

pub const NAME: Key = Key {
    name: "name",
    form: "text",
    example: r#"name = "Acme""#,
    absent: Absent::Off("the catalog's `title`"),
    about: "What the pages call the realm, in every language: one line of at most 60 characters.",
};
pub const MARK: Key = Key {
    name: "mark",
    form: "file",
    example: r#"mark = "acme.svg""#,
    absent: Absent::Off("the name in plain type"),
    about: "A picture before the name, 28 pixels high, also in the browser's tab: an SVG of plain shapes, or a \
            PNG of 28 to 1024 pixels a side; 64 KiB at most. An SVG with anything else in it is refused.",
};
pub const ACCENT: Key = Key {
    name: "accent",
    form: "colour",
    example: r##"accent = "#35308f""##,
    absent: Absent::Off("a dark green"),
    about: "The colour of the thing to do next. One that cannot be told from the ground of a page (WCAG 2.2 AA) \
            is refused, with the nearest that can.",
};
pub const ACCENT_DARK: Key = Key {
    name: "accent_dark",
    form: "colour",
    example: r##"accent_dark = "#a9a5f0""##,
    absent: Absent::Off("`accent`, lightened as far as dark pages need"),
    about: "The same on dark pages.",
};
pub const FONT: Key = Key {
    name: "font",
    form: "`\"system\"`, `\"grotesque\"`, `\"humanist\"`, `\"geometric\"`, `\"rounded\"` or `\"serif\"`",
    example: r#"font = "humanist""#,
    absent: Absent::Off("`system`"),
    about: "Which of the letters that are on people's machines already; none are loaded.",
};
pub const TERMS: Key = Key {
    name: "terms",
    form: "URL",
    example: r#"terms = "https://www.example.com/terms""#,
    absent: Absent::Off("no link"),
    about: "The provider's terms of use, at the foot of every page. `{language}` in it is the reader's, such as `de`.",
};
pub const PRIVACY: Key = Key {
    name: "privacy",
    form: "URL",
    example: r#"privacy = "https://www.example.com/privacy""#,
    absent: Absent::Off("no link"),
    about: "How the provider deals with data, at the foot of every page. `{language}` as above.",
};
pub const HELP: Key = Key {
    name: "help",
    form: "URL",
    example: r#"help = "https://www.example.com/help""#,
    absent: Absent::Off("no link"),
    about: "Where the provider helps people, at the foot of every page. `{language}` as above.",
};
pub const TEXTS: Key = Key {
    name: "texts",
    form: "file",
    example: r#"texts = "acme.texts.toml""#,
    absent: Absent::Off("no words but the pages' own"),
    about: "A file with the provider's own words: a table for each language that the catalog speaks, with any of \
            `sign_in_heading`, `below_sign_in`, `below_consent` and `footer`. Plain text, one line each.",
};

/// The largest file of words, in bytes.
const LARGEST: u64 = 64 * 1_024;

/// How a realm's pages look, and what is said on them, if anything of it is configured.
pub fn look(realm: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<(Look, Wording)> {
    let section = realm.table(&LOOK_TABLE, &LOOK, m)?;
    let accent = section.value(&ACCENT, m, Accent::new);
    let dark = section.value(&ACCENT_DARK, m, |text| {
        // By itself wrong or right, whatever the other is.
        let beside = accent.map_or_else(|| Accent::new("#000000"), Ok)?;
        beside.and_in_the_dark(text)
    });
    if dark.is_some() && !section.has(&ACCENT) {
        m.at(
            &section.place_of(&ACCENT_DARK),
            "`accent_dark` is there, and `accent` is not",
            "add `accent`; of it alone, the colour of dark pages is worked out",
        );
    }
    let wording = wording(&section, folder, m);
    let wishes = Wishes {
        name: section.value(&NAME, m, look::name),
        mark: mark(&section, folder, m),
        accent: dark.or(accent),
        font: section.value(&FONT, m, Font::of_name),
        terms: section.value(&TERMS, m, look::link),
        privacy: section.value(&PRIVACY, m, look::link),
        help: section.value(&HELP, m, look::link),
        wording: wording.clone(),
    };
    Some((Look::of(wishes), wording))
}

fn mark(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<Mark> {
    let path = section.value(&MARK, m, |name| file(folder, name))?;
    let content = input::file_bytes(&path, LARGEST).map_err(|error| error.to_string());
    match content.and_then(|content| Mark::new(content).map_err(|problem| problem.to_string())) {
        Ok(mark) => Some(mark),
        Err(problem) => {
            let what = format!(
                "the file of `mark` cannot be used\n{}: {problem}",
                path.display()
            );
            let help = "change that file, or name another: an SVG of plain shapes, or a PNG";
            m.at(&section.place_of(&MARK), what, help);
            None
        }
    }
}

fn wording(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Wording {
    let Some(path) = section.value(&TEXTS, m, |name| file(folder, name)) else {
        return Wording::default();
    };
    let read = input::file_bytes(&path, LARGEST);
    let read = read.and_then(|bytes| String::from_utf8(bytes).map_err(std::io::Error::other));
    let found = match read {
        Ok(text) => words(&path.display().to_string(), &text),
        Err(error) => Err(format!("{}: {error}", path.display())),
    };
    found.unwrap_or_else(|problem| {
        let what = format!("the file of `texts` cannot be used\n{problem}");
        m.at(&section.place_of(&TEXTS), what, "change that file");
        Wording::default()
    })
}

/// The words of a file of this name.
fn words(name: &str, text: &str) -> Result<Wording, String> {
    let mut mistakes = Mistakes::new(name, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    syntax::told(errors, &mut mistakes);
    let mut wording = Wording::default();
    let languages: Vec<&str> = Language::ALL.iter().map(|each| each.code()).collect();
    let spots: Vec<&str> = Spot::ALL.iter().map(|spot| spot.key()).collect();
    for (language, texts) in document.get_ref() {
        let own = language.get_ref().as_ref();
        if !languages.contains(&own) {
            mistakes.unknown_key(&language.span(), "a file of texts", own, &languages);
            continue;
        }
        let DeValue::Table(texts) = texts.get_ref() else {
            let what = format!("`{own}` is no table of texts");
            mistakes.at(
                &language.span(),
                what,
                format!("write [{own}] and its texts below"),
            );
            continue;
        };
        for (key, value) in texts {
            let found = Spot::ALL
                .into_iter()
                .find(|spot| spot.key() == key.get_ref().as_ref());
            let Some(spot) = found else {
                let name = key.get_ref().as_ref();
                mistakes.unknown_key(&key.span(), &format!("[{own}]"), name, &spots);
                continue;
            };
            let said = match value.get_ref() {
                DeValue::String(text) => wording.say(own, spot, text),
                _ => Err("it is no text".to_owned()),
            };
            if let Err(problem) = said {
                let what = format!("`{}`: {problem}", spot.key());
                let help = format!("write plain text of at most {} characters", spot.longest());
                mistakes.at(&value.span(), what, help);
            }
        }
    }
    match mistakes.is_empty() {
        true => Ok(wording),
        false => Err(mistakes.to_string()),
    }
}

/// Every text is there in every language that people read these pages in.
///
/// # Errors
///
/// A text that some of them would miss.
pub fn complete(wording: &Wording, catalog_languages: &[String]) -> Result<(), String> {
    let spoken = catalog_languages
        .iter()
        .filter_map(|code| Language::of_code(code));
    for language in spoken.map(Language::code) {
        if let Some(spot) = wording.missing_in(language) {
            return Err(format!(
                "the `texts` of [realm.look] have `{}` in another language and not in [{language}], which the \
                 catalog speaks; add it there",
                spot.key()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_judged_where_it_stands() {
        let right =
            "[en]\nfooter = \"Acme\"\n[de]\nfooter = \"Acme\"\nsign_in_heading = \"Hallo\"\n";
        let wording = words("t", right).unwrap();
        assert_eq!(wording.text(Spot::Footer, "de"), Some("Acme"));
        let languages = ["de".to_owned(), "en".to_owned(), "fi".to_owned()];
        let said = complete(&wording, &languages).unwrap_err();
        assert!(
            said.contains("`sign_in_heading`") && said.contains("[en]"),
            "{said}"
        );
        assert_eq!(complete(&wording, &languages[..1]), Ok(()));
        for (wrong, says) in [
            ("[en]\nfoter = \"Acme\"", "did you mean `footer`?"),
            ("[english]\nfooter = \"Acme\"", "`english`"),
            ("en = \"Acme\"", "no table"),
            ("[en]\nfooter = 1", "no text"),
            ("[en]\nfooter = \"\"", "empty"),
            ("[en]\nfooter = \"a\\nb\"", "nobody sees"),
            (
                "[en]\nconsent_heading = \"Everything is fine\"",
                "unknown key",
            ),
            ("[en", "no TOML"),
        ] {
            let said = words("t", wrong).unwrap_err();
            assert!(
                said.contains(says) || said.contains("not TOML"),
                "{wrong}: {said}"
            );
        }
    }
}
