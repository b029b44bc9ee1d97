use askama::Template;

#[cfg(test)]
use crate::language::Language;
use crate::pages::views::{AppView, Choice, Frame, Rest, Row, When};

/// The apps a person has let in, from the grants themselves.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    /// What stands around it.
    pub frame: Frame,
    /// What was just done.
    pub notice: Option<String>,
    /// Why an answer before this page was not taken.
    pub problem: Vec<String>,
    /// One for each live grant, latest first.
    pub apps: Vec<Connection>,
    /// The latest decisions, latest first.
    pub history: Vec<PastAct>,
}

/// One live grant.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    /// Unique on the page.
    pub id: String,
    /// The app.
    pub app: AppView,
    /// Told where its provider has switched the app off.
    pub off: Option<String>,
    /// What its forms carry of what is shown.
    pub shown: String,
    /// Whose data.
    pub organisation: Option<String>,
    /// First consent.
    pub since: When,
    /// When it last got tokens anywhere, where that is known.
    pub last_used: Option<When>,
    /// Where it is connected, if in more than one place.
    pub places: Option<Places>,
    /// What it can do, by resource.
    pub abilities: Vec<Ability>,
    /// How to take something off, where the catalog allows it.
    pub reduce: Option<Reduction>,
    /// Where it is asked whether to end it.
    pub remove: String,
}

/// The places where an app is connected: installations, browsers.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The latest ones.
    pub latest: Vec<Place>,
    /// How many there are.
    pub all: usize,
}

impl Places {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.all
    }

    /// How many are not shown.
    pub(crate) fn more(&self) -> usize {
        self.all.saturating_sub(self.latest.len())
    }
}

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// When it was connected.
    pub since: When,
    /// When it last got tokens.
    pub last_used: When,
    /// Where the form that ends it goes.
    pub end: String,
}

/// What an app can do with one resource.
#[derive(Debug, Clone)]
pub(crate) struct Ability {
    /// The resource in plain words.
    pub resource: String,
    /// What the app can do with it.
    pub does: String,
}

/// Taking scopes off a grant.
#[derive(Debug, Clone)]
pub(crate) struct Reduction {
    /// Where the form goes.
    pub action: String,
    /// What the app cannot work without, by resource.
    pub needed: Vec<Row>,
    /// What else stands allowed, to be kept or taken off.
    pub rows: Vec<Row>,
}

/// A decision of the past.
#[derive(Debug, Clone)]
pub(crate) struct PastAct {
    /// When.
    pub when: When,
    /// What was decided.
    pub what: String,
}

impl AccountPage {
    /// Two apps, and none.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, Some("Anna Muster"));
        let when = |relative: String| When {
            relative,
            exact: "2026-11-19 08:12 UTC".to_owned(),
            machine: "2026-11-19T08:12:00Z".to_owned(),
        };
        let mut rows = Row::samples(&frame);
        rows.truncate(2);
        let ability = |resource: &str, does: &str| Ability {
            resource: resource.to_owned(),
            does: does.to_owned(),
        };
        let place = |since: String, last_used: String| Place {
            since: when(since),
            last_used: when(last_used),
            end: frame.at("account/families/1/end"),
        };
        let connection = Connection {
            id: "grant-1".to_owned(),
            app: AppView::sample(),
            off: None,
            shown: "1 sample".to_owned(),
            organisation: Some("Muster AG".to_owned()),
            since: when(frame.n("time-days", 3)),
            last_used: Some(when(frame.t("time-now"))),
            places: Some(Places {
                all: 5,
                latest: vec![
                    place(frame.n("time-days", 3), frame.t("time-now")),
                    place(frame.n("time-days", 2), frame.n("time-hours", 7)),
                ],
            }),
            abilities: vec![
                ability("Contacts", "See and change"),
                ability("Invoices", "See and change"),
                ability("Estimates", "See"),
            ],
            reduce: Some(Reduction {
                action: frame.at("account/grants/1/reduce"),
                needed: Vec::new(),
                rows,
            }),
            remove: frame.at("account/grants/1/remove"),
        };
        let hostile = Connection {
            id: "grant-2".to_owned(),
            app: AppView::hostile_sample(),
            off: Some(frame.tv("account-off", [("realm", "bexio")])),
            organisation: None,
            places: None,
            last_used: None,
            reduce: None,
            ..connection.clone()
        };
        let past = PastAct {
            when: when(frame.n("time-days", 3)),
            what: frame.tv("history-allowed", [("app", "Ledgerly")]),
        };
        let empty = Self {
            frame,
            notice: None,
            problem: Vec::new(),
            apps: Vec::new(),
            history: Vec::new(),
        };
        let full = Self {
            notice: Some(empty.frame.tv("notice-removed", [("app", "Paperfold")])),
            apps: vec![connection, hostile],
            history: vec![past],
            ..empty.clone()
        };
        let changed = Self {
            notice: None,
            problem: vec![
                empty.frame.t("account-problem"),
                empty
                    .frame
                    .tv("consent-problem-person", [("name", "Anna Muster")]),
            ],
            ..full.clone()
        };
        vec![full, empty, changed]
    }
}

/// Asks before an app is removed.
#[derive(Debug, Clone, Template)]
#[template(path = "removal.html")]
pub(crate) struct RemovalPage {
    /// What stands around it.
    pub frame: Frame,
    /// The app.
    pub app: AppView,
    /// What ends.
    pub text: String,
    /// In how many places it is connected, if in more than one.
    pub places: Option<String>,
    /// What the form carries of what is shown.
    pub shown: String,
    /// Where the form that ends it goes.
    pub action: String,
    /// Where it stays.
    pub keep: String,
}

impl RemovalPage {
    /// One app, and a hostile one.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, Some("Anna Muster"));
        let page = Self {
            app: AppView::sample(),
            text: frame.tv("removal-text-at", [("organisation", "Muster AG")]),
            places: Some(frame.n("removal-places", 3)),
            shown: "1 sample".to_owned(),
            action: frame.at("account/grants/1/remove"),
            keep: frame.at("account"),
            frame,
        };
        let hostile = Self {
            app: AppView::hostile_sample(),
            text: page.frame.t("removal-text"),
            places: None,
            ..page.clone()
        };
        vec![page, hostile]
    }
}
