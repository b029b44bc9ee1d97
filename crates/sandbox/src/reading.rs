//! Reading path templates: what one means depends on its neighbours.

use std::collections::{BTreeMap, BTreeSet};

use scope::{Catalog, Endpoint, Method};

use super::naming;
use super::shape::{CollectionName, Operation, Parent, Place};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Segment<'a> {
    Literal(&'a str),
    Parameter(&'a str),
}

/// All paths of a catalog together.
pub(super) struct Reading<'c> {
    catalog: &'c Catalog,
    methods: BTreeMap<&'c str, Vec<Method>>,
    /// Last segments of paths that can be read.
    lists: BTreeSet<&'c str>,
    /// Paths below which one more segment, a parameter, names an item.
    with_items: BTreeSet<&'c str>,
    /// Where the API has a description: the parameters that name a kind of record. Of two
    /// parameters behind each other the first names one elsewhere, whatever it is.
    kinds: Option<BTreeSet<String>>,
    /// How often a path or name was looked up.
    #[cfg(test)]
    pub(super) looks: std::cell::Cell<usize>,
}

impl<'c> Reading<'c> {
    pub(super) fn of(catalog: &'c Catalog, kinds: Option<BTreeSet<String>>) -> Self {
        let mut methods: BTreeMap<&str, Vec<Method>> = BTreeMap::new();
        let mut lists = BTreeSet::new();
        let mut with_items = BTreeSet::new();
        for endpoint in catalog.endpoints() {
            methods
                .entry(&endpoint.path)
                .or_default()
                .push(endpoint.method);
            if let Some((folder, last)) = endpoint.path.rsplit_once('/') {
                if endpoint.method == Method::Get {
                    lists.insert(without_form(last));
                }
                if last.contains('{') {
                    with_items.insert(folder);
                }
            }
        }
        Self {
            catalog,
            methods,
            lists,
            with_items,
            kinds,
            #[cfg(test)]
            looks: std::cell::Cell::default(),
        }
    }

    /// Notes that a path or name is looked up: never more than a few for each endpoint.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only tests count"))]
    fn look(&self) {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
    }

    pub(super) fn operation(&self, endpoint: &'c Endpoint) -> Operation {
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
                let template = segment
                    .split_once('{')
                    .and_then(|(_, rest)| rest.split_once('}'));
                template.map_or(Segment::Literal(without_form(segment)), |(name, _)| {
                    Segment::Parameter(name)
                })
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
            Method::Get | Method::Head | Method::Options | Method::Query => Operation::Show(place),
            Method::Delete => Operation::Delete(place),
            Method::Post | Method::Put | Method::Patch | Method::Any => Operation::Change(place),
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
        let reads = method.is_safe();
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
                _ if reads && single => Operation::Show(place),
                _ if reads => Operation::List(place),
                Method::Post if !single => Operation::Create(place),
                Method::Delete => Operation::Delete(place),
                _ => Operation::Change(place),
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
        self.look();
        self.methods
            .get(path)
            .is_some_and(|methods| methods.contains(&method))
    }

    /// Is there `path/{parameter}`, or the same for the list's name in the singular?
    fn has_items(&self, path: &str) -> bool {
        let path = without_form(path);
        self.look();
        if self.with_items.contains(path) {
            return true;
        }
        let Some((folder, last)) = path.rsplit_once('/') else {
            return false;
        };
        self.look();
        let singular = format!("{folder}/{}", naming::singular(last));
        self.with_items.contains(singular.as_str())
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
            Some((Segment::Parameter(kind), _)) if self.is_no_kind(kind) => {
                let mut names = before.iter().enumerate().rev();
                let named = names.find_map(|(at, own)| match own {
                    Segment::Literal(name) => Some((name, at)),
                    Segment::Parameter(_) => None,
                });
                let (name, at) = named.unwrap_or((&"", 0));
                let above = before.get(..at).unwrap_or_default();
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

    fn is_no_kind(&self, parameter: &str) -> bool {
        let kinds = self.kinds.as_ref();
        kinds.is_some_and(|kinds| !kinds.contains(parameter))
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
            .find(|plural| {
                self.look();
                self.lists.contains(plural.as_str())
            })
            .unwrap_or_else(|| name.to_owned())
    }
}

/// A path or name without the form it is answered in, which says nothing of what is there:
/// `/files/{name}.json` is in `/files.json`.
fn without_form(path: &str) -> &str {
    path.strip_suffix(".json").unwrap_or(path)
}

fn is_document(name: &str) -> bool {
    name == "preview" || name.contains("download") || name.contains("pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalog of one scope, without endpoints.
    fn bare_catalog() -> String {
        let title = "title = { en = \"Some\" }\n";
        format!(
            "id = \"many\"\nversion = \"1\"\nlanguages = [\"en\"]\n{title}\
             summary = {{ en = \"Many.\" }}\nscope_pattern = \"{{resource}}:{{action}}\"\n\
             [consent]\ndecline = \"any\"\n[grant]\nbound_to = \"user\"\nreducible = false\n\
             [token]\ncode_ttl = \"60s\"\naccess_ttl = \"1h\"\nrefresh_ttl = \"never\"\n\
             [scopes.all]\n{title}description = {{ en = \"All.\" }}\n\
             [client_kinds.app]\n{title}description = {{ en = \"An app.\" }}\n\
             grant_types = [\"authorization_code\"]\n"
        )
    }

    /// Templates may have text beside them, and collections the same.
    #[test]
    fn records_are_found_behind_templates_beside_text() {
        let mut text = bare_catalog();
        for (path, methods) in [
            ("/files.json", &["get", "post"][..]),
            ("/files/{name}.json", &["get", "put", "delete"]),
            ("/files/{name}/parts/p-{part}", &["get"]),
        ] {
            text += &format!("[[endpoints]]\npath = \"{path}\"\n");
            for method in methods {
                text += &format!("{method} = \"all\"\n");
            }
        }
        let catalog = Catalog::parse("files.toml", &text).unwrap_or_else(|said| panic!("{said}"));
        let reading = Reading::of(&catalog, None);
        let operation = |method: Method, path: &str| {
            let mut all = catalog.endpoints().iter();
            let endpoint = all.find(|one| one.method == method && one.path == path);
            reading.operation(endpoint.unwrap())
        };
        let files = |item: Option<&str>| Place {
            collection: CollectionName::Literal("files".to_owned()),
            parents: Vec::new(),
            item: item.map(str::to_owned),
            single: false,
        };
        let (all, one) = ("/files.json", "/files/{name}.json");
        assert_eq!(operation(Method::Get, all), Operation::List(files(None)));
        assert_eq!(operation(Method::Post, all), Operation::Create(files(None)));
        let named = || files(Some("name"));
        assert_eq!(operation(Method::Get, one), Operation::Show(named()));
        assert_eq!(operation(Method::Put, one), Operation::Change(named()));
        assert_eq!(operation(Method::Delete, one), Operation::Delete(named()));
        let part = operation(Method::Get, "/files/{name}/parts/p-{part}");
        let Operation::Show(place) = part else {
            panic!("{part:?}");
        };
        assert_eq!(
            place.collection,
            CollectionName::Literal("parts".to_owned())
        );
        assert_eq!(place.item.as_deref(), Some("part"));
        assert_eq!(place.parents.len(), 1);
    }

    /// Collections with items, and actions below them, all of one API.
    fn looks_at(collections: usize) -> usize {
        let mut text = bare_catalog();
        for number in 0..collections {
            for path in ["", "/{id}", "/{id}/send", "/{id}/parts", "/search"] {
                text +=
                    &format!("[[endpoints]]\npath = \"/things{number}{path}\"\npost = \"all\"\n");
                if !path.ends_with('h') {
                    text += "get = \"all\"\n";
                }
            }
        }
        let catalog = Catalog::parse("many.toml", &text).unwrap_or_else(|said| panic!("{said}"));
        let reading = Reading::of(&catalog, None);
        for endpoint in catalog.endpoints() {
            reading.operation(endpoint);
        }
        reading.looks.get()
    }

    #[test]
    fn reading_paths_takes_as_many_steps_as_there_are_paths() {
        let few = looks_at(50);
        assert!(few > 50 * 9, "{few} are counted");
        assert_eq!(looks_at(400), 8 * few);
    }
}
