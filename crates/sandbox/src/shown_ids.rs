//! Ids that a description shows in the parameters of its paths.

use scope::{ApiDescription, ApiOperation};

use super::described::Described;
use super::shape::{CollectionName, Operation, Parent, Shapes};
use super::written::{join, one_spelling, plain};

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

/// An endpoint as one operation of the description spells its path.
pub(super) struct Spelled<'d> {
    described: Described<'d>,
    /// What the endpoint calls its parameters, and what the description does.
    parameters: Vec<(&'d str, &'d str)>,
}

impl<'d> Spelled<'d> {
    pub(super) fn new(
        path: &'d str,
        description: &'d ApiDescription,
        operation: &'d ApiOperation,
    ) -> Self {
        Self {
            described: Described::new(description, operation),
            parameters: templates(path).zip(templates(&operation.path)).collect(),
        }
    }

    fn own_name<'n>(&'n self, parameter: &'n str) -> &'n str {
        let mut all = self.parameters.iter();
        let own = all.find(|(own, _)| *own == parameter);
        own.map_or(parameter, |(_, own)| own)
    }

    /// The collections whose records the path names, each with the parameter that does it.
    pub(super) fn names(&self, operation: &Operation) -> Vec<(String, String)> {
        let Some(place) = operation.place() else {
            return Vec::new();
        };
        let parents = place.parents.iter();
        let parents = parents.map(|own| (own.record.as_ref(), &own.parameter));
        let item = place.item.iter();
        let item = item.map(|own| (Some(&place.collection), own));
        let each = parents
            .chain(item)
            .filter_map(|(name, parameter)| match name {
                Some(CollectionName::Literal(name)) => {
                    Some((name.clone(), self.own_name(parameter).to_owned()))
                }
                _ => None,
            });
        each.collect()
    }

    /// The ids that it shows, each with the name of its collection.
    pub(super) fn shown_ids(
        &self,
        shapes: &Shapes,
        operation: &Operation,
    ) -> Vec<(String, ShownId)> {
        let shown = |parameter: &str| {
            let example = self.described.path_example(self.own_name(parameter))?;
            let is_simple = example.is_string() || example.is_number();
            is_simple.then(|| one_spelling(plain(example)))
        };
        let mut all = Vec::new();
        let mut chain = Some(String::new());
        let Some(place) = operation.place() else {
            return all;
        };
        let mut add = |name: &CollectionName, parameter: &str, id: &str, below: &Option<String>| {
            if let CollectionName::Literal(name) = name {
                let own = ShownId {
                    id: id.to_owned(),
                    parameter: self.own_name(parameter).to_owned(),
                    below: below.clone(),
                };
                all.push((name.clone(), own));
            }
        };
        let parting = |parent: &&Parent| shapes.parts(parent);
        for parent in place.parents.iter().filter(parting) {
            let id = shown(&parent.parameter);
            if let (Some(name), Some(id)) = (&parent.record, &id) {
                add(name, &parent.parameter, id, &chain);
            }
            chain = chain.zip(id).map(|(chain, id)| join(&chain, &id));
        }
        if let Some(item) = &place.item
            && let Some(id) = shown(item)
        {
            add(&place.collection, item, &id, &chain);
        }
        all
    }
}

/// What the templates of a path are called.
fn templates(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
}
