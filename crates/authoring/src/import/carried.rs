//! What an export left in an operation: what `security` could not say. An operation's `security` stands for all to read, so its extension counts only where both
//! say the same.

use std::collections::HashSet;

use scope::{Method, Requirement};

use crate::document::node::Node;
use crate::extension::plain::Plain;
use crate::extension::{NAME, form, key};

use super::access::{Access, Said, in_words, is_alike};
use super::finding::{Findings, Kind};
use super::options::{Allow, Options};
use super::path::blank;
use super::text::short;
use super::walk::Operation;

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

/// Reads the extension of an operation, whose `security` says this; `misfit` is why it fits no
/// catalog, where that is known.
pub(super) fn read(
    operation: &Operation,
    said: &Said,
    misfit: Option<&str>,
    findings: &mut Findings,
) -> Carried {
    // Null is none that an export writes, so it is told like every other.
    let Some(node) = operation.node.map().and_then(|own| own.find(NAME)) else {
        return Carried::Nothing;
    };
    let read = match misfit {
        Some(why) => Err(why.to_owned()),
        None => rule(node),
    };
    let rule = match read {
        Ok(Some(rule)) => rule,
        Ok(None) => return Carried::Denied,
        Err(why) => {
            findings.add(Kind::OddExtension, operation.name(), why);
            return Carried::Nothing;
        }
    };
    if let Some(requirement) = &rule.requirement {
        let plain = Plain::of(requirement);
        if !says(&said.access, &plain) {
            let own = told(&said.access);
            let what = format!("{own} in `security`, {requirement} in `x-scopegate`");
            findings.add(Kind::Stale, operation.name(), what);
            return Carried::Nothing;
        }
    }
    let is_method = match rule.method {
        None | Some(Method::Any) => true,
        Some(method) => method == Method::Get && operation.method == "HEAD",
    };
    if !is_method {
        let why = "its `method` is another one than the operation's";
        findings.add(Kind::OddExtension, operation.name(), why);
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
                let why = "its `method` is any: another operation of the path is shut";
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

/// What it says, or why it cannot be read; nothing where the call is denied.
fn rule(node: &Node) -> Result<Option<Rule>, String> {
    let Some(map) = node.map() else {
        return Err(format!("it is {}, not an object", node.described()));
    };
    if let Some(name) = map.twice.first() {
        return Err(format!("`{}` is given twice", short(name)));
    }
    let mut rule = Rule::default();
    for (name, own) in map.iter() {
        let own_text = || text(name, own);
        match name {
            key::DENIED if own.is_true() => return Ok(None),
            key::DENIED => return Err("its `denied` can only be `true`".to_owned()),
            key::REQUIRE => {
                let read = form::read(own);
                let read = read.ok_or("its `require` is nothing that a catalog could ask for")?;
                rule.requirement = Some(read);
            }
            key::METHOD => {
                let method = own_text()?.to_ascii_uppercase();
                let mut all = Method::ALL.into_iter();
                let known = all.find(|own| own.as_str() == method);
                rule.method = Some(known.ok_or("its `method` is none of a catalog")?);
            }
            key::PATH => rule.paths = texts(own).ok_or("its `path` is no text or list of texts")?,
            key::SOURCE => rule.words.source = Some(own_text()?),
            key::INFERRED => rule.words.inferred = own.is_true(),
            key::NOTE => rule.words.note = Some(own_text()?),
            key::OPERATION => rule.words.operation = Some(own_text()?),
            key::TITLE => {
                let languages = own.map().ok_or("its `title` is no text by language")?;
                for (language, title) in languages.iter() {
                    let title = text(key::TITLE, title)?;
                    rule.words.title.push((language.to_owned(), title));
                }
            }
            _ => return Err(format!("`{}` is no member that it could have", short(name))),
        }
    }
    Ok(Some(rule))
}

/// A text that people can read.
fn text(name: &str, own: &Node) -> Result<String, String> {
    let text = own.string();
    let text = text.ok_or_else(|| format!("its `{name}` is {}, not a text", own.described()))?;
    match scope::misleading(text) {
        Some(hidden) => Err(format!(
            "its `{name}` has a sign that nobody sees: U+{:04X}",
            u32::from(hidden)
        )),
        None => Ok(text.to_owned()),
    }
}

/// One text, or a list of them.
pub(super) fn texts(node: &Node) -> Option<Vec<String>> {
    match node.list() {
        Some(list) => list
            .iter()
            .map(|own| own.string().map(str::to_owned))
            .collect(),
        None => Some(vec![node.string()?.to_owned()]),
    }
}
