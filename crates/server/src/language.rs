//! Which language a person reads a page in.

use fluent_langneg::{
    NegotiationStrategy, convert_vec_str_to_langids_lossy as identifiers, negotiate_languages,
};

/// A language the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English; what is left when nothing else fits.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Italian.
    Italian,
    /// Swedish.
    Swedish,
}

impl Language {
    /// Every language, in the order of the choice at the foot of a page.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Italian,
        Self::Swedish,
    ];

    /// The language of this code (ISO 639-1).
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// ISO 639-1, as in `lang="de"` and in catalog texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Swedish => "sv",
        }
    }

    /// Its name, in itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Italian => "Italiano",
            Self::Swedish => "Svenska",
        }
    }
}

/// Those languages of a catalog the pages speak too, in the catalog's order. A catalog with
/// none of them is shown in English, around its own texts.
#[must_use]
pub(crate) fn spoken(catalog_languages: &[String]) -> Vec<Language> {
    let spoken: Vec<_> = catalog_languages
        .iter()
        .filter_map(|code| Language::of_code(code))
        .collect();
    if spoken.is_empty() {
        vec![Language::English]
    } else {
        spoken
    }
}

/// The best of `available` for a reader: first what the app or the reader asked for in
/// `ui_locales`, then what the browser accepts (RFC 9110 section 12.5.4), then the first
/// available one.
#[must_use]
pub(crate) fn choose(
    available: &[Language],
    ui_locales: &[String],
    accept_language: Option<&str>,
) -> Language {
    let first = available.first().copied().unwrap_or(Language::English);
    let wishes = ui_locales
        .iter()
        .map(String::as_str)
        .chain(by_weight(accept_language.unwrap_or_default()))
        .take(MOST_WISHES);
    let wanted = identifiers(wishes);
    let offered = identifiers(available.iter().map(|language| language.code()));
    negotiate_languages(&wanted, &offered, None, NegotiationStrategy::Filtering)
        .first()
        .and_then(|best| Language::of_code(best.language.as_str()))
        .unwrap_or(first)
}

/// A browser that lists more than this is not asking for a language.
const MOST_WISHES: usize = 20;

/// The tags of an `Accept-Language` header, most wanted first; those of weight 0 left out.
fn by_weight(header: &str) -> Vec<&str> {
    let mut weighted: Vec<(&str, f32)> = header
        .split(',')
        .take(MOST_WISHES)
        .filter_map(|item| {
            let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = match parameters.trim().strip_prefix("q=") {
                Some(weight) => weight.trim().parse().ok()?,
                None => 1.0,
            };
            (weight > 0.0).then_some((tag.trim(), weight))
        })
        .collect();
    weighted.sort_by(|a, b| b.1.total_cmp(&a.1));
    weighted.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French, German, Italian, Swedish};
    use super::*;

    fn browser(header: &str) -> Language {
        choose(&[English, German, French, Italian], &[], Some(header))
    }

    #[test]
    fn the_heaviest_accepted_language_wins_whatever_the_order() {
        assert_eq!(browser("en;q=0.3, fr-CH;q=0.9, de;q=0.8"), French);
        assert_eq!(browser("de-CH, de;q=0.9, en;q=0.8"), German);
        assert_eq!(browser("sv, it;q=0.5"), Italian);
    }

    #[test]
    fn a_language_of_weight_zero_is_not_wanted() {
        assert_eq!(browser("de;q=0, it;q=0.1"), Italian);
    }

    #[test]
    fn ui_locales_comes_before_the_browser() {
        let asked = ["pt-BR".to_owned(), "it".to_owned()];
        assert_eq!(choose(&[English, Italian], &asked, Some("en")), Italian);
    }

    #[test]
    fn nonsense_falls_to_the_catalogs_first_language() {
        for header in [
            "",
            "*",
            ",,;;q",
            "x-klingon",
            "\u{fffd};q=nan",
            "q=1;;;",
            "zz",
        ] {
            assert_eq!(
                choose(&[Swedish, English], &[], Some(header)),
                Swedish,
                "{header:?}"
            );
        }
    }

    #[test]
    fn a_catalog_in_none_of_our_languages_is_framed_in_english() {
        assert_eq!(spoken(&["pt".to_owned(), "ja".to_owned()]), [English]);
        assert_eq!(
            spoken(&["sv".to_owned(), "en".to_owned()]),
            [Swedish, English]
        );
    }
}
