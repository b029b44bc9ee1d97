//! Reading a raw query without allocation, and without trusting that the API reads it the
//! same way.

/// The most bytes of an encoded name or value that are decoded; longer ones cannot equal
/// anything in a catalog and are treated as unreadable.
const MOST_DECODED: usize = 2048;

/// One value of a watched parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given<'v> {
    /// Given under exactly this name.
    Value(&'v str),
    /// Given under a name that some frameworks take for this one (`name[]`, `NAME`,
    /// `na.me`, or after a `;`).
    Similar(&'v str),
    /// Given with a value that cannot be decoded.
    Unreadable,
}

/// Calls `each` with every value of a parameter, percent-decoded.
pub(crate) fn values(query: &str, name: &str, mut each: impl FnMut(Given<'_>)) {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        pair_value(pair, name, true, &mut each);
        let mut rest = pair;
        while let Some((_, after)) = rest.split_once(';') {
            pair_value(after, name, false, &mut each);
            rest = after;
        }
    }
}

fn pair_value(pair: &str, name: &str, reliable: bool, each: &mut impl FnMut(Given<'_>)) {
    let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
    let likeness = with_decoded(raw_name, |given| likeness(given?, name));
    let Some(likeness) = likeness else {
        return;
    };
    with_decoded(raw_value, |value| match value {
        None => each(Given::Unreadable),
        Some(value) if likeness == Likeness::Same && reliable => each(Given::Value(value)),
        Some(value) => each(Given::Similar(value)),
    });
}

#[derive(PartialEq, Eq)]
enum Likeness {
    Same,
    Similar,
}

fn likeness(given: &str, name: &str) -> Option<Likeness> {
    if given == name {
        return Some(Likeness::Same);
    }
    let base = given.split(['[', '\0']).next().unwrap_or_default().trim();
    let folded = |byte: u8| match byte {
        b'.' | b' ' | b'-' => b'_',
        other => other.to_ascii_lowercase(),
    };
    base.bytes()
        .map(folded)
        .eq(name.bytes().map(folded))
        .then_some(Likeness::Similar)
}

/// Percent-decodes, `+` to space; `None` when incomplete, not UTF-8 or too long.
fn with_decoded<T>(raw: &str, f: impl FnOnce(Option<&str>) -> T) -> T {
    if raw.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        let mut buffer = [0; MOST_DECODED];
        f(decoded(raw, &mut buffer))
    } else {
        f(Some(raw))
    }
}

fn decoded<'b>(raw: &str, buffer: &'b mut [u8; MOST_DECODED]) -> Option<&'b str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn all(query: &str) -> Vec<String> {
        let mut found = Vec::new();
        values(query, "entity_type", |given| {
            found.push(format!("{given:?}"))
        });
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
    }

    #[test]
    fn names_that_frameworks_fold_are_similar() {
        for name in [
            "entity_type[]",
            "entity_type%5B0%5D",
            "Entity_Type",
            "entity.type",
            "+entity_type",
        ] {
            assert_eq!(all(&format!("{name}=a")), ["Similar(\"a\")"], "{name}");
        }
        assert_eq!(all("x=1;entity_type=a"), ["Similar(\"a\")"]);
    }

    #[test]
    fn broken_encodings_are_unreadable() {
        for value in ["%", "%4", "%zz", "%ff", &"%41".repeat(MOST_DECODED + 1)] {
            assert_eq!(all(&format!("entity_type={value}")), ["Unreadable"]);
        }
    }
}
