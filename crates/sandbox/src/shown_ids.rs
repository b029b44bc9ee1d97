//! Ids that a description shows in the parameters of its paths.

/// How many are kept of a collection.
const MOST: usize = 8;

/// Such an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShownId {
    pub(super) id: String,
    /// The chain of parents, where all of them are shown beside it.
    pub(super) below: Option<String>,
}

/// Notes one more, once.
pub(super) fn note(known: &mut Vec<ShownId>, own: ShownId) {
    let length = |one: &ShownId| one.below.as_ref().map(String::len);
    if let Some(other) = known.iter_mut().find(|other| other.id == own.id) {
        if length(&own) > length(other) {
            other.below = own.below;
        }
    } else if known.len() < MOST {
        known.push(own);
    }
}
