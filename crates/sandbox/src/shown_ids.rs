//! Ids that a description shows in the parameters of its paths, and what the records of these ids
//! lie below there.

use scope::ApiDescription;

use super::described::Described;
use super::query;
use super::seed::{join, plain};
use super::shape::{CollectionName, Operation, Parent, Shapes};

/// How many are kept of a collection.
const MOST: usize = 8;

/// Such an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShownId {
    pub(super) id: String,
    /// The chain of parents, where all of them are shown beside it.
    pub(super) below: Option<String>,
}

/// Those of one operation, each with the name of its collection.
pub(super) fn of(
    shapes: &Shapes,
    description: &ApiDescription,
    described: (scope::Method, &str),
    operation: &Operation,
) -> Vec<(String, ShownId)> {
    let Some(own) = description.operation(described.0, described.1) else {
        return Vec::new();
    };
    let described = Described::new(description, own);
    let shown = |parameter: &str| {
        let example = described.path_example(parameter)?;
        let is_simple = example.is_string() || example.is_number();
        is_simple.then(|| query::one_spelling(plain(example)))
    };
    let mut all = Vec::new();
    let mut chain = Some(String::new());
    let Some(place) = operation.place() else {
        return all;
    };
    let parting = |parent: &&Parent| shapes.parts(parent);
    for parent in place.parents.iter().filter(parting) {
        let id = shown(&parent.parameter);
        if let (Some(CollectionName::Literal(name)), Some(id)) = (&parent.record, &id) {
            let below = chain.clone();
            all.push((
                name.clone(),
                ShownId {
                    id: id.clone(),
                    below,
                },
            ));
        }
        chain = chain.zip(id).map(|(chain, id)| join(&chain, &id));
    }
    let item = place.item.as_deref().and_then(shown);
    if let (CollectionName::Literal(name), Some(id)) = (&place.collection, item) {
        all.push((name.clone(), ShownId { id, below: chain }));
    }
    all
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
