//! Takes a newer description into a catalog that people have edited: what is new is added, what
//! is there stays as it is, and what differs is told.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use scope::{Catalog, Method, Requirement};
use toml_edit::{DocumentMut, Item, Table};

use crate::document::files::Unreadable;

use super::adding::{self, New};
use super::draft::{Draft, Parts, Resource, Scope};
use super::finding::{Findings, Kind};
use super::misfit::{self, Misfit};
use super::path::Comparing;

/// The file with what is new.
pub(crate) fn file(
    name: &str,
    text: &str,
    draft: &Draft,
    parts: &Parts<'_>,
    findings: &mut Findings,
) -> Result<String, Misfit> {
    let unreadable = |what: String, help: &str| Unreadable::new(Path::new(name), what, help);
    let help = "correct the catalog first; `scopegate catalog check` names every mistake";
    let catalog = Catalog::parse(name, text)
        .map_err(|mistakes| unreadable(format!("the catalog has mistakes\n{mistakes}"), help))?;
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error| unreadable(format!("it cannot be edited: {error}"), help))?;
    scopes(&mut document, &catalog, draft, findings);
    endpoints(&mut document, &catalog, draft, findings);
    let updated = document.to_string();
    let Err(mistakes) = Catalog::parse(name, &updated) else {
        return Ok(updated);
    };
    let what = format!("with what is new the catalog would have mistakes\n{mistakes}");
    let help = "nothing was written; import into a new file, and take over what you need";
    let comparing = Comparing::of(&document);
    Err(Misfit {
        operations: misfit::in_edited(&updated, comparing, &mistakes, parts),
        ..Misfit::from(unreadable(what, help))
    })
}

fn scopes(document: &mut DocumentMut, catalog: &Catalog, draft: &Draft, findings: &mut Findings) {
    let known: HashSet<&str> = catalog
        .scopes()
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    let mut named: HashSet<&str> = HashSet::new();
    for resource in &draft.resources {
        for scope in &resource.scopes {
            named.insert(&scope.name);
            if !known.contains(scope.name.as_str()) {
                findings.add(Kind::AddedScope, &scope.name, &scope.texts.title);
                add_scope(document, catalog, draft, resource, scope);
            }
        }
    }
    for gone in known.difference(&named).collect::<BTreeSet<_>>() {
        findings.add(Kind::GoneScope, *gone, "");
    }
}

fn add_scope(
    document: &mut DocumentMut,
    catalog: &Catalog,
    draft: &Draft,
    resource: &Resource,
    scope: &Scope,
) {
    let languages = catalog.languages();
    let mut table = Table::new();
    let made = match (&resource.key, &scope.action) {
        (Some(key), Some(action)) if catalog.scope_pattern() == draft.pattern => {
            catalog.action(action).map(|_| (key, action))
        }
        _ => None,
    };
    if made.is_some() && scope.is_bare {
        table.insert("name", toml_edit::value(scope.name.as_str()));
    }
    table.insert("title", text(&scope.texts.title, languages));
    table.insert("description", text(&scope.texts.description, languages));
    if let Some(risk) = scope.risk {
        table.insert("risk", toml_edit::value(i64::from(risk.level)));
        table.insert("risk_reason", text(risk.reason, languages));
    }
    let root = document.as_table_mut();
    match made {
        Some((key, action)) => {
            let Some(resources) = sub_table(root, "resources") else {
                return;
            };
            let is_new = !resources.contains_key(key);
            let Some(own) = sub_table(resources, key) else {
                return;
            };
            if is_new {
                own.set_implicit(false);
                own.insert("title", text(&resource.title, languages));
            }
            own.insert(action, Item::Table(table));
        }
        None => {
            table.decor_mut().set_prefix("\n");
            if let Some(scopes) = sub_table(root, "scopes") {
                scopes.insert(&scope.name, Item::Table(table));
            }
        }
    }
}

/// The table of a key, made where there is none; inline ones become tables of their own.
fn sub_table<'t>(table: &'t mut Table, key: &str) -> Option<&'t mut Table> {
    let mut fresh = Table::new();
    fresh.set_implicit(true);
    let item = table.entry(key).or_insert(Item::Table(fresh));
    if !item.is_table() {
        let own = std::mem::take(item).into_table();
        *item = own.map_or_else(|own| own, Item::Table);
    }
    item.as_table_mut()
}

/// The same words in every language: who keeps the file translates them.
fn text(words: &str, languages: &[String]) -> Item {
    let mut table = toml_edit::InlineTable::new();
    for language in languages {
        table.insert(language, words.into());
    }
    toml_edit::value(table)
}

fn endpoints(
    document: &mut DocumentMut,
    catalog: &Catalog,
    draft: &Draft,
    findings: &mut Findings,
) {
    let comparing = Comparing::of(document);
    let mut known: BTreeMap<(String, Method), &Requirement> = BTreeMap::new();
    for own in catalog.endpoints() {
        known.insert((comparing.key(&own.path), own.method), &own.requirement);
    }
    let mut named: HashSet<(String, Method)> = HashSet::new();
    let mut new: Vec<New<'_>> = Vec::new();
    for table in draft.chapters.iter().flat_map(|own| &own.tables) {
        for path in &table.paths {
            let path = format!("{}{path}", draft.base_path);
            for (method, line) in &table.methods {
                let (key, method) = (comparing.key(&path), *method);
                match known.get(&(key.clone(), method)) {
                    None => new.push(New {
                        path: path.clone(),
                        key: key.clone(),
                        method,
                        line,
                    }),
                    Some(own) if is_alike(own, &line.requirement) => {}
                    Some(own) => {
                        let what = format!("the file: {own}; the document: {}", line.requirement);
                        findings.add(Kind::Differs, format!("{method} {path}"), what);
                    }
                }
                named.insert((key, method));
            }
        }
    }
    adding::add(document, comparing, &new, findings);
    for own in catalog.endpoints() {
        if !named.contains(&(comparing.key(&own.path), own.method)) {
            findings.add(
                Kind::Gone,
                format!("{} {}", own.method, own.path),
                own.requirement.to_string(),
            );
        }
    }
}

/// Do two requirements ask for the same scopes, in whatever order they are written?
fn is_alike(one: &Requirement, other: &Requirement) -> bool {
    one == other || alternatives(one).is_some_and(|own| Some(own) == alternatives(other))
}

/// OR of AND, for requirements of scopes only.
fn alternatives(requirement: &Requirement) -> Option<BTreeSet<BTreeSet<&str>>> {
    /// A file may ask for more than could be compared.
    const MOST: usize = 256;
    match requirement {
        Requirement::Scope(name) => Some(BTreeSet::from([BTreeSet::from([name.as_str()])])),
        Requirement::Any(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(alternatives).collect();
            Some(parts?.into_iter().flatten().collect())
        }
        Requirement::All(parts) => {
            let mut all = BTreeSet::from([BTreeSet::new()]);
            for part in parts {
                let part = alternatives(part)?;
                if all.len() * part.len() > MOST {
                    return None;
                }
                let pairs = all
                    .iter()
                    .flat_map(|one| part.iter().map(move |own| one | own));
                all = pairs.collect();
            }
            Some(all)
        }
        _ => None,
    }
}
