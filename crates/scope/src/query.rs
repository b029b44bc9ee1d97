//! Reading a raw query without allocation, and without trusting that the API reads it the
//! same way. Every byte is looked at a fixed number of times.

use crate::likeness::{Likeness, Watched};

/// The most bytes of a name or value once it is decoded. A longer one is not read.
const MOST_DECODED: usize = 2048;

/// The most parameters of a query, empty ones among them. PHP and qs leave out what comes
/// behind the thousandth.
const MOST_PARAMETERS: usize = 1_000;

/// The query has more parameters than all readers read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// One value of a watched parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given<'v> {
    /// Given under exactly this name.
    Value(&'v str),
    /// Given as one of a list: `name[]`, `name[0]`.
    Item(&'v str),
    /// Readers differ on whether this is the parameter, or on its value; or nobody can tell.
    Anything,
    /// Given with a value that cannot be decoded.
    Unreadable,
}

/// Calls `each` with every value of a parameter, percent-decoded.
pub(crate) fn values(
    query: &str,
    name: &Watched,
    mut each: impl FnMut(Given<'_>),
) -> Result<(), TooMany> {
    let is_end = |byte: &u8| matches!(byte, b'&' | b';');
    if query.len() >= MOST_PARAMETERS && query.bytes().filter(is_end).count() >= MOST_PARAMETERS {
        return Err(TooMany);
    }
    // Most queries encode nothing, and need no room to decode it.
    if query.bytes().any(is_encoding) {
        let (mut names, mut values) = ([0; MOST_DECODED], [0; MOST_DECODED]);
        read(query, name, &mut names, &mut values, &mut each);
    } else if !query.is_empty() {
        read(query, name, &mut [], &mut [], &mut each);
    }
    Ok(())
}

fn read(
    query: &str,
    name: &Watched,
    names: &mut [u8],
    values: &mut [u8],
    each: &mut impl FnMut(Given<'_>),
) {
    for pair in query.split('&') {
        if !pair.contains(';') {
            whole_pair(pair, name, names, values, each);
        } else if pair.split(';').any(|piece| is_named(piece, name, names)) {
            // Some split here, some do not, and some drop the pair.
            each(Given::Anything);
        }
    }
}

fn whole_pair(
    pair: &str,
    name: &Watched,
    names: &mut [u8],
    values: &mut [u8],
    each: &mut impl FnMut(Given<'_>),
) {
    let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
    let item = match decoded(raw_name, names) {
        None => return each(Given::Anything),
        Some(given) => match name.of_parameter(given) {
            Likeness::Other => return,
            Likeness::Same => false,
            Likeness::Similar if is_item(given, name) => true,
            Likeness::Similar => return each(Given::Anything),
        },
    };
    each(match decoded(raw_value, values) {
        None => Given::Unreadable,
        Some(value) if item => Given::Item(value),
        Some(value) => Given::Value(value),
    });
}

/// Could this piece's name be taken for the parameter's?
fn is_named(piece: &str, name: &Watched, names: &mut [u8]) -> bool {
    let raw_name = piece.split_once('=').map_or(piece, |(name, _)| name);
    decoded(raw_name, names).is_none_or(|given| name.of_parameter(given) != Likeness::Other)
}

/// `name[]` or `name[0]`, which all who know lists read alike.
fn is_item(given: &str, name: &Watched) -> bool {
    let index = given
        .strip_prefix(name.as_str())
        .and_then(|rest| rest.strip_prefix('['))
        .and_then(|rest| rest.strip_suffix(']'));
    index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Percent-decodes, `+` to space; `None` when incomplete, not UTF-8 or too long.
fn decoded<'b>(raw: &'b str, buffer: &'b mut [u8]) -> Option<&'b str> {
    if !raw.bytes().any(is_encoding) {
        return Some(raw).filter(|raw| raw.len() <= MOST_DECODED);
    }
    let mut bytes = raw.bytes();
    let mut length = 0;
    while let Some(byte) = bytes.next() {
        *buffer.get_mut(length)? = match byte {
            b'%' => {
                let mut digit = || {
                    let digit = bytes.next()?;
                    char::from(digit).to_digit(16)
                };
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' => b' ',
            other => other,
        };
        length += 1;
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

fn is_encoding(byte: u8) -> bool {
    matches!(byte, b'%' | b'+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(query: &str) -> Vec<String> {
        let mut found = Vec::new();
        let each = |given: Given<'_>| found.push(format!("{given:?}"));
        values(query, &Watched::new("entity_type"), each).unwrap();
        found
    }

    #[test]
    fn names_and_values_are_decoded() {
        assert_eq!(
            all("a=b&entity%5Ftype=in%76oice+x"),
            ["Value(\"invoice x\")"]
        );
        assert_eq!(all("entity_type"), ["Value(\"\")"]);
        assert_eq!(
            all("entity_type=a&entity_type=b"),
            ["Value(\"a\")", "Value(\"b\")"]
        );
        assert!(all("other=entity_type").is_empty());
        assert!(all("").is_empty());
    }

    #[test]
    fn items_of_a_list_are_read() {
        for name in ["entity_type[]", "entity_type%5B0%5D", "entity%5ftype[17]"] {
            assert_eq!(all(&format!("{name}=a")), ["Item(\"a\")"], "{name}");
        }
    }

    #[test]
    fn names_that_some_reader_takes_for_this_one_could_be_anything() {
        for name in [
            "entity_type[a]",
            "entity_type[][]",
            "entity_type[",
            "[entity_type]",
            "Entity_Type",
            "entity.type",
            "entity%5Btype",
            "+entity_type",
            "entity_type%00x",
            "?entity_type",
            "entit%79_t%2579pe",
            "ent%C4%B1ty_type",
        ] {
            assert_eq!(all(&format!("{name}=a")), ["Anything"], "{name}");
        }
    }

    #[test]
    fn a_thousand_parameters_are_read_and_no_more() {
        let watched = Watched::new("entity_type");
        for end in ["&", ";"] {
            let most = end.repeat(MOST_PARAMETERS - 1);
            assert_eq!(values(&most, &watched, |_| {}), Ok(()));
            assert_eq!(
                values(&format!("{most}{end}"), &watched, |_| {}),
                Err(TooMany)
            );
        }
    }

    #[test]
    fn a_semicolon_may_separate_or_not() {
        for query in [
            "x=1;entity_type=a",
            "entity_type=a;b",
            "entity_type;x",
            "x;y;z;entity_type[]=1;u",
            "x=1;%FF",
        ] {
            assert_eq!(all(query), ["Anything"], "{query}");
        }
        assert!(all("x=1;y=entity_type;;").is_empty());
    }

    #[test]
    fn a_name_that_cannot_be_read_could_be_anything() {
        let long = "a".repeat(MOST_DECODED + 1);
        for name in [
            "entity_type[%FF]",
            "%",
            "x%4",
            "%u0065ntity_type",
            "%FF",
            &long,
        ] {
            assert_eq!(all(&format!("{name}=a")), ["Anything"], "{name:.30}");
            assert_eq!(
                all(&format!("entity_type=a&{name}=a")),
                ["Value(\"a\")", "Anything"],
                "{name:.30}"
            );
        }
    }

    #[test]
    fn broken_encodings_are_unreadable() {
        let long = "a".repeat(MOST_DECODED + 1);
        for value in [
            "%",
            "%4",
            "%zz",
            "%ff",
            &"%41".repeat(MOST_DECODED + 1),
            &long,
        ] {
            assert_eq!(all(&format!("entity_type={value}")), ["Unreadable"]);
        }
    }
}
