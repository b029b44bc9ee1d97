//! What an operation needs in the catalog: by `security`, by another source, by a person's options.

use std::collections::{BTreeSet, HashSet};

use scope::{Method, ScopeToken};

use super::access::{Access, Said, in_words};
use super::finding::{Findings, Kind};
use super::options::{Allow, Lists, Options};
use super::rule::{Need, Rules};
use super::walk::Operation;
use super::{path, propose};

/// What is said, with what other sources than `security` have. Where two of them name different
/// scopes, both are told, and the first one counts.
pub(super) fn from_elsewhere(
    operation: &Operation,
    said: Said,
    options: &Options,
    findings: &mut Findings,
) -> Said {
    let sources = options.scopes_from.iter();
    let mut all: Vec<Vec<Vec<String>>> =
        sources.filter_map(|own| own.of(&operation.node)).collect();
    let own = match &said.access {
        Access::Scopes(own) => Some(own.clone()),
        _ => None,
    };
    let is_public = said.access == Access::Public && !all.is_empty();
    all.splice(0..0, own);
    let names = |lists: &Vec<Vec<String>>| lists.iter().flatten().cloned().collect::<BTreeSet<_>>();
    let mut all = all.into_iter();
    let Some(first) = all.next() else {
        return said;
    };
    let others: Vec<String> = all
        .filter(|other| names(other) != names(&first))
        .map(|other| in_words(&other))
        .chain(is_public.then(|| "public".to_owned()))
        .collect();
    if !others.is_empty() {
        let what = format!("{} / {}", in_words(&first), others.join(" / "));
        findings.add(Kind::Contradiction, operation.name(), what);
    }
    Said {
        access: Access::Scopes(first),
        ..said
    }
}

/// Gives operations that name no scope one of their own: all of them but public ones, and in a
/// document that has scopes, those that are open to any token, too. Answers the names.
pub(super) fn propose_scopes(
    operations: &[Operation],
    said: &mut [Said],
    findings: &mut Findings,
) -> HashSet<String> {
    let has_scopes = said
        .iter()
        .any(|own| matches!(own.access, Access::Scopes(_)));
    let proposed = propose::scopes(operations);
    let mut names = HashSet::new();
    for ((operation, own), name) in operations.iter().zip(said).zip(proposed) {
        let lacks = match own.access {
            Access::Scopes(_) | Access::Public => false,
            Access::AnyToken => !has_scopes,
            Access::OtherCredentials | Access::Unsaid => true,
        };
        if lacks {
            findings.add(Kind::Proposed, operation.name(), &name);
            names.insert(name.clone());
            own.access = Access::Scopes(vec![vec![name]]);
        }
    }
    names
}

/// What an operation is to need in the catalog; nothing where it is left out.
pub(super) fn need(
    operation: &Operation,
    said: &Said,
    options: &Options,
    findings: &mut Findings,
) -> Option<Need> {
    let name = operation.name();
    if said.is_optional {
        findings.add(Kind::Optional, &name, "");
    }
    match &said.access {
        Access::Scopes(lists) => scopes_needed(operation, lists, options, findings),
        Access::AnyToken if options.any_token == Allow::Keep => {
            findings.add(Kind::AnyTokenKept, name, "");
            Some(Need::AnyToken)
        }
        Access::AnyToken => {
            findings.add(Kind::AnyTokenLeftOut, name, "");
            None
        }
        Access::Public if options.public == Allow::Keep => {
            findings.add(Kind::PublicKept, name, "");
            Some(Need::Public)
        }
        Access::Public => {
            findings.add(Kind::Public, name, "");
            None
        }
        Access::OtherCredentials => {
            findings.add(Kind::OtherCredentials, name, "");
            None
        }
        Access::Unsaid => {
            findings.add(Kind::Unsaid, name, "");
            None
        }
    }
}

fn scopes_needed(
    operation: &Operation,
    lists: &[Vec<String>],
    options: &Options,
    findings: &mut Findings,
) -> Option<Need> {
    let name = operation.name();
    let proper: Vec<Vec<String>> = lists
        .iter()
        .filter(|list| list.iter().all(|scope| ScopeToken::parse(scope).is_ok()))
        .cloned()
        .collect();
    if proper.is_empty() {
        return None;
    }
    let has_several = proper.iter().any(|list| list.len() > 1);
    if !has_several {
        return Some(Need::of(proper));
    }
    match options.lists_of(&name, operation.id()) {
        Lists::All => {
            findings.add(Kind::SeveralScopes, name, in_words(&proper));
            Some(Need::of(proper))
        }
        Lists::Any => {
            let mut single: Vec<Vec<String>> = Vec::new();
            for scope in proper.into_iter().flatten() {
                if !single.iter().any(|own| own.contains(&scope)) {
                    single.push(vec![scope]);
                }
            }
            Some(Need::of(single))
        }
    }
}

/// Writes an operation's rules; answers the paths.
pub(super) fn write_rule(
    operation: &Operation,
    place: usize,
    need: Need,
    rules: &mut Rules,
    findings: &mut Findings,
) -> Vec<String> {
    let name = operation.name();
    let methods = Method::ALL
        .into_iter()
        .filter(|method| *method != Method::Any);
    let Some(method) = methods
        .into_iter()
        .find(|own| own.as_str() == operation.method)
    else {
        findings.add(Kind::Method, name, "");
        return Vec::new();
    };
    match path::normal(&operation.path, &operation.bases, &operation.parameters) {
        Err(why) => {
            findings.add(Kind::Path, name, why);
            Vec::new()
        }
        Ok(normal) => {
            for remark in normal.remarks {
                findings.add(Kind::PathRead, &name, remark);
            }
            for path in &normal.paths {
                rules.add(path, method, need.clone(), place, &name, findings);
            }
            normal.paths
        }
    }
}
