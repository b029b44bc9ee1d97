use crate::pages::views::{Frame, Mark, Row};

/// What the page has besides where an app asks for more than a reader takes in at once.
#[derive(Debug, Clone)]
pub(crate) struct Large {
    /// What it could do at worst, in sentences: the plainest first.
    pub worst: Vec<String>,
    /// The answers to everything at once; none where access is given as a whole.
    pub at_once: Vec<AtOnceAnswer>,
    /// What is looked for.
    pub find: String,
    /// Is only what changes data looked for?
    pub only_changes: bool,
    /// The rows, the riskiest group first.
    pub groups: Vec<Group>,
    /// How many rows there are, and how many of them are on.
    pub rows: usize,
    /// How many of them are on; none where access is given as a whole.
    pub on: Option<usize>,
    /// What is on though its row is not looked for: the form carries it.
    pub carried: Vec<String>,
    /// How many rows are not looked for, and how many of these are on.
    pub hidden: (usize, usize),
    /// What is always needed, where that is more than a few: said in a line.
    pub needed: Option<String>,
}

/// An answer to everything at once, which fills in the form.
#[derive(Debug, Clone)]
pub(crate) struct AtOnceAnswer {
    /// What the form sends.
    pub value: &'static str,
    /// In a few words.
    pub label: String,
    /// What it comes to.
    pub text: String,
    /// Is it what is filled in now?
    pub is_now: bool,
    /// Where the page goes on: at the rows, where these are to be looked at.
    pub action: String,
}

/// Resources that belong together.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// What they are.
    pub title: String,
    /// The worst of it, in words.
    pub worst: String,
    /// What sets it apart.
    pub marks: Vec<Mark>,
    /// How many of its rows are on, in words; none where access is given as a whole.
    pub on: Option<String>,
    /// Is it shown open?
    pub open: bool,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Large {
    /// Does the page show some of the rows only?
    #[must_use]
    pub(crate) fn is_filtered(&self) -> bool {
        self.only_changes || !self.find.is_empty()
    }

    /// What is not looked for.
    #[must_use]
    pub(crate) fn not_shown(&self, frame: &Frame) -> String {
        let (rows, on) = self.hidden;
        let rows = frame.n("find-hidden", rows);
        match self.on {
            Some(_) => format!("{rows} ({}).", frame.n("group-on", on)),
            None => format!("{rows}."),
        }
    }

    /// Two groups, one of them open.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn sample(frame: &Frame, action: &str) -> Self {
        let rows = Row::samples(frame);
        let (first, second) = rows.split_at(3);
        let group = |title: &str, rows: &[Row], open| Group {
            title: title.to_owned(),
            worst: frame.tv("group-worst", [("acts", "create <b>bank payments")]),
            marks: vec![Mark {
                label: frame.t("mark-money"),
                kind: crate::pages::views::MarkKind::Elevated,
            }],
            on: Some(frame.n("group-on", 2)),
            open,
            rows: rows.to_vec(),
        };
        let answer = |value, label: &str, text: &str, is_now| AtOnceAnswer {
            value,
            label: frame.t(label),
            text: frame.t(text),
            is_now,
            action: action.to_owned(),
        };
        Self {
            worst: vec![
                frame.tv("worst", [("acts", "create <b>bank payments")]),
                frame.n("worst-more", 40),
                frame.tv("worst-special", [("data", "Invoices (12)")]),
            ],
            at_once: vec![
                answer("look", "answer-look", "answer-look-text", false),
                answer(
                    "everything",
                    "answer-everything",
                    "answer-everything-text",
                    true,
                ),
                answer("choose", "answer-choose", "answer-choose-text", false),
            ],
            find: "\"><i>".to_owned(),
            only_changes: true,
            groups: vec![
                group("Sales <b>", first, true),
                group("Other", second, false),
            ],
            rows: 61,
            on: Some(12),
            carried: vec!["contact_show".to_owned()],
            hidden: (55, 8),
            needed: None,
        }
    }
}
