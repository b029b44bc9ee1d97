//! A catalog's calls by resource, as much of them as a page holds.

use std::collections::HashMap;

use scope::{Catalog, Endpoint};
use server::pages::Words;

use super::query::{PlayQuery, Show};
use super::verdicts::{Row, TokenState, Verdicts};

/// Rows of one page.
const PAGE: usize = 40;

/// The catalog's calls with what a token opens.
#[derive(Debug, Clone)]
pub struct Table {
    /// The resources; where something is looked for, those of this page's rows.
    pub groups: Vec<Group>,
    /// How many are listed, on all pages.
    pub found: usize,
    /// How many the token opens, of all.
    pub open: usize,
    /// How many there are.
    pub total: usize,
    /// Is there a token that still counts?
    pub token: TokenState,
    /// This page, from 0.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
}

/// The calls of one resource.
#[derive(Debug, Clone)]
pub struct Group {
    /// The resource's key in the catalog; empty for calls of none.
    pub name: String,
    /// Plain words; empty for calls of none.
    pub title: String,
    /// How many the token opens.
    pub open: usize,
    /// How many there are.
    pub total: usize,
    /// Those that are listed.
    pub rows: Vec<Row>,
}

/// An endpoint with what is known of it before it is shown.
struct Known<'c> {
    number: usize,
    endpoint: &'c Endpoint,
    /// Its resource's place in the catalog; behind all where it has none.
    resource: usize,
    open: Option<bool>,
}

/// Judges every call and lists one page of those that were asked for.
pub fn table(catalog: &Catalog, verdicts: &Verdicts<'_>, words: Words, query: &PlayQuery) -> Table {
    let known = known(catalog, verdicts);
    let mut groups = counted(catalog, words, &known);
    let asked: Vec<&Known<'_>> = known
        .iter()
        .filter(|known| {
            let group = groups.get(known.resource);
            is_asked_for(known, query, group.map_or("", |group| group.name.as_str()))
        })
        .collect();
    let found = asked.len();
    let page = query.page.min(found.saturating_sub(1) / PAGE);
    for known in asked.iter().skip(page * PAGE).take(PAGE) {
        let row = verdicts.row(words, known.number, known.endpoint);
        if let Some(group) = groups.get_mut(known.resource) {
            group.rows.push(row);
        }
    }
    groups.retain(|group| group.total > 0 && (!query.is_search() || !group.rows.is_empty()));
    let open = known.iter().filter(|known| known.open == Some(true));
    Table {
        groups,
        found,
        open: open.count(),
        total: known.len(),
        token: verdicts.token,
        page,
        pages: found.div_ceil(PAGE),
    }
}

/// By resource, as the catalog has them.
fn known<'c>(catalog: &'c Catalog, verdicts: &Verdicts<'_>) -> Vec<Known<'c>> {
    let places = catalog.resources().iter().enumerate();
    let places: HashMap<&str, usize> = places
        .map(|(place, resource)| (resource.name.as_str(), place))
        .collect();
    let resource = |endpoint: &Endpoint| {
        let scopes = endpoint.requirement.scopes();
        let id = scopes.first().and_then(|name| catalog.find(name))?;
        places.get(catalog.scope(id)?.resource.as_str()).copied()
    };
    let endpoints = catalog.endpoints().iter().enumerate();
    let mut known: Vec<Known<'c>> = endpoints
        .map(|(number, endpoint)| Known {
            number,
            endpoint,
            resource: resource(endpoint).unwrap_or(catalog.resources().len()),
            open: verdicts.opens(endpoint),
        })
        .collect();
    known.sort_by_key(|known| known.resource);
    known
}

/// Every resource, and a place for the calls of none, with counts and without rows.
fn counted(catalog: &Catalog, words: Words, known: &[Known<'_>]) -> Vec<Group> {
    let resources = catalog.resources().iter().map(|resource| Group {
        name: resource.name.clone(),
        title: resource.title.get(words.language().code()).to_owned(),
        open: 0,
        total: 0,
        rows: Vec::new(),
    });
    let of_none = Group {
        name: "-".to_owned(),
        title: words.get("group-other"),
        open: 0,
        total: 0,
        rows: Vec::new(),
    };
    let mut groups: Vec<Group> = resources.chain([of_none]).collect();
    for known in known {
        if let Some(group) = groups.get_mut(known.resource) {
            group.total += 1;
            group.open += usize::from(known.open == Some(true));
        }
    }
    groups
}

fn is_asked_for(known: &Known<'_>, query: &PlayQuery, group: &str) -> bool {
    if !query.is_search() {
        return query.group == group;
    }
    let shown = match query.show {
        Show::All => true,
        Show::Open => known.open == Some(true),
        Show::Closed => known.open == Some(false),
    };
    let find = query.find.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&find);
    shown
        && (find.is_empty()
            || holds(&known.endpoint.path)
            || holds(known.endpoint.method.as_str())
            || known.endpoint.requirement.scopes().into_iter().any(holds))
}
