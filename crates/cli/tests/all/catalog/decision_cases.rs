//! Every decision case through `scopegate catalog explain`: the command line decides as the
//! engine does, for the same reasons, and its exit status says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Ran, root, scopegate};
use scope::cases::{Case, CaseFile};
use scope::{Catalog, Scope};
use serde_json::Value;

#[test]
fn bexio() {
    every_case_of("bexio");
}

#[test]
fn bokio() {
    every_case_of("bokio");
}

#[test]
fn freshbooks() {
    every_case_of("freshbooks");
}

#[test]
fn stora() {
    every_case_of("stora");
}

fn every_case_of(name: &str) {
    let text = |path: String| std::fs::read_to_string(root().join(path)).unwrap();
    let file = CaseFile::parse(&text(format!("crates/scope/cases/{name}.toml"))).unwrap();
    let catalog = Catalog::parse(name, &text(format!("catalogs/{name}.toml"))).unwrap();
    assert!(file.cases.len() >= 60, "only {} cases", file.cases.len());
    let wrong: Vec<String> = file
        .cases
        .iter()
        .flat_map(|case| {
            let ran = scopegate(arguments(name, &catalog, case));
            let found = differences(&catalog, case, &ran);
            found.into_iter().map(|one| format!("{}: {one}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The question of a case as somebody would type it.
fn arguments(name: &str, catalog: &Catalog, case: &Case) -> Vec<String> {
    let mut arguments = ["catalog", "explain", name].map(str::to_owned).to_vec();
    arguments.extend([
        case.scope.to_string(),
        case.method().to_owned(),
        case.path_and_query().to_owned(),
        String::from("--json"),
    ]);
    let mut option = |name: &str, value: String| arguments.push(format!("--{name}={value}"));
    let history = [
        ("registered", case.registered.as_ref()),
        ("requested", case.requested.as_ref()),
        ("refused", given(&case.refused)),
        ("reduced", given(&case.reduced)),
    ];
    for (name, scope) in history {
        if let Some(scope) = scope {
            option(name, scope.to_string());
        }
    }
    if let Some(rights) = &case.rights {
        option("rights", rights.names().join(" "));
    }
    if let Some(expired) = &case.expired {
        option("expired", expired.names().join(" "));
    }
    // A case that does not say takes every elevation as approved.
    let every = || {
        catalog
            .elevations()
            .iter()
            .map(|one| one.name.clone())
            .collect()
    };
    for elevation in case.approved.clone().unwrap_or_else(every) {
        option("approved", elevation);
    }
    if let Some(elevation) = catalog.elevations().first() {
        option("client-kind", elevation.client_kinds[0].clone());
    }
    for (scope, reason) in &case.withheld {
        option("withheld", format!("{scope}={reason}"));
    }
    if let Some(body) = &case.body {
        option("body", body.clone());
    }
    for (field, id) in &case.ids {
        option("id", format!("{field}={id}"));
    }
    if case.unproven {
        arguments.push(String::from("--without-second-factor"));
    }
    if !case.query_visible {
        arguments.push(String::from("--query-hidden"));
    }
    arguments
}

fn given(scope: &Scope) -> Option<&Scope> {
    (!scope.is_empty()).then_some(scope)
}

fn differences(catalog: &Catalog, case: &Case, ran: &Ran) -> Vec<String> {
    // A token may hold names that the catalog no longer has; somebody who types one has
    // mistaken it.
    let (_, unknown) = catalog.set_of(case.scope.iter());
    if ran.code == 2 && !unknown.is_empty() {
        let silent = unknown.iter().filter(|name| !ran.err.contains(*name));
        return silent
            .map(|name| format!("{name} is not named: {}", ran.err))
            .collect();
    }
    if ran.code > 1 {
        return vec![format!("exit status {}: {}", ran.code, ran.err)];
    }
    let said = ran.json();
    let mut found = Vec::new();
    let mut compare = |what: &str, expected: String, found_one: String| {
        if expected != found_one {
            found.push(format!("{what}: expected {expected}, found {found_one}"));
        }
    };
    let (decision, status) = match case.decision {
        scope::cases::Outcome::Permit => ("permit", 0),
        scope::cases::Outcome::Deny => ("deny", 1),
    };
    compare("decision", decision.to_owned(), text(&said["decision"]));
    compare("exit status", status.to_string(), ran.code.to_string());
    compare(
        "reason",
        case.reason.as_str().to_owned(),
        text(&said["reason"]),
    );
    if let Some(missing) = &case.missing {
        let expected: BTreeMap<_, _> = missing
            .iter()
            .map(|(scope, why)| (scope.clone(), why.as_str().to_owned()))
            .collect();
        let listed = said["missing"].as_array().unwrap();
        let listed: BTreeMap<_, _> = listed
            .iter()
            .map(|one| (text(&one["scope"]), text(&one["why"])))
            .collect();
        compare("missing", format!("{expected:?}"), format!("{listed:?}"));
    }
    if let Some(needs) = &case.needs {
        let expected: BTreeSet<BTreeSet<String>> = needs
            .iter()
            .map(|all| all.iter().map(str::to_owned).collect())
            .collect();
        let listed: BTreeSet<BTreeSet<String>> =
            serde_json::from_value(said["required"].clone()).unwrap();
        compare("needs", format!("{expected:?}"), format!("{listed:?}"));
    }
    let filter = case.row_filter.map_or("none", |filter| filter.as_str());
    compare(
        "row filter",
        filter.to_owned(),
        said["row_filter"].as_str().unwrap_or("none").to_owned(),
    );
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
