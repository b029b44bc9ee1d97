//! The walk of an import: read, judge, write down, tell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scope::{ApiDescription, Catalog};

use crate::describe::operation::describe;
use crate::document::files::{Files, Unreadable};
use crate::document::reference::Documents;

use super::access::{self, Said};
use super::carried::{self, Carried, EveryMethod};
use super::draft::{self, Line, Parts};
use super::finding::{Findings, Kind};
use super::head::Head;
use super::need::{from_elsewhere, need, propose_scopes, write_rule};
use super::opened::Opened;
use super::options::Options;
use super::propose::Proposed;
use super::report::Report;
use super::rule::Rules;
use super::scopes::Scopes;
use super::told::Told;
use super::walk::Operation;
use super::{hidden, lists, update, walk, write};

/// What came of an import.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The catalog file; nothing where no operation of the document could be opened to a scope.
    pub catalog: Option<String>,
    /// What the document says of parameters, bodies and answers, for a file beside the catalog.
    pub description: Option<ApiDescription>,
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
    let mut rules = Rules::with_base(most_common_base(&operations));
    let mut all_said: Vec<Said> = Vec::new();
    let mut all_carried: Vec<Carried> = Vec::new();
    for operation in &operations {
        let name = operation.name();
        let security = operation.security.as_ref();
        let said = access::read(security, &operation.schemes, &name, &mut findings);
        let carried = carried::read(operation, &said, &mut findings);
        all_said.push(match &carried {
            Carried::Denied => Said::denied(),
            Carried::Rule(rule) if rule.requirement.is_some() => said,
            _ => from_elsewhere(operation, said, options, &mut findings),
        });
        all_carried.push(carried);
    }
    let proposed = match options.propose {
        true => propose_scopes(&operations, &mut all_said, &mut findings),
        false => Proposed::default(),
    };
    let every_method = EveryMethod::of(&operations, &all_said, options);
    every_method.hold(&operations, &mut all_carried, &mut findings);
    let of_each = operations.iter().zip(all_said).zip(&all_carried);
    for (place, ((operation, said), carried)) in of_each.enumerate() {
        let need = need(operation, &said, carried, options, &mut findings);
        let written = match need {
            Some(need) => write_rule(operation, place, need, carried, &mut rules, &mut findings),
            None => Vec::new(),
        };
        told.push(Told::of(operation, said, written));
    }
    rules.bound(&mut findings);
    hidden::find(&mut rules, options.fall_through, &mut findings);
    let scopes = Scopes::of(&descriptions, &told, &proposed, &mut findings);
    let opened = Opened::of(&operations, &told);
    lists::tell(&told, &opened, &mut findings);
    let write = |rules: &Rules, findings: &mut Findings| {
        let parts = Parts {
            descriptions: &descriptions,
            operations: &operations,
            rules,
            scopes: &scopes.texts,
            used: scopes.used,
            opened: &opened,
            proposed: &proposed,
            carried: &all_carried,
        };
        catalog(&parts, options, findings)
    };
    let mut own = findings.clone();
    let catalog = match write(&rules, &mut own) {
        // What somebody wrote into the extension by hand may fit nothing else.
        Err(_) if rules.forget_carried() => {
            findings.add(Kind::OddExtension, "", "");
            write(&rules, &mut findings)?
        }
        written => {
            findings = own;
            written?
        }
    };
    let description = match options.keep_description && catalog.is_some() {
        true => Some(describe(&operations, &mut documents, &mut findings)),
        false => None,
    };
    let report = Report::new(&descriptions, told, &scopes, findings, catalog.is_some());
    Ok(Imported {
        catalog,
        description,
        report,
    })
}

/// The file, where there is anything to write.
fn catalog(
    parts: &Parts<'_>,
    options: &Options,
    findings: &mut Findings,
) -> Result<Option<String>, Unreadable> {
    if parts.used == 0 {
        findings.add(Kind::NoScopes, "", "");
    }
    if parts.scopes.is_empty() || parts.rules.paths.is_empty() {
        return Ok(None);
    }
    if options.update.is_none()
        && let Some((head, order)) = carried::catalog(parts.descriptions, findings)
        && let Some(map) = head.map()
    {
        match of_carried(&Head::of(map), &order, parts, findings) {
            Ok(text) => return Ok(Some(text)),
            Err(why) => {
                let file = parts.descriptions.first().map(|own| own.file.as_str());
                let what =
                    format!("{why}; what it says of elevations, consent and tokens is gone, too");
                findings.add(Kind::OddExtension, file.unwrap_or_default(), what);
            }
        }
    }
    let draft = draft::of(parts, findings);
    match &options.update {
        Some((name, text)) => update::file(name, text, &draft, findings).map(Some),
        None => checked(write::file(&draft)).map(Some),
    }
}

/// The catalog that a description carries, with the calls that it has by now; or why that comes to
/// no catalog.
fn of_carried(
    head: &Head<'_>,
    order: &[String],
    parts: &Parts<'_>,
    findings: &mut Findings,
) -> Result<String, String> {
    let base = head.base_path();
    let is_behind = |path: &str| {
        let rest = path.strip_prefix(base);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    if !parts.rules.paths.values().all(|own| is_behind(&own.path)) {
        return Err(format!("not all paths begin with its `base_path`, {base}"));
    }
    let known = head.scopes();
    let is_known = |line: &Line| {
        let names = line.requirement.scopes();
        names.into_iter().all(|name| known.contains(name))
    };
    let mut chapters = draft::chapters(parts, base);
    for table in chapters.iter_mut().flat_map(|own| &mut own.tables) {
        table.methods.retain(|(_, line)| is_known(line));
    }
    for chapter in &mut chapters {
        chapter.tables.retain(|table| !table.methods.is_empty());
    }
    chapters.retain(|chapter| !chapter.tables.is_empty());
    let text = head.file(order) + &write::endpoints(base, &chapters);
    if let Err(mistakes) = Catalog::parse("the catalog", &text) {
        let first = mistakes.mistakes().first();
        return Err(first.map_or_else(String::new, |own| own.what.clone()));
    }
    if parts.scopes.keys().all(|name| known.contains(name)) {
        return Ok(text);
    }
    // Somebody added calls or scopes since: they are new to the catalog.
    let draft = draft::of(parts, findings);
    let updated = update::file("the catalog", &text, &draft, findings);
    updated.map_err(|why| why.to_string())
}

/// What is handed out has no mistakes.
fn checked(text: String) -> Result<String, Unreadable> {
    match Catalog::parse("the catalog", &text) {
        Ok(_) => Ok(text),
        Err(mistakes) => Err(Unreadable::new(
            Path::new("the catalog"),
            format!(
                "what was made of the description has mistakes, so nothing was written\n{mistakes}"
            ),
            "this is a defect of the import; report it, with the description if that can be shown",
        )),
    }
}

/// The base path that most operations have.
fn most_common_base(operations: &[Operation]) -> String {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for base in operations.iter().filter_map(|own| own.bases.first()) {
        *times.entry(base).or_default() += 1;
    }
    let most = times.into_iter().max_by_key(|(_, times)| *times);
    most.map(|(base, _)| base.to_owned()).unwrap_or_default()
}
