//! A few things by name, in the order in which they were given: an object of JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A few things by name. Most have one or two, of which a tree would make a kilobyte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByName<T>(Vec<(String, T)>);

impl<T> ByName<T> {
    /// What has this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let mut all = self.0.iter();
        all.find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Is there nothing?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one; of two with one name, the last counts.
    pub fn insert(&mut self, name: String, value: T) {
        self.0.retain(|(own, _)| *own != name);
        self.0.push((name, value));
    }
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Serialize> Serialize for ByName<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = ByName<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByName<T>, A::Error> {
                /// Nothing of an API has more of them; looking for names stays short.
                const MOST: usize = 200;
                let mut all = ByName::default();
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if all.0.len() == MOST {
                        let what = format_args!("more than {MOST} members");
                        return Err(serde::de::Error::custom(what));
                    }
                    all.insert(name, value);
                }
                all.0.shrink_to_fit();
                Ok(all)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}
