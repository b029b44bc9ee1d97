#[cfg(test)]
use super::frame::Frame;

/// What an app asks of one resource, with the person's choice.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Unique on the page; letters, digits and hyphens.
    pub id: String,
    /// The resource in plain words.
    pub title: String,
    /// What the widest thing asked includes.
    pub about: Option<String>,
    /// What sets it apart.
    pub marks: Vec<Mark>,
    /// Why something is locked or missing, and what is special.
    pub notes: Vec<String>,
    /// What may be answered.
    pub choice: Choice,
    /// Scopes that are part of the answer whatever is chosen.
    pub held: Vec<String>,
    /// Scope names, in small print.
    pub names: Vec<String>,
    /// Nothing here can be allowed.
    pub greyed: bool,
}

impl Row {
    /// Levels of several resources.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<Self> {
        let row = |id: &str, title: &str, about: &str, chosen: usize| Self {
            id: format!("row-{id}"),
            title: title.to_owned(),
            about: Some(about.to_owned()),
            marks: Vec::new(),
            notes: Vec::new(),
            choice: Choice::Pick {
                answers: level_answers(frame, id, chosen),
            },
            held: Vec::new(),
            names: vec![format!("{id}_edit")],
            greyed: false,
        };
        vec![
            row(
                "contact",
                "Contacts",
                "Names, addresses, phone numbers and e-mail of your customers and suppliers.",
                2,
            ),
            row(
                "kb_invoice",
                "Invoices",
                "Invoices with their positions, amounts and payments.",
                2,
            ),
            row(
                "kb_offer",
                "Estimates",
                "Estimates you send to customers.",
                1,
            ),
            row(
                "monitoring",
                "Timesheets",
                "Hours worked, by person and project.",
                2,
            ),
            row("note", "Notes", "Notes on contacts and documents.", 0),
            row("task", "Tasks", "Tasks, their owners and due dates.", 2),
        ]
    }
}

#[cfg(test)]
fn level_answers(frame: &Frame, id: &str, chosen: usize) -> Vec<Answer> {
    [
        (frame.t("choice-none"), String::new()),
        ("See".to_owned(), format!("{id}_show")),
        ("See and change".to_owned(), format!("{id}_edit")),
    ]
    .into_iter()
    .enumerate()
    .map(|(nth, (label, value))| Answer {
        one_of: true,
        field: format!("allow.{id}"),
        value,
        label,
        checked: nth == chosen,
        disabled: false,
    })
    .collect()
}

/// A mark beside a row's title.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// What it says.
    pub label: String,
    /// How it looks.
    pub kind: MarkKind,
}

/// Kinds of mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// Approved for few: elevated scopes.
    Elevated,
    /// Worth knowing: new, refused before, locked, deprecated.
    Note,
}

impl Mark {
    /// The end of its class name.
    #[must_use]
    pub(crate) fn class(&self) -> &'static str {
        match self.kind {
            MarkKind::Elevated => "elevated",
            MarkKind::Note => "note",
        }
    }
}

/// How a row is answered.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    /// By controls: one of several, or each for itself.
    Pick {
        /// The possible answers.
        answers: Vec<Answer>,
    },
    /// Not at all; this is what it comes to.
    Stated {
        /// What the app can do.
        abilities: Vec<String>,
    },
}

/// One control of a row.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// A radio button (one of several) or a box (each for itself).
    pub one_of: bool,
    /// The form field.
    pub field: String,
    /// A scope name, or empty for "no access".
    pub value: String,
    /// In plain words.
    pub label: String,
    /// Is it the present answer?
    pub checked: bool,
    /// Can it not be changed?
    pub disabled: bool,
}

impl Answer {
    pub(crate) fn control(&self) -> &'static str {
        if self.one_of { "radio" } else { "checkbox" }
    }
}
