//! The walk of an import: read, judge, write down, tell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scope::ApiDescription;

use crate::describe::operation::describe;
use crate::document::files::{Files, Unreadable};
use crate::document::reference::Documents;

use super::access::{self, Said};
use super::carried::{self, Carried, EveryMethod};
use super::draft::{self, Parts};
use super::exported::{self, Exported};
use super::finding::{Findings, Kind};
use super::misfit::{Misfit, PassedOver};
use super::need::{from_elsewhere, need, propose_scopes, write_rule};
use super::opened::Opened;
use super::options::Options;
use super::propose::Proposed;
use super::report::Report;
use super::rule::Rules;
use super::scopes::Scopes;
use super::told::Told;
use super::walk::{Description, Operation};
use super::{hidden, lists, misfit, update, walk, write};

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
    let exported = exported::read(&descriptions, from)?;
    // What somebody wrote into an extension by hand may fit no catalog.
    let mut passed_over = PassedOver::new();
    let mut tries = 0;
    let (taken, mut findings) = loop {
        let mut own = findings.clone();
        let given = Given {
            descriptions: &descriptions,
            operations: &operations,
            exported: exported.as_ref(),
            options,
        };
        match taken(&given, &passed_over, &mut own) {
            Ok(taken) => break (taken, own),
            Err(misfit) if misfit.is_of_head => return Err(misfit.why),
            Err(misfit) => {
                tries += 1;
                let mut more = misfit.operations;
                more.retain(|place, _| !passed_over.contains_key(place));
                if more.is_empty() || tries > MOST_TRIES {
                    more = misfit::all(&operations, &passed_over, &misfit.why);
                }
                if more.is_empty() {
                    return Err(misfit.why);
                }
                passed_over.append(&mut more);
            }
        }
    };
    let description = match options.keep_description && taken.catalog.is_some() {
        true => Some(describe(&operations, &mut documents, &mut findings)),
        false => None,
    };
    let is_written = taken.catalog.is_some();
    let report = Report::new(
        &descriptions,
        taken.told,
        &taken.scopes,
        findings,
        is_written,
    );
    Ok(Imported {
        catalog: taken.catalog,
        description,
        report,
    })
}

/// How often extensions are passed over one by one.
const MOST_TRIES: usize = 3;

/// What the operations come to.
struct Taken {
    catalog: Option<String>,
    told: Vec<Told>,
    scopes: Scopes,
}

/// What an import is made of.
struct Given<'a> {
    descriptions: &'a [Description],
    operations: &'a [Operation],
    exported: Option<&'a Exported<'a>>,
    options: &'a Options,
}

fn taken(
    given: &Given<'_>,
    passed_over: &PassedOver,
    findings: &mut Findings,
) -> Result<Taken, Misfit> {
    let &Given {
        descriptions,
        operations,
        exported,
        options,
    } = given;
    let mut told: Vec<Told> = Vec::new();
    let mut rules = Rules::with_base(most_common_base(operations));
    let mut all_said: Vec<Said> = Vec::new();
    let mut all_carried: Vec<Carried> = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        let name = operation.name();
        if !operation.twice.is_empty() {
            all_said.push(Said::nothing());
            all_carried.push(Carried::Nothing);
            continue;
        }
        let security = operation.security.as_ref();
        let said = access::read(security, &operation.schemes, &name, findings);
        let misfit = passed_over.get(&place).map(String::as_str);
        let carried = carried::read(operation, &said, misfit, findings);
        all_said.push(match &carried {
            Carried::Denied => Said::denied(),
            Carried::Rule(rule) if rule.requirement.is_some() => said,
            _ => from_elsewhere(operation, said, options, findings),
        });
        all_carried.push(carried);
    }
    let proposed = match options.propose {
        true => propose_scopes(operations, &mut all_said, findings),
        false => Proposed::default(),
    };
    let every_method = EveryMethod::of(operations, &all_said, options);
    every_method.hold(operations, &mut all_carried, findings);
    let of_each = operations.iter().zip(all_said).zip(&all_carried);
    for (place, ((operation, said), carried)) in of_each.enumerate() {
        let need = need(operation, &said, carried, options, findings);
        let written = match need {
            Some(need) => write_rule(operation, place, need, carried, &mut rules, findings),
            None => Vec::new(),
        };
        told.push(Told::of(operation, said, written));
    }
    rules.bound(findings);
    hidden::find(&mut rules, options.fall_through, findings);
    let scopes = Scopes::of(descriptions, &told, &proposed, findings);
    let opened = Opened::of(operations, &told);
    lists::tell(&told, &opened, findings);
    let parts = Parts {
        descriptions,
        operations,
        rules: &rules,
        scopes: &scopes.texts,
        used: scopes.used,
        opened: &opened,
        proposed: &proposed,
        carried: &all_carried,
    };
    let catalog = catalog(&parts, exported, options, findings)?;
    if catalog.is_none() {
        told.iter_mut().for_each(|own| own.written.clear());
    }
    Ok(Taken {
        catalog,
        told,
        scopes,
    })
}

/// The file, where there is anything to write.
fn catalog(
    parts: &Parts<'_>,
    exported: Option<&Exported<'_>>,
    options: &Options,
    findings: &mut Findings,
) -> Result<Option<String>, Misfit> {
    if parts.used == 0 {
        findings.add(Kind::NoScopes, "", "");
    }
    if parts.scopes.is_empty() || parts.rules.paths.is_empty() {
        return Ok(None);
    }
    if options.update.is_none()
        && let Some(exported) = exported
    {
        return exported.file(parts, findings).map(Some);
    }
    let draft = draft::of(parts, findings);
    if let Some((name, text)) = &options.update {
        return update::file(name, text, &draft, parts, findings).map(Some);
    }
    if let Some(tenant) = &draft.tenant {
        let what = format!("{} of {} paths begin so", tenant.paths, tenant.of);
        findings.add(Kind::OrganisationUnsaid, &tenant.beginning, what);
    }
    let beginning = write::beginning(&draft);
    match misfit::written(beginning, &draft.base_path, &draft.chapters, parts) {
        Ok(text) => Ok(Some(text)),
        Err((mistakes, operations)) => {
            let what = format!(
                "what was made of the description has mistakes, so nothing was written\n{mistakes}"
            );
            let help = "this is a defect of the import; report it, with the description if that can be shown";
            let why = Unreadable::new(Path::new("the catalog"), what, help);
            Err(Misfit {
                operations,
                ..Misfit::from(why)
            })
        }
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
