//! Which names a common decoder could take for the one a rule depends on.
//!
//! Decoders fold case (Go and .NET, Unicode's own folding), compare composed with decomposed
//! text (Swift), turn separators into others or leave them out (PHP, Go, Rails), and cut a
//! name where they see structure in it. Being too wide here costs a caller with a strange name
//! some scopes more; being too narrow opens a call.

use unicode_normalization::UnicodeNormalization;

/// A name that a rule depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Watched {
    exact: Box<str>,
    /// What is compared when it is not the same.
    folded: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// The name itself.
    Same,
    /// Some decoder could take it for the name.
    Similar,
    /// Another name, for every decoder.
    Other,
}

impl Watched {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            exact: name.into(),
            folded: folded(name).filter(|c| !is_separator(*c)).collect(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.exact
    }

    /// Of a member of a JSON object.
    pub(crate) fn of_member(&self, given: &str) -> Likeness {
        self.likeness(given, |_| false)
    }

    /// Of a decoded name in a query, where a name may go on with structure: `name[a]`.
    pub(crate) fn of_parameter(&self, given: &str) -> Likeness {
        // A second decoding would make another name of it.
        if given.contains('%') {
            return Likeness::Similar;
        }
        self.likeness(given, is_structure)
    }

    /// `ends` are the characters behind which a name may go on.
    fn likeness(&self, given: &str, ends: fn(char) -> bool) -> Likeness {
        if *given == *self.exact {
            Likeness::Same
        } else if given.is_ascii() {
            self.folds_to(given.chars().map(|c| c.to_ascii_lowercase()), ends)
        } else {
            self.folds_to(folded(given), ends)
        }
    }

    fn folds_to(&self, given: impl Iterator<Item = char>, ends: fn(char) -> bool) -> Likeness {
        let mut wanted = self.folded.chars();
        for character in given {
            if is_separator(character) {
                if ends(character) && wanted.as_str().is_empty() {
                    return Likeness::Similar;
                }
            } else if wanted.next() != Some(character) {
                return Likeness::Other;
            }
        }
        if wanted.as_str().is_empty() {
            Likeness::Similar
        } else {
            Likeness::Other
        }
    }
}

/// Compatibility decomposition and case folding, each again after the other (Unicode, D146).
/// Lower, upper, lower is the full folding, and joins what Turkish keeps apart, too. The dot
/// above is left out: it is all that is left of a lower-case `İ`.
fn folded(name: &str) -> impl Iterator<Item = char> {
    const DOT_ABOVE: char = '\u{307}';
    name.nfkd()
        .flat_map(lower_upper_lower)
        .nfkd()
        .flat_map(lower_upper_lower)
        .filter(|c| *c != DOT_ABOVE)
}

fn lower_upper_lower(character: char) -> impl Iterator<Item = char> {
    let upper = character.to_lowercase().flat_map(char::to_uppercase);
    upper.flat_map(char::to_lowercase)
}

/// What decoders put in, leave out or change into each other.
fn is_separator(character: char) -> bool {
    matches!(character, '_' | '-' | '?' | '\u{feff}') || is_structure(character)
}

/// Where a decoder may see the end of a name.
fn is_structure(character: char) -> bool {
    matches!(character, '[' | ']' | '.') || character.is_whitespace() || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_composition_and_separators_do_not_tell_names_apart() {
        let callback = Watched::new("callback");
        assert_eq!(callback.of_member("callback"), Likeness::Same);
        for given in [
            "Callback",
            "CALLBACK",
            "callbac\u{212a}",
            "call_back",
            "ｃallback",
        ] {
            assert_eq!(callback.of_member(given), Likeness::Similar, "{given}");
        }
        for given in ["callbac", "callbacks", "callbäck", "callback[a]", "", "ｃ"] {
            assert_eq!(callback.of_member(given), Likeness::Other, "{given}");
        }
        for (name, given) in [
            ("straße", "STRASSE"),
            ("straße", "stra\u{1e9e}e"),
            ("öl", "O\u{308}l"),
            ("o\u{308}l", "\u{d6}L"),
            ("client_id", "CL\u{130}ENT_\u{131}d"),
            ("status", "\u{17f}tatu\u{17f}"),
            ("σας", "ΣΑΣ"),
        ] {
            assert_eq!(
                Watched::new(name).of_member(given),
                Likeness::Similar,
                "{given}"
            );
        }
    }

    #[test]
    fn a_parameter_may_go_on_with_structure() {
        let watched = Watched::new("entity_type");
        for given in [
            "entity_type[]",
            "entity_type[a][b]",
            "Entity.Type",
            " entity type",
            "entity[type",
            "[entity_type]",
            "entity_type\0x",
            "entity_type.a",
            "?entity_type",
            "entityType",
            "entity%5ftype",
            "\u{feff}entity_type",
            "entity_type ",
        ] {
            assert_eq!(watched.of_parameter(given), Likeness::Similar, "{given}");
        }
        for given in [
            "entity",
            "entity_types",
            "entity_type_x",
            "x[entity_type]",
            "entity_id",
            "",
        ] {
            assert_eq!(watched.of_parameter(given), Likeness::Other, "{given}");
        }
    }

    #[test]
    fn whatever_two_cases_share_folds_alike() {
        for character in '\u{80}'..=char::MAX {
            let (lower, upper) = (character.to_lowercase(), character.to_uppercase());
            for other in [lower.to_string(), upper.to_string()] {
                if other.chars().ne([character]) {
                    let own = character.to_string();
                    assert!(folded(&own).eq(folded(&other)), "{character}");
                }
            }
        }
    }
}
