//! The least scopes of a run, and what no scope opens.

use indexmap::IndexMap;
use scope::{
    Access, ApiRequest, Catalog, History, MinimalScopes, Reason, Requirement, Scope, ScopeSet,
    Subject, UnknownCall, Visible, explain, minimal,
};
use serde::Serialize;

use super::base::{MissingBase, missing_base};
use super::no_rules::{NoRule, NoRules};
use super::run::{LeftOut, RecordedBody, RecordedCall, Run, RunFormat};

/// The least scopes of a run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LeastOfRun<'r> {
    /// For the calls that some scope opens.
    pub least: MinimalScopes,
    /// These calls, in the order of [`MinimalScopes::per_call`].
    pub calls: Vec<&'r RecordedCall>,
    /// Calls that no scope opens, and that should be looked at.
    pub no_rule: Vec<NoRule>,
    /// What those seem to have in front of the catalog's paths.
    pub missing_base: Option<MissingBase>,
    /// Endpoints whose rule goes by a body that was not recorded: all that it could ask for counts.
    pub unseen_bodies: Vec<UnseenBody>,
    /// What does not count.
    pub left_out: LeftOut,
}

/// An endpoint that was called, and whose rule goes by a body that nobody recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnseenBody {
    /// The method.
    pub method: String,
    /// The path of the catalog.
    pub path: String,
    /// The members that decide, as JSON pointers (RFC 6901).
    pub members: Vec<String>,
    /// Where such a call stands first.
    pub line: usize,
    /// How often it was made without its body.
    pub times: usize,
}

/// Endings of what pages load besides the calls of their API.
const FILES: [&str; 22] = [
    "js",
    "mjs",
    "css",
    "map",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "avif",
    "ico",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "wasm",
    "mp4",
    "webm",
    "webmanifest",
    "html",
];

/// Asks for the least scopes of a run. A call without a rule is told, unless it is a preflight, a
/// file of a page, or was answered that there is no such thing; these are counted.
///
/// # Errors
/// In a list of lines, which somebody wrote, every call has to have a rule: those that have none.
pub fn least_of_run<'r>(catalog: &Catalog, run: &'r Run) -> Result<LeastOfRun<'r>, NoRules> {
    let mut left_out = run.left_out;
    let mut no_rule: IndexMap<Unopened, NoRule> = IndexMap::new();
    let mut calls: Vec<&RecordedCall> = run.calls.iter().collect();
    let asked = |calls: &[&'r RecordedCall]| {
        let requests: Vec<ApiRequest<'r>> = calls.iter().map(|call| request(call)).collect();
        minimal(catalog, &requests)
    };
    let least = match asked(&calls) {
        Ok(least) => least,
        Err(unknown) => {
            let mut unopened = unknown.calls.into_iter().peekable();
            let mut opened = Vec::new();
            for (place, call) in calls.iter().enumerate() {
                match unopened.next_if(|own| own.place == place) {
                    None => opened.push(*call),
                    Some(unknown) => match left_out_as(call, unknown.reason, &mut left_out) {
                        Some(count) if run.format != RunFormat::Lines => *count += call.times,
                        _ => tell(catalog, &mut no_rule, call, unknown),
                    },
                }
            }
            if run.format == RunFormat::Lines {
                return Err(NoRules::new(catalog, no_rule.into_values().collect()));
            }
            calls = opened;
            asked(&calls).map_err(|_| NoRules::default())?
        }
    };
    let no_rule: Vec<NoRule> = no_rule.into_values().collect();
    Ok(LeastOfRun {
        unseen_bodies: unseen_bodies(catalog, &least, &calls),
        least,
        calls,
        missing_base: missing_base(catalog, &no_rule),
        no_rule,
        left_out,
    })
}

fn unseen_bodies(
    catalog: &Catalog,
    least: &MinimalScopes,
    calls: &[&RecordedCall],
) -> Vec<UnseenBody> {
    let mut all: IndexMap<(String, String), UnseenBody> = IndexMap::new();
    let unseen = least.per_call.iter().zip(calls);
    for (needs, call) in unseen.filter(|(_, call)| call.body == RecordedBody::Unseen) {
        let Ok(route) = catalog.route(&needs.method, &needs.path) else {
            continue;
        };
        let endpoint = route.endpoint();
        let mut members = Vec::new();
        deciding(&endpoint.requirement, &mut members);
        if members.is_empty() {
            continue;
        }
        let key = (needs.method.clone(), endpoint.path.clone());
        let own = all.entry(key).or_insert_with(|| UnseenBody {
            method: needs.method.clone(),
            path: endpoint.path.clone(),
            members,
            line: call.line,
            times: 0,
        });
        own.times += call.times;
    }
    all.into_values().collect()
}

/// The members of a body that a requirement goes by.
fn deciding(requirement: &Requirement, members: &mut Vec<String>) {
    let mut below = |parts: &mut dyn Iterator<Item = &Requirement>| {
        parts.for_each(|own| deciding(own, members));
    };
    match requirement {
        Requirement::ByBody {
            pointer,
            is,
            otherwise,
            ..
        } => {
            below(&mut is.iter().map(|(_, own)| own).chain(otherwise.as_deref()));
            if !members.contains(pointer) {
                members.insert(0, pointer.clone());
            }
        }
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => {}
        Requirement::All(parts) | Requirement::Any(parts) => below(&mut parts.iter()),
        Requirement::BySubject { person, client } => {
            below(&mut person.iter().chain(client).map(|own| &**own));
        }
        Requirement::ByPath { is, .. } => below(&mut is.iter().map(|(_, own)| own)),
        Requirement::ByQuery { is, otherwise, .. } => {
            below(&mut is.iter().map(|(_, own)| own).chain(otherwise.as_deref()));
        }
    }
}

fn request(call: &RecordedCall) -> ApiRequest<'_> {
    let mut request = ApiRequest::new(&call.method, &call.target);
    if let RecordedBody::Seen(body) = &call.body {
        request.body = Visible::Seen(body);
    }
    request
}

/// What a call counts as that no rule names.
fn left_out_as<'l>(
    call: &RecordedCall,
    reason: Reason,
    left_out: &'l mut LeftOut,
) -> Option<&'l mut usize> {
    if !matches!(reason, Reason::NoRule | Reason::MethodNotInCatalog) {
        return None;
    }
    let path = call.target.split('?').next().unwrap_or_default();
    let ending = path
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let is_file = ending.is_some_and(|ending| FILES.contains(&ending.as_str()));
    match (call.method.as_str(), call.status) {
        ("OPTIONS", _) => Some(&mut left_out.preflights),
        (_, Some(404 | 405)) => Some(&mut left_out.absent),
        ("GET" | "HEAD", _) if is_file => Some(&mut left_out.files),
        _ => None,
    }
}

/// What one line tells of: method, path, and why, where that depends on what a call says.
type Unopened = (String, String, Option<String>);

fn tell(
    catalog: &Catalog,
    no_rule: &mut IndexMap<Unopened, NoRule>,
    call: &RecordedCall,
    unknown: UnknownCall,
) {
    let why = match unknown.reason {
        Reason::UnmatchedCondition | Reason::UnknownExpandField => Some(closed(catalog, call)),
        _ => None,
    };
    let key = (unknown.method.clone(), unknown.path.clone(), why.clone());
    let own = no_rule.entry(key).or_insert(NoRule {
        method: unknown.method,
        path: unknown.path,
        reason: unknown.reason,
        why,
        line: call.line,
        times: 0,
    });
    own.times += call.times;
}

/// What closes a call, whoever makes it, and what to do.
fn closed(catalog: &Catalog, call: &RecordedCall) -> String {
    let none = ScopeSet::empty();
    let access = Access {
        subject: Subject::Person,
        granted: &catalog.granted(&Scope::empty()),
        ceiling: &catalog.registered(&Scope::empty()),
        approved: &none,
        rights: &none,
        expired: None,
        unproven: None,
    };
    let explanation = explain(catalog, &access, &request(call), &History::default());
    let message = explanation.message;
    message
        .strip_prefix("Denied: ")
        .unwrap_or(&message)
        .to_owned()
}
