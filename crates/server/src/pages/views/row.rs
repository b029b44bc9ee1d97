#[cfg(test)]
use super::frame::Frame;

/// What an app asks of one resource, with the person's choice.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Unique on the page; letters, digits and hyphens.
    pub id: String,
    /// The resource in plain words.
    pub title: String,
    /// What sets it apart.
    pub marks: Vec<Mark>,
    /// What is special.
    pub notes: Vec<String>,
    /// What may be answered.
    pub choice: Choice,
    /// Scopes that are part of the answer whatever is chosen.
    pub held: Vec<String>,
    /// Money moves by it, or few apps may ask for it: it is named in the heading.
    pub weighty: bool,
    /// The title says what is done, not with what: the scope stands alone in its catalog.
    pub titled_by_act: bool,
}

impl Row {
    /// The scopes that are on, by name.
    pub(crate) fn on(&self) -> Vec<String> {
        let (Choice::Level { answers } | Choice::Boxes { answers }) = &self.choice else {
            return Vec::new();
        };
        let on = answers.iter().filter(|answer| answer.checked);
        on.map(|answer| answer.value.clone())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// What its answers come to.
    pub(crate) fn says_mut(&mut self) -> impl Iterator<Item = &mut Says> {
        let (answers, says): (&mut [Answer], &mut [Says]) = match &mut self.choice {
            Choice::Level { answers } | Choice::Boxes { answers } => (answers, &mut []),
            Choice::Whole { says } | Choice::Needed { says } => (&mut [], says),
        };
        answers
            .iter_mut()
            .map(|answer| &mut answer.says)
            .chain(says)
    }

    /// Those without a choice because the app needs them, and the others, each in their order.
    pub(crate) fn apart(rows: Vec<Self>) -> (Vec<Self>, Vec<Self>) {
        rows.into_iter()
            .partition(|row| matches!(row.choice, Choice::Needed { .. }))
    }

    /// Levels of several resources.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<Self> {
        let row = |id: &str, title: &str, about: &str, chosen: usize| Self {
            id: format!("row-{id}"),
            title: title.to_owned(),
            marks: Vec::new(),
            notes: Vec::new(),
            choice: Choice::Level {
                answers: level_answers(frame, id, about, chosen),
            },
            held: Vec::new(),
            weighty: false,
            titled_by_act: false,
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
fn level_answers(frame: &Frame, id: &str, about: &str, chosen: usize) -> Vec<Answer> {
    let deletes = Mark {
        label: frame.t("mark-deletes"),
        kind: MarkKind::Note,
    };
    let says = |label: &str, marks, name: &str| Says {
        label: label.to_owned(),
        text: about.to_owned(),
        rest: None,
        marks,
        name: Some(name.to_owned()),
    };
    let nothing = Says {
        label: frame.t("choice-none"),
        text: frame.tv("choice-none-about", [("app", "Ledgerly")]),
        rest: None,
        marks: Vec::new(),
        name: None,
    };
    let (show, edit) = (format!("{id}_show"), format!("{id}_edit"));
    [
        nothing,
        says("See", Vec::new(), &show),
        says("See and change", vec![deletes], &edit),
    ]
    .into_iter()
    .enumerate()
    .map(|(nth, says)| Answer {
        one_of: true,
        field: format!("allow.{id}"),
        value: says.name.clone().unwrap_or_default(),
        checked: nth == chosen,
        disabled: false,
        says,
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
    /// Worth knowing: new, refused before, needed, deleting, deprecated.
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
    /// By one of several levels; each says what it comes to when it is chosen.
    Level {
        /// The possible answers.
        answers: Vec<Answer>,
    },
    /// By boxes, each for itself.
    Boxes {
        /// The possible answers.
        answers: Vec<Answer>,
    },
    /// Not at all: access is given as a whole.
    Whole {
        /// What the app can do.
        says: Vec<Says>,
    },
    /// Not at all: the app cannot work without it.
    Needed {
        /// What the app can do.
        says: Vec<Says>,
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
    /// Is it the present answer?
    pub checked: bool,
    /// Can it not be changed?
    pub disabled: bool,
    /// What it comes to.
    pub says: Says,
}

/// What an answer comes to.
#[derive(Debug, Clone)]
pub(crate) struct Says {
    /// In a word or two.
    pub label: String,
    /// In a sentence, or the beginning of more.
    pub text: String,
    /// The rest of it, where that is long.
    pub rest: Option<Rest>,
    /// Worth knowing about it.
    pub marks: Vec<Mark>,
    /// The scope's name, in small print.
    pub name: Option<String>,
}

/// Where a long text goes on.
#[derive(Debug, Clone)]
pub(crate) enum Rest {
    /// Behind the beginning, closed.
    Here(String),
    /// On the page of scopes.
    AtItsScope,
}

impl Answer {
    pub(crate) fn control(&self) -> &'static str {
        if self.one_of { "radio" } else { "checkbox" }
    }
}
