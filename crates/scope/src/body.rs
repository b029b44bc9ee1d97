//! Strings at an RFC 6901 pointer of a JSON body, duplicates included.
//!
//! Two JSON readers may disagree about which of two equal names counts, or whether two names
//! are equal, so every candidate is reported, and each one that goes on without the rest of
//! the pointer. Allocates only for escapes and nesting.

use std::fmt;

use crate::likeness::{Likeness, Watched};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One value at the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'v> {
    /// A string under exactly these names.
    Text(&'v str),
    /// Something under names that some readers take for these, or in a list where an object
    /// belongs: anything could be meant.
    Anything,
    /// Nothing, in the body or in one of several objects of the same name.
    Absent,
    /// Something other than a string.
    NotText,
}

/// The body is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// Calls `each` with every value at the pointer; of a `batch`, which is a list, with those of each
/// member.
pub(crate) fn values(
    body: &str,
    pointer: &[Watched],
    batch: bool,
    mut each: impl FnMut(Found<'_>),
) -> Result<(), NotJson> {
    if body.trim().is_empty() {
        each(Found::Absent);
        return Ok(());
    }
    let mut json = serde_json::Deserializer::from_str(body);
    let at = At {
        pointer,
        batch,
        exact: true,
        each: &mut each,
    };
    at.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|_| NotJson)
}

struct At<'a, F> {
    pointer: &'a [Watched],
    /// Is a list one of objects that all have the pointer?
    batch: bool,
    exact: bool,
    each: &'a mut F,
}

impl<F: FnMut(Found<'_>)> At<'_, F> {
    /// A list without members says nothing that could be relied on.
    fn each_member<'de, A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        loop {
            let member = At {
                pointer: self.pointer,
                batch: false,
                exact: self.exact,
                each: &mut *self.each,
            };
            if seq.next_element_seed(member)?.is_none() {
                break;
            }
            is_empty = false;
        }
        if is_empty {
            (self.each)(Found::Anything);
        }
        Ok(())
    }

    fn leaf(self, found: Found<'_>) {
        let Self { exact, each, .. } = self;
        each(match found {
            _ if !self.pointer.is_empty() => Found::Absent,
            found if exact => found,
            _ => Found::Anything,
        });
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
        let mut there = false;
        while let Some(likeness) = map.next_key_seed(Name(name))? {
            if likeness == Likeness::Other {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            there = true;
            map.next_value_seed(At {
                pointer: rest,
                batch: false,
                exact: self.exact && likeness == Likeness::Same,
                each: &mut *self.each,
            })?;
        }
        if !there {
            (self.each)(Found::Absent);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.batch {
            return self.each_member(seq);
        }
        let Some((name, rest)) = self.pointer.split_first() else {
            self.leaf(Found::NotText);
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        let Some(wanted) = array_index(name.as_str()) else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            (self.each)(Found::Anything);
            return Ok(());
        };
        let mut index = 0;
        loop {
            let more = if wanted == index {
                let at = At {
                    pointer: rest,
                    batch: false,
                    exact: self.exact,
                    each: &mut *self.each,
                };
                seq.next_element_seed(at)?.is_some()
            } else {
                seq.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                if index <= wanted {
                    (self.each)(Found::Absent);
                }
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
struct Name<'a>(&'a Watched);

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
        Ok(self.0.of_member(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str, pointer: &[&str]) -> Result<Vec<String>, NotJson> {
        read(body, pointer, false)
    }

    fn read(body: &str, pointer: &[&str], batch: bool) -> Result<Vec<String>, NotJson> {
        let pointer: Vec<Watched> = pointer.iter().map(|token| Watched::new(token)).collect();
        let mut all = Vec::new();
        values(body, &pointer, batch, |value| {
            all.push(format!("{value:?}"))
        })?;
        Ok(all)
    }

    #[test]
    fn every_member_of_a_batch_counts() {
        let all = |body| read(body, &["method"], true).unwrap();
        assert_eq!(all(r#"{"method":"a"}"#), ["Text(\"a\")"]);
        assert_eq!(
            all(r#"[{"method":"a"},{"method":"b","method":"c"},{},7,{"Method":"d"}]"#),
            [
                "Text(\"a\")",
                "Text(\"b\")",
                "Text(\"c\")",
                "Absent",
                "Absent",
                "Anything"
            ]
        );
        // A list in a list is no batch.
        assert_eq!(all(r#"[[{"method":"a"}]]"#), ["Anything"]);
        assert_eq!(all("[]"), ["Anything"]);
        assert_eq!(read("[{}", &["method"], true), Err(NotJson));
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
        assert_eq!(found(r#"{"Event":"a"}"#, &["event"]).unwrap(), ["Anything"]);
        assert_eq!(found(r#"{"a":1}"#, &["event"]).unwrap(), ["Absent"]);
        assert_eq!(found("", &["event"]).unwrap(), ["Absent"]);
    }

    #[test]
    fn names_that_another_reader_takes_for_the_listed_one_could_be_anything() {
        for name in ["callbac\u{212a}", "callbac\\u212a", "CALLBACK", "call_back"] {
            let body = format!(r#"{{"{name}":{{"event":"a"}},"callback":{{"event":"b"}}}}"#);
            let all = found(&body, &["callback", "event"]).unwrap();
            assert_eq!(all, ["Anything", "Text(\"b\")"], "{name}");
        }
    }

    #[test]
    fn an_object_without_the_member_beside_one_with_it_is_told() {
        for other in [r#"{}"#, r#"{"uri":"x"}"#, "5", "null", r#""a""#] {
            let body = format!(r#"{{"callback":{other},"callback":{{"event":"b"}}}}"#);
            let all = found(&body, &["callback", "event"]).unwrap();
            assert_eq!(all, ["Absent", "Text(\"b\")"], "{other}");
        }
        let body = r#"{"callback":[{"event":"a"}],"callback":{"event":"b"}}"#;
        let all = found(body, &["callback", "event"]).unwrap();
        assert_eq!(all, ["Anything", "Text(\"b\")"]);
    }

    #[test]
    fn arrays_are_indexed() {
        assert_eq!(
            found(r#"[{"a":"x"},{"a":"y"}]"#, &["1", "a"]).unwrap(),
            ["Text(\"y\")"]
        );
        assert_eq!(found(r#"[{"a":"x"}]"#, &["1", "a"]).unwrap(), ["Absent"]);
        assert_eq!(found(r#"[{"a":"x"}]"#, &["00", "a"]).unwrap(), ["Anything"]);
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
