//! The least scope that opens a set of calls.

use std::fmt;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::explain::required;
use crate::request::ApiRequest;
use crate::{Reason, Scope, ScopeId, ScopeSet};

/// The least scope for some calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MinimalScopes {
    /// What to request: without scopes that others bring, and without every-grant defaults.
    pub scope: Scope,
    /// What each call uses of it, in the order of the calls.
    pub per_call: Vec<CallNeeds>,
}

/// What one call uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CallNeeds {
    /// The method as given.
    pub method: String,
    /// The path as given.
    pub path: String,
    /// The scopes it needs.
    pub scopes: Vec<String>,
}

/// Calls that no scope opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownCalls {
    /// Each call's method, path and why nothing opens it.
    pub calls: Vec<(String, String, Reason)>,
}

impl fmt::Display for UnknownCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no scope opens these calls; correct or remove them:")?;
        for (method, path, reason) in &self.calls {
            write!(f, "\n  {method} {path} ({})", reason.as_str())?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownCalls {}

/// The most combinations of alternatives that are searched exactly.
const MOST_COMBINATIONS: usize = 4096;

/// The least scope that opens all of these calls. Where calls have alternatives, the choice
/// with the fewest effective scopes wins: exactly up to 4096 combinations, else call by call.
/// Alternatives with retired scopes are left out.
///
/// # Errors
/// Lists every call that no scope opens.
pub fn minimal(catalog: &Catalog, calls: &[ApiRequest<'_>]) -> Result<MinimalScopes, UnknownCalls> {
    let mut needs: Vec<Vec<ScopeSet>> = Vec::new();
    let mut unknown = Vec::new();
    for call in calls {
        match usable_alternatives(catalog, call) {
            Ok(alternatives) => needs.push(alternatives),
            Err(reason) => unknown.push((call.method.to_owned(), call.path.to_owned(), reason)),
        }
    }
    if !unknown.is_empty() {
        return Err(UnknownCalls { calls: unknown });
    }
    let total = chosen(catalog, &needs).difference(catalog.every_grant());
    let implied = total.iter().fold(ScopeSet::empty(), |all, id| {
        all.union(catalog.implied_by(id))
    });
    let request = total.difference(&implied);
    let held = catalog.expand(&request).union(catalog.every_grant());
    let per_call = calls.iter().zip(&needs).map(|(call, alternatives)| {
        let used = alternatives
            .iter()
            .filter(|own| own.is_subset(&held))
            .min_by_key(|own| own.len());
        let scopes = used.map(|used| catalog.names(used)).unwrap_or_default();
        CallNeeds {
            method: call.method.to_owned(),
            path: call.path.to_owned(),
            scopes: scopes.into_iter().map(str::to_owned).collect(),
        }
    });
    Ok(MinimalScopes {
        scope: catalog.scope_of(&request),
        per_call: per_call.collect(),
    })
}

fn usable_alternatives(catalog: &Catalog, call: &ApiRequest<'_>) -> Result<Vec<ScopeSet>, Reason> {
    let required = required(catalog, call)?;
    let sets = required
        .alternatives()
        .iter()
        .map(|ids| ids.iter().copied().collect::<ScopeSet>());
    let usable: Vec<ScopeSet> = sets.filter(|set| set.is_subset(catalog.usable())).collect();
    if usable.is_empty() {
        Err(Reason::InsufficientScope)
    } else {
        Ok(usable)
    }
}

/// The union of one alternative per call with the fewest effective scopes.
fn chosen(catalog: &Catalog, needs: &[Vec<ScopeSet>]) -> ScopeSet {
    let fixed = needs
        .iter()
        .filter_map(|alternatives| match alternatives.as_slice() {
            [only] => Some(only),
            _ => None,
        });
    let fixed = fixed.fold(ScopeSet::empty(), |all, set| all.union(set));
    let held = held_by_asking(catalog, &fixed).union(catalog.every_grant());
    let mut open: Vec<&Vec<ScopeSet>> = Vec::new();
    for alternatives in needs {
        let settled = alternatives.iter().any(|set| set.is_subset(&held));
        if !settled && !open.contains(&alternatives) {
            open.push(alternatives);
        }
    }
    let combinations = open
        .iter()
        .map(|alternatives| alternatives.len())
        .fold(1, usize::saturating_mul);
    if combinations <= MOST_COMBINATIONS {
        exactly(catalog, &open, &fixed)
    } else {
        open.iter().fold(fixed, |sofar, alternatives| {
            best(catalog, alternatives.iter().map(|set| sofar.union(set))).unwrap_or(sofar)
        })
    }
}

fn exactly(catalog: &Catalog, open: &[&Vec<ScopeSet>], sofar: &ScopeSet) -> ScopeSet {
    match open.split_first() {
        None => sofar.clone(),
        Some((alternatives, rest)) => {
            let totals = alternatives
                .iter()
                .map(|set| exactly(catalog, rest, &sofar.union(set)));
            best(catalog, totals).unwrap_or_else(|| sofar.clone())
        }
    }
}

/// What asking for a set gives besides the every-grant defaults: these are not asked for, and
/// bring nothing along.
fn held_by_asking(catalog: &Catalog, set: &ScopeSet) -> ScopeSet {
    catalog.expand(&set.difference(catalog.every_grant()))
}

/// Fewest effective scopes, then the earliest in the catalog.
fn best(catalog: &Catalog, sets: impl Iterator<Item = ScopeSet>) -> Option<ScopeSet> {
    let cost = |set: &ScopeSet| {
        let effective = held_by_asking(catalog, set).difference(catalog.every_grant());
        (effective.len(), effective.iter().collect::<Vec<ScopeId>>())
    };
    sets.min_by_key(cost)
}
