//! What an export left in a description: the catalog it was made of, and what `security` could not
//! say. An operation's `security` stands for all to read, so its extension counts only where both
//! say the same.

use std::collections::HashSet;
use std::rc::Rc;

use scope::{Method, Requirement};

use crate::document::node::{Map, Node};
use crate::extension::plain::Plain;
use crate::extension::{FORMAT, NAME, form, key};

use super::access::{Access, Said, in_words, is_alike};
use super::finding::{Findings, Kind};
use super::options::{Allow, Options};
use super::path::blank;
use super::walk::{Description, Operation};

/// What the extension of an operation says.
#[derive(Debug, Clone, Default)]
pub(crate) enum Carried {
    #[default]
    Nothing,
    /// The catalog has no rule for it.
    Denied,
    Rule(Box<Rule>),
}

/// The rule of an operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rule {
    /// Where `security` cannot say it.
    pub(crate) requirement: Option<Requirement>,
    /// Where it is not the operation's own.
    pub(crate) method: Option<Method>,
    /// Where they are written otherwise; else none.
    pub(crate) paths: Vec<String>,
    pub(crate) words: Words,
}

/// What a rule says besides what it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) source: Option<String>,
    pub(crate) inferred: bool,
    pub(crate) note: Option<String>,
    pub(crate) operation: Option<String>,
    /// By language.
    pub(crate) title: Vec<(String, String)>,
}

impl Carried {
    pub(crate) fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Rule(rule) => Some(rule),
            _ => None,
        }
    }
}

/// Reads the extension of an operation, whose `security` says this.
pub(super) fn read(operation: &Operation, said: &Said, findings: &mut Findings) -> Carried {
    let Some(node) = operation.node.member(NAME) else {
        return Carried::Nothing;
    };
    let Some(read) = node.map().and_then(rule) else {
        findings.add(Kind::OddExtension, operation.name(), "");
        return Carried::Nothing;
    };
    let Some(rule) = read else {
        return Carried::Denied;
    };
    if let Some(requirement) = &rule.requirement {
        let plain = Plain::of(requirement);
        if !says(&said.access, &plain) {
            let what = format!("{} / {requirement}", told(&said.access));
            findings.add(Kind::Stale, operation.name(), what);
            return Carried::Nothing;
        }
    }
    let is_method = match rule.method {
        None | Some(Method::Any) => true,
        Some(method) => method == Method::Get && operation.method == "HEAD",
    };
    if !is_method {
        findings.add(Kind::OddExtension, operation.name(), "its method");
        return Carried::Nothing;
    }
    Carried::Rule(Box::new(rule))
}

/// Where a rule for every method would open an operation that the document leaves shut.
pub(super) struct EveryMethod {
    shut: HashSet<String>,
}

impl EveryMethod {
    pub(super) fn of(operations: &[Operation], said: &[Said], options: &Options) -> Self {
        let is_shut = |said: &Said| match said.access {
            Access::Scopes(_) => false,
            Access::AnyToken => options.any_token != Allow::Keep,
            Access::Public => options.public != Allow::Keep,
            _ => true,
        };
        let shut = operations.iter().zip(said).filter(|(_, own)| is_shut(own));
        Self {
            shut: shut.map(|(own, _)| blank(&own.path)).collect(),
        }
    }

    /// Keeps such a rule where it opens nothing that is shut, and tells what it opens besides.
    pub(super) fn hold(
        &self,
        operations: &[Operation],
        carried: &mut [Carried],
        findings: &mut Findings,
    ) {
        for (operation, own) in operations.iter().zip(carried) {
            let Carried::Rule(rule) = own else {
                continue;
            };
            if rule.method != Some(Method::Any) {
                continue;
            }
            if self.shut.contains(&blank(&operation.path)) {
                rule.method = None;
                let why = "its method: another operation of the path is shut";
                findings.add(Kind::OddExtension, operation.name(), why);
            } else {
                findings.add(Kind::Wider, operation.name(), "every method of its path");
            }
        }
    }
}

fn says(access: &Access, plain: &Plain) -> bool {
    match (access, plain) {
        (Access::Scopes(own), Plain::Scopes(lists)) => is_alike(own, lists),
        (Access::AnyToken, Plain::AnyToken) | (Access::Public, Plain::Public) => true,
        _ => false,
    }
}

fn told(access: &Access) -> String {
    match access {
        Access::Scopes(lists) => in_words(lists),
        Access::AnyToken => "any token".to_owned(),
        Access::Public => "public".to_owned(),
        _ => "no scopes".to_owned(),
    }
}

/// Nothing where it cannot be read; in it, nothing where the call is denied.
fn rule(map: &Map) -> Option<Option<Rule>> {
    let mut rule = Rule::default();
    if !map.twice.is_empty() {
        return None;
    }
    for (name, own) in map.iter() {
        let text = || own.string().map(str::to_owned);
        match name {
            key::DENIED if own.is_true() => return Some(None),
            key::REQUIRE => rule.requirement = Some(form::read(own)?),
            key::METHOD => {
                let name = own.text()?.to_ascii_uppercase();
                let mut all = Method::ALL.into_iter();
                rule.method = Some(all.find(|method| method.as_str() == name)?);
            }
            key::PATH => rule.paths = texts(own)?,
            key::SOURCE => rule.words.source = Some(text()?),
            key::INFERRED => rule.words.inferred = own.is_true(),
            key::NOTE => rule.words.note = Some(text()?),
            key::OPERATION => rule.words.operation = Some(text()?),
            key::TITLE => {
                for (language, title) in own.map()?.iter() {
                    let title = title.string()?.to_owned();
                    rule.words.title.push((language.to_owned(), title));
                }
            }
            _ => return None,
        }
    }
    Some(Some(rule))
}

/// One text, or a list of them.
fn texts(node: &Node) -> Option<Vec<String>> {
    match node.list() {
        Some(list) => list
            .iter()
            .map(|own| own.string().map(str::to_owned))
            .collect(),
        None => Some(vec![node.string()?.to_owned()]),
    }
}

/// No part of a catalog that is carried: what can be called is said by operations.
pub(super) const ENDPOINTS: &str = "endpoints";

/// The catalog that a description carries, without its endpoints, and the order of its scopes; of
/// several descriptions none.
pub(super) fn catalog(
    descriptions: &[Description],
    findings: &mut Findings,
) -> Option<(Rc<Node>, Vec<String>)> {
    let [only] = descriptions else {
        return None;
    };
    let own = only.root.member(NAME)?;
    let catalog = own.member(key::CATALOG).filter(|own| own.map().is_some());
    if own.text_of(key::FORMAT) != Some(FORMAT) || catalog.is_none() {
        findings.add(Kind::OddExtension, &only.file, "at the top of the file");
        return None;
    }
    if catalog.is_some_and(|own| own.member(ENDPOINTS).is_some()) {
        findings.add(
            Kind::OddExtension,
            &only.file,
            "its `endpoints`: operations say what there is to call",
        );
    }
    let order = own.member(key::SCOPES).and_then(|own| texts(own));
    Some((catalog?.clone(), order.unwrap_or_default()))
}
