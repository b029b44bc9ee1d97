//! Actions, resources and the scopes they make.

use rustc_hash::FxHashMap;

use super::head::DraftHead;
use crate::catalog::Sets;
use crate::definition::{
    AccessKind, Action, Added, Elevation, Resource, RowFilter, ScopeDefinition, ScopeStatus,
};
use crate::mistake::{Mistakes, Span};
use crate::table::{Entry, Table};
use crate::{ScopeId, ScopeSet, ScopeToken, Text};

/// Every scope of the file, and what follows from them.
pub(super) struct Scopes {
    pub(super) definitions: Vec<ScopeDefinition>,
    pub(super) ids: FxHashMap<String, ScopeId>,
    pub(super) resources: Vec<Resource>,
    pub(super) sets: Sets,
}

impl Scopes {
    pub(super) fn find(&self, name: &str, span: &Span, m: &mut Mistakes<'_>) -> Option<ScopeId> {
        let found = self.ids.get(name).copied();
        if found.is_none() {
            m.unknown(span, "scope", name, self.names());
        }
        found
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.definitions.iter().map(|scope| scope.name.as_str())
    }
}

pub(super) fn actions(
    file: &mut Table<'_>,
    languages: &[String],
    m: &mut Mistakes<'_>,
) -> Vec<Action> {
    let table = file
        .take("actions")
        .and_then(|entry| entry.table("[actions]", m));
    let entries = table.map(Table::rest).unwrap_or_default();
    let names: Vec<&str> = entries.iter().map(|entry| entry.key).collect();
    let mut actions = Vec::new();
    for entry in &entries {
        let Some(mut table) = entry.table(format!("[actions.{}]", entry.key), m) else {
            continue;
        };
        let title = table.require("title", "write `title = { en = \"…\" }`, a verb", m);
        let title = title.and_then(|entry| entry.text(languages, m));
        let access = table.require(
            "access",
            "write `access = \"read\"` or `access = \"write\"`",
            m,
        );
        let words = [("read", AccessKind::Read), ("write", AccessKind::Write)];
        let access = access.and_then(|entry| entry.word(&words, m));
        let mut implies = Vec::new();
        for (name, span) in table
            .take("implies")
            .map(|list| list.strings(m))
            .unwrap_or_default()
        {
            if name == entry.key {
                m.at(
                    &span,
                    format!("the action `{name}` implies itself"),
                    "remove it from `implies`",
                );
            } else if names.contains(&name) {
                implies.push(name.to_owned());
            } else {
                m.unknown(&span, "action", name, names.iter().copied());
            }
        }
        table.finish(m);
        if let (Some(title), Some(access)) = (title, access) {
            actions.push(Action {
                name: entry.key.to_owned(),
                title,
                access,
                implies,
            });
        }
    }
    for entry in &entries {
        if brought_by(entry.key, &actions).contains(&entry.key) {
            m.at(
                &entry.span,
                format!("the action `{}` implies itself through others", entry.key),
                "implication goes one way: remove one of the `implies`",
            );
        }
    }
    actions
}

/// The actions that an action brings, directly or through others.
fn brought_by<'a>(action: &str, actions: &'a [Action]) -> Vec<&'a str> {
    let mut brought: Vec<&str> = Vec::new();
    let mut open = vec![action];
    while let Some(next) = open.pop() {
        let implies = actions
            .iter()
            .filter(|own| own.name == next)
            .flat_map(|own| &own.implies);
        for name in implies {
            if !brought.contains(&name.as_str()) {
                brought.push(name);
                open.push(name);
            }
        }
    }
    brought
}

/// A scope while its references are checked.
struct Draft<'d> {
    at: usize,
    definition: ScopeDefinition,
    successor: Option<Entry<'d>>,
}

pub(super) fn read(
    file: &mut Table<'_>,
    head: &DraftHead,
    actions: &[Action],
    elevations: &[Elevation],
    m: &mut Mistakes<'_>,
) -> Scopes {
    let mut headings: Vec<Heading> = Vec::new();
    let mut drafts = Vec::new();
    let resources = file
        .take("resources")
        .and_then(|entry| entry.table("[resources]", m));
    for entry in resources.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[resources.{}]", entry.key), m) else {
            continue;
        };
        let title = table.require(
            "title",
            "write `title = { en = \"…\" }`, plain words in the plural",
            m,
        );
        let title = title.and_then(|entry| entry.text(&head.languages, m));
        let is_action = |entry: &Entry<'_>| actions.iter().any(|action| action.name == entry.key);
        let scopes = table.take_where(is_action);
        for left in table.rest() {
            let known = actions.iter().map(|action| action.name.as_str());
            m.unknown(&left.span, "action", left.key, known);
        }
        if scopes.is_empty() {
            let help = format!(
                "add a table such as [resources.{}.ACTION], or remove the resource",
                entry.key
            );
            m.at(
                &entry.span,
                format!("the resource `{}` has no scope", entry.key),
                help,
            );
        }
        for scope in scopes {
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
            drafts.extend(definition(&scope, place, head, elevations, m));
        }
        headings.extend(title.map(|title| Heading {
            at: entry.span.start,
            name: entry.key.to_owned(),
            in_pattern: true,
            title,
        }));
    }
    let alone = file
        .take("scopes")
        .and_then(|entry| entry.table("[scopes]", m));
    for entry in alone.map(Table::rest).unwrap_or_default() {
        let table = format!("[scopes.{}]", entry.key);
        let place = Place {
            name: entry.key.to_owned(),
            resource: entry.key,
            action: None,
            table,
        };
        if let Some(draft) = definition(&entry, place, head, elevations, m) {
            headings.push(Heading {
                at: draft.at,
                name: entry.key.to_owned(),
                in_pattern: false,
                title: draft.definition.title.clone(),
            });
            drafts.push(draft);
        }
    }
    drafts.sort_by_key(|draft| draft.at);
    headings.sort_by_key(|heading| heading.at);
    let scopes = assemble(drafts, headings, actions, m);
    if scopes.definitions.is_empty() && m.is_empty() {
        m.at(
            &(0..0),
            "the file defines no scope",
            "add a [resources.NAME] with a table per action",
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
}

/// Where a scope stands.
struct Place<'a> {
    name: String,
    resource: &'a str,
    action: Option<&'a str>,
    table: String,
}

fn definition<'d>(
    entry: &Entry<'d>,
    place: Place<'_>,
    head: &DraftHead,
    elevations: &[Elevation],
    m: &mut Mistakes<'_>,
) -> Option<Draft<'d>> {
    let mut table = entry.table(place.table, m)?;
    let title = table.require("title", "write `title = { en = \"…\" }`", m);
    let title = title.and_then(|entry| entry.text(&head.languages, m));
    let description = table.require(
        "description",
        "write `description = { en = \"…\" }`, one or two sentences",
        m,
    );
    let description = description.and_then(|entry| entry.text(&head.languages, m));
    let added_entry = table.take("added");
    let words = [
        ("never", Added::Never),
        ("new-client", Added::NewClient),
        ("every-grant", Added::EveryGrant),
    ];
    let added = added_entry
        .as_ref()
        .and_then(|entry| entry.word(&words, m))
        .unwrap_or(Added::Never);
    let elevation = table.take("elevation").and_then(|entry| {
        let name = entry.string(m)?;
        if !elevations.iter().any(|elevation| elevation.name == name) {
            m.unknown(
                &entry.span,
                "elevation",
                name,
                elevations.iter().map(|elevation| elevation.name.as_str()),
            );
        }
        Some(name.to_owned())
    });
    let row_filter = table.take("row_filter");
    let row_filter =
        row_filter.and_then(|entry| entry.word(&[("own-records", RowFilter::OwnRecords)], m));
    let words = [
        ("active", ScopeStatus::Active),
        ("deprecated", ScopeStatus::Deprecated),
        ("retired", ScopeStatus::Retired),
    ];
    let status = table
        .take("status")
        .and_then(|entry| entry.word(&words, m))
        .unwrap_or(ScopeStatus::Active);
    let successor = table.take("successor");
    let note = table
        .take("note")
        .and_then(|entry| entry.string(m))
        .map(str::to_owned);
    let source = head.source(table.take("source"), m);
    let inferred = table
        .take("inferred")
        .and_then(|entry| entry.boolean(m))
        .unwrap_or(false);
    table.finish(m);

    if let Err(error) = ScopeToken::parse(&place.name) {
        let help =
            "RFC 6749 section 3.3 allows printable ASCII without spaces, quotes and backslashes";
        m.at(
            &entry.span,
            format!("`{}` cannot be a scope: {error}", place.name),
            help,
        );
    }
    if let (Some(entry), Added::EveryGrant) = (&added_entry, added) {
        if elevation.is_some() {
            m.at(
                &entry.span,
                format!("`{}` is on every grant and needs an approval", place.name),
                "remove `added` or `elevation`",
            );
        }
        if status == ScopeStatus::Retired {
            m.at(
                &entry.span,
                format!("`{}` is on every grant and retired", place.name),
                "remove `added` or `status`",
            );
        }
    }
    if let (Some(entry), ScopeStatus::Active) = (&successor, status) {
        m.at(
            &entry.span,
            format!("`{}` is active and has a successor", place.name),
            "set `status` to \"deprecated\" or \"retired\", or remove `successor`",
        );
    }
    let definition = ScopeDefinition {
        name: place.name,
        resource: place.resource.to_owned(),
        action: place.action.map(str::to_owned),
        title: title?,
        description: description?,
        added,
        elevation,
        row_filter,
        status,
        successor: successor
            .as_ref()
            .and_then(|entry| entry.string(m))
            .map(str::to_owned),
        implies: Vec::new(),
        note,
        source,
        inferred,
    };
    Some(Draft {
        at: entry.span.start,
        definition,
        successor,
    })
}

fn assemble(
    drafts: Vec<Draft<'_>>,
    headings: Vec<Heading>,
    actions: &[Action],
    m: &mut Mistakes<'_>,
) -> Scopes {
    let mut ids: FxHashMap<String, ScopeId> = FxHashMap::default();
    let mut definitions: Vec<ScopeDefinition> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    let mut successors = Vec::new();
    for draft in drafts {
        let Draft {
            at,
            definition,
            successor,
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
        ids.insert(definition.name.clone(), ScopeId::new(definitions.len()));
        places.push(at);
        definitions.push(definition);
    }
    let implied = implied(&definitions, actions);
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

fn check_successor(name: &str, entry: &Entry<'_>, scopes: &Scopes, m: &mut Mistakes<'_>) {
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

/// By scope: what it brings. A retired scope brings nothing and is brought by nothing.
fn implied(definitions: &[ScopeDefinition], actions: &[Action]) -> Vec<ScopeSet> {
    let mut by_place: FxHashMap<(&str, &str), ScopeId> = FxHashMap::default();
    for (index, own) in definitions.iter().enumerate() {
        if let (Some(action), true) = (&own.action, own.status != ScopeStatus::Retired) {
            by_place.insert((&own.resource, action), ScopeId::new(index));
        }
    }
    let brought: FxHashMap<&str, Vec<&str>> = actions
        .iter()
        .map(|action| (action.name.as_str(), brought_by(&action.name, actions)))
        .collect();
    let of = |own: &ScopeDefinition| -> ScopeSet {
        let action = own
            .action
            .as_deref()
            .filter(|_| own.status != ScopeStatus::Retired);
        let names = action
            .and_then(|action| brought.get(action))
            .into_iter()
            .flatten();
        names
            .filter_map(|name| by_place.get(&(own.resource.as_str(), *name)).copied())
            .collect()
    };
    definitions.iter().map(of).collect()
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
            title: heading.title,
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
        implied,
        nothing: ScopeSet::empty(),
    }
}
