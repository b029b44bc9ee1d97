//! The first page of a reference that is more than one: where everything is.

use scope::{Catalog, Resource, together};

use super::index::{Reference, section_id};
use super::parts::Part;
use crate::pages::group_title;
use crate::pages::views::{CallsLine, Contents, GroupLine, GuideLine};
use crate::pages::words::Words;

/// Resources that belong together.
pub(super) struct Group {
    title: String,
    /// The place of its first scope in the order of reading, and how many there are.
    first: usize,
    scopes: usize,
    /// Where its first resource is on a page.
    id: String,
}

/// The groups of a catalog that have scopes, and all scopes in their order.
pub(super) fn groups(catalog: &Catalog, words: Words) -> (Vec<Group>, Vec<usize>) {
    let resources: Vec<&Resource> = catalog.resources().iter().collect();
    let mut order = Vec::with_capacity(catalog.scopes().len());
    let mut groups = Vec::new();
    for group in together(&resources) {
        let members = group_title::members(&group, &resources);
        let first = order.len();
        let scopes = members.iter().flat_map(|resource| &resource.scopes);
        order.extend(scopes.map(|id| id.index()));
        let with_scopes = members.iter().find(|resource| !resource.scopes.is_empty());
        if let Some(resource) = with_scopes {
            groups.push(Group {
                title: group_title::of(words, catalog, &group, &members),
                first,
                scopes: order.len() - first,
                id: section_id(resource),
            });
        }
    }
    (groups, order)
}

/// The contents, of the pages behind this one.
pub(super) fn of(reference: &Reference, groups: &[Group], behind: &[Part]) -> Contents {
    let words = reference.words;
    let count = |key, count: usize| words.count(key, i64::try_from(count).unwrap_or(i64::MAX));
    // This page is the first.
    let pages = || behind.iter().zip(2..);
    let group = |group: &Group| {
        let (_, page) = pages().find(|(part, _)| part.scopes.contains(&group.first))?;
        Some(GroupLine {
            title: group.title.clone(),
            page,
            id: group.id.clone(),
            count: count("scopes-count", group.scopes),
        })
    };
    let mut before = None;
    let calls = pages().filter(|(part, _)| !part.calls.is_empty());
    let calls = calls.map(|(part, page)| {
        let first = path(reference, part.calls.start).unwrap_or_default();
        let from = before.map_or(first, |before| up_to_difference(first, before));
        before = path(reference, part.calls.end.saturating_sub(1));
        CallsLine {
            from: from.to_owned(),
            page,
            count: count("scopes-calls-count", part.calls.len()),
        }
    });
    let guide = pages().flat_map(|(part, page)| {
        let sections = reference.guide.get(part.guide.clone()).unwrap_or_default();
        let line = move |title: &str| GuideLine {
            title: title.to_owned(),
            page,
        };
        sections.iter().map(move |section| line(&section.title))
    });
    Contents {
        groups: groups.iter().filter_map(group).collect(),
        calls: calls.collect(),
        guide: guide.collect(),
    }
}

/// The path of a call, by its place in the order of reading.
fn path(reference: &Reference, place: usize) -> Option<&str> {
    let place = reference.calls.order.get(place)?;
    let endpoint = reference.catalog.endpoints().get(*place)?;
    Some(&endpoint.path)
}

/// The beginning of a path with the first segment that is another one than in the path before.
fn up_to_difference<'p>(path: &'p str, before: &str) -> &'p str {
    let mut others = before.split('/');
    let mut end = 0;
    for segment in path.split('/') {
        end += segment.len();
        if others.next() != Some(segment) {
            return path.get(..end).unwrap_or(path);
        }
        // The slash.
        end += 1;
    }
    path
}
