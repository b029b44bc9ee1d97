use askama::Template;

use super::lacking::Lacking;
use super::large::Large;
#[cfg(test)]
use crate::language::Language;
use crate::pages::compressed;
#[cfg(test)]
use crate::pages::views::{Answer, MarkKind, Says};
use crate::pages::views::{AppView, Choice, Frame, Mark, Person, Rest, Row};

/// Deciding what an app may do.
#[derive(Debug, Clone, Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage {
    /// What stands around it.
    pub frame: Frame,
    /// Who asks.
    pub app: AppView,
    /// What it wants, in a sentence.
    pub heading: String,
    /// Who is asked.
    pub person: Person,
    /// Where to come back to after signing in as somebody else.
    pub back: String,
    /// Whose data is meant; `None` where a grant is bound to the person.
    pub organisation: Option<OrganisationHere>,
    /// Where a grant that is bound to the person reaches.
    pub reach: Vec<String>,
    /// Where the decision goes.
    pub action: String,
    /// What the page shows, for the form to carry.
    pub shown: String,
    /// Why an answer before this one was not taken.
    pub problem: Vec<String>,
    /// Can anything be struck, or is it all or nothing?
    pub choosable: bool,
    /// What the app cannot work without, by resource.
    pub needed: Vec<Row>,
    /// The rest, by resource.
    pub rows: Vec<Row>,
    /// Instead of the rest by itself, where it is much.
    pub large: Option<Large>,
    /// What it always gets.
    pub always: Vec<Always>,
    /// What it asked for and is not offered.
    pub lacking: Lacking,
    /// How long it lasts.
    pub lifetime: String,
}

/// The organisation, and the way to another.
#[derive(Debug, Clone)]
pub(crate) struct OrganisationHere {
    /// Its name.
    pub name: String,
    /// Where another one is chosen.
    pub action: String,
    /// The other organisations of the person.
    pub others: Vec<OtherOrganisation>,
}

/// An organisation to change to.
#[derive(Debug, Clone)]
pub(crate) struct OtherOrganisation {
    /// What it is called in our addresses.
    pub value: String,
    /// Its name.
    pub name: String,
}

/// A scope the app gets with every grant.
#[derive(Debug, Clone)]
pub(crate) struct Always {
    /// In plain words.
    pub title: String,
    /// Worth knowing about it.
    pub marks: Vec<Mark>,
    /// The scope's name.
    pub name: String,
}

impl OrganisationHere {
    /// One of two.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            name: "Muster AG".to_owned(),
            action: "/bexio/organisation?request=sg_rh_x&ui_locales=de".to_owned(),
            others: vec![OtherOrganisation {
                value: "beispiel".to_owned(),
                name: "Beispiel & Söhne GmbH".to_owned(),
            }],
        }
    }
}

impl ConsentPage {
    /// Every row of the page.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        let groups = self.large.iter_mut().flat_map(|large| &mut large.groups);
        let in_groups = groups.flat_map(|group| &mut group.rows);
        self.needed
            .iter_mut()
            .chain(&mut self.rows)
            .chain(in_groups)
    }

    /// Stands around what is compressed, on a large page.
    fn apart(&self) -> &'static str {
        self.large.as_ref().map_or("", |_| compressed::APART)
    }

    /// Levels with every mark, two boxes, all or nothing, and a hostile app.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let levels = levels_sample(language);
        let boxes = Self {
            organisation: None,
            reach: vec!["Muster AG".to_owned(), "Beispiel & Söhne GmbH".to_owned()],
            needed: vec![needed_row_sample()],
            rows: vec![boxes_row_sample(&levels.frame)],
            always: Vec::new(),
            lacking: Lacking::nothing(),
            problem: vec![
                levels.frame.t("consent-problem-changed"),
                levels
                    .frame
                    .tv("consent-problem-person", [("name", "Anna Muster")]),
                levels
                    .frame
                    .tv("consent-problem-scopes", [("data", "Bank payments")]),
            ],
            ..levels.clone()
        };
        let all_or_nothing = Self {
            choosable: false,
            needed: Vec::new(),
            rows: stated_rows_sample(&levels.rows),
            ..boxes.clone()
        };
        let hostile = Self {
            app: AppView::hostile_sample(),
            heading: levels.frame.tv(
                "consent-heading",
                [
                    ("app", AppView::hostile_sample().name.as_str()),
                    ("data", "Contacts"),
                ],
            ),
            ..levels.clone()
        };
        let many = Self {
            large: Some(Large::sample(&levels.frame, &levels.action)),
            needed: vec![needed_row_sample()],
            rows: Vec::new(),
            ..levels.clone()
        };
        vec![levels, boxes, all_or_nothing, many, hostile]
    }
}

#[cfg(test)]
fn levels_sample(language: Language) -> ConsentPage {
    let frame = Frame::sample(language, None);
    let mut rows = Row::samples(&frame);
    if let Some(new) = rows.get_mut(3) {
        new.marks.push(Mark {
            label: frame.t("mark-new"),
            kind: MarkKind::Note,
        });
    }
    if let Some(refused) = rows.get_mut(4) {
        refused.marks.push(Mark {
            label: frame.t("mark-refused"),
            kind: MarkKind::Note,
        });
    }
    ConsentPage {
        action: "/bexio/consent?request=sg_rh_x&organisation=muster-ag".to_owned(),
        app: AppView::sample(),
        heading: frame.tv(
            "consent-heading-at",
            [
                ("app", "Ledgerly"),
                ("data", "contacts, invoices and more"),
                ("organisation", "Muster AG"),
            ],
        ),
        person: Person::sample(),
        back: "/bexio/consent?request=sg_rh_x".to_owned(),
        organisation: Some(OrganisationHere::sample()),
        shown: "1 sample".to_owned(),
        problem: Vec::new(),
        choosable: true,
        reach: Vec::new(),
        needed: Vec::new(),
        rows,
        large: None,
        always: vec![Always {
            title: "Basic settings such as taxes and units".to_owned(),
            marks: vec![Mark {
                label: frame.t("mark-deletes"),
                kind: MarkKind::Note,
            }],
            name: "general".to_owned(),
        }],
        lacking: Lacking::sample(&frame),
        lifetime: frame.tv("consent-lifetime-unused", [("span", "14 days")]),
        frame,
    }
}

#[cfg(test)]
fn boxes_row_sample(frame: &Frame) -> Row {
    let answer = |action: &str, label: &str, disabled: bool| Answer {
        one_of: false,
        field: "allow".to_owned(),
        value: format!("bank-payments:{action}"),
        checked: true,
        disabled,
        says: says_sample(&format!("bank-payments:{action}"), label),
    };
    Row {
        id: "row-bank-payments".to_owned(),
        title: "Bank payments".to_owned(),
        marks: vec![
            Mark {
                label: "Partner".to_owned(),
                kind: MarkKind::Elevated,
            },
            Mark {
                label: frame.t("mark-new"),
                kind: MarkKind::Note,
            },
        ],
        notes: vec!["Only partners that passed a security review may ask for this.".to_owned()],
        choice: Choice::Boxes {
            answers: vec![
                answer("read-limited", "See own payments", true),
                answer("write", "Create", false),
            ],
        },
        held: vec!["bank-payments:read-limited".to_owned()],
        weighty: true,
        titled_by_act: false,
    }
}

#[cfg(test)]
fn needed_row_sample() -> Row {
    Row {
        id: "row-invoices".to_owned(),
        title: "Invoices".to_owned(),
        marks: Vec::new(),
        notes: Vec::new(),
        choice: Choice::Needed {
            says: vec![says_sample("invoices:read", "See")],
        },
        held: vec!["invoices:read".to_owned()],
        weighty: false,
        titled_by_act: false,
    }
}

#[cfg(test)]
fn says_sample(name: &str, label: &str) -> Says {
    Says {
        label: label.to_owned(),
        text: "Payments from your bank account.".to_owned(),
        rest: Some(Rest::Here("And to others <b>.".to_owned())),
        marks: Vec::new(),
        name: Some(name.to_owned()),
    }
}

#[cfg(test)]
fn stated_rows_sample(rows: &[Row]) -> Vec<Row> {
    rows.iter()
        .map(|row| Row {
            choice: Choice::Whole {
                says: vec![
                    says_sample("x:read", "See"),
                    says_sample("x:write", "Create and change"),
                ],
            },
            ..row.clone()
        })
        .collect()
}
