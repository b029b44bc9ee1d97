//! Calls that find a record: for whoever named none that is there, or has not named any yet.

use std::collections::BTreeMap;

use enforce::Problem;
use oauth::model::SandboxRecord;
use scope::{Endpoint, Method};

use super::shape::{CollectionName, Parent, Place, Shapes};

/// What can be named of a collection: a record's id, and the chain of parents it lies below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct There {
    pub(super) id: String,
    pub(super) parent: String,
}

impl From<&SandboxRecord> for There {
    fn from(record: &SandboxRecord) -> Self {
        Self {
            id: record.id.clone(),
            parent: record.parent.clone(),
        }
    }
}

/// The collections of which a place names records.
pub(super) fn collections(
    shapes: &Shapes,
    place: &Place,
    said: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let parents = place.parents.iter().filter_map(|own| own.record.as_ref());
    let names = std::iter::once(&place.collection).chain(parents);
    names.map(|name| existing(shapes, name, said)).collect()
}

/// What each parameter of a place can be, where of each collection this one is there. Of the
/// parameters that name a kind of record, only those that a call `said` wrongly.
pub(super) fn ids(
    shapes: &Shapes,
    place: &Place,
    said: &dyn Fn(&str) -> String,
    there: &BTreeMap<String, There>,
) -> Option<BTreeMap<String, String>> {
    let mut ids = BTreeMap::new();
    let mut named = |name: &CollectionName| {
        let known = existing(shapes, name, said);
        if let CollectionName::Parameter(kind) = name {
            ids.insert(kind.clone(), known.clone());
        }
        known
    };
    let name = named(&place.collection);
    let parents = place.parents.iter().filter(|own| shapes.parts(own));
    let parents: Vec<(&Parent, Option<String>)> = parents
        .map(|own| (own, own.record.as_ref().map(&mut named)))
        .collect();
    if place.item.is_some() || place.single {
        let record = there.get(&name)?;
        let item = place.item.iter().cloned();
        ids.extend(item.map(|item| (item, record.id.clone())));
        let chain: Vec<&str> = record.parent.split('/').collect();
        if shapes.is_usual(place, shapes.collection(&name)?) && chain.len() == parents.len() {
            let chain = parents.iter().zip(chain);
            ids.extend(chain.map(|((own, _), id)| (own.parameter.clone(), id.to_owned())));
            return Some(ids);
        }
    }
    for (parent, name) in parents {
        let id = match name {
            Some(name) => there.get(&name)?.id.clone(),
            None => {
                let kind = CollectionName::Parameter(parent.parameter.clone());
                existing(shapes, &kind, said)
            }
        };
        ids.insert(parent.parameter.clone(), id);
    }
    Some(ids)
}

/// The collection of that name; where a call names none that there is, the first of its kind.
fn existing(shapes: &Shapes, name: &CollectionName, said: &dyn Fn(&str) -> String) -> String {
    let kind = match name {
        CollectionName::Literal(name) => return name.clone(),
        CollectionName::Parameter(kind) => kind,
    };
    let said = said(kind);
    let kinds = shapes.kinds.get(kind).into_iter().flatten();
    let mut kinds = kinds.filter(|own| shapes.collection(own).is_some());
    match (shapes.collection(&said), kinds.next()) {
        (None, Some(known)) => known.clone(),
        _ => said,
    }
}

/// An endpoint's path with these ids, and otherwise as the call has it.
pub(super) fn filled(
    endpoint: &Endpoint,
    ids: &BTreeMap<String, String>,
    said: &[(String, String)],
) -> String {
    endpoint.filled(|parameter| match ids.get(parameter) {
        Some(id) => encoded(id),
        None => {
            let mut said = said.iter();
            let found = said.find(|(name, _)| name == parameter);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        }
    })
}

/// Says which call finds one.
pub(super) fn with_example(problem: Problem, method: Method, path: Option<&str>) -> Problem {
    match path {
        Some(path) => problem
            .further(&format!("This call finds one: {} {path}.", method.as_str()))
            .member("example", path),
        None => problem.further("There is no sample either: make one first."),
    }
}

/// As a segment of a path (RFC 3986 section 3.3).
fn encoded(id: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    encoded.replace('+', "%20")
}
