use std::process::ExitCode;

use scope::{
    Access, ApiRequest, Catalog, Explanation, History, Scope, ScopeSet, Subject, Visible, Withheld,
    WithheldReason,
};
use std::borrow::Cow;

use crate::arguments::catalog::ExplainArguments;
use crate::failure::{Failure, Outcome};
use crate::manage::scope_list;
use crate::output::{print, print_line};
use crate::shipped;

/// Decides one call and says why.
pub fn run(arguments: &ExplainArguments) -> Outcome {
    let catalog = shipped::catalog(&arguments.catalog)?;
    let explanation = explain(&catalog, arguments)?;
    if arguments.json {
        let text = serde_json::to_string_pretty(&explanation)
            .map_err(Failure::while_doing("cannot write the explanation"))?;
        print_line(&text)?;
    } else {
        print(&as_text(&explanation))?;
        if catalog.organisation_source().is_some() && explanation.is_permit() {
            print_line(
                "Which organisation the call names was not looked at; a gate holds it to the token's.",
            )?;
        }
    }
    Ok(ExitCode::from(u8::from(!explanation.is_permit())))
}

fn explain(catalog: &Catalog, arguments: &ExplainArguments) -> Result<Explanation, Failure> {
    let granted = catalog.granted(&known(catalog, "the scope", &arguments.scope)?);
    let ceiling = match &arguments.registered {
        Some(text) => catalog.registered(&known(catalog, "--registered", text)?),
        None => catalog.registered(&catalog.scope_of(&catalog.all())),
    };
    let expired = arguments.expired.as_deref();
    let expired = expired.map(|text| rights(catalog, "--expired", text));
    let expired = expired.transpose()?;
    let rights = match &arguments.rights {
        Some(text) => rights(catalog, "--rights", text)?,
        None => catalog.all(),
    };
    let approved = approved(catalog, arguments)?;
    let access = Access {
        subject: if arguments.as_client {
            Subject::Client
        } else {
            Subject::Person
        },
        granted: &granted,
        ceiling: &ceiling,
        approved: &approved,
        rights: &rights,
        expired: expired.as_ref(),
        unproven: Some(catalog.elevated()).filter(|_| arguments.without_second_factor),
    };

    let method = method(&arguments.method)?;
    if !arguments.path.starts_with('/') {
        return Err(Failure::new(format!(
            "the path {:?} must begin with a slash, as in /2.0/contact",
            arguments.path
        )));
    }
    let ids = pairs("--id", "FIELD=ID", &arguments.ids)?;
    let mut request = ApiRequest::new(&method, &arguments.path);
    if arguments.query_hidden {
        request.query = Visible::Hidden;
    }
    if let Some(body) = &arguments.body {
        request.body = Visible::Seen(body);
    }
    request.ids = &ids;

    let requested = match &arguments.requested {
        Some(text) => Some(told(catalog, "--requested", Some(text))?),
        None => None,
    };
    let refused = told(catalog, "--refused", arguments.refused.as_deref())?;
    let reduced = told(catalog, "--reduced", arguments.reduced.as_deref())?;
    let withheld = withheld(&arguments.withheld)?;
    let history = History {
        requested: requested.as_ref(),
        refused: &refused,
        withheld: &withheld,
        reduced: Cow::Borrowed(&reduced),
        ..History::default()
    };
    Ok(scope::explain(catalog, &access, &request, &history))
}

/// A scope whose every name the catalog knows.
fn known(catalog: &Catalog, what: &str, text: &str) -> Result<Scope, Failure> {
    let told = |error| Failure::new(format!("{what}: {}", scope_list(&error)));
    oauth::scope_list::known(catalog, text).map_err(told)
}

/// A scope of names that the catalog need not know any more.
fn told(catalog: &Catalog, what: &str, text: Option<&str>) -> Result<Scope, Failure> {
    let scope = Scope::parse(text.unwrap_or_default())
        .map_err(Failure::while_doing(format!("{what} cannot be read")))?;
    let joined = |name: &str| name.contains([',', ';']) && catalog.find(name).is_none();
    if scope.iter().any(joined) {
        return known(catalog, what, &scope.to_string());
    }
    Ok(scope)
}

fn rights(catalog: &Catalog, what: &str, text: &str) -> Result<ScopeSet, Failure> {
    for name in text.split_whitespace() {
        if !name.contains('*') {
            known(catalog, what, name)?;
        }
    }
    Ok(catalog.rights(text.split_whitespace()))
}

/// The elevations named, each checked against the kind of client as an approval would be.
fn approved(catalog: &Catalog, arguments: &ExplainArguments) -> Result<ScopeSet, Failure> {
    let kinds = catalog.client_kinds();
    let kind = match &arguments.client_kind {
        Some(name) => kinds
            .iter()
            .find(|kind| kind.name == *name)
            .ok_or_else(|| {
                let names: Vec<_> = kinds.iter().map(|kind| kind.name.as_str()).collect();
                Failure::new(format!(
                    "catalog {} has no client kind {name:?}; it has {}",
                    catalog.id(),
                    names.join(", ")
                ))
            })?,
        None => kinds
            .first()
            .ok_or_else(|| Failure::new("the catalog has no client kinds"))?,
    };
    let mut live = Vec::new();
    for name in &arguments.approved {
        let elevation = catalog.elevation(name).ok_or_else(|| {
            let known = catalog.elevations().iter();
            let known: Vec<_> = known.map(|one| one.name.as_str()).collect();
            Failure::new(format!(
                "catalog {} has no elevation {name:?}; {}",
                catalog.id(),
                match known.as_slice() {
                    [] => String::from("it has none"),
                    known => format!(
                        "it has {}; give each an --approved of its own",
                        known.join(", ")
                    ),
                }
            ))
        })?;
        if elevation.client_kinds.contains(&kind.name) {
            live.push(name.as_str());
        }
    }
    Ok(catalog.approved(live))
}

fn method(text: &str) -> Result<String, Failure> {
    let method = text.to_ascii_uppercase();
    match method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "QUERY" => Ok(method),
        _ => Err(Failure::new(format!(
            "{text:?} is no HTTP method; write GET, POST, PUT, PATCH or DELETE"
        ))),
    }
}

fn pairs<'a>(
    option: &str,
    form: &str,
    given: &'a [String],
) -> Result<Vec<(&'a str, &'a str)>, Failure> {
    given
        .iter()
        .map(|text| {
            text.split_once('=')
                .ok_or_else(|| Failure::new(format!("{option} {text:?} must have the form {form}")))
        })
        .collect()
}

fn withheld(given: &[String]) -> Result<Vec<Withheld>, Failure> {
    pairs("--withheld", "SCOPE=REASON", given)?
        .into_iter()
        .map(|(scope, reason)| {
            let reason = reason
                .parse::<WithheldReason>()
                .map_err(Failure::while_doing(format!("--withheld {scope}={reason}")))?;
            Ok(Withheld {
                scope: scope.to_owned(),
                reason,
            })
        })
        .collect()
}

fn as_text(explanation: &Explanation) -> String {
    let mut text = format!(
        "{}  ({})\n{}\n",
        explanation.decision,
        explanation.reason.as_str(),
        explanation.message
    );
    if let Some(endpoint) = &explanation.endpoint {
        text += &format!("rule:     {} {}\n", endpoint.method, endpoint.path);
    }
    if !explanation.required.is_empty() {
        let alternatives: Vec<_> = explanation
            .required
            .iter()
            .map(|all| all.join(" and "))
            .collect();
        text += &format!("needs:    {}\n", alternatives.join("\n     or   "));
    }
    if !explanation.sufficient.is_empty() {
        text += &format!("opened by: {}\n", explanation.sufficient.join(" and "));
    }
    for missing in &explanation.missing {
        text += &format!("missing:  {} ({})\n", missing.scope, missing.why.as_str());
    }
    if let Some(filter) = &explanation.row_filter {
        text += &format!("rows:     {}\n", filter.as_str());
    }
    for unseen in &explanation.unseen {
        text += &format!("unseen:   {unseen}\n");
    }
    text
}
