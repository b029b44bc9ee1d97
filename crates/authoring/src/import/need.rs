//! What an operation needs in the catalog: by `security`, by another source, by a person's options.

use std::collections::{BTreeSet, HashSet};

use scope::{Method, ScopeToken};

use super::access::{Access, Said, in_words, is_same};
use super::carried::Carried;
use super::finding::{Findings, Kind};
use super::options::{Allow, Lists, Options};
use super::path;
use super::propose::{self, Proposed};
use super::rule::{Need, Rules};
use super::walk::Operation;

/// What is said, with what other sources than `security` have. Where two of them name different
/// scopes, both are told, and the first one counts.
pub(super) fn from_elsewhere(
    operation: &Operation,
    said: Said,
    options: &Options,
    findings: &mut Findings,
) -> Said {
    // Of two texts the last one could say less than the first.
    let is_twice = operation
        .node
        .map()
        .is_some_and(|map| !map.twice.is_empty());
    let sources = options.scopes_from.iter().filter(|_| !is_twice);
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
    match said.access {
        Access::Scopes(_) => said,
        _ => said.with(first),
    }
}

/// Gives operations that name no scope one of their own: all of them but public ones, and in a
/// document that has scopes, those that are open to any token, too. Answers the names.
pub(super) fn propose_scopes(
    operations: &[Operation],
    said: &mut [Said],
    findings: &mut Findings,
) -> Proposed {
    let lists = said.iter().filter_map(|own| match &own.access {
        Access::Scopes(lists) => Some(lists),
        _ => None,
    });
    let named: HashSet<String> = lists.flatten().flatten().cloned().collect();
    let mut proposed = Proposed::default();
    let scopes = propose::scopes(operations);
    for (place, ((operation, own), name)) in operations.iter().zip(said).zip(scopes).enumerate() {
        let lacks = match own.access {
            Access::Scopes(_) | Access::Public | Access::Denied => false,
            Access::AnyToken => named.is_empty(),
            Access::OtherCredentials | Access::Unsaid => true,
        };
        if !lacks || !operation.twice.is_empty() {
            continue;
        }
        findings.add(Kind::Proposed, operation.name(), &name);
        if !named.is_empty() {
            proposed.among_others.insert(place);
        }
        if !named.contains(&name) && !operation.schemes.declared.contains_key(&name) {
            proposed.names.insert(name.clone());
        }
        *own = own.clone().with(vec![vec![name]]);
    }
    proposed
}

/// What an operation is to need in the catalog; nothing where it is left out.
pub(super) fn need(
    operation: &Operation,
    said: &Said,
    carried: &Carried,
    options: &Options,
    findings: &mut Findings,
) -> Option<Need> {
    let name = operation.name();
    if !operation.twice.is_empty() {
        findings.add(Kind::Twice, name, operation.twice.join("; "));
        return None;
    }
    if said.is_optional {
        findings.add(Kind::Optional, &name, "");
    }
    let exact = carried.rule().and_then(|own| own.requirement.clone());
    let need = match &said.access {
        Access::Scopes(_) if exact.is_some() => proper_parts(said).map(Need::of_parts),
        Access::Scopes(_) => scopes_needed(operation, said, options, findings),
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
        Access::Denied => {
            findings.add(Kind::Denied, name, "");
            None
        }
    }?;
    Some(match (exact, need) {
        (Some(requirement), Need::Scopes(parts)) => Need::Exact(requirement, parts),
        (Some(requirement), Need::AnyToken) => Need::Exact(requirement, Vec::new()),
        (_, need) => need,
    })
}

/// The alternatives whose names can be scopes.
fn proper_parts(said: &Said) -> Option<Vec<Vec<Vec<String>>>> {
    let is_proper = |scope: &String| ScopeToken::parse(scope).is_ok();
    let mut parts = said.parts();
    parts.retain(|schemes| schemes.iter().flatten().all(is_proper));
    (!parts.is_empty()).then_some(parts)
}

fn scopes_needed(
    operation: &Operation,
    said: &Said,
    options: &Options,
    findings: &mut Findings,
) -> Option<Need> {
    let name = operation.name();
    let parts = proper_parts(said)?;
    let has_several = parts.iter().flatten().any(|list| list.len() > 1);
    // An export means what OpenAPI does: all of a list.
    let is_open = has_several && !operation.is_exported;
    if is_open && options.lists_of(&name, operation.id()) == Lists::Any {
        let alternatives = any_of_each(&parts);
        if alternatives.is_none() {
            findings.add(
                Kind::TooMuch,
                name,
                "as any of each list there are more than 256 alternatives",
            );
        }
        return alternatives.map(Need::of);
    }
    if is_open {
        findings.add(Kind::SeveralScopes, name, in_words(&said.several()));
    }
    Some(Need::of_parts(parts))
}

/// Alternatives with one scope of each scheme's list; nothing where there are too many.
fn any_of_each(parts: &[Vec<Vec<String>>]) -> Option<Vec<Vec<String>>> {
    const MOST: usize = 256;
    let mut alternatives: Vec<Vec<String>> = Vec::new();
    for schemes in parts {
        let mut own: Vec<Vec<String>> = vec![Vec::new()];
        for list in schemes {
            if own.len() * list.len() > MOST {
                return None;
            }
            let with = |one: &Vec<String>| {
                let each = list.iter().map(|scope| distinct(one.iter().chain([scope])));
                each.collect::<Vec<_>>()
            };
            own = own.iter().flat_map(with).collect();
        }
        for one in own {
            if !alternatives.iter().any(|known| is_same(known, &one)) {
                alternatives.push(one);
            }
        }
    }
    (alternatives.len() <= MOST).then_some(alternatives)
}

impl Need {
    /// All schemes of one of the alternatives.
    fn of_parts(parts: Vec<Vec<Vec<String>>>) -> Self {
        let lists = parts.iter();
        Self::of(
            lists
                .map(|schemes| distinct(schemes.iter().flatten()))
                .collect(),
        )
    }
}

/// Each name once.
fn distinct<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        if !distinct.contains(name) {
            distinct.push(name.clone());
        }
    }
    distinct
}

/// Is it one of these paths, whatever its templates are called and however many segments they take?
fn is_spelling(path: &str, paths: &[String]) -> bool {
    let plain = |path: &str| path::blank(path).replace("{...}", "{}");
    paths.iter().any(|own| plain(own) == plain(path))
}

/// Writes an operation's rules; answers the paths.
pub(super) fn write_rule(
    operation: &Operation,
    place: usize,
    need: Need,
    carried: &Carried,
    rules: &mut Rules,
    findings: &mut Findings,
) -> Vec<String> {
    let name = operation.name();
    let methods = Method::ALL
        .into_iter()
        .filter(|method| *method != Method::Any);
    let of_operation = methods
        .into_iter()
        .find(|own| own.as_str() == operation.method);
    let rule = carried.rule();
    let Some(method) = rule.and_then(|own| own.method).or(of_operation) else {
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
            let mut paths = normal.paths;
            match rule.map(|own| own.paths.as_slice()) {
                None | Some([]) => {}
                Some(own) if own.iter().all(|own| is_spelling(own, &paths)) => {
                    let tails = |paths: &[String]| paths.iter().any(|own| own.contains("...}"));
                    if tails(own) && !tails(&paths) {
                        findings.add(Kind::Wider, &name, own.join(", "));
                    }
                    own.clone_into(&mut paths)
                }
                Some(_) => findings.add(
                    Kind::OddExtension,
                    &name,
                    "its `path` is none of the operation's",
                ),
            }
            for path in &paths {
                rules.add(path, method, need.clone(), place, &name, findings);
            }
            paths
        }
    }
}
