//! `[[endpoints]]`: one table per path, methods as keys.

use std::collections::HashSet;

use toml::de::DeValue;

use super::head::DraftHead;
use super::organisation::OrganisationParameter;
use super::paths::{Paths, Written, way};
use super::requirement;
use super::scope::Scopes;
use super::stored;
use crate::compiled::Needs;
use crate::endpoint::{Endpoint, Method};
use crate::mistake::{Mistakes, Span};
use crate::router::Router;
use crate::table::{Entry, Table};

/// Every endpoint, with what it needs by the same index, and the way to it.
pub(super) struct Endpoints {
    pub(super) list: Vec<Endpoint>,
    pub(super) needs: Vec<Needs>,
    pub(super) router: Router,
}

pub(super) fn read(
    file: &mut Table<'_>,
    head: &DraftHead,
    scopes: &Scopes,
    organisation: &[OrganisationParameter],
    m: &mut Mistakes,
) -> Endpoints {
    let paths = Paths::read(file, m);
    let mut endpoints = Endpoints {
        list: Vec::new(),
        needs: Vec::new(),
        router: Router::new(paths.comparing),
    };
    let reading = Reading {
        head,
        scopes,
        organisation,
    };
    let mut names: HashSet<String> = HashSet::new();
    let mut places: Vec<Span> = Vec::new();
    let section = file.require(
        "endpoints",
        "add [[endpoints]] with a `path` and a method",
        m,
    );
    for mut table in section.map(|entry| entry.tables(m)).unwrap_or_default() {
        let path_entry = table.require("path", "write `path = \"/things/{thing_id}\"`", m);
        let Some(entry) = path_entry else {
            continue;
        };
        let written = paths.written(&entry, organisation, m);
        let shared = Shared {
            source: head
                .source(table.take("source"), m)
                .or_else(|| head.default_source.clone()),
            inferred: table
                .take("inferred")
                .and_then(|entry| entry.boolean(m))
                .unwrap_or(false),
            note: table
                .take("note")
                .and_then(|entry| entry.string(m))
                .map(str::to_owned),
        };
        let methods: Vec<(Method, Entry<'_>)> = Method::ALL
            .into_iter()
            .filter_map(|method| Some((method, table.take(method.key())?)))
            .collect();
        if methods.is_empty() {
            m.at(
                &entry.span,
                format!("{} has no method", named(&written)),
                "add a line such as `get = \"scope\"`",
            );
        }
        table.finish(m);
        for one in written {
            let mut path = way(&one.segments, organisation);
            for (method, entry) in &methods {
                let made = method_of(entry, *method, &one, &path.parameters, &shared, reading, m);
                if let Some((endpoint, needs)) = made {
                    path.set_endpoint(*method, endpoints.list.len());
                    endpoints.list.push(endpoint);
                    endpoints.needs.push(needs);
                }
            }
            names.extend(path.parameters.iter().cloned());
            match endpoints.router.insert(&one.segments, path) {
                Ok(()) => places.push(one.span),
                Err(first) => {
                    let line = places.get(first).map_or(0, |place| m.line(place));
                    let help = format!(
                        "line {line} has it already, whatever its templates are called; put all methods there"
                    );
                    m.at(
                        &one.span,
                        format!("the path `{}` is given twice", one.text),
                        help,
                    );
                }
            }
        }
    }
    check_organisation_parameters(&names, organisation, m);
    endpoints
}

/// The paths of a table, for a message.
fn named(written: &[Written]) -> String {
    let texts = written.iter().map(|one| format!("`{}`", one.text));
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() {
        "the table".to_owned()
    } else {
        texts.join(", ")
    }
}

/// What a table says for all its methods.
struct Shared {
    source: Option<String>,
    inferred: bool,
    note: Option<String>,
}

/// What the rest of the file says that endpoints refer to.
#[derive(Clone, Copy)]
struct Reading<'a> {
    head: &'a DraftHead,
    scopes: &'a Scopes,
    organisation: &'a [OrganisationParameter],
}

fn method_of(
    entry: &Entry<'_>,
    method: Method,
    path: &Written,
    parameters: &[String],
    shared: &Shared,
    reading: Reading<'_>,
    m: &mut Mistakes,
) -> Option<(Endpoint, Needs)> {
    let Reading { head, scopes, .. } = reading;
    let mut endpoint = Endpoint {
        method,
        path: path.text.clone(),
        requirement: crate::Requirement::All(Vec::new()),
        inferred: shared.inferred,
        source: shared.source.clone(),
        note: shared.note.clone(),
        operation: None,
        title: None,
    };
    let mut required = entry.clone();
    if let DeValue::Table(fields) = entry.node.get_ref()
        && [
            "require",
            "source",
            "inferred",
            "note",
            "operation",
            "title",
        ]
        .iter()
        .any(|key| fields.contains_key(*key))
    {
        let mut table = Table::new(
            format!("`{}` of `{}`", entry.key, path.text),
            entry.span.clone(),
            fields,
        );
        let help = "write `require = \"scope\"` beside the other keys";
        let require = table.require("require", help, m);
        endpoint.source = head.source(table.take("source"), m).or(endpoint.source);
        endpoint.inferred = table
            .take("inferred")
            .and_then(|entry| entry.boolean(m))
            .unwrap_or(endpoint.inferred);
        endpoint.note = table
            .take("note")
            .and_then(|entry| entry.string(m))
            .map(str::to_owned)
            .or(endpoint.note);
        endpoint.operation = table
            .take("operation")
            .and_then(|entry| entry.string(m))
            .map(str::to_owned);
        endpoint.title = table
            .take("title")
            .and_then(|entry| entry.text(&head.languages, m));
        table.finish(m);
        required = require?;
    }
    let (requirement, needs) =
        requirement::read(required.node, &required.span, path, parameters, scopes, m)?;
    if stored::is_about_stored(method, &path.segments, reading.organisation) {
        stored::check(&requirement, method, &required.span, m);
    }
    endpoint.requirement = requirement;
    Some((endpoint, needs))
}

fn check_organisation_parameters(
    names: &HashSet<String>,
    organisation: &[OrganisationParameter],
    m: &mut Mistakes,
) {
    for parameter in organisation {
        if !names.contains(&parameter.name) {
            m.at(
                &parameter.span,
                format!(
                    "no endpoint's path has the template `{{{}}}`",
                    parameter.name
                ),
                "correct the name, or remove it from `path_parameters`",
            );
        }
    }
}
