//! What came of an import, for people and for programs.

use serde_json::{Value, json};

use crate::unseen::with_numbers;

use super::access::Access;
use super::finding::{Findings, Group, counted};
use super::scopes::Scopes;
use super::told::Told;
use super::walk::Description;

/// How many subjects of one finding are shown to people.
const SHOWN: usize = 5;
/// How many findings stand in the list to look at first.
const FIRST: usize = 10;

/// What came of an import.
#[derive(Debug)]
pub struct Report {
    files: Vec<File>,
    operations: Vec<Told>,
    used: Vec<String>,
    unused: Vec<String>,
    findings: Findings,
    is_written: bool,
}

#[derive(Debug)]
struct File {
    name: String,
    format: String,
    title: String,
}

impl Report {
    pub(crate) fn new(
        descriptions: &[Description],
        operations: Vec<Told>,
        scopes: &Scopes,
        findings: Findings,
        is_written: bool,
    ) -> Self {
        let file = |own: &Description| File {
            name: own.file.clone(),
            format: own.version.named(),
            title: own.title(),
        };
        let names: Vec<String> = scopes.texts.keys().cloned().collect();
        let (used, unused) = names.split_at(scopes.used.min(names.len()));
        Self {
            files: descriptions.iter().map(file).collect(),
            operations,
            used: used.to_vec(),
            unused: unused.to_vec(),
            findings,
            is_written,
        }
    }

    /// Is there nothing that a person should look at?
    pub fn is_clean(&self) -> bool {
        self.is_written && self.findings.is_clean()
    }

    fn count(&self, state: &str) -> usize {
        self.operations
            .iter()
            .filter(|own| own.state() == state)
            .count()
    }

    /// For programs: everything, each operation too.
    pub fn json(&self) -> Value {
        let operations: Vec<Value> = self
            .operations
            .iter()
            .map(|own| {
                let scopes = match &own.said.access {
                    Access::Scopes(lists) => json!(lists),
                    _ => json!([]),
                };
                json!({
                    "file": own.file,
                    "pointer": own.pointer,
                    "operation": own.name,
                    "operation_id": own.id,
                    "state": own.state(),
                    "optional": own.said.is_optional,
                    "scopes": scopes,
                    "paths": own.written,
                })
            })
            .collect();
        let findings: Vec<Value> = self
            .findings
            .iter()
            .map(|(kind, own)| {
                let places: Vec<Value> =
                    own.all.iter().map(|one| json!({ "subject": one.subject, "what": one.what })).collect();
                let group = match kind.group() {
                    Group::Guessed => "guessed",
                    Group::LeftOut => "left-out",
                    Group::Noted => "noted",
                };
                json!({ "id": kind.id(), "group": group, "says": kind.heading(own.all.len()), "advice": kind.advice(), "notes": own.notes, "where": places })
            })
            .collect();
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|own| json!({ "file": own.name, "format": own.format, "title": own.title }))
            .collect();
        json!({
            "files": files,
            "clean": self.is_clean(),
            "nothing_written": self.why_nothing(),
            "counts": {
                "operations": self.operations.len(),
                "scopes": self.count("scopes"),
                "any_token": self.count("any-token"),
                "public": self.count("public"),
                "other_credentials": self.count("other-credentials"),
                "unsaid": self.count("unsaid"),
                "denied": self.count("denied"),
                "optional": self.operations.iter().filter(|own| own.said.is_optional).count(),
                "written": self.operations.iter().filter(|own| !own.written.is_empty()).count(),
            },
            "scopes": { "used": self.used, "unused": self.unused },
            "findings": findings,
            "operations": operations,
        })
    }

    /// For a person.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for File {
            name,
            format,
            title,
        } in &self.files
        {
            text += &format!("{name}: {title} ({format})\n");
        }
        text += &self.taken_over();
        text += &self.first();
        text += &self.chapter("Decided here, and worth a look", Group::Guessed);
        text += &self.chapter("Left out, so denied", Group::LeftOut);
        text += &self.chapter("Noted", Group::Noted);
        with_numbers(&text)
    }

    /// Does no operation name a scope?
    #[must_use]
    pub fn names_no_scopes(&self) -> bool {
        self.count("scopes") == 0
    }

    /// Why there is nothing to write, and what to do; none where there is a catalog.
    #[must_use]
    pub fn why_nothing(&self) -> Option<&'static str> {
        match (self.is_written, self.names_no_scopes()) {
            (true, _) => None,
            (false, true) => Some(
                "no operation names a scope. --propose makes a first draft; --scopes-from reads scopes from prose or an extension.",
            ),
            (false, false) => Some(
                "what names scopes could not be taken over; the report says why of each operation.",
            ),
        }
    }

    /// What was taken over, for a person.
    #[must_use]
    pub fn summary(&self) -> String {
        self.taken_over()
    }

    fn taken_over(&self) -> String {
        let all = self.operations.len();
        let written = self
            .operations
            .iter()
            .filter(|own| !own.written.is_empty())
            .count();
        let scopes = counted(self.used.len(), "scope", "scopes");
        let mut text = format!(
            "\nTaken over: {written} of {}, with {scopes}\n",
            counted(all, "operation", "operations")
        );
        let rows = [
            ("scopes", "name scopes"),
            ("any-token", "are open to any token"),
            ("public", "are public"),
            ("other-credentials", "are for other credentials only"),
            ("unsaid", "say nothing about who may call"),
            (
                "denied",
                "have no rule in the catalog they were exported from",
            ),
        ];
        for (state, what) in rows {
            let count = self.count(state);
            if count > 0 {
                text += &format!("  {count:>6}  {what}\n");
            }
        }
        if let Some(why) = self.why_nothing() {
            text += &format!("\nNothing was written: {why}\n");
        }
        text
    }

    fn first(&self) -> String {
        let worth = self
            .findings
            .iter()
            .filter(|(kind, _)| kind.group() != Group::Noted);
        let lines: Vec<String> = worth
            .take(FIRST)
            .enumerate()
            .map(|(place, (kind, own))| {
                let notes: String = own
                    .notes
                    .iter()
                    .map(|note| format!("\n     {note}"))
                    .collect();
                let advice = kind
                    .advice()
                    .map(|advice| format!("\n     {advice}"))
                    .unwrap_or_default();
                format!(
                    "{:>3}. {}{notes}{advice}
",
                    place + 1,
                    kind.heading(own.all.len())
                )
            })
            .collect();
        if lines.is_empty() {
            return "\nNothing needs a look.\n".to_owned();
        }
        format!("\nLook at this first\n{}", lines.concat())
    }

    fn chapter(&self, title: &str, group: Group) -> String {
        let mut text = String::new();
        for (kind, own) in self
            .findings
            .iter()
            .filter(|(kind, _)| kind.group() == group)
        {
            text += &format!("- {}\n", kind.heading(own.all.len()));
            let told: Vec<_> = own
                .all
                .iter()
                .filter(|one| !one.subject.is_empty())
                .collect();
            for one in told.iter().take(SHOWN) {
                let what = if one.what.is_empty() {
                    String::new()
                } else {
                    format!(": {}", one.what)
                };
                text += &format!("    {}{what}\n", one.subject);
            }
            if told.len() > SHOWN {
                text += &format!("    and {} more (--json lists all)\n", told.len() - SHOWN);
            }
        }
        if text.is_empty() {
            return text;
        }
        format!("\n{title}\n{text}")
    }
}
