//! Resources, the scopes they make, and what follows from them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::definition::{self, Draft, Place};
use super::head::DraftHead;
use super::{group, implication};
use crate::catalog::Sets;
use crate::definition::{
    AccessKind, Action, Added, Elevation, Resource, ResourceGroup, ScopeDefinition, ScopeStatus,
};
use crate::endpoint::{Endpoint, Method};
use crate::mistake::{Mistakes, Span};
use crate::rows::Rows;
use crate::table::{Entry, Table};
use crate::{ScopeId, ScopeSet, Text};

/// Every scope of the file, and what follows from them.
pub(super) struct Scopes {
    pub(super) definitions: Vec<ScopeDefinition>,
    pub(super) ids: FxHashMap<String, ScopeId>,
    pub(super) resources: Vec<Resource>,
    pub(super) rows: Rows,
    pub(super) sets: Sets,
}

impl Scopes {
    /// The index of each resource; of two with one name, the first.
    pub(super) fn resource_places(&self) -> FxHashMap<String, usize> {
        let resources = self.resources.iter().enumerate().rev();
        resources
            .map(|(place, resource)| (resource.name.clone(), place))
            .collect()
    }

    /// Notes which scopes delete: those that say so, and those that open a deletion.
    pub(super) fn note_deleting(&mut self, endpoints: &[Endpoint], actions: &[Action]) {
        let only_reads = |id: &ScopeId| {
            let own = self.definitions.get(id.index());
            let name = own.and_then(|own| own.action.as_deref());
            let action = actions
                .iter()
                .find(|action| Some(action.name.as_str()) == name);
            action.is_some_and(|action| action.access == AccessKind::Read)
        };
        let of_its_own: FxHashSet<&str> = endpoints
            .iter()
            .filter(|endpoint| endpoint.method == Method::Delete)
            .map(|endpoint| endpoint.path.as_str())
            .collect();
        let deletions = endpoints.iter().filter(|endpoint| match endpoint.method {
            Method::Delete => true,
            Method::Any => !of_its_own.contains(endpoint.path.as_str()),
            _ => false,
        });
        let said = self.definitions.iter().filter(|own| own.deletes);
        let mut deleting: ScopeSet = said
            .filter_map(|own| self.ids.get(own.name.as_str()).copied())
            .collect();
        for endpoint in deletions {
            let names = endpoint.requirement.scopes();
            let named: Vec<ScopeId> = names
                .iter()
                .filter_map(|name| self.ids.get(*name).copied())
                .collect();
            deleting.extend(named.into_iter().filter(|id| !only_reads(id)));
        }
        self.sets.deleting = deleting;
    }

    /// Notes which scopes only look: those of an action that reads, and of those that stand alone the
    /// ones that are known to open calls, all of methods that read. What moves money or deletes does
    /// more, and so does what brings such a scope.
    pub(super) fn note_looking(&mut self, endpoints: &[Endpoint], actions: &[Action]) {
        let reading: FxHashSet<&str> = actions
            .iter()
            .filter(|action| action.access == AccessKind::Read)
            .map(|action| action.name.as_str())
            .collect();
        let (mut opening, mut changing) = (FxHashSet::default(), FxHashSet::default());
        for endpoint in endpoints {
            opening.extend(endpoint.requirement.scopes());
            if !endpoint.method.is_safe() {
                changing.extend(endpoint.requirement.scopes());
            }
        }
        let looks = |own: &ScopeDefinition| match own.action.as_deref() {
            Some(action) => reading.contains(action),
            None => opening.contains(own.name.as_str()) && !changing.contains(own.name.as_str()),
        };
        let by_themselves: ScopeSet = self
            .definitions
            .iter()
            .filter(|own| looks(own) && !own.money && !own.deletes)
            .filter_map(|own| self.ids.get(own.name.as_str()).copied())
            .collect();
        let brings_only_such = |id: &ScopeId| {
            let brought = self.sets.implied.get(id.index());
            brought.is_none_or(|brought| brought.is_subset(&by_themselves))
        };
        self.sets.looking = by_themselves.iter().filter(brings_only_such).collect();
    }

    pub(super) fn find(&self, name: &str, span: &Span, m: &mut Mistakes) -> Option<ScopeId> {
        let found = self.ids.get(name).copied();
        if found.is_none() {
            m.unknown(span, "scope", name, self.names());
        }
        found
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.definitions.iter().map(|scope| scope.name.as_str())
    }
}

/// What resources and scopes name.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) actions: &'a [Action],
    pub(super) elevations: &'a [Elevation],
    pub(super) groups: &'a [ResourceGroup],
}

pub(super) fn read(
    file: &mut Table<'_>,
    head: &DraftHead,
    known: Known<'_>,
    m: &mut Mistakes,
) -> Scopes {
    let Known {
        actions,
        elevations,
        groups,
    } = known;
    let mut headings: Vec<Heading> = Vec::new();
    let mut drafts = Vec::new();
    let resources = file.take("resources");
    let resources = resources.and_then(|entry| entry.table("[resources]", m));
    for entry in resources.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[resources.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "plain words in the plural", &head.languages, m);
        let group = group::named(table.take("group"), groups, m);
        headings.push(Heading {
            at: entry.span.start,
            name: entry.key.to_owned(),
            in_pattern: true,
            title,
            group,
        });
        for scope in scope_tables(&entry, table, actions, m) {
            let Some(name) = head.scope_name(entry.key, scope.key) else {
                continue;
            };
            let table = format!("[resources.{}.{}]", entry.key, scope.key);
            let place = Place {
                name,
                resource: entry.key,
                action: Some(scope.key),
                table,
            };
            drafts.extend(definition::read(&scope, place, head, elevations, m));
        }
    }
    let alone = file
        .take("scopes")
        .and_then(|entry| entry.table("[scopes]", m));
    for entry in alone.map(Table::rest).unwrap_or_default() {
        let (name, table) = (entry.key.to_owned(), format!("[scopes.{}]", entry.key));
        let place = Place {
            name,
            resource: entry.key,
            action: None,
            table,
        };
        if let Some(draft) = definition::read(&entry, place, head, elevations, m) {
            let title = draft.definition.title.clone();
            headings.push(Heading {
                at: draft.at,
                name: entry.key.to_owned(),
                in_pattern: false,
                title,
                group: group::named(draft.group.clone(), groups, m),
            });
            drafts.push(draft);
        }
    }
    drafts.sort_by_key(|draft| draft.at);
    headings.sort_by_key(|heading| heading.at);
    if headings.is_empty() {
        m.at(
            &(0..0),
            "the file defines no scope",
            "add a [resources.NAME] with a table per action",
        );
    }
    assemble(drafts, headings, actions, m)
}

/// The tables of a resource's actions, in file order.
fn scope_tables<'d>(
    resource: &Entry<'d>,
    mut table: Table<'d>,
    actions: &[Action],
    m: &mut Mistakes,
) -> Vec<Entry<'d>> {
    let scopes = table.take_where(|entry| actions.iter().any(|action| action.name == entry.key));
    let left = table.rest();
    for entry in &left {
        m.unknown(
            &entry.span,
            "action",
            entry.key,
            actions.iter().map(|action| action.name.as_str()),
        );
    }
    if scopes.is_empty() && left.is_empty() {
        let help = format!(
            "add a table such as [resources.{}.ACTION], or remove the resource",
            resource.key
        );
        m.at(
            &resource.span,
            format!("the resource `{}` has no scope", resource.key),
            help,
        );
    }
    scopes
}

/// A resource's place and title.
struct Heading {
    at: usize,
    name: String,
    /// A resource of the pattern, not a scope that stands alone.
    in_pattern: bool,
    title: Text,
    group: Option<String>,
}

fn assemble(
    drafts: Vec<Draft<'_>>,
    headings: Vec<Heading>,
    actions: &[Action],
    m: &mut Mistakes,
) -> Scopes {
    let mut ids: FxHashMap<String, ScopeId> = FxHashMap::default();
    let mut definitions: Vec<ScopeDefinition> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    let mut successors = Vec::new();
    let mut named = Vec::new();
    for draft in drafts {
        let Draft {
            at,
            definition,
            successor,
            implies,
            ..
        } = draft;
        if let Some(first) = ids.get(&definition.name) {
            let line = m.line(&(places.get(first.index()).copied().unwrap_or(0)..0));
            let help = format!("line {line} makes it too; rename or remove one of them");
            m.at(
                &(at..at),
                format!("the scope `{}` is defined twice", definition.name),
                help,
            );
            continue;
        }
        successors.extend(successor.map(|entry| (definition.name.clone(), entry)));
        named.extend(implies.map(|entry| (ScopeId::new(definitions.len()), entry)));
        ids.insert(definition.name.clone(), ScopeId::new(definitions.len()));
        places.push(at);
        definitions.push(definition);
    }
    let implied = implication::implied(&definitions, &ids, actions, &named, m);
    for (index, brought) in implied.iter().enumerate() {
        let names = brought
            .iter()
            .filter_map(|id| definitions.get(id.index()))
            .map(|own| own.name.clone())
            .collect();
        if let Some(definition) = definitions.get_mut(index) {
            definition.implies = names;
        }
    }
    let resources = resources(headings, &definitions);
    let sets = sets(&definitions, implied);
    let scopes = Scopes {
        rows: Rows::of(&resources, &definitions),
        definitions,
        ids,
        resources,
        sets,
    };
    for (name, entry) in successors {
        check_successor(&name, &entry, &scopes, m);
    }
    scopes
}

fn check_successor(name: &str, entry: &Entry<'_>, scopes: &Scopes, m: &mut Mistakes) {
    let Some(successor) = entry.string(m) else {
        return;
    };
    let Some(id) = scopes.find(successor, &entry.span, m) else {
        return;
    };
    let retired = scopes
        .definitions
        .get(id.index())
        .is_some_and(|own| own.status == ScopeStatus::Retired);
    if successor == name || retired {
        let what = format!(
            "the successor of `{name}` is `{successor}`, which {}",
            if retired { "is retired" } else { "is itself" }
        );
        m.at(&entry.span, what, "name a scope that works");
    }
}

fn resources(headings: Vec<Heading>, definitions: &[ScopeDefinition]) -> Vec<Resource> {
    let mut by_name: FxHashMap<(&str, bool), Vec<ScopeId>> = FxHashMap::default();
    for (index, own) in definitions.iter().enumerate() {
        by_name
            .entry((&own.resource, own.action.is_some()))
            .or_default()
            .push(ScopeId::new(index));
    }
    let resource = |heading: Heading| {
        let scopes = by_name
            .get(&(heading.name.as_str(), heading.in_pattern))
            .cloned();
        Resource {
            name: heading.name,
            in_pattern: heading.in_pattern,
            title: heading.title,
            group: heading.group,
            scopes: scopes.unwrap_or_default(),
        }
    };
    headings.into_iter().map(resource).collect()
}

fn sets(definitions: &[ScopeDefinition], implied: Vec<ScopeSet>) -> Sets {
    let those = |fits: fn(&ScopeDefinition) -> bool| -> ScopeSet {
        let fitting = definitions.iter().enumerate().filter(|(_, own)| fits(own));
        fitting.map(|(index, _)| ScopeId::new(index)).collect()
    };
    Sets {
        every_grant: those(|own| own.added == Added::EveryGrant),
        new_client: those(|own| own.added == Added::NewClient),
        elevated: those(|own| own.elevation.is_some()),
        usable: those(|own| own.status != ScopeStatus::Retired),
        deleting: ScopeSet::empty(),
        looking: ScopeSet::empty(),
        implied,
        row_filters: definitions.iter().map(|own| own.row_filter).collect(),
        nothing: ScopeSet::empty(),
    }
}
