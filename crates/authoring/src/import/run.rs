//! The walk of an import: read, judge, write down, tell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scope::{ApiDescription, Catalog};

use crate::describe::operation::describe;
use crate::document::files::{Files, Unreadable};
use crate::document::reference::Documents;

use super::access::{self, Said};
use super::draft::{self, Parts};
use super::finding::{Findings, Kind};
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
    for operation in &operations {
        let name = operation.name();
        let security = operation.security.as_ref();
        let said = access::read(security, &operation.schemes, &name, &mut findings);
        all_said.push(from_elsewhere(operation, said, options, &mut findings));
    }
    let proposed = match options.propose {
        true => propose_scopes(&operations, &mut all_said, &mut findings),
        false => Proposed::default(),
    };
    for ((place, operation), said) in operations.iter().enumerate().zip(all_said) {
        let need = need(operation, &said, options, &mut findings);
        let written = match need {
            Some(need) => write_rule(operation, place, need, &mut rules, &mut findings),
            None => Vec::new(),
        };
        told.push(Told::of(operation, said, written));
    }
    rules.bound(&mut findings);
    hidden::find(&mut rules, options.fall_through, &mut findings);
    let scopes = Scopes::of(&descriptions, &told, &proposed, &mut findings);
    let opened = Opened::of(&operations, &told);
    lists::tell(&told, &opened, &mut findings);
    let parts = Parts {
        descriptions: &descriptions,
        operations: &operations,
        rules: &rules,
        scopes: &scopes.texts,
        used: scopes.used,
        opened: &opened,
        proposed: &proposed,
    };
    let catalog = catalog(&parts, options, &mut findings)?;
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
    let draft = draft::of(parts, findings);
    match &options.update {
        Some((name, text)) => update::file(name, text, &draft, findings).map(Some),
        None => checked(write::file(&draft)).map(Some),
    }
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
