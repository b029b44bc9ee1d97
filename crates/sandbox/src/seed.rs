//! The records a sandbox begins with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oauth::model::{SandboxRecord, Timestamp, Uuid};
use realm::{Fault, SandboxRecords};
use scope::{ApiDescription, Catalog};
use serde_json::{Map, Value, json};

use super::recorded::Recorded;
use super::shape::{Collection, CollectionName, Parent, Shapes};
use super::shown_id::ShownId;
use super::written::{join, one_spelling, plain};
use super::{ids, naming, shown_ids};

/// Under this name, no collection of a path, lies the mark that an organisation's sandbox
/// has been filled; and one for each collection that was filled by itself.
const FILLED: &str = "/filled";

/// How many records a collection without samples begins with.
const MADE_UP: usize = 3;

/// Below how many chains of parents, at most, a collection begins with records.
const MOST_BELOW: usize = 60;

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
    description: Option<&Arc<ApiDescription>>,
    now: Timestamp,
) -> Result<(), Fault> {
    fill(kept, catalog, &shown_ids::shapes(catalog, description), now).await
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
    let mark = mark(kept, now);
    let names = shapes.collections().map(|(name, _)| name);
    let mut records = samples(catalog, shapes, names, &mark);
    records.push(mark);
    kept.put(&records).await
}

/// Fills one collection, and those that its records lie below: those that have not been filled.
pub(super) async fn fill_one(
    kept: &SandboxRecords<'_>,
    catalog: &Catalog,
    shapes: &Shapes,
    name: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let is_filled = kept.one(FILLED, name).await?.is_some();
    if is_filled || kept.one(FILLED, FILLED).await?.is_some() {
        return Ok(());
    }
    let mark = mark(kept, now);
    let mut records = samples(catalog, shapes, [name], &mark);
    let mut missing = Vec::new();
    for name in parents_first(shapes, [name]) {
        if kept.one(FILLED, name).await?.is_none() {
            missing.push(name);
        }
    }
    records.retain(|record| missing.contains(&record.collection.as_str()));
    records.extend(missing.into_iter().map(|name| SandboxRecord {
        id: name.to_owned(),
        ..mark.clone()
    }));
    kept.put(&records).await
}

fn mark(kept: &SandboxRecords<'_>, now: Timestamp) -> SandboxRecord {
    SandboxRecord {
        realm: kept.realm().to_owned(),
        organisation: kept.organisation(),
        collection: FILLED.to_owned(),
        parent: String::new(),
        id: FILLED.to_owned(),
        created_by: None,
        body: json!({}),
        created_at: now,
        updated_at: now,
    }
}

/// What a collection begins with, as nobody's organisation would have it.
pub(super) fn of_nobody(catalog: &Catalog, shapes: &Shapes, name: &str) -> Vec<SandboxRecord> {
    of_organisation(catalog, shapes, name, Uuid::nil())
}

/// What a collection of an organisation begins with.
pub(super) fn of_organisation(
    catalog: &Catalog,
    shapes: &Shapes,
    name: &str,
    organisation: Uuid,
) -> Vec<SandboxRecord> {
    let moment = Timestamp::default();
    let blank = SandboxRecord {
        realm: String::new(),
        organisation,
        collection: String::new(),
        parent: String::new(),
        id: String::new(),
        created_by: None,
        body: json!({}),
        created_at: moment,
        updated_at: moment,
    };
    let mut records = samples(catalog, shapes, [name], &blank);
    records.retain(|record| record.collection == name);
    records
}

/// The samples of these collections, and of those that their records lie below.
fn samples<'n>(
    catalog: &Catalog,
    shapes: &'n Shapes,
    names: impl IntoIterator<Item = &'n str>,
    blank: &SandboxRecord,
) -> Vec<SandboxRecord> {
    let mut made = Made::default();
    for name in parents_first(shapes, names) {
        let Some(collection) = shapes.collection(name) else {
            continue;
        };
        let count = if collection.single { 1 } else { MADE_UP };
        let bodies = bodies(catalog, shapes, name, collection, count);
        let mut parents = made.parents(shapes, &collection.parents);
        if parents.is_empty() && collection.sources.best.is_some() {
            // Below nothing that is there, so by themselves.
            parents.push(String::new());
        }
        made.add(name, collection, &bodies, &parents, blank);
    }
    made.records
}

/// These collections, each behind those that its records lie below; of a circle, as it comes.
fn parents_first<'n>(shapes: &'n Shapes, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut ordered = Vec::new();
    let mut seen = BTreeSet::new();
    // A name is met twice: those above it are put on top of it first.
    let mut waiting: Vec<(&str, bool)> = Vec::new();
    for name in names {
        waiting.push((name, false));
        while let Some((name, is_ready)) = waiting.pop() {
            if is_ready {
                ordered.push(name);
                continue;
            }
            if !seen.insert(name) {
                continue;
            }
            waiting.push((name, true));
            let parents = shapes.collection(name).map(|own| own.parents.as_slice());
            for parent in parents.unwrap_or_default() {
                match &parent.record {
                    Some(CollectionName::Literal(name)) => waiting.push((name, false)),
                    Some(CollectionName::Parameter(kind)) => {
                        let kinds = shapes.kinds.get(kind).into_iter().flatten();
                        waiting.extend(kinds.map(|name| (name.as_str(), false)));
                    }
                    None => {}
                }
            }
        }
    }
    ordered
}

/// The bodies of the samples of a collection, or made-up ones: as the description has them, or with
/// a name.
fn bodies(
    catalog: &Catalog,
    shapes: &Shapes,
    name: &str,
    collection: &Collection,
    count: usize,
) -> Vec<Map<String, Value>> {
    let samples = catalog.samples().get(name);
    let given: Vec<_> = samples
        .into_iter()
        .flat_map(|samples| &samples.records)
        .filter_map(|record| record.as_object().cloned())
        .collect();
    if !given.is_empty() {
        return given;
    }
    let recorded = shapes.recorded(name, collection);
    let called = called(collection, recorded.as_ref());
    let member = collection.id_member();
    let described = recorded.map(|recorded| {
        let mut samples = recorded.samples(name, member, count, &called);
        name_otherwise(&mut samples, collection, &recorded);
        samples
    });
    if let Some(mut described) = described.filter(|own| !own.is_empty()) {
        described.truncate(if collection.single {
            1
        } else {
            described.len()
        });
        return described;
    }
    let mut called = called.into_iter();
    (1..=count.max(called.len()))
        .map(|number| {
            let name = Value::from(format!("{} {number}", collection.title));
            let id = called.next().map(|id| (member.to_owned(), id));
            let name = [("name".to_owned(), name)];
            name.into_iter().chain(id).collect()
        })
        .collect()
}

/// The ids by which the description calls records in paths, as far as these can have them.
fn called(collection: &Collection, recorded: Option<&Recorded<'_>>) -> Vec<Value> {
    let member = collection.id_member();
    let is_other = |own: &&ShownId| {
        own.parameter != member && recorded.is_some_and(|recorded| recorded.has(&own.parameter))
    };
    let shown = collection.shown_ids.iter();
    let ids = shown.filter(|own| !is_other(own) && collection.can_be_id(&own.id));
    let mut called: Vec<Value> = Vec::new();
    for id in ids.map(|own| ids::json(collection, &own.id)) {
        if !called.contains(&id) {
            called.push(id);
        }
    }
    called
}

/// Gives records what paths name them by besides their id: each its own, and those that the
/// description shows.
fn name_otherwise(
    samples: &mut [Map<String, Value>],
    collection: &Collection,
    recorded: &Recorded<'_>,
) {
    let names = collection.names.iter();
    for name in names.filter(|name| *name != collection.id_member() && recorded.has(name)) {
        let shown = collection.shown_ids.iter();
        let shown = shown.filter(|own| own.parameter == *name);
        let shown: Vec<&str> = shown.map(|own| own.id.as_str()).collect();
        let mut taken = BTreeSet::new();
        for (number, sample) in samples.iter_mut().enumerate() {
            let Some(own) = sample.get(name).map(plain) else {
                continue;
            };
            if taken.insert(own.clone()) {
                continue;
            }
            let mut others = (number.saturating_add(1)..).take(MADE_UP);
            let other = others.find_map(|number| {
                let other = match own.parse::<u64>() {
                    Ok(_) => number.to_string(),
                    Err(_) => format!("{own}-{number}"),
                };
                let value = recorded.member(name, &other)?;
                taken.insert(other).then_some(value)
            });
            match other {
                Some(other) => sample.insert(name.clone(), other),
                None => sample.remove(name),
            };
        }
        for id in shown.iter().filter(|id| !taken.contains(**id)) {
            let is_free = |own: &&mut Map<String, Value>| {
                let own = own.get(name).map(plain);
                own.is_none_or(|own| !shown.contains(&own.as_str()))
            };
            // Those that the description shows come first, and stay as they are.
            let free = samples.iter_mut().rev().find(is_free);
            if let (Some(free), Some(value)) = (free, recorded.member(name, id)) {
                free.insert(name.clone(), value);
            }
        }
    }
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
        for parent in parents.iter().filter(|parent| shapes.parts(parent)) {
            let mut longer = Vec::new();
            for (chain, last) in &chains {
                for value in self.values(shapes, parent, chain, last) {
                    let joined = join(chain, &value);
                    longer.push((joined, value));
                }
                if longer.len() >= MOST_BELOW {
                    break;
                }
            }
            longer.truncate(MOST_BELOW);
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
        let places = || places.into_iter().flatten();
        let here = places().filter(|(parent, _)| parent == chain);
        let here: Vec<String> = here.map(|(_, id)| id.clone()).collect();
        if here.is_empty() && shapes.description.is_some() {
            // They lie below something else, and are named without it here.
            return places().map(|(_, id)| id.clone()).collect();
        }
        here
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
            let member = collection.id_member();
            let own = own_id(collection, body).filter(|id| !taken.contains(id));
            let id = own.unwrap_or_else(|| {
                let numbers = index.saturating_add(1)..;
                numbers
                    .map(|number| ids::of_sample(collection, blank.organisation, number))
                    .find(|id| !taken.contains(id))
                    .unwrap_or_default()
            });
            taken.insert(id.clone());
            let is_this = |own: &&ShownId| {
                own.id == id
                    || body
                        .get(&own.parameter)
                        .is_some_and(|value| plain(value) == own.id)
            };
            let mut shown = collection.shown_ids.iter().filter(is_this);
            let below = shown.find_map(|own| own.below.as_ref());
            // As the description has it, where that is there.
            let parent = below.filter(|own| parents.contains(own)).unwrap_or(parent);
            let mut body = body.clone();
            name_parent(&mut body, collection, parent);
            body.insert(member.to_owned(), ids::json(collection, &id));
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

/// The id that a sample brings along, where it can have that.
fn own_id(collection: &Collection, body: &Map<String, Value>) -> Option<String> {
    let own = one_spelling(body.get(collection.id_member()).map(plain)?);
    (collection.sources.best.is_none() || collection.can_be_id(&own)).then_some(own)
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
