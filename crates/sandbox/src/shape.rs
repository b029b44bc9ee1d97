//! What each endpoint of a catalog does in the sandbox, derived from its path template.
//!
//! The last literal segment before an item's parameter names the collection; parameters
//! before it are the parents; a parameter that names the organisation is neither.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use oauth::model::Uuid;
use scope::{ApiDescription, Catalog, Endpoint, IdStyle, Method, Requirement};

use super::described::Described;
use super::invent::pattern;
use super::naming;
use super::reading::Reading;
use super::recorded::Recorded;
use super::said::Said;
use super::shown_id::ShownId;
use super::source::{Identity, Source, Sources};

/// What a call does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation {
    /// A page of a collection.
    List(Place),
    /// A page of those that meet the criteria in the body.
    Search(Place),
    /// A new record.
    Create(Place),
    /// New records, one for each object in the body.
    CreateMany(Place),
    /// One record.
    Show(Place),
    /// Merges the body into a record.
    Change(Place),
    /// Removes a record.
    Delete(Place),
    /// A named action on a record.
    Act(Place, String),
    /// A named action on the records whose ids are in the body.
    ActOnMany(Place, String),
    /// A record as a file.
    Download(Place),
    /// The person behind the token.
    Me(Place),
    /// A small computed object.
    Report(String),
}

/// Where records are: in a collection, below parents, and which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) collection: CollectionName,
    pub(super) parents: Vec<Parent>,
    /// The path parameter with the id.
    pub(super) item: Option<String>,
    /// There is one record below the parents, and it has no id in the path.
    pub(super) single: bool,
}

/// A collection's name is in the template, or given by a path parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CollectionName {
    Literal(String),
    Parameter(String),
}

/// A parameter before the collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) parameter: String,
    /// Where its record is; `None` when the parameter only names a kind of record.
    pub(super) record: Option<CollectionName>,
}

/// A collection as the whole catalog shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collection {
    /// What people call its records.
    pub(super) title: String,
    /// The parents its records lie below.
    pub(super) parents: Vec<Parent>,
    pub(super) single: bool,
    pub(super) id: IdStyle,
    pub(super) id_prefix: String,
    /// Ids of samples are those of this collection, whose ids this one's items are named by.
    pub(super) id_family: String,
    /// The template by which the collection's records are read.
    pub(super) read: Option<String>,
    /// What is said when a record is made, where that decides about the record.
    pub(super) said: Option<Said>,
    /// Where the description of the API tells of its records.
    pub(super) sources: Sources,
    /// Ids that the description shows in paths.
    pub(super) shown_ids: Vec<ShownId>,
    /// The parameters by which paths of the description name its records.
    pub(super) names: BTreeSet<String>,
    /// Has the catalog samples of it?
    has_samples: bool,
    /// How the description tells them apart; found out when it is first asked.
    identity: OnceLock<Option<Identity>>,
    /// How surely `parents` is right: a list says more than an action.
    rank: u8,
}

/// Every endpoint's operation, and the collections they are about.
pub(super) struct Shapes {
    operations: HashMap<(Method, String), Operation>,
    collections: BTreeMap<String, Collection>,
    /// Values of parameters that name a kind of record.
    pub(super) kinds: BTreeMap<String, BTreeSet<String>>,
    /// What the API's own description says of bodies and answers.
    pub(super) description: Option<Arc<ApiDescription>>,
}

impl Shapes {
    pub(super) fn of(catalog: &Catalog, description: Option<&Arc<ApiDescription>>) -> Self {
        let mut kinds = BTreeMap::new();
        for endpoint in catalog.endpoints() {
            note_kinds(&endpoint.requirement, &mut kinds);
        }
        let known_kinds = description.map(|_| kinds.keys().cloned().collect());
        let reading = Reading::of(catalog, known_kinds);
        let mut shapes = Self {
            operations: HashMap::new(),
            collections: BTreeMap::new(),
            kinds,
            description: description.cloned(),
        };
        for endpoint in catalog.endpoints() {
            let operation = reading.operation(endpoint);
            shapes.note_collection(catalog, endpoint, &operation);
            if let Some(description) = description {
                shapes.note_source(description, endpoint, &operation);
            }
            let key = (endpoint.method, endpoint.path.clone());
            shapes.operations.insert(key, operation);
        }
        for name in catalog.samples().keys() {
            shapes
                .collections
                .entry(name.clone())
                .or_insert_with(|| new_collection(catalog, name, String::new(), Vec::new(), false));
        }
        shapes.find_id_families();
        shapes
    }

    pub(super) fn collection_mut(&mut self, name: &str) -> Option<&mut Collection> {
        self.collections.get_mut(name)
    }

    pub(super) fn operation(&self, method: Method, path: &str) -> Option<&Operation> {
        self.operations.get(&(method, path.to_owned()))
    }

    /// Do records lie apart below what this parameter names? Where nothing ever shows what it
    /// names, a description of calls tells nothing of that: the same records are there, whatever
    /// it says.
    pub(super) fn parts(&self, parent: &Parent) -> bool {
        self.description.is_none()
            || match &parent.record {
                None => self.kinds.contains_key(&parent.parameter),
                Some(CollectionName::Literal(name)) => self.collections.contains_key(name),
                Some(CollectionName::Parameter(kind)) => self.kinds.contains_key(kind),
            }
    }

    /// Does a place lie below the same as its collection does elsewhere?
    pub(super) fn is_usual(&self, place: &Place, collection: &Collection) -> bool {
        let records = |parents: &'_ [Parent]| -> Vec<Option<CollectionName>> {
            let parting = parents.iter().filter(|parent| self.parts(parent));
            parting.map(|parent| parent.record.clone()).collect()
        };
        records(&place.parents) == records(&collection.parents)
    }

    /// A collection by its name.
    pub(super) fn collection(&self, name: &str) -> Option<&Collection> {
        let collection = self.collections.get(name)?;
        collection.identify(name, self.description.as_deref());
        Some(collection)
    }

    /// Every collection, with its name.
    pub(super) fn collections(&self) -> impl Iterator<Item = (&str, &Collection)> {
        self.collections.iter().map(|(name, collection)| {
            collection.identify(name, self.description.as_deref());
            (name.as_str(), collection)
        })
    }

    /// What the description says of a collection's records.
    pub(super) fn recorded(&self, name: &str, collection: &Collection) -> Option<Recorded<'_>> {
        Recorded::of(self.description.as_deref()?, name, &collection.sources)
    }

    fn note_collection(&mut self, catalog: &Catalog, endpoint: &Endpoint, operation: &Operation) {
        let (place, rank) = match operation {
            Operation::List(place) => (place, 3),
            Operation::Show(place) | Operation::Create(place) => (place, 2),
            Operation::Report(_) | Operation::Me(_) => return,
            Operation::Search(place)
            | Operation::CreateMany(place)
            | Operation::Change(place)
            | Operation::Delete(place)
            | Operation::Act(place, _)
            | Operation::ActOnMany(place, _)
            | Operation::Download(place) => (place, 1),
        };
        let CollectionName::Literal(name) = &place.collection else {
            return;
        };
        let collection = self.collections.entry(name.clone()).or_insert_with(|| {
            let title = title(catalog, endpoint).unwrap_or_else(|| name.clone());
            new_collection(catalog, name, title, place.parents.clone(), place.single)
        });
        let better = rank > collection.rank
            || (rank == collection.rank && place.parents.len() < collection.parents.len());
        if better {
            collection.rank = rank;
            collection.parents.clone_from(&place.parents);
            collection.single = place.single;
        }
        if let Operation::Create(_) = operation {
            collection.said = Said::of(endpoint);
        }
        let reads = matches!(operation, Operation::List(_) | Operation::Show(_));
        if reads && place.parents.is_empty() && (better || collection.read.is_none()) {
            collection.read = Some(endpoint.path.clone());
        }
    }

    fn note_source(
        &mut self,
        description: &ApiDescription,
        endpoint: &Endpoint,
        operation: &Operation,
    ) {
        let call = (endpoint.method, endpoint.path.as_str());
        let Some(source) = source(description, call, operation) else {
            return;
        };
        let name = operation.place().map(|place| &place.collection);
        if let Some(CollectionName::Literal(name)) = name
            && let Some(collection) = self.collections.get_mut(name)
        {
            let sources = &mut collection.sources;
            if source.has_example {
                sources.shown = Some(Source::richer(sources.shown.take(), source.clone()));
            }
            sources.best = Some(Source::better(sources.best.take(), source));
        }
    }

    /// Where items of one collection are named by the ids of another, such as
    /// `/sie/{fiscalYearId}/download`, samples of both get the same ids.
    fn find_id_families(&mut self) {
        // The first of that name, whatever joins its words.
        let mut by_words: HashMap<String, &String> = HashMap::new();
        for (name, collection) in &self.collections {
            if collection.parents.is_empty() {
                let words = naming::bare(&naming::singular(name));
                by_words.entry(words).or_insert(name);
            }
        }
        let mut families = Vec::new();
        for operation in self.operations.values() {
            let (Operation::Show(place) | Operation::Download(place)) = operation else {
                continue;
            };
            let (CollectionName::Literal(own), Some(item)) = (&place.collection, &place.item)
            else {
                continue;
            };
            let Some(stem) = naming::parameter_stem(item).map(naming::bare) else {
                continue;
            };
            if naming::bare(&naming::singular(own)) == stem {
                continue;
            }
            if let Some(other) = by_words.get(&stem) {
                families.push((own.clone(), (*other).clone()));
            }
        }
        for (own, family) in families {
            if let Some(collection) = self.collections.get_mut(&own) {
                collection.id_family = family;
            }
        }
    }
}

impl Operation {
    /// Where its records are.
    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Self::List(place)
            | Self::Search(place)
            | Self::Create(place)
            | Self::CreateMany(place)
            | Self::Show(place)
            | Self::Change(place)
            | Self::Delete(place)
            | Self::Act(place, _)
            | Self::ActOnMany(place, _)
            | Self::Download(place)
            | Self::Me(place) => Some(place),
            Self::Report(_) => None,
        }
    }
}

impl Collection {
    /// Finds out how the description tells its records apart, once. The catalog's own samples
    /// have ids of their own.
    fn identify(&self, name: &str, description: Option<&ApiDescription>) {
        self.identity.get_or_init(|| {
            let description = description.filter(|_| !self.has_samples)?;
            let recorded = Recorded::of(description, name, &self.sources)?;
            recorded.identity(name, self.sources.item(), &self.names)
        });
    }

    fn identity(&self) -> Option<&Identity> {
        self.identity.get()?.as_ref()
    }

    /// The member with a record's id.
    pub(super) fn id_member(&self) -> &str {
        self.identity().map_or("id", |own| &own.member)
    }

    /// What ids look like.
    pub(super) fn id_style(&self) -> IdStyle {
        self.identity().map_or(self.id, |own| own.style)
    }

    /// Does the description have UUIDs for ids?
    pub(super) fn is_uuid(&self) -> bool {
        self.identity()
            .is_some_and(|own| own.style == IdStyle::Uuid)
    }

    /// An id as the description has them, another one for each seed; nothing where it says no pattern, or
    /// a path could not name it.
    pub(super) fn patterned(&self, seed: u64) -> Option<String> {
        let pattern = self.identity()?.pattern.as_deref()?;
        pattern::text(pattern, seed).filter(|id| self.can_be_id(id))
    }

    /// Can a path name it, and does it look as others do here?
    pub(super) fn can_be_id(&self, id: &str) -> bool {
        const LONGEST: usize = 100;
        let is_plain = |own: char| own.is_ascii_alphanumeric() || "-_.~@:$".contains(own);
        (1..=LONGEST).contains(&id.len())
            && id.chars().all(is_plain)
            && id.chars().any(|own| own != '.')
            && (!self.has_number_ids() || id.parse::<u64>().is_ok())
            && (!self.is_uuid() || Uuid::try_parse(id).is_ok())
    }

    /// Is an id a number in JSON, where it counts?
    pub(super) fn has_number_ids(&self) -> bool {
        self.id_style() == IdStyle::Number && !self.identity().is_some_and(|own| own.is_text)
    }
}

/// What an operation's answer tells of its collection's records, if anything.
fn source(
    description: &ApiDescription,
    (method, path): (Method, &str),
    operation: &Operation,
) -> Option<Source> {
    let (place, rank) = match operation {
        Operation::Show(place) => (place, 4),
        Operation::List(place) => (place, 3),
        Operation::Create(place) => (place, 2),
        Operation::Change(place) | Operation::Search(place) => (place, 1),
        _ => return None,
    };
    let described = Described::new(description, description.operation(method, path)?);
    let body = described.success()?.body?;
    body.schema.as_ref()?;
    Some(Source {
        rank,
        method,
        path: path.to_owned(),
        is_many: matches!(operation, Operation::List(_) | Operation::Search(_)),
        has_example: body.example.is_some(),
        item: place.item.clone(),
    })
}

fn new_collection(
    catalog: &Catalog,
    name: &str,
    title: String,
    parents: Vec<Parent>,
    single: bool,
) -> Collection {
    let samples = catalog.samples().get(name);
    Collection {
        title,
        parents,
        single,
        id: samples.map_or(IdStyle::Number, |samples| samples.id),
        id_prefix: samples
            .and_then(|samples| samples.id_prefix.clone())
            .unwrap_or_default(),
        id_family: name.to_owned(),
        read: None,
        said: None,
        sources: Sources::default(),
        shown_ids: Vec::new(),
        names: BTreeSet::new(),
        has_samples: samples.is_some_and(|own| !own.records.is_empty()),
        identity: OnceLock::new(),
        rank: 0,
    }
}

/// The title of the first resource that the endpoint's requirement names.
fn title(catalog: &Catalog, endpoint: &Endpoint) -> Option<String> {
    let name = *endpoint.requirement.scopes().first()?;
    let resource = &catalog.scope(catalog.find(name)?)?.resource;
    let resource = catalog.resource(resource)?;
    let language = catalog.languages().first()?;
    Some(resource.title.get(language).to_owned())
}

fn note_kinds(requirement: &Requirement, kinds: &mut BTreeMap<String, BTreeSet<String>>) {
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => {}
        Requirement::BySubject { person, client } => {
            let parts = person.iter().chain(client);
            parts.for_each(|part| note_kinds(part, kinds));
        }
        Requirement::All(parts) | Requirement::Any(parts) => {
            parts.iter().for_each(|part| note_kinds(part, kinds));
        }
        Requirement::ByPath { parameter, is } => {
            let values = kinds.entry(parameter.clone()).or_default();
            values.extend(is.iter().map(|(value, _)| value.clone()));
            is.iter().for_each(|(_, part)| note_kinds(part, kinds));
        }
        Requirement::ByQuery { is, .. } | Requirement::ByBody { is, .. } => {
            is.iter().for_each(|(_, part)| note_kinds(part, kinds));
        }
    }
}
