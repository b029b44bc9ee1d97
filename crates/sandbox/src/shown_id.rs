//! An id that a description shows in a path.

/// How many are kept of a collection.
const MOST: usize = 16;

/// Such an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShownId {
    pub(super) id: String,
    /// What the path calls it: an id, or another member that names the record.
    pub(super) parameter: String,
    /// The chain of parents, where all of them are shown beside it.
    pub(super) below: Option<String>,
}

/// Notes one more, once; of one id below several, the longest chain first.
pub(super) fn note(known: &mut Vec<ShownId>, own: ShownId) {
    if known.len() >= MOST || known.contains(&own) {
        return;
    }
    let length = |one: &ShownId| one.below.as_ref().map(String::len);
    let mut others = known.iter();
    let shorter = others.position(|other| other.id == own.id && length(other) < length(&own));
    match shorter {
        Some(place) => known.insert(place, own),
        None => known.push(own),
    }
}
