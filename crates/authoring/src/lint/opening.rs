//! Rules over what opens which calls.

use std::collections::HashSet;

use scope::{
    AccessKind, Catalog, Endpoint, ExpandField, Method, Requirement, ScopeId, ScopeStatus,
};

use super::finding::Found;
use super::rule::Rule;
use super::scopes::key;
use crate::words::reads_by_post;

/// Below so many calls, half of them say nothing.
const FEW: usize = 10;

pub(super) fn look(catalog: &Catalog, found: &mut Found<'_>) {
    let mut needed: HashSet<&str> = HashSet::new();
    if let Some(expand) = catalog.expand_parameter() {
        for (_, field) in &expand.fields {
            needed.extend(of_field(field));
        }
    }
    for endpoint in catalog.endpoints() {
        let name = format!("{} {}", endpoint.method, endpoint.path);
        needed.extend(endpoint.requirement.scopes());
        if let Some(what) = open_to(&endpoint.requirement) {
            found.add(Rule::EndpointWithoutScope, &name, &endpoint.path, what);
        }
        if changes(endpoint) && by_reading(catalog, &endpoint.requirement) {
            let scopes = endpoint.requirement.to_string();
            let what = format!("it changes something, and a scope for reading opens it: {scopes}");
            found.add(Rule::WriteByReadScope, &name, &endpoint.path, what);
        }
    }
    for scope in catalog.scopes() {
        let is_needed = |name: &String| needed.contains(name.as_str());
        let is_used = is_needed(&scope.name) || scope.implies.iter().any(is_needed);
        if !is_used && scope.status != ScopeStatus::Retired {
            let what = "no call needs it";
            found.add(Rule::ScopeWithoutEndpoint, &scope.name, &key(scope), what);
        }
    }
    broad(catalog, found);
}

fn of_field(field: &ExpandField) -> Vec<&str> {
    match field {
        ExpandField::Nothing => Vec::new(),
        ExpandField::Scope(name) => vec![name],
        ExpandField::ById(prefixes) => {
            let scopes = prefixes.iter().filter_map(|(_, scope)| scope.as_deref());
            scopes.collect()
        }
    }
}

/// To whom a call is open besides those with a scope.
fn open_to(requirement: &Requirement) -> Option<&'static str> {
    match requirement {
        Requirement::Public => Some("it is open to everybody, without a token"),
        Requirement::AnyToken => Some("it is open to any token, whatever its scope"),
        _ => None,
    }
}

/// By its method, unless it searches.
fn changes(endpoint: &Endpoint) -> bool {
    match endpoint.method {
        Method::Post => !reads_by_post(&endpoint.path),
        method => !method.is_safe() && method != Method::Any,
    }
}

/// Do scopes for reading alone open it, for some calls at least?
fn by_reading(catalog: &Catalog, requirement: &Requirement) -> bool {
    let reads = |name: &str| {
        let scope = catalog.find(name).and_then(|id| catalog.scope(id));
        let action = scope.and_then(|scope| scope.action.as_deref());
        let action = action.and_then(|name| catalog.action(name));
        action.is_some_and(|action| action.access == AccessKind::Read)
    };
    is_met(requirement, &reads)
}

fn broad(catalog: &Catalog, found: &mut Found<'_>) {
    let with_scope: Vec<&Endpoint> = catalog
        .endpoints()
        .iter()
        .filter(|endpoint| !endpoint.requirement.scopes().is_empty())
        .collect();
    if with_scope.len() < FEW {
        return;
    }
    for scope in catalog.scopes() {
        let Some(id) = catalog.find(&scope.name) else {
            continue;
        };
        let holds = holds(catalog, id);
        let opened = with_scope
            .iter()
            .filter(|endpoint| is_met(&endpoint.requirement, &|name| holds.contains(name)))
            .count();
        if opened * 2 > with_scope.len() && scope.elevation.is_none() {
            let what = format!("it opens {opened} of {} calls", with_scope.len());
            found.add(Rule::BroadScope, &scope.name, &key(scope), what);
        }
    }
}

fn holds(catalog: &Catalog, id: ScopeId) -> HashSet<&str> {
    let implied = catalog.names(catalog.implied_by(id));
    let own = catalog.scope(id).map(|scope| scope.name.as_str());
    implied.into_iter().chain(own).collect()
}

/// Is the requirement met by scopes for which `has` holds, for some calls at least?
fn is_met(requirement: &Requirement, has: &impl Fn(&str) -> bool) -> bool {
    let some = |is: &[(String, Requirement)]| is.iter().any(|(_, part)| is_met(part, has));
    match requirement {
        Requirement::Scope(name) => has(name),
        Requirement::All(parts) => parts.iter().all(|part| is_met(part, has)),
        Requirement::Any(parts) => parts.iter().any(|part| is_met(part, has)),
        Requirement::AnyToken | Requirement::Public => false,
        Requirement::BySubject { person, client } => {
            let mut parts = person.iter().chain(client);
            parts.any(|part| is_met(part, has))
        }
        Requirement::ByPath { is, .. } | Requirement::ByBody { is, .. } => some(is),
        Requirement::ByQuery { is, otherwise, .. } => {
            some(is) || otherwise.iter().any(|part| is_met(part, has))
        }
    }
}
