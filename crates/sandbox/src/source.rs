//! Which operation of a description tells of a collection's records, and how these are told apart.

use scope::{IdStyle, Method};

/// The operation whose answer says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// How surely its answer is such a record: one that is shown says more than one in a list.
    pub(super) rank: u8,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) is_many: bool,
    pub(super) has_example: bool,
    /// The path parameter with the id.
    pub(super) item: Option<String>,
}

/// How records are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// The member with the id.
    pub(super) member: String,
    pub(super) style: IdStyle,
    /// Is a number written as a text?
    pub(super) is_text: bool,
    /// What such texts look like, where the schema says so.
    pub(super) pattern: Option<String>,
}

impl Source {
    /// The better one, the first of two that are alike.
    pub(super) fn better(known: Option<Self>, other: Self) -> Self {
        match known {
            Some(known) if known.rank >= other.rank => known,
            Some(known) => Self {
                item: other.item.or(known.item),
                ..other
            },
            None => other,
        }
    }

    /// The one that shows more: a list shows several.
    pub(super) fn richer(known: Option<Self>, other: Self) -> Self {
        match known {
            Some(known) if known.is_many || !other.is_many => known,
            _ => other,
        }
    }
}

/// The operations that tell of one collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sources {
    /// Where the description says how its records look.
    pub(super) best: Option<Source>,
    /// Where it shows some of them.
    pub(super) shown: Option<Source>,
}

impl Sources {
    /// The path parameter with an id of its records.
    pub(super) fn item(&self) -> Option<&str> {
        self.best.as_ref()?.item.as_deref()
    }
}
