//! From descriptions to a catalog, in the order of the files here: `walk` finds the operations
//! (`scheme`, `server`), `access` reads what each says of who may call, `path` and `rule` make
//! rules of them, `naming`, `word` and `text` name and describe the scopes, `draft` puts the
//! catalog together, `write` writes it, `finding` and `report` tell what a person has to know.

mod access;
mod draft;
mod finding;
mod hidden;
mod implication;
mod lists;
mod naming;
mod opened;
pub mod options;
mod path;
mod propose;
pub mod report;
mod risk;
mod rule;
mod scheme;
mod server;
pub mod source;
mod text;
mod update;
mod walk;
pub(crate) mod word;
mod write;

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use indexmap::IndexMap;
use scope::{Method, ScopeToken};

use crate::document::files::{Files, Unreadable};
use crate::document::reference::Documents;

use access::{Access, Said};
use finding::{Findings, Kind};
use opened::Opened;
use options::{Allow, Lists, Options};
use report::{Report, Told};
use rule::{Need, Rules};
use walk::{Description, Operation};

/// What came of an import.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The catalog file; nothing where no operation of the document could be opened to a scope.
    pub catalog: Option<String>,
    /// What was taken over, guessed and left out.
    pub report: Report,
}

/// Makes a catalog of descriptions.
///
/// # Errors
/// A file is no description that can be read, or refers to something that is not here.
pub fn import(
    files: &[PathBuf],
    options: &Options,
    from: &dyn Files,
) -> Result<Imported, Unreadable> {
    let mut findings = Findings::default();
    let mut documents = Documents::new(from);
    let mut descriptions = Vec::new();
    let mut operations = Vec::new();
    for file in files {
        let (description, own) = walk::read(file, &mut documents, &mut findings)?;
        descriptions.push(description);
        operations.extend(own);
    }
    let mut told: Vec<Told> = Vec::new();
    let mut rules = Rules::default();
    rules.base = operations
        .first()
        .and_then(|own| own.bases.first())
        .cloned()
        .unwrap_or_default();
    let mut all_said: Vec<Said> = Vec::new();
    for operation in &operations {
        let name = operation.name();
        let security = operation.security.as_ref();
        let said = access::read(security, &operation.schemes, &name, &mut findings);
        all_said.push(from_elsewhere(operation, said, options, &mut findings));
    }
    let proposed = match options.propose {
        true => propose_scopes(&operations, &mut all_said, &mut findings),
        false => HashSet::new(),
    };
    for ((place, operation), said) in operations.iter().enumerate().zip(all_said) {
        let need = need(operation, &said, options, &mut findings);
        let written = match need {
            Some(need) => write_rule(operation, place, need, &mut rules, &mut findings),
            None => Vec::new(),
        };
        told.push(Told::of(operation, said, written));
    }
    hidden::find(&mut rules, options.fall_through, &mut findings);
    let scopes = scopes(&descriptions, &told, &proposed, &mut findings);
    let opened = Opened::of(&operations, &told);
    lists::tell(&told, &opened, &mut findings);
    let parts = draft::Parts {
        descriptions: &descriptions,
        operations: &operations,
        rules: &rules,
        scopes: &scopes.texts,
        used: scopes.used,
        opened: &opened,
        proposed: &proposed,
    };
    let catalog = catalog(&parts, options, &mut findings)?;
    let report = Report::new(&descriptions, told, &scopes, findings, catalog.is_some());
    Ok(Imported { catalog, report })
}

/// What is said, with what other sources than `security` have. Where two of them name different
/// scopes, both are told, and the first one counts.
fn from_elsewhere(
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
        .map(|other| access::in_words(&other))
        .chain(is_public.then(|| "public".to_owned()))
        .collect();
    if !others.is_empty() {
        let what = format!("{} / {}", access::in_words(&first), others.join(" / "));
        findings.add(Kind::Contradiction, operation.name(), what);
    }
    Said {
        access: Access::Scopes(first),
        ..said
    }
}

/// Gives operations that name no scope one of their own: all of them but public ones, and in a
/// document that has scopes, those that are open to any token, too. Answers the names.
fn propose_scopes(
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
fn need(
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
            findings.add(Kind::SeveralScopes, name, access::in_words(&proper));
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
fn write_rule(
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

/// Every scope, those that operations name first, with the documents' texts.
pub(crate) struct Scopes {
    pub(crate) texts: IndexMap<String, String>,
    /// How many of them operations name.
    pub(crate) used: usize,
}

fn scopes(
    descriptions: &[Description],
    told: &[Told],
    proposed: &HashSet<String>,
    findings: &mut Findings,
) -> Scopes {
    let mut declared: IndexMap<&str, &str> = IndexMap::new();
    for (name, text) in descriptions.iter().flat_map(|own| &own.schemes.declared) {
        declared.entry(name).or_insert(text);
    }
    let mut seen: HashSet<&str> = HashSet::new();
    let mut texts: IndexMap<String, String> = IndexMap::new();
    let named = told.iter().flat_map(|own| own.names());
    let named: Vec<&str> = named.filter(|name| seen.insert(name)).collect();
    // In the order of the document, which people know.
    let in_order = declared.keys().filter(|name| seen.contains(*name)).copied();
    let undeclared = named
        .iter()
        .filter(|name| !declared.contains_key(*name))
        .copied();
    for name in in_order.chain(undeclared) {
        if let Err(error) = ScopeToken::parse(name) {
            findings.add(
                Kind::IllegalName,
                access::short(name),
                proposal(name, &error.to_string()),
            );
            continue;
        }
        if !declared.contains_key(name) && !proposed.contains(name) {
            findings.add(Kind::Undeclared, name, "");
        }
        texts.insert(
            name.to_owned(),
            declared.get(name).copied().unwrap_or_default().to_owned(),
        );
    }
    let used = texts.len();
    for (name, text) in declared.iter().filter(|(name, _)| !seen.contains(*name)) {
        match ScopeToken::parse(name) {
            Ok(_) => {
                findings.add(Kind::Unused, *name, "");
                texts.insert((*name).to_owned(), (*text).to_owned());
            }
            Err(error) => findings.add(
                Kind::IllegalName,
                access::short(name),
                proposal(name, &error.to_string()),
            ),
        }
    }
    Scopes { texts, used }
}

/// What is wrong with a name, and what it could be.
fn proposal(name: &str, wrong: &str) -> String {
    let fits = |own: char| matches!(own, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    let words: Vec<String> = name
        .split(|own| !fits(own))
        .filter(|part| !part.is_empty())
        .map(access::short)
        .collect();
    match words.as_slice() {
        [] => wrong.to_owned(),
        words => format!("{wrong}; call it `{}`", words.join("_")),
    }
}

/// The file, where there is anything to write.
fn catalog(
    parts: &draft::Parts<'_>,
    options: &Options,
    findings: &mut Findings,
) -> Result<Option<String>, Unreadable> {
    if parts.used == 0 {
        findings.add(Kind::NoScopes, "", "");
    }
    if parts.scopes.is_empty() || parts.rules.paths.is_empty() {
        return Ok(None);
    }
    let draft = draft::of(parts, findings);
    match &options.update {
        Some((name, text)) => update::file(name, text, &draft, findings).map(Some),
        None => Ok(Some(write::file(&draft))),
    }
}
