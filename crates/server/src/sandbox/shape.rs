//! What each endpoint of a catalog does in the sandbox, derived from its path template.
//!
//! The last literal segment before an item's parameter names the collection; parameters
//! before it are the parents; a parameter that names the organisation is neither.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use scope::{Catalog, Endpoint, IdStyle, Method, Requirement};

use super::naming;

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
    /// How surely `parents` is right: a list says more than an action.
    rank: u8,
}

/// Every endpoint's operation, and the collections they are about.
pub(super) struct Shapes {
    operations: HashMap<(Method, String), Operation>,
    pub(super) collections: BTreeMap<String, Collection>,
    /// Values of parameters that name a kind of record.
    pub(super) kinds: BTreeMap<String, BTreeSet<String>>,
}

impl Shapes {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let reading = Reading::of(catalog);
        let mut shapes = Self {
            operations: HashMap::new(),
            collections: BTreeMap::new(),
            kinds: BTreeMap::new(),
        };
        for endpoint in catalog.endpoints() {
            let operation = reading.operation(endpoint);
            shapes.note_collection(catalog, endpoint, &operation);
            note_kinds(&endpoint.requirement, &mut shapes.kinds);
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

    pub(super) fn operation(&self, method: Method, path: &str) -> Option<&Operation> {
        self.operations.get(&(method, path.to_owned()))
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
        let reads = matches!(operation, Operation::List(_) | Operation::Show(_));
        if reads && place.parents.is_empty() && (better || collection.read.is_none()) {
            collection.read = Some(endpoint.path.clone());
        }
    }

    /// Where items of one collection are named by the ids of another, such as
    /// `/sie/{fiscalYearId}/download`, samples of both get the same ids.
    fn find_id_families(&mut self) {
        let mut families = Vec::new();
        for operation in self.operations.values() {
            let (Operation::Show(place) | Operation::Download(place)) = operation else {
                continue;
            };
            let (CollectionName::Literal(own), Some(item)) = (&place.collection, &place.item)
            else {
                continue;
            };
            let Some(stem) = naming::parameter_stem(item) else {
                continue;
            };
            let is_called = |name: &str| naming::same_words(&naming::singular(name), stem);
            if is_called(own) {
                continue;
            }
            let other = self
                .collections
                .iter()
                .find(|(name, other)| is_called(name) && other.parents.is_empty());
            if let Some((other, _)) = other {
                families.push((own.clone(), other.clone()));
            }
        }
        for (own, family) in families {
            if let Some(collection) = self.collections.get_mut(&own) {
                collection.id_family = family;
            }
        }
    }
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
        rank: 0,
    }
}

/// The title of the first resource that the endpoint's requirement names.
fn title(catalog: &Catalog, endpoint: &Endpoint) -> Option<String> {
    let name = *endpoint.requirement.scopes().first()?;
    let resource = &catalog.scope(catalog.find(name)?)?.resource;
    let resource = catalog
        .resources()
        .iter()
        .find(|candidate| candidate.name == *resource)?;
    let language = catalog.languages().first()?;
    Some(resource.title.get(language).to_owned())
}

fn note_kinds(requirement: &Requirement, kinds: &mut BTreeMap<String, BTreeSet<String>>) {
    match requirement {
        Requirement::Scope(_) => {}
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Segment<'a> {
    Literal(&'a str),
    Parameter(&'a str),
}

/// All paths together: what one means depends on its neighbours.
struct Reading<'c> {
    catalog: &'c Catalog,
    methods: BTreeMap<&'c str, Vec<Method>>,
    /// Last segments of paths that can be read.
    lists: BTreeSet<&'c str>,
}

impl<'c> Reading<'c> {
    fn of(catalog: &'c Catalog) -> Self {
        let mut methods: BTreeMap<&str, Vec<Method>> = BTreeMap::new();
        let mut lists = BTreeSet::new();
        for endpoint in catalog.endpoints() {
            methods
                .entry(&endpoint.path)
                .or_default()
                .push(endpoint.method);
            if endpoint.method == Method::Get
                && let Some((_, last)) = endpoint.path.rsplit_once('/')
            {
                lists.insert(last);
            }
        }
        Self {
            catalog,
            methods,
            lists,
        }
    }

    fn operation(&self, endpoint: &'c Endpoint) -> Operation {
        let segments = self.segments(&endpoint.path);
        match segments.split_last() {
            Some((Segment::Parameter(_), _)) => self.on_item(endpoint.method, &segments),
            Some((Segment::Literal(last), before)) => {
                self.on_name(endpoint, last, before, &segments)
            }
            None => Operation::Report(endpoint.path.clone()),
        }
    }

    /// The path without the parameter that names the organisation.
    fn segments(&self, path: &'c str) -> Vec<Segment<'c>> {
        path.split('/')
            .skip(1)
            .map(|segment| {
                segment
                    .strip_prefix('{')
                    .and_then(|rest| rest.strip_suffix('}'))
                    .map_or(Segment::Literal(segment), Segment::Parameter)
            })
            .filter(|segment| match segment {
                Segment::Parameter(name) => {
                    !self.catalog.organisation_parameters().contains_key(*name)
                }
                Segment::Literal(_) => true,
            })
            .collect()
    }

    fn on_item(&self, method: Method, segments: &[Segment<'_>]) -> Operation {
        let place = self.place(segments, false);
        match method {
            Method::Get => Operation::Show(place),
            Method::Delete => Operation::Delete(place),
            Method::Post | Method::Put | Method::Patch => Operation::Change(place),
        }
    }

    fn on_name(
        &self,
        endpoint: &Endpoint,
        last: &str,
        before: &[Segment<'_>],
        segments: &[Segment<'_>],
    ) -> Operation {
        let (method, path) = (endpoint.method, endpoint.path.as_str());
        let reads = method == Method::Get;
        if last == "search" && method == Method::Post {
            return Operation::Search(self.place(before, false));
        }
        if last == "me" && reads {
            return Operation::Me(self.place(before, false));
        }
        if reads && before.contains(&Segment::Literal("reports")) {
            return Operation::Report(last.to_owned());
        }
        let below_item = matches!(before.last(), Some(Segment::Parameter(_)));
        if below_item && reads && is_document(last) {
            return Operation::Download(self.place(before, false));
        }
        if self.is_collection(path, last, before) {
            let single = self.is_single(path, last);
            let place = self.place(segments, single);
            return match method {
                Method::Get if single => Operation::Show(place),
                Method::Get => Operation::List(place),
                Method::Post if !single => Operation::Create(place),
                Method::Delete => Operation::Delete(place),
                Method::Post | Method::Put | Method::Patch => Operation::Change(place),
            };
        }
        let place = self.place(before, false);
        if below_item {
            Operation::Act(place, last.to_owned())
        } else if last.contains("bulk") {
            Operation::CreateMany(place)
        } else {
            Operation::ActOnMany(place, last.to_owned())
        }
    }

    /// Does this path's last segment name records, rather than an action?
    fn is_collection(&self, path: &str, last: &str, before: &[Segment<'_>]) -> bool {
        let known = self.has(path, Method::Get)
            || self.has_items(path)
            || self.catalog.samples().contains_key(&self.canonical(last));
        let parent_is_list = path
            .rsplit_once('/')
            .is_some_and(|(parent, _)| self.has(parent, Method::Get));
        let below_item = matches!(before.last(), Some(Segment::Parameter(_)));
        known || !(below_item || parent_is_list)
    }

    /// One record without an id of its own: changed or removed at the path itself, or the
    /// only sample of something that cannot be added to.
    fn is_single(&self, path: &str, last: &str) -> bool {
        let samples = self.catalog.samples().get(&self.canonical(last));
        let at_itself = [Method::Put, Method::Patch, Method::Delete]
            .into_iter()
            .any(|method| self.has(path, method));
        let only_one = self.has(path, Method::Get)
            && !self.has(path, Method::Post)
            && samples.is_some_and(|samples| samples.records.len() == 1);
        !self.has_items(path) && (at_itself || only_one)
    }

    fn has(&self, path: &str, method: Method) -> bool {
        self.methods
            .get(path)
            .is_some_and(|methods| methods.contains(&method))
    }

    /// Is there `path/{parameter}`, or the same for the list's name in the singular?
    fn has_items(&self, path: &str) -> bool {
        let singular = path
            .rsplit_once('/')
            .map(|(folder, last)| format!("{folder}/{}", naming::singular(last)));
        self.methods.keys().any(|other| {
            other.rsplit_once('/').is_some_and(|(folder, last)| {
                last.starts_with('{') && (folder == path || Some(folder) == singular.as_deref())
            })
        })
    }

    /// A place whose last segment is the item's parameter or the collection's name.
    fn place(&self, segments: &[Segment<'_>], single: bool) -> Place {
        let (item, before) = match segments.split_last() {
            Some((Segment::Parameter(item), before)) => (Some((*item).to_owned()), before),
            _ => (None, segments),
        };
        let (collection, above) = match before.split_last() {
            Some((Segment::Literal(name), above)) => {
                (CollectionName::Literal(self.canonical(name)), above)
            }
            Some((Segment::Parameter(kind), above)) => {
                (CollectionName::Parameter((*kind).to_owned()), above)
            }
            None => (CollectionName::Literal(String::new()), before),
        };
        Place {
            collection,
            parents: self.parents(above),
            item,
            single,
        }
    }

    fn parents(&self, segments: &[Segment<'_>]) -> Vec<Parent> {
        let mut parents = Vec::new();
        let mut before: Option<&Segment<'_>> = None;
        let mut rest = segments.iter().peekable();
        while let Some(segment) = rest.next() {
            if let Segment::Parameter(parameter) = segment {
                let names_a_kind = matches!(rest.peek(), Some(Segment::Parameter(_)));
                let record = match before {
                    _ if names_a_kind => None,
                    Some(Segment::Literal(name)) => {
                        Some(CollectionName::Literal(self.canonical(name)))
                    }
                    Some(Segment::Parameter(kind)) => {
                        Some(CollectionName::Parameter((*kind).to_owned()))
                    }
                    None => None,
                };
                parents.push(Parent {
                    parameter: (*parameter).to_owned(),
                    record,
                });
            }
            before = Some(segment);
        }
        parents
    }

    /// The name of the list where the path names one record: `project` is in `projects`.
    fn canonical(&self, name: &str) -> String {
        naming::plurals(name)
            .into_iter()
            .find(|plural| self.lists.contains(plural.as_str()))
            .unwrap_or_else(|| name.to_owned())
    }
}

fn is_document(name: &str) -> bool {
    name == "preview" || name.contains("download") || name.contains("pdf")
}
