//! Rules over scopes, actions and elevations.

use scope::{Catalog, ScopeDefinition};

use super::finding::Found;
use super::rule::Rule;

/// Scopes of OpenID Connect Core sections 3.1.2.1, 5.4 and 11.
const RESERVED: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

pub(super) fn look(catalog: &Catalog, found: &mut Found<'_>) {
    let has_pattern = catalog.scopes().iter().any(|scope| scope.action.is_some());
    for scope in catalog.scopes() {
        let key = key(scope);
        if RESERVED.contains(&scope.name.as_str()) {
            let what = "OpenID Connect gives this name a meaning, and clients add it by themselves";
            found.add(Rule::ReservedName, &scope.name, &key, what);
        }
        if has_pattern && scope.action.is_none() {
            let what = format!(
                "the pattern {} does not make this name",
                catalog.scope_pattern()
            );
            found.add(Rule::NameOffPattern, &scope.name, &key, what);
        }
        for lacking in lacking(catalog, scope) {
            let what = format!(
                "the action brings `{lacking}`, and {} has no such scope",
                scope.resource
            );
            found.add(Rule::ImplicationOrphan, &scope.name, &key, what);
        }
    }
    for elevation in catalog.elevations() {
        if elevation.evidence.is_empty() {
            let key = format!("elevations.{}", elevation.name);
            let what = "approving an app for it asks for no evidence";
            found.add(Rule::ElevatedWithoutEvidence, &elevation.name, &key, what);
        }
    }
}

/// Actions that the scope's own action brings, without a scope of its resource.
fn lacking<'c>(catalog: &'c Catalog, scope: &ScopeDefinition) -> Vec<&'c str> {
    let action = scope
        .action
        .as_deref()
        .and_then(|name| catalog.action(name));
    let Some(resource) = catalog.resource(&scope.resource) else {
        return Vec::new();
    };
    let own = resource.scopes.iter().filter_map(|id| catalog.scope(*id));
    let own: Vec<&str> = own.filter_map(|scope| scope.action.as_deref()).collect();
    let brought = action.map(|action| action.implies.as_slice());
    let brought = brought.unwrap_or_default().iter().map(String::as_str);
    brought.filter(|name| !own.contains(name)).collect()
}

/// Where the scope stands in the file.
pub(super) fn key(scope: &ScopeDefinition) -> String {
    match &scope.action {
        Some(action) => format!("resources.{}.{action}", scope.resource),
        None => format!("scopes.{}", scope.name),
    }
}
