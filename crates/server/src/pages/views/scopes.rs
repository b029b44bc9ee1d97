use askama::Template;
use scope::reference::Addresses;
use url::form_urlencoded;

use super::frame::Frame;
use super::row::Mark;
#[cfg(test)]
use super::row::MarkKind;
#[cfg(test)]
use crate::language::Language;

/// The reference page: every scope and what it opens.
#[derive(Debug, Clone, Template)]
#[template(path = "scopes.html")]
pub(crate) struct ScopesPage {
    /// What stands around it.
    pub frame: Frame,
    /// What the API is about.
    pub summary: String,
    /// Where the first requests go.
    pub addresses: Addresses,
    /// The catalog's version.
    pub version: String,
    /// What is looked for; empty for everything.
    pub query: String,
    /// How many scopes there are, or were found.
    pub count: usize,
    /// Where everything is, on the first page of what is more than one.
    pub contents: Option<Contents>,
    /// Prose, rendered from the catalog's Markdown by us; the only HTML not escaped.
    pub guide: Vec<GuideProse>,
    /// The scopes, by resource.
    pub resources: Vec<ResourceSection>,
    /// Calls.
    pub calls: Vec<CallLine>,
    /// Which page it is of how many, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// Where everything is.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    /// Scopes, by what belongs together.
    pub groups: Vec<GroupLine>,
    /// Calls, by their paths.
    pub calls: Vec<CallsLine>,
    /// Prose that has no place on the first page.
    pub guide: Vec<GuideLine>,
}

/// Resources that belong together.
#[derive(Debug, Clone)]
pub(crate) struct GroupLine {
    /// What they are called.
    pub title: String,
    /// The page on which they begin.
    pub page: usize,
    /// Where they begin there.
    pub id: String,
    /// How many scopes there are, in words.
    pub count: String,
}

/// A page of calls.
#[derive(Debug, Clone)]
pub(crate) struct CallsLine {
    /// The beginning of the first path.
    pub from: String,
    /// The page.
    pub page: usize,
    /// How many there are, in words.
    pub count: String,
}

/// A section of the guide.
#[derive(Debug, Clone)]
pub(crate) struct GuideLine {
    /// Its heading.
    pub title: String,
    /// The page.
    pub page: usize,
}

/// A section of prose.
#[derive(Debug, Clone)]
pub(crate) struct GuideProse {
    /// Its heading.
    pub title: String,
    /// Safe HTML.
    pub html: String,
}

/// The scopes of one resource.
#[derive(Debug, Clone)]
pub(crate) struct ResourceSection {
    /// Unique on the page.
    pub id: String,
    /// In plain words.
    pub title: String,
    /// Its scopes.
    pub scopes: Vec<ScopeText>,
}

/// What is said of a scope.
#[derive(Debug, Clone)]
pub(crate) struct ScopeText {
    /// Its name.
    pub name: String,
    /// In plain words.
    pub title: String,
    /// What it includes.
    pub about: String,
    /// What sets it apart.
    pub marks: Vec<Mark>,
    /// Implication, elevation, successor and the like, each a sentence.
    pub notes: Vec<String>,
    /// How many calls name it, in words.
    pub opens: Option<String>,
}

/// A call, and what it needs.
#[derive(Debug, Clone)]
pub(crate) struct CallLine {
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Safe HTML, made by us.
    pub needs: String,
}

impl ScopesPage {
    fn count_text(&self) -> String {
        self.frame.n("scopes-count", self.count)
    }

    /// What stands on the first page of everything only.
    fn is_first(&self) -> bool {
        self.query.is_empty() && self.number == 1
    }

    /// The address of another page, without what follows `&`.
    fn page(&self, number: &usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.query.is_empty() {
            query.append_pair("q", &self.query);
        }
        query.append_pair("page", &number.to_string());
        if self.frame.keeps_language {
            query.append_pair("ui_locales", self.frame.code());
        }
        format!("{}?{}", self.frame.at("scopes"), query.finish())
    }

    fn first(&self) -> String {
        self.page(&1)
    }

    fn before(&self) -> Option<String> {
        (self.number > 1).then(|| self.page(&(self.number - 1)))
    }

    fn next(&self) -> Option<String> {
        (self.number < self.of).then(|| self.page(&(self.number + 1)))
    }

    fn page_text(&self) -> String {
        let (number, of) = (self.number.to_string(), self.of.to_string());
        self.frame
            .tv("scopes-page", [("page", &*number), ("of", &*of)])
    }

    /// Everything, nothing found, the contents, and a page behind them.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let text = ScopeText {
            name: "contact_edit".to_owned(),
            title: "See and change contacts".to_owned(),
            about: "Create, change and delete contacts.".to_owned(),
            marks: vec![Mark {
                label: frame.t("mark-deprecated"),
                kind: MarkKind::Note,
            }],
            notes: vec![frame.tv("scopes-implies", [("scopes", "contact_show")])],
            opens: Some(frame.n("scopes-endpoints", 9)),
        };
        let unopened = ScopeText {
            name: "lead_show".to_owned(),
            marks: Vec::new(),
            opens: None,
            ..text.clone()
        };
        let call = |path: &str, needs: &str| CallLine {
            method: "POST".to_owned(),
            path: path.to_owned(),
            needs: needs.to_owned(),
        };
        let both = "<code>kb_offer_edit</code> and <code>kb_invoice_edit</code>";
        let calls = [
            call("/2.0/contact", "<code>contact_edit</code>"),
            call("/2.0/kb_offer/{id}/invoice", both),
        ];
        let full = Self {
            addresses: Addresses::of("https://login.example.com/bexio", "https://api.example.com"),
            version: "2019-12".to_owned(),
            summary: "Business software for small companies in Switzerland.".to_owned(),
            query: String::new(),
            guide: vec![GuideProse {
                title: "Show and edit".to_owned(),
                html: "<p>Each resource has two scopes: <code>_show</code> and <code>_edit</code>.</p>".to_owned(),
            }],
            resources: vec![ResourceSection {
                id: "resource-contact".to_owned(),
                title: "Contacts".to_owned(),
                scopes: vec![text, unopened],
            }],
            calls: calls.to_vec(),
            count: 2,
            contents: None,
            number: 1,
            of: 1,
            frame,
        };
        let nothing = Self {
            query: "\"><script>".to_owned(),
            count: 0,
            resources: Vec::new(),
            calls: Vec::new(),
            guide: Vec::new(),
            ..full.clone()
        };
        let behind = Self {
            number: 2,
            of: 3,
            ..full.clone()
        };
        let frame = &full.frame;
        let contents = Self {
            contents: Some(Contents {
                groups: vec![GroupLine {
                    title: "Contacts".to_owned(),
                    page: 2,
                    id: "resource-contact".to_owned(),
                    count: frame.n("scopes-count", 2),
                }],
                calls: vec![CallsLine {
                    from: "/2.0/contact".to_owned(),
                    page: 3,
                    count: frame.n("scopes-calls-count", 2),
                }],
                guide: vec![GuideLine {
                    title: "More on scopes".to_owned(),
                    page: 3,
                }],
            }),
            resources: Vec::new(),
            calls: Vec::new(),
            of: 3,
            ..full.clone()
        };
        vec![full, nothing, behind, contents]
    }
}
