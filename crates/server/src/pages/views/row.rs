/// What an app asks of one resource, with the person's choice.
#[derive(Debug, Clone)]
pub struct Row {
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

/// A mark beside a row's title.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What it says.
    pub label: String,
    /// How it looks.
    pub kind: MarkKind,
}

/// Kinds of mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// Approved for few: elevated scopes.
    Elevated,
    /// Worth knowing: new, refused before, locked, deprecated.
    Note,
}

impl Mark {
    /// The end of its class name.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.kind {
            MarkKind::Elevated => "elevated",
            MarkKind::Note => "note",
        }
    }
}

/// How a row is answered.
#[derive(Debug, Clone)]
pub enum Choice {
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
pub struct Answer {
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
    pub(super) fn control(&self) -> &'static str {
        if self.one_of { "radio" } else { "checkbox" }
    }
}
