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
    /// `name[]` or `name[0]`, which all who know lists read alike.
    Item,
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
    #[inline]
    pub(crate) fn of_member(&self, given: &str) -> Likeness {
        match self.at_first_sight(given) {
            Some(likeness) => likeness,
            None => self.closely(given, |_| false),
        }
    }

    /// Of a name in a query, where a name may go on with structure: `name[a]`.
    #[inline]
    pub(crate) fn of_parameter(&self, given: &str) -> Likeness {
        match self.at_first_sight(given) {
            Some(likeness) => likeness,
            None if self.is_item(given) => Likeness::Item,
            None => self.closely(given, is_structure),
        }
    }

    #[inline]
    fn at_first_sight(&self, given: &str) -> Option<Likeness> {
        if *given == *self.exact {
            return Some(Likeness::Same);
        }
        let first = given.as_bytes().first()?.to_ascii_lowercase();
        // A letter of ASCII stands for itself, whatever comes behind it.
        let is_other =
            first.is_ascii_alphanumeric() && Some(&first) != self.folded.as_bytes().first();
        is_other.then_some(Likeness::Other)
    }

    fn is_item(&self, given: &str) -> bool {
        let index = given
            .strip_prefix(&*self.exact)
            .and_then(|rest| rest.strip_prefix('['))
            .and_then(|rest| rest.strip_suffix(']'));
        index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// `ends` are the characters behind which a name may go on.
    fn closely(&self, given: &str, ends: fn(char) -> bool) -> Likeness {
        // Most names share a beginning and part soon, and most are ASCII up to there.
        let same = given.bytes().zip(self.exact.bytes());
        let same = same.take_while(|(own, other)| own == other && own.is_ascii());
        let same = same.count();
        let next = |text: &str| text.as_bytes().get(same).copied();
        match (next(given), next(&self.exact)) {
            (Some(own), Some(other)) if part(own, other) => return Likeness::Other,
            _ => {}
        }
        if given.is_ascii() {
            let lower = given
                .bytes()
                .map(|byte| char::from(byte.to_ascii_lowercase()));
            self.folds_to(lower, ends)
        } else {
            self.folds_to(folded(given), ends)
        }
    }

    fn folds_to(&self, given: impl Iterator<Item = char>, ends: fn(char) -> bool) -> Likeness {
        let mut wanted = self.folded.chars();
        for character in given {
            if is_separator(character) {
                if wanted.as_str().is_empty() && ends(character) {
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

/// Two letters or digits of ASCII that no folding makes one.
fn part(own: u8, other: u8) -> bool {
    own.is_ascii_alphanumeric()
        && other.is_ascii_alphanumeric()
        && !own.eq_ignore_ascii_case(&other)
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
    !character.is_ascii_alphanumeric() && is_no_letter(character)
}

fn is_no_letter(character: char) -> bool {
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
            "entity_type[a]",
            "entity_type[][]",
            "Entity.Type",
            " entity type",
            "entity[type",
            "[entity_type]",
            "entity_type\0x",
            "entity_type.a",
            "?entity_type",
            "entityType",
            "\u{feff}entity_type",
            "entity_type ",
        ] {
            assert_eq!(watched.of_parameter(given), Likeness::Similar, "{given}");
        }
        for given in ["entity_type[]", "entity_type[17]"] {
            assert_eq!(watched.of_parameter(given), Likeness::Item, "{given}");
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

    proptest::proptest! {
        #[test]
        fn what_is_said_at_first_sight_is_what_is_found_closely(
            name in "[kis\u{130}ß_a][kKi\u{131}s\u{17f}_.a]{0,3}",
            given in "[kKiI\u{130}\u{131}s\u{17f}\u{212a}aA\u{307}\u{301}_\\[\\]. ß\\x00]{0,5}",
        ) {
            let watched = Watched::new(&name);
            let slowly = |ends| match given == name {
                true => Likeness::Same,
                false => watched.folds_to(folded(&given), ends),
            };
            proptest::prop_assert_eq!(watched.of_member(&given), slowly(|_| false));
            match watched.of_parameter(&given) {
                Likeness::Item => proptest::prop_assert!(given.ends_with(']')),
                other => proptest::prop_assert_eq!(other, slowly(is_structure)),
            }
        }
    }
}
