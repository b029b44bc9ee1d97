//! Strings at an RFC 6901 pointer of a JSON body, duplicates included.
//!
//! Two JSON readers may disagree about which of two equal names counts, or whether case
//! matters, so every candidate is reported. Allocates only for escapes and nesting.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One value at the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'v> {
    /// A string under exactly these names.
    Text(&'v str),
    /// Something under names that differ in case.
    Similar,
    /// Something other than a string.
    NotText,
}

/// The body is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// Calls `each` with every value at the pointer. An empty body has none.
pub(crate) fn values(
    body: &str,
    pointer: &[Box<str>],
    mut each: impl FnMut(Found<'_>),
) -> Result<(), NotJson> {
    if body.trim().is_empty() {
        return Ok(());
    }
    let mut json = serde_json::Deserializer::from_str(body);
    let at = At {
        pointer,
        exact: true,
        each: &mut each,
    };
    at.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|_| NotJson)
}

struct At<'a, F> {
    pointer: &'a [Box<str>],
    exact: bool,
    each: &'a mut F,
}

impl<F: FnMut(Found<'_>)> At<'_, F> {
    fn leaf(self, found: Found<'_>) {
        if self.pointer.is_empty() {
            let Self { exact, each, .. } = self;
            each(if exact { found } else { Found::Similar });
        }
    }
}

impl<'de, F: FnMut(Found<'_>)> DeserializeSeed<'de> for At<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(Found<'_>)> Visitor<'de> for At<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.leaf(Found::Text(text));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.leaf(Found::NotText);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.leaf(Found::NotText);
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.leaf(Found::NotText);
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.leaf(Found::NotText);
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.leaf(Found::NotText);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((name, rest)) = self.pointer.split_first() else {
            self.leaf(Found::NotText);
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        while let Some(likeness) = map.next_key_seed(Name(name))? {
            match likeness {
                Likeness::Other => drop(map.next_value::<IgnoredAny>()?),
                Likeness::Same => {
                    map.next_value_seed(At {
                        pointer: rest,
                        exact: self.exact,
                        each: &mut *self.each,
                    })?;
                }
                Likeness::Similar => {
                    map.next_value_seed(At {
                        pointer: rest,
                        exact: false,
                        each: &mut *self.each,
                    })?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some((name, rest)) = self.pointer.split_first() else {
            self.leaf(Found::NotText);
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        let wanted = array_index(name);
        let mut index = 0;
        loop {
            let more = if wanted == Some(index) {
                let at = At {
                    pointer: rest,
                    exact: self.exact,
                    each: &mut *self.each,
                };
                seq.next_element_seed(at)?.is_some()
            } else {
                seq.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                return Ok(());
            }
            index += 1;
        }
    }
}

/// An array index of RFC 6901 section 4: no leading zeros.
fn array_index(name: &str) -> Option<usize> {
    let canonical = name == "0" || !name.starts_with(['0', '+']);
    name.parse().ok().filter(|_| canonical)
}

/// Compares a member's name without keeping it.
struct Name<'a>(&'a str);

enum Likeness {
    Same,
    Similar,
    Other,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Likeness;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Likeness, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Likeness;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Likeness, E> {
        Ok(if name == self.0 {
            Likeness::Same
        } else if name.eq_ignore_ascii_case(self.0) {
            Likeness::Similar
        } else {
            Likeness::Other
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str, pointer: &[&str]) -> Result<Vec<String>, NotJson> {
        let pointer: Vec<Box<str>> = pointer.iter().map(|token| (*token).into()).collect();
        let mut all = Vec::new();
        values(body, &pointer, |value| all.push(format!("{value:?}")))?;
        Ok(all)
    }

    #[test]
    fn every_duplicate_is_found() {
        let body = r#"{"callback":{"event":"a"},"x":[{}],"callback":{"event":"b","event":"c"}}"#;
        let all = found(body, &["callback", "event"]).unwrap();
        assert_eq!(all, ["Text(\"a\")", "Text(\"b\")", "Text(\"c\")"]);
    }

    #[test]
    fn escapes_in_names_and_values_are_read() {
        let all = found(r#"{"ev\u0065nt":"inv\u006fice.*"}"#, &["event"]).unwrap();
        assert_eq!(all, ["Text(\"invoice.*\")"]);
    }

    #[test]
    fn other_types_and_other_case_are_told_apart() {
        assert_eq!(found(r#"{"event":5}"#, &["event"]).unwrap(), ["NotText"]);
        assert_eq!(
            found(r#"{"event":["a"]}"#, &["event"]).unwrap(),
            ["NotText"]
        );
        assert_eq!(found(r#"{"event":null}"#, &["event"]).unwrap(), ["NotText"]);
        assert_eq!(found(r#"{"Event":"a"}"#, &["event"]).unwrap(), ["Similar"]);
        assert_eq!(
            found(r#"{"a":1}"#, &["event"]).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(found("", &["event"]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn arrays_are_indexed() {
        assert_eq!(
            found(r#"[{"a":"x"},{"a":"y"}]"#, &["1", "a"]).unwrap(),
            ["Text(\"y\")"]
        );
        assert!(found(r#"[{"a":"x"}]"#, &["00", "a"]).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for body in [
            "{",
            "a=b",
            r#"{"event":"a"} x"#,
            r#"{"event":"a",}"#,
            &"[".repeat(100_000),
        ] {
            assert_eq!(found(body, &["event"]), Err(NotJson), "{body:.20}");
        }
    }
}
