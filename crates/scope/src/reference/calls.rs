//! The reference page's calls: what each one needs.

use rustc_hash::FxHashMap;

use super::table::Table;
use super::words::Words;
use super::{Page, cell, code};
use crate::endpoint::{Endpoint, ExpandField, Requirement};

impl Page<'_> {
    pub(super) fn calls(&self) -> String {
        let tables = self.call_tables();
        let tables: String = tables.iter().map(Table::markdown).collect();
        format!("## {}\n{tables}", self.words.calls)
    }

    /// A table for each resource that has calls, and one of calls that name no scope.
    pub(super) fn call_tables(&self) -> Vec<Table> {
        let (mut by_resource, without) = self.by_resource();
        let mut tables = Vec::new();
        for resource in self.catalog.resources() {
            let endpoints = by_resource.remove(&*resource.name);
            let heading = resource.title.get(self.language);
            tables.extend(endpoints.map(|endpoints| self.table(heading, &endpoints)));
        }
        if !without.is_empty() {
            tables.push(self.table(self.words.without_scope, &without));
        }
        tables
    }

    /// Every call under the resource of the first scope it names, and those that name none.
    fn by_resource(&self) -> (FxHashMap<&str, Vec<&Endpoint>>, Vec<&Endpoint>) {
        let mut by_resource: FxHashMap<&str, Vec<&Endpoint>> = FxHashMap::default();
        let mut without = Vec::new();
        for endpoint in self.catalog.endpoints() {
            let Some(name) = endpoint.requirement.scopes().into_iter().next() else {
                without.push(endpoint);
                continue;
            };
            let scope = self.catalog.find(name);
            if let Some(scope) = scope.and_then(|id| self.catalog.scope(id)) {
                by_resource
                    .entry(&scope.resource)
                    .or_default()
                    .push(endpoint);
            }
        }
        (by_resource, without)
    }

    fn table(&self, heading: &str, endpoints: &[&Endpoint]) -> Table {
        let words = self.words;
        let notes: Vec<String> = endpoints.iter().map(|own| self.note(own)).collect();
        let has_notes = notes.iter().any(|note| !note.is_empty());
        let third = |text: &str| match has_notes {
            true => format!(" {text} |"),
            false => String::new(),
        };
        let (call, needs) = (words.call, words.needs);
        let line = if has_notes {
            "|---|---|---|"
        } else {
            "|---|---|"
        };
        let rows = endpoints.iter().zip(&notes).map(|(endpoint, note)| {
            let call = code(&format!("{} {}", endpoint.method, endpoint.path));
            let needs = requirement(words, &endpoint.requirement);
            format!("| {call} | {needs} |{}\n", third(note))
        });
        Table {
            heading: heading.to_owned(),
            head: format!("| {call} | {needs} |{}\n{line}\n", third(words.note)),
            rows: rows.collect(),
        }
    }

    fn note(&self, endpoint: &Endpoint) -> String {
        let title = endpoint
            .title
            .as_ref()
            .map(|title| cell(title.get(self.language)));
        let inferred = endpoint
            .inferred
            .then(|| format!("*{}*", self.words.inferred));
        let note = endpoint.note.as_deref().map(cell);
        [title, inferred, note]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn expand(&self) -> Option<String> {
        let words = self.words;
        let rules = self.catalog.expand_parameter()?;
        let mut part = format!(
            "## {}\n\n{} {}\n\n| {} | {} |\n|---|---|\n",
            words.expand,
            words.expand_rule,
            code(&rules.parameter),
            words.field,
            words.needs
        );
        for (name, field) in &rules.fields {
            let needs = match field {
                ExpandField::Nothing => words.nothing.to_owned(),
                ExpandField::Scope(scope) => code(scope),
                ExpandField::ById(prefixes) => by_id(words, prefixes),
            };
            part += &format!("| {} | {needs} |\n", code(name));
        }
        Some(part)
    }
}

pub(super) fn requirement(words: &Words, required: &Requirement) -> String {
    let joined = |parts: &[Requirement], word: &str| {
        let parts: Vec<String> = parts.iter().map(|part| nested(words, part)).collect();
        parts.join(&format!(" {word} "))
    };
    match required {
        Requirement::Scope(name) => code(name),
        Requirement::All(parts) => joined(parts, words.and),
        Requirement::Any(parts) => joined(parts, words.or),
        Requirement::ByPath { parameter, is } => cases(words, words.by_path, parameter, is, None),
        Requirement::AnyToken => words.any_token.to_owned(),
        Requirement::Public => words.public.to_owned(),
        Requirement::BySubject { person, client } => {
            let part = |part: &Option<Box<Requirement>>| {
                let part = part.as_deref();
                part.map_or_else(|| words.closed.to_owned(), |part| requirement(words, part))
            };
            let (person, client) = (part(person), part(client));
            format!(
                "{} {person}; {} {client}",
                words.for_person, words.for_client
            )
        }
        Requirement::ByQuery {
            parameter,
            is,
            otherwise: None,
            ..
        } => cases(words, words.by_query, parameter, is, Some(words.absent)),
        Requirement::ByQuery {
            parameter,
            is,
            otherwise: Some(otherwise),
            ..
        } => {
            let otherwise = format!("{} {}", words.otherwise, requirement(words, otherwise));
            cases(words, words.by_query, parameter, is, Some(&otherwise))
        }
        Requirement::ByBody {
            pointer,
            batch,
            without,
            is,
            otherwise,
        } => {
            let mut remarks = vec![words.absent.to_owned()];
            if *batch {
                remarks.push(words.batch.to_owned());
            }
            if !without.is_empty() {
                let names: Vec<String> = without.iter().map(|name| code(name)).collect();
                remarks.push(format!("{} {}", words.without, names.join(", ")));
            }
            if let Some(part) = otherwise {
                remarks.push(format!("{} {}", words.otherwise, requirement(words, part)));
            }
            cases(words, words.by_body, pointer, is, Some(&remarks.join("; ")))
        }
    }
}

fn nested(words: &Words, part: &Requirement) -> String {
    match part {
        Requirement::Scope(name) => code(name),
        wider => format!("({})", requirement(words, wider)),
    }
}

fn cases(
    words: &Words,
    by: &str,
    name: &str,
    is: &[(String, Requirement)],
    absent: Option<&str>,
) -> String {
    let cases: Vec<String> = is
        .iter()
        .map(|(value, needs)| format!("{}: {}", code(value), requirement(words, needs)))
        .collect();
    let absent = absent
        .map(|absent| format!("; {absent}"))
        .unwrap_or_default();
    format!("{by} {} – {}{absent}", code(name), cases.join("; "))
}

fn by_id(words: &Words, prefixes: &[(String, Option<String>)]) -> String {
    let cases: Vec<String> = prefixes
        .iter()
        .map(|(prefix, scope)| {
            let needs = scope
                .as_deref()
                .map_or_else(|| words.nothing.to_owned(), code);
            format!("{}: {needs}", code(&format!("{prefix}\u{2026}")))
        })
        .collect();
    format!("{} – {}", words.by_id, cases.join("; "))
}
