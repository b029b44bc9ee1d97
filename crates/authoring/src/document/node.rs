//! What a description says, in the order it says it, whatever it was written in.

use std::rc::Rc;

use indexmap::IndexMap;

/// One value. Scalars keep the text they were written with: `1.10` is no number here, and a key
/// is a text whatever it looks like.
#[derive(Debug)]
pub(crate) enum Node {
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Map(Map),
}

#[derive(Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Without quotes: a number, `true`, `null`, or in YAML a word.
    pub(crate) is_plain: bool,
}

/// Keys in the order of the file; of two that are alike, the last counts.
#[derive(Debug, Default)]
pub(crate) struct Map {
    entries: IndexMap<String, Rc<Node>>,
    /// Keys that were given more than once.
    pub(crate) twice: Vec<String>,
}

impl Map {
    pub(crate) fn insert(&mut self, key: String, value: Rc<Node>) {
        if let Some(place) = self.entries.get_mut(&key) {
            *place = value;
            self.twice.push(key);
        } else {
            self.entries.insert(key, value);
        }
    }

    /// Adds what is not there yet.
    pub(crate) fn complete(&mut self, others: &Map) {
        let twice = others.twice.iter();
        let twice = twice.filter(|key| !self.entries.contains_key(*key));
        self.twice.extend(twice.cloned().collect::<Vec<_>>());
        for (key, value) in &others.entries {
            if !self.entries.contains_key(key) {
                self.entries.insert(key.clone(), Rc::clone(value));
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Rc<Node>> {
        self.entries.shift_remove(key)
    }

    pub(crate) fn find(&self, key: &str) -> Option<&Rc<Node>> {
        self.entries.get(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Rc<Node>)> {
        self.entries
            .iter()
            .map(|(key, value)| (key.as_str(), value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// With another member at its end.
    pub(crate) fn with(mut self, key: &str, value: Node) -> Self {
        self.insert(key.to_owned(), Rc::new(value));
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl FromIterator<(String, Rc<Node>)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Rc<Node>)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl Node {
    pub(crate) fn of_text(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar {
            text: text.into(),
            is_plain: false,
        })
    }

    /// `true`, a number, or whatever else is no string.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar {
            text: text.into(),
            is_plain: true,
        })
    }

    pub(crate) fn of_list(list: impl IntoIterator<Item = Node>) -> Self {
        Self::List(list.into_iter().map(Rc::new).collect())
    }

    /// Do both say the same, in whatever order their members stand?
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Scalar(one), Self::Scalar(two)) => {
                let same_text = one.text == two.text;
                same_text && self.string() == other.string() || self.is_null() && other.is_null()
            }
            (Self::List(one), Self::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| is_one(one, two))
            }
            (Self::Map(one), Self::Map(two)) => {
                let same = |(key, own): (&str, &Rc<Node>)| {
                    two.find(key).is_some_and(|other| is_one(own, other))
                };
                one.len() == two.len() && one.iter().all(same)
            }
            _ => false,
        }
    }

    /// How many values it comes to with aliases written out, counted up to `most` and a little more.
    pub(crate) fn values(&self, most: usize) -> usize {
        let mut count = 1_usize;
        let mut add = |own: &Rc<Node>| {
            if count <= most {
                count = count.saturating_add(own.values(most - count));
            }
        };
        match self {
            Self::Scalar(_) => {}
            Self::List(list) => list.iter().for_each(&mut add),
            Self::Map(map) => map.iter().for_each(|(_, own)| add(own)),
        }
        count
    }

    pub(crate) fn map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Rc<Node>]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text of a scalar that is not null.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(scalar) if !self.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// The text of a scalar that is a string and nothing else (YAML 1.2.2 section 10.3.2).
    pub(crate) fn string(&self) -> Option<&str> {
        match self {
            Self::Scalar(Scalar { text, is_plain }) => {
                let is_other = *is_plain && (self.is_null() || is_truth(text) || is_number(text));
                (!is_other).then_some(text)
            }
            _ => None,
        }
    }

    /// The member of an object; one that is null is not there.
    pub(crate) fn member(&self, key: &str) -> Option<&Rc<Node>> {
        self.map()?.find(key).filter(|node| !node.is_null())
    }

    /// The text of a member.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.member(key)?.text()
    }

    pub(crate) fn is_true(&self) -> bool {
        self.text() == Some("true")
    }

    pub(crate) fn is_null(&self) -> bool {
        match self {
            Self::Scalar(Scalar { text, is_plain }) => {
                *is_plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// Is it a number, and no text that looks like one?
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Scalar(own) if own.is_plain && is_number(&own.text))
    }

    /// `true` or `false`.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Scalar(own) if own.is_plain && is_truth(&own.text) => {
                Some(own.text.eq_ignore_ascii_case("true"))
            }
            _ => None,
        }
    }

    /// What it is, for a message.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::Scalar(_) if self.is_null() => "null",
            Self::Scalar(_) if self.string().is_some() => "a text",
            Self::Scalar(own) if is_truth(&own.text) => "`true` or `false`",
            Self::Scalar(_) => "a number",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }
}

fn is_one(one: &Rc<Node>, two: &Rc<Node>) -> bool {
    Rc::ptr_eq(one, two) || one.is_same(two)
}

fn is_truth(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

fn is_number(text: &str) -> bool {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|own| own.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|own| matches!(own, b'0'..=b'7'));
    }
    matches!(bare, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || (bare.starts_with(|own: char| own == '.' || own.is_ascii_digit())
            && bare.parse::<f64>().is_ok())
}
