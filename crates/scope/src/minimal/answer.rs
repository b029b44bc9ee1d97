//! The question and its answer, in names.

use std::fmt;

use serde::Serialize;

use super::instead::{Instead, insteads};
use super::problem::Problem;
use super::search::solve;
use crate::catalog::Catalog;
use crate::definition::RowFilter;
use crate::explain::required;
use crate::request::ApiRequest;
use crate::{Reason, Scope, ScopeSet};

/// The least scope for some calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MinimalScopes {
    /// What to request: without scopes that others bring, and without every-grant defaults.
    pub scope: Scope,
    /// How sure it is that nothing less would do.
    pub proof: Proof,
    /// How many calls of the API it opens that are not open to every token.
    pub opens: usize,
    /// How many calls the API has. An endpoint is as many calls as its conditions tell apart.
    pub of: usize,
    /// What each call uses of it, in the order of the calls.
    pub per_call: Vec<CallNeeds>,
    /// What else would have opened the calls, and why it was not chosen.
    pub instead: Vec<Instead>,
}

/// How sure an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Nothing that opens the calls opens strictly less of the API, and of all such choices this
    /// one has the least risk, then opens the fewest calls.
    Least,
    /// Nothing that opens the calls opens strictly less of the API. Too many choices remained to
    /// compare all of them: no single scope can be left out, or exchanged, to lower the risk.
    Undominated,
    /// Too many choices remained to compare all of them: no single scope can be left out, or
    /// exchanged, for something better.
    Improved,
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
    /// The rows it sees, where these scopes do not open all of them.
    pub row_filter: Option<RowFilter>,
}

/// Calls that no scope opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownCalls {
    /// In the order of the calls.
    pub calls: Vec<UnknownCall>,
}

/// A call that no scope opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownCall {
    /// Which of the calls it is, from 0.
    pub place: usize,
    /// The method as given.
    pub method: String,
    /// The path as given.
    pub path: String,
    /// Why nothing opens it.
    pub reason: Reason,
}

impl fmt::Display for UnknownCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no scope opens these calls; correct or remove them:")?;
        for call in &self.calls {
            write!(
                f,
                "\n  {} {} ({})",
                call.method,
                call.path,
                call.reason.as_str()
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownCalls {}

/// How many steps [`minimal`] takes at most: some milliseconds.
const MOST_STEPS: usize = 1 << 21;

/// The least scope that opens all of these calls.
///
/// Of everything that opens them, what opens strictly more of the API than something else is left
/// out. Of what remains, the choice with the least risk is taken (the fewest scopes at risk 5, then
/// at 4, and so on; a scope whose risk is not said counts as 3), then the one that opens the
/// fewest calls of the API, then the one with the fewest scopes. What scopes bring counts, what is
/// on every grant does not. Alternatives with retired scopes are left out; those that need an
/// approval count as if there were one.
///
/// # Errors
/// Lists every call that no scope opens.
pub fn minimal(catalog: &Catalog, calls: &[ApiRequest<'_>]) -> Result<MinimalScopes, UnknownCalls> {
    minimal_within(catalog, calls, MOST_STEPS)
}

/// The same with so many steps at most. With fewer of them an answer may be less sure, never less
/// right: it opens all calls.
///
/// # Errors
/// Lists every call that no scope opens.
pub fn minimal_within(
    catalog: &Catalog,
    calls: &[ApiRequest<'_>],
    most_steps: usize,
) -> Result<MinimalScopes, UnknownCalls> {
    let mut needs: Vec<Vec<ScopeSet>> = Vec::new();
    let mut unknown = Vec::new();
    for (place, call) in calls.iter().enumerate() {
        match usable_alternatives(catalog, call) {
            Ok(alternatives) => needs.push(alternatives),
            Err(reason) => unknown.push(UnknownCall {
                place,
                method: call.method.to_owned(),
                path: call.path.to_owned(),
                reason,
            }),
        }
    }
    if !unknown.is_empty() {
        return Err(UnknownCalls { calls: unknown });
    }
    let problem = Problem::new(catalog, &needs);
    let found = solve(&problem, most_steps);
    let asked = problem.candidates.ids(&problem.asked(&found.held));
    let own = problem.candidates.ids(&found.held);
    let held = own.union(catalog.every_grant());
    let per_call = calls.iter().zip(&needs);
    let per_call = per_call.map(|(call, needs)| used(catalog, call, needs, &held));
    Ok(MinimalScopes {
        scope: catalog.scope_of(&asked),
        proof: match (found.is_least, found.is_undominated) {
            (true, _) => Proof::Least,
            (false, true) => Proof::Undominated,
            (false, false) => Proof::Improved,
        },
        opens: problem.cost(&found.held).calls as usize,
        of: problem.openings.calls,
        per_call: per_call.collect(),
        instead: insteads(catalog, &problem, &found.held),
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

/// As the decision has it: an alternative without row filter before those with one.
fn used(
    catalog: &Catalog,
    call: &ApiRequest<'_>,
    needs: &[ScopeSet],
    held: &ScopeSet,
) -> CallNeeds {
    let filter = |set: &ScopeSet| set.iter().find_map(|id| catalog.row_filter(id));
    let open = needs.iter().filter(|set| set.is_subset(held));
    let used = open.min_by_key(|set| (filter(set).is_some(), set.len()));
    let scopes = used.map(|set| catalog.names(set)).unwrap_or_default();
    CallNeeds {
        method: call.method.to_owned(),
        path: call.path.to_owned(),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        row_filter: used.and_then(filter),
    }
}
