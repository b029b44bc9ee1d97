//! The records a sandbox begins with.

use std::collections::{BTreeMap, BTreeSet};

use oauth::model::{SandboxRecord, Timestamp, Uuid};
use realm::{Fault, SandboxRecords};
use scope::Catalog;
use serde_json::{Map, Value, json};

use super::shape::{Collection, CollectionName, Parent, Shapes};
use super::{ids, naming};

/// Under this name, no collection of a path, lies the mark that an organisation's sandbox
/// has been filled.
const FILLED: &str = "/filled";

/// How many records a collection without samples begins with.
const MADE_UP: usize = 3;

/// Fills the sandbox of an organisation with the catalog's samples, unless that has been
/// done: what an app has changed or removed since stays so. Samples belong to no client.
///
/// The same organisation gets the same ids each time, so two nodes that begin at once write
/// the same records.
///
/// # Errors
///
/// When the store fails.
pub async fn seed(
    kept: &SandboxRecords<'_>,
    catalog: &Catalog,
    now: Timestamp,
) -> Result<(), Fault> {
    fill(kept, catalog, &Shapes::of(catalog), now).await
}

pub(super) async fn fill(
    kept: &SandboxRecords<'_>,
    catalog: &Catalog,
    shapes: &Shapes,
    now: Timestamp,
) -> Result<(), Fault> {
    if kept.one(FILLED, FILLED).await?.is_some() {
        return Ok(());
    }
    let blank = SandboxRecord {
        realm: kept.realm().to_owned(),
        organisation: kept.organisation(),
        collection: FILLED.to_owned(),
        parent: String::new(),
        id: FILLED.to_owned(),
        created_by: None,
        body: json!({}),
        created_at: now,
        updated_at: now,
    };
    let mut records = samples(catalog, shapes, &blank);
    records.push(blank);
    kept.put(&records).await
}

/// The catalog's samples of a collection as nobody's organisation would have them.
pub(super) fn of_nobody(catalog: &Catalog, shapes: &Shapes, collection: &str) -> Vec<Value> {
    let moment = Timestamp::default();
    let blank = SandboxRecord {
        realm: String::new(),
        organisation: Uuid::nil(),
        collection: String::new(),
        parent: String::new(),
        id: String::new(),
        created_by: None,
        body: json!({}),
        created_at: moment,
        updated_at: moment,
    };
    let all = samples(catalog, shapes, &blank).into_iter();
    let own = all.filter(|record| record.collection == collection);
    own.map(|record| record.body).collect()
}

/// Parents first, so that records can be laid below them.
fn samples(catalog: &Catalog, shapes: &Shapes, blank: &SandboxRecord) -> Vec<SandboxRecord> {
    let mut collections: Vec<_> = shapes.collections.iter().collect();
    collections.sort_by_key(|(_, collection)| collection.parents.len());
    let mut made = Made::default();
    for (name, collection) in collections {
        let bodies = bodies(catalog, name, collection);
        let parents = made.parents(shapes, &collection.parents);
        made.add(name, collection, &bodies, &parents, blank);
    }
    made.records
}

/// The bodies of the samples of a collection, or made-up ones.
fn bodies(catalog: &Catalog, name: &str, collection: &Collection) -> Vec<Map<String, Value>> {
    let samples = catalog.samples().get(name);
    let given: Vec<_> = samples
        .into_iter()
        .flat_map(|samples| &samples.records)
        .filter_map(|record| record.as_object().cloned())
        .collect();
    if !given.is_empty() {
        return given;
    }
    let count = if collection.single { 1 } else { MADE_UP };
    (1..=count)
        .map(|number| {
            let name = Value::from(format!("{} {number}", collection.title));
            Map::from_iter([("name".to_owned(), name)])
        })
        .collect()
}

#[derive(Default)]
struct Made {
    records: Vec<SandboxRecord>,
    /// By collection: parent and id.
    places: BTreeMap<String, Vec<(String, String)>>,
}

impl Made {
    /// Every chain of parents that records can lie below, joined by `/`.
    fn parents(&self, shapes: &Shapes, parents: &[Parent]) -> Vec<String> {
        let mut chains = vec![(String::new(), String::new())];
        for parent in parents {
            let mut longer = Vec::new();
            for (chain, last) in &chains {
                for value in self.values(shapes, parent, chain, last) {
                    let joined = join(chain, &value);
                    longer.push((joined, value));
                }
            }
            chains = longer;
        }
        chains.into_iter().map(|(chain, _)| chain).collect()
    }

    /// What a parent's parameter can be below a chain that ends in `last`.
    fn values(&self, shapes: &Shapes, parent: &Parent, chain: &str, last: &str) -> Vec<String> {
        let (collection, chain) = match &parent.record {
            None => {
                let kinds = shapes.kinds.get(&parent.parameter);
                return kinds.into_iter().flatten().cloned().collect();
            }
            Some(CollectionName::Literal(name)) => (name.as_str(), chain),
            // The kind is part of the chain, not of where its records lie.
            Some(CollectionName::Parameter(_)) => (last, ""),
        };
        let places = self.places.get(collection);
        places
            .into_iter()
            .flatten()
            .filter(|(parent, _)| parent == chain)
            .map(|(_, id)| id.clone())
            .collect()
    }

    /// Deals the samples out to the parents: each parent gets one, each sample is used.
    fn add(
        &mut self,
        name: &str,
        collection: &Collection,
        bodies: &[Map<String, Value>],
        parents: &[String],
        blank: &SandboxRecord,
    ) {
        if parents.is_empty() {
            return;
        }
        let count = if collection.single {
            parents.len()
        } else {
            bodies.len().max(parents.len())
        };
        let mut taken = BTreeSet::new();
        let dealt = bodies.iter().cycle().zip(parents.iter().cycle());
        for (index, (body, parent)) in dealt.take(count).enumerate() {
            let own = body.get("id").map(plain).filter(|id| !taken.contains(id));
            let id = own.unwrap_or_else(|| {
                let numbers = index.saturating_add(1)..;
                numbers
                    .map(|number| ids::of_sample(collection, blank.organisation, number))
                    .find(|id| !taken.contains(id))
                    .unwrap_or_default()
            });
            taken.insert(id.clone());
            let mut body = body.clone();
            name_parent(&mut body, collection, parent);
            body.insert("id".to_owned(), ids::json(collection.id, &id));
            let place = (parent.clone(), id.clone());
            self.places.entry(name.to_owned()).or_default().push(place);
            self.records.push(SandboxRecord {
                collection: name.to_owned(),
                parent: parent.clone(),
                id,
                body: Value::Object(body),
                ..blank.clone()
            });
        }
    }
}

/// Where a sample names its parent, as by `invoiceid`, it names the one it was laid below.
fn name_parent(body: &mut Map<String, Value>, collection: &Collection, parent: &str) {
    let record = collection
        .parents
        .last()
        .and_then(|last| last.record.as_ref());
    let Some(CollectionName::Literal(above)) = record else {
        return;
    };
    let member = format!("{}id", naming::singular(above));
    let id = parent.rsplit('/').next().unwrap_or(parent);
    for (name, value) in body.iter_mut() {
        if naming::same_words(name, &member) {
            let number = id.parse::<u64>().ok().filter(|_| value.is_number());
            *value = number.map_or_else(|| Value::from(id), Value::from);
        }
    }
}

/// One more id on a chain.
pub(super) fn join(chain: &str, id: &str) -> String {
    if chain.is_empty() {
        id.to_owned()
    } else {
        format!("{chain}/{id}")
    }
}

/// A string as it is, anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}
