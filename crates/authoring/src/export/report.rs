//! What came of an export, for people and for programs.

use scope::{Catalog, Requirement};
use serde_json::{Value, json};

use crate::import::finding::counted;
use crate::import::walk::Description;
use crate::unseen::with_numbers;

use super::options::ExportOptions;

/// How many of a kind are shown to people.
const SHOWN: usize = 5;

/// What came of an export.
#[derive(Debug)]
pub struct ExportReport {
    head: String,
    pub(super) operations: usize,
    calls: usize,
    is_plain: bool,
    pub(super) scheme: String,
    pub(super) was_scheme: bool,
    /// Operations that say what the catalog needs.
    pub(super) written: usize,
    pub(super) unknown: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) elsewhere: Vec<String>,
    pub(super) shared: Vec<String>,
    pub(super) conditional: Vec<String>,
    pub(super) other_schemes: Vec<String>,
    pub(super) is_rewritten: bool,
    /// What gates ask besides, that no `security` can say.
    besides: Vec<&'static str>,
}

/// One thing to tell.
struct Told<'r> {
    id: &'static str,
    says: String,
    /// What to do about it, where a person should look.
    advice: Option<&'static str>,
    at: &'r [String],
}

impl ExportReport {
    pub(super) fn new(
        description: &Description,
        catalog: &Catalog,
        options: &ExportOptions,
    ) -> Self {
        let file = &description.file;
        let (title, version) = (description.title(), description.version.named());
        Self {
            head: format!("{file}: {title} ({version})"),
            operations: 0,
            calls: catalog.endpoints().len(),
            is_plain: options.is_plain,
            scheme: String::new(),
            was_scheme: false,
            written: 0,
            unknown: Vec::new(),
            missing: Vec::new(),
            elsewhere: Vec::new(),
            shared: Vec::new(),
            conditional: Vec::new(),
            other_schemes: Vec::new(),
            is_rewritten: false,
            besides: besides(catalog),
        }
    }

    /// Is there nothing that a person should look at?
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.told().iter().all(|own| own.advice.is_none())
    }

    fn told(&self) -> Vec<Told<'_>> {
        let told = |id, says, advice, at| Told {
            id,
            says,
            advice,
            at,
        };
        let is = |list: &[String]| if list.len() == 1 { "is" } else { "are" };
        let operations = |list: &[String]| counted(list.len(), "operation", "operations");
        let calls = |list: &[String]| counted(list.len(), "call", "calls");
        let mut all = vec![
            told(
                "unknown",
                format!(
                    "{} {} not in the catalog, so denied",
                    operations(&self.unknown),
                    is(&self.unknown)
                ),
                Some(
                    "add rules, or take such operations out of the description; their `security` stays as it was",
                ),
                &self.unknown,
            ),
            told(
                "missing",
                format!(
                    "{} of the catalog {} not in the description",
                    calls(&self.missing),
                    is(&self.missing)
                ),
                Some(
                    "an import of the description will not have such calls; describe those that apps are to know",
                ),
                &self.missing,
            ),
            told(
                "elsewhere",
                format!(
                    "{} {} in another file, which was not changed",
                    operations(&self.elsewhere),
                    is(&self.elsewhere)
                ),
                Some("bundle the description into one file and export again"),
                &self.elsewhere,
            ),
            told(
                "shared",
                format!(
                    "{} {} for several paths that need different scopes: those of all are written",
                    operations(&self.shared),
                    is(&self.shared)
                ),
                Some("describe each path by an operation of its own"),
                &self.shared,
            ),
            told(
                "conditional",
                format!(
                    "{} {} other scopes by what a call says: `security` has all of them",
                    operations(&self.conditional),
                    if self.conditional.len() == 1 {
                        "needs"
                    } else {
                        "need"
                    }
                ),
                self.is_plain
                    .then_some("without `--plain`, `x-scopegate` says it exactly"),
                &self.conditional,
            ),
            told(
                "other-schemes",
                format!(
                    "{} of OAuth 2.0 {} left as {}: nothing of the catalog needs {}",
                    counted(self.other_schemes.len(), "other scheme", "other schemes"),
                    if self.other_schemes.len() == 1 {
                        "was"
                    } else {
                        "were"
                    },
                    if self.other_schemes.len() == 1 {
                        "it is"
                    } else {
                        "they are"
                    },
                    if self.other_schemes.len() == 1 {
                        "it"
                    } else {
                        "them"
                    }
                ),
                None,
                &self.other_schemes,
            ),
        ];
        all.retain(|own| !own.at.is_empty());
        if self.is_rewritten {
            let says =
                "the whole file was written anew: its comments and its way of writing are lost";
            let advice = "compare both files; aliases of YAML in paths are a usual reason";
            all.push(told("rewritten", says.to_owned(), Some(advice), &[]));
        }
        all
    }

    /// For a person.
    #[must_use]
    pub fn text(&self) -> String {
        let scheme = match self.was_scheme {
            true => "the security scheme that was there",
            false => "a new security scheme",
        };
        let mut text = format!(
            "{}\n\nWritten: what {} of {} need, from {} of the catalog, and `{}`, {scheme}\n",
            self.head,
            self.written,
            counted(self.operations, "operation", "operations"),
            counted(self.calls, "call", "calls"),
            self.scheme,
        );
        let told = self.told();
        let (look, noted): (Vec<&Told<'_>>, Vec<&Told<'_>>) =
            told.iter().partition(|own| own.advice.is_some());
        if look.is_empty() {
            text += "\nNothing needs a look.\n";
        } else {
            text += "\nLook at this\n";
        }
        for own in look {
            text += &item(own);
        }
        if !noted.is_empty() || !self.besides.is_empty() {
            text += "\nNoted\n";
        }
        for own in noted {
            text += &item(own);
        }
        if !self.besides.is_empty() {
            text += "- No `security` can say what gates ask besides:\n";
            text.extend(self.besides.iter().map(|own| format!("    {own}\n")));
        }
        with_numbers(&text)
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let findings: Vec<Value> = self
            .told()
            .iter()
            .map(|own| json!({ "id": own.id, "says": own.says, "advice": own.advice, "where": own.at }))
            .collect();
        json!({
            "clean": self.is_clean(),
            "scheme": self.scheme,
            "counts": { "operations": self.operations, "written": self.written, "calls": self.calls },
            "findings": findings,
            "besides": self.besides,
        })
    }
}

fn item(own: &Told<'_>) -> String {
    let mut text = format!("- {}\n", own.says);
    for one in own.at.iter().take(SHOWN) {
        text += &format!("    {one}\n");
    }
    if own.at.len() > SHOWN {
        text += &format!("    and {} more (--json lists all)\n", own.at.len() - SHOWN);
    }
    if let Some(advice) = own.advice {
        text += &format!("  {advice}\n");
    }
    text
}

/// What a gate asks of a call that is no scope, or is asked of other calls than a description has.
fn besides(catalog: &Catalog) -> Vec<&'static str> {
    let scopes = catalog.scopes();
    let names_organisation =
        catalog.organisation_source().is_some() || !catalog.organisation_parameters().is_empty();
    let shuts_out = |own: &Requirement| shuts_somebody_out(own);
    let mut endpoints = catalog.endpoints().iter();
    let all = [
        (
            catalog.expand_parameter().is_some(),
            "more scopes for what a query parameter expands",
        ),
        (
            names_organisation,
            "that the organisation of a call is the token's",
        ),
        (
            scopes.iter().any(|own| own.elevation.is_some()),
            "that the app is approved for a scope that needs it",
        ),
        (
            scopes.iter().any(|own| own.row_filter.is_some()),
            "that the API shows some apps their own records only",
        ),
        (
            endpoints.any(|own| shuts_out(&own.requirement)),
            "that some calls are shut to apps themselves, or to people",
        ),
    ];
    let all = all.into_iter().filter(|(is_so, _)| *is_so);
    all.map(|(_, what)| what).collect()
}

fn shuts_somebody_out(requirement: &Requirement) -> bool {
    match requirement {
        Requirement::BySubject { person, client } => person.is_none() || client.is_none(),
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().any(shuts_somebody_out),
        _ => false,
    }
}
