//! Kinds of client, evidence, elevations and role templates.

use std::collections::BTreeMap;

use super::scope::Scopes;
use crate::definition::{ClientCredentialsBinding, ClientKind, Elevation, RoleTemplate};
use crate::mistake::Mistakes;
use crate::table::{Entry, Table};
use crate::{ScopeId, ScopeSet, Text};

const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

pub(super) fn kinds(
    file: &mut Table<'_>,
    languages: &[String],
    m: &mut Mistakes,
) -> Vec<ClientKind> {
    let help = "add a [client_kinds.NAME]; the first one is the default";
    let Some(section) = file.require("client_kinds", help, m) else {
        return Vec::new();
    };
    if section.is_empty_list() {
        m.at(&section.span, "there is no kind of client", help);
    }
    let table = section.table("[client_kinds]", m);
    let mut kinds = Vec::new();
    for entry in table.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[client_kinds.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "a few words", languages, m);
        let description = table.text("description", "one sentence", languages, m);
        let help = "write `grant_types = [\"authorization_code\", \"refresh_token\"]`";
        let grant_types = table.require("grant_types", help, m);
        let grant_types = grant_types
            .map(|list| grant_types_of(&list, m))
            .unwrap_or_default();
        let words = [
            ("none", ClientCredentialsBinding::None),
            ("organisation", ClientCredentialsBinding::Organisation),
        ];
        let binding = table.take("client_credentials");
        if let (Some(binding), false) = (
            &binding,
            grant_types.iter().any(|own| own == "client_credentials"),
        ) {
            m.at(
                &binding.span,
                format!(
                    "`{}` binds client_credentials tokens but may not use that grant type",
                    entry.key
                ),
                "add \"client_credentials\" to `grant_types`, or remove this line",
            );
        }
        let client_credentials = binding
            .and_then(|entry| entry.word(&words, m))
            .unwrap_or(ClientCredentialsBinding::None);
        table.finish(m);
        let name = entry.key.to_owned();
        kinds.push(ClientKind {
            name,
            title,
            description,
            grant_types,
            client_credentials,
        });
    }
    kinds
}

fn grant_types_of(list: &Entry<'_>, m: &mut Mistakes) -> Vec<String> {
    let mut grant_types: Vec<String> = Vec::new();
    for (name, span) in list.strings(m) {
        if !GRANT_TYPES.contains(&name) {
            m.unknown(&span, "grant type", name, GRANT_TYPES);
        } else if grant_types.iter().any(|known| known == name) {
            m.at(
                &span,
                format!("the grant type `{name}` is listed twice"),
                "remove one of them",
            );
        } else {
            grant_types.push(name.to_owned());
        }
    }
    if list.is_empty_list() {
        m.at(
            &list.span,
            "`grant_types` is empty",
            "a client without a grant type can do nothing; add one",
        );
    }
    grant_types
}

pub(super) fn evidence(
    file: &mut Table<'_>,
    languages: &[String],
    m: &mut Mistakes,
) -> BTreeMap<String, Text> {
    let table = file
        .take("evidence")
        .and_then(|entry| entry.table("[evidence]", m));
    let mut evidence = BTreeMap::new();
    for entry in table.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[evidence.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "a few words", languages, m);
        table.finish(m);
        evidence.insert(entry.key.to_owned(), title);
    }
    evidence
}

pub(super) fn elevations(
    file: &mut Table<'_>,
    kinds: &[ClientKind],
    evidence: &BTreeMap<String, Text>,
    languages: &[String],
    m: &mut Mistakes,
) -> Vec<Elevation> {
    let table = file
        .take("elevations")
        .and_then(|entry| entry.table("[elevations]", m));
    let mut elevations = Vec::new();
    for entry in table.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[elevations.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "a few words", languages, m);
        let description = table.text("description", "one sentence", languages, m);
        let kind_names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        let help = "write `client_kinds = [\"…\"]`, the kinds of client that can be approved";
        let list = table.require("client_kinds", help, m);
        let client_kinds = known_names(list, "kind of client", &kind_names, m);
        let pieces: Vec<&str> = evidence.keys().map(String::as_str).collect();
        let list = table.take("evidence");
        let evidence = known_names(list, "piece of evidence", &pieces, m);
        let api_keys = table.take("api_keys");
        let api_keys = api_keys.and_then(|entry| entry.boolean(m)).unwrap_or(false);
        table.finish(m);
        let name = entry.key.to_owned();
        elevations.push(Elevation {
            name,
            title,
            description,
            client_kinds,
            evidence,
            api_keys,
        });
    }
    elevations
}

pub(super) fn roles(
    file: &mut Table<'_>,
    scopes: &Scopes,
    languages: &[String],
    m: &mut Mistakes,
) -> Vec<RoleTemplate> {
    let table = file
        .take("roles")
        .and_then(|entry| entry.table("[roles]", m));
    let mut roles = Vec::new();
    for entry in table.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[roles.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "a few words", languages, m);
        let help = "write `rights = [\"…\"]`, scope names or names with one `*`";
        let list = table.require("rights", help, m);
        let (patterns, rights) = list
            .map(|list| rights_of(&list, scopes, m))
            .unwrap_or_default();
        table.finish(m);
        roles.push(RoleTemplate {
            name: entry.key.to_owned(),
            title,
            rights,
            patterns,
        });
    }
    roles
}

fn rights_of(list: &Entry<'_>, scopes: &Scopes, m: &mut Mistakes) -> (Vec<String>, ScopeSet) {
    let mut patterns = Vec::new();
    let mut rights = scopes.sets.every_grant.clone();
    for (pattern, span) in list.strings(m) {
        patterns.push(pattern.to_owned());
        let Some((start, end)) = pattern.split_once('*') else {
            rights.extend(scopes.find(pattern, &span, m));
            continue;
        };
        if end.contains('*') {
            m.at(
                &span,
                format!("`{pattern}` has more than one `*`"),
                "use one `*`, or list several rights",
            );
            continue;
        }
        let fits = |name: &str| {
            name.strip_prefix(start)
                .is_some_and(|rest| rest.ends_with(end))
        };
        let named = scopes
            .definitions
            .iter()
            .enumerate()
            .filter(|(_, own)| fits(&own.name));
        let matching: Vec<ScopeId> = named.map(|(index, _)| ScopeId::new(index)).collect();
        if matching.is_empty() {
            m.at(
                &span,
                format!("no scope matches `{pattern}`"),
                "correct the beginning or the end around the `*`",
            );
        }
        rights.extend(matching);
    }
    let brought = rights
        .iter()
        .filter_map(|id| scopes.sets.implied.get(id.index()));
    let rights = brought.fold(rights.clone(), |all, more| all.union(more));
    (patterns, rights)
}

fn known_names(
    list: Option<Entry<'_>>,
    what: &str,
    known: &[&str],
    m: &mut Mistakes,
) -> Vec<String> {
    let mut names = Vec::new();
    for (name, span) in list.map(|list| list.strings(m)).unwrap_or_default() {
        if !known.contains(&name) {
            m.unknown(&span, what, name, known.iter().copied());
        }
        names.push(name.to_owned());
    }
    names
}
