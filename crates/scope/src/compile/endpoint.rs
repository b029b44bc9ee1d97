//! `[[endpoints]]`: one table per path, methods as keys.

use toml::de::DeValue;

use super::head::DraftHead;
use super::policy::OrganisationParameter;
use super::requirement;
use super::scope::Scopes;
use super::stored;
use crate::OrganisationKey;
use crate::compiled::Needs;
use crate::endpoint::{Endpoint, Method};
use crate::mistake::{Mistakes, Span};
use crate::router::{MAX_PARAMETERS, Path, Router};
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
    let mut endpoints = Endpoints {
        list: Vec::new(),
        needs: Vec::new(),
        router: Router::new(),
    };
    let mut places: Vec<Span> = Vec::new();
    let section = file.require(
        "endpoints",
        "add [[endpoints]] with a `path` and a method",
        m,
    );
    for mut table in section.map(|entry| entry.tables(m)).unwrap_or_default() {
        let path_entry = table.require("path", "write `path = \"/things/{thing_id}\"`", m);
        let Some((entry, template)) =
            path_entry.and_then(|entry| Some((entry.clone(), entry.string(m)?)))
        else {
            continue;
        };
        let parameters = parameters(template, &entry.span, m);
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
        let mut path = Path {
            parameters,
            ..Path::default()
        };
        path.organisation = organisation_of(&path.parameters, organisation);
        let mut methods = 0;
        for method in Method::ALL {
            let Some(entry) = table.take(method.key()) else {
                continue;
            };
            methods += 1;
            if let Some((endpoint, needs)) = method_of(
                &entry,
                method,
                template,
                &path.parameters,
                &shared,
                head,
                scopes,
                organisation,
                m,
            ) {
                path.set_endpoint(method, endpoints.list.len());
                endpoints.list.push(endpoint);
                endpoints.needs.push(needs);
            }
        }
        if methods == 0 {
            m.at(
                &entry.span,
                format!("`{template}` has no method"),
                "add a line such as `get = \"scope\"`",
            );
        }
        table.finish(m);
        match endpoints.router.insert(template, path) {
            Ok(()) => places.push(entry.span),
            Err(first) => {
                let line = places.get(first).map_or(0, |place| m.line(place));
                let help = format!(
                    "line {line} has it already, whatever its templates are called; put all methods there"
                );
                m.at(
                    &entry.span,
                    format!("the path `{template}` is given twice"),
                    help,
                );
            }
        }
    }
    check_organisation_parameters(&endpoints.list, organisation, m);
    endpoints
}

/// What a table says for all its methods.
struct Shared {
    source: Option<String>,
    inferred: bool,
    note: Option<String>,
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call site; the parts have nothing else in common"
)]
fn method_of(
    entry: &Entry<'_>,
    method: Method,
    template: &str,
    parameters: &[String],
    shared: &Shared,
    head: &DraftHead,
    scopes: &Scopes,
    organisation: &[OrganisationParameter],
    m: &mut Mistakes,
) -> Option<(Endpoint, Needs)> {
    let mut endpoint = Endpoint {
        method,
        path: template.to_owned(),
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
            format!("`{}` of `{template}`", entry.key),
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
        requirement::read(required.node, &required.span, parameters, scopes, m)?;
    if stored::is_about_stored(method, template, organisation) {
        stored::check(&requirement, method, &required.span, m);
    }
    endpoint.requirement = requirement;
    Some((endpoint, needs))
}

/// Checks a path and gives the names of its templates.
fn parameters(template: &str, span: &Span, m: &mut Mistakes) -> Vec<String> {
    let mut parameters: Vec<String> = Vec::new();
    let mut wrong = |what: String, help: &str| m.at(span, what, help);
    let Some(segments) = template.strip_prefix('/') else {
        wrong(
            format!("the path `{template}` does not begin with `/`"),
            "write it from the root of the API",
        );
        return parameters;
    };
    for segment in segments.split('/') {
        if let Some(name) = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            if name.is_empty()
                || !name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            {
                wrong(
                    format!("the template `{segment}` has no proper name"),
                    "use letters, digits, `_` and `-`",
                );
            }
            if parameters.iter().any(|known| known == name) {
                wrong(
                    format!("the path has two templates `{segment}`"),
                    "give them different names",
                );
            }
            parameters.push(name.to_owned());
        } else if segment.contains(['{', '}']) {
            wrong(
                format!("the segment `{segment}` is a template in part"),
                "a template is a whole segment, such as `{id}`",
            );
        } else if segment.is_empty() {
            wrong(
                format!("the path `{template}` has an empty segment"),
                "write one slash between segments and none at the end",
            );
        } else if matches!(segment, "." | "..") {
            wrong(
                format!("the path `{template}` has a `{segment}` segment"),
                "write the path without it",
            );
        } else if let Some(character) = segment.chars().find(|character| !is_literal(*character)) {
            wrong(
                format!(
                    "the segment `{segment}` contains `{}`",
                    character.escape_default()
                ),
                "no request can match it; use letters, digits and any of -._~!$&'()*+,=:@",
            );
        }
    }
    if parameters.len() > MAX_PARAMETERS {
        wrong(
            format!("the path has more than {MAX_PARAMETERS} templates"),
            "split the API into shorter paths",
        );
    }
    parameters
}

/// RFC 3986 `pchar` without percent-encodings and without `;`.
fn is_literal(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~!$&'()*+,=:@".contains(character)
}

fn organisation_of(
    parameters: &[String],
    organisation: &[OrganisationParameter],
) -> Option<(OrganisationKey, usize)> {
    let mut named = parameters.iter().enumerate();
    named.find_map(|(place, name)| {
        let parameter = organisation.iter().find(|own| own.name == *name)?;
        Some((parameter.key, place))
    })
}

fn check_organisation_parameters(
    endpoints: &[Endpoint],
    organisation: &[OrganisationParameter],
    m: &mut Mistakes,
) {
    for parameter in organisation {
        let template = format!("{{{}}}", parameter.name);
        let mut segments = endpoints
            .iter()
            .flat_map(|endpoint| endpoint.path.split('/'));
        if !segments.any(|segment| segment == template) {
            m.at(
                &parameter.span,
                format!("no endpoint's path has the template `{template}`"),
                "correct the name, or remove it from `path_parameters`",
            );
        }
    }
}
