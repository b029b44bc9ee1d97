//! Ids that a description shows in the parameters of its paths.

use std::collections::HashMap;
use std::sync::Arc;

use scope::{ApiDescription, ApiOperation, Catalog, Method};

use super::described::Described;
use super::shape::{CollectionName, Operation, Parent, Shapes};
use super::shown_id::{self, ShownId};
use super::written::{join, one_spelling, plain};

/// What there is in a catalog and the description beside it, with the names and ids that its paths show.
pub(super) fn shapes(catalog: &Catalog, description: Option<&Arc<ApiDescription>>) -> Shapes {
    let mut shapes = Shapes::of(catalog, description);
    if let Some(description) = description {
        find(&mut shapes, catalog, description);
    }
    shapes
}

/// Several paths of a description may be one endpoint: `/contacts/{id}` and `/contacts/{number}`.
fn find(shapes: &mut Shapes, catalog: &Catalog, description: &ApiDescription) {
    let mut others: HashMap<(Method, &str), Vec<&ApiOperation>> = HashMap::new();
    for own in &description.operations {
        if let Some(first) = description.operation(own.method, &own.path)
            && !std::ptr::eq(first, own)
        {
            let same = others.entry((own.method, &first.path)).or_default();
            same.push(own);
        }
    }
    let (mut names, mut shown) = (Vec::new(), Vec::new());
    for endpoint in catalog.endpoints() {
        let operation = shapes.operation(endpoint.method, &endpoint.path);
        let first = description.operation(endpoint.method, &endpoint.path);
        let (Some(operation), Some(first)) = (operation, first) else {
            continue;
        };
        let others = others.get(&(endpoint.method, first.path.as_str()));
        let others = others.into_iter().flatten().copied();
        for own in std::iter::once(first).chain(others) {
            let spelled = Spelled::new(&endpoint.path, description, own);
            names.extend(spelled.names(operation));
            shown.extend(spelled.shown_ids(shapes, operation));
        }
    }
    for (name, own) in names {
        if let Some(collection) = shapes.collection_mut(&name) {
            collection.names.insert(own);
        }
    }
    for (name, own) in shown {
        if let Some(collection) = shapes.collection_mut(&name) {
            shown_id::note(&mut collection.shown_ids, own);
        }
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
