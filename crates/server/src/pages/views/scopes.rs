use std::sync::Arc;

use askama::Template;
use scope::reference::Addresses;

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
    /// Prose, rendered from the catalog's Markdown by us; the only HTML not escaped.
    pub guide: Arc<[GuideProse]>,
    /// The scopes, by resource.
    pub resources: Vec<ResourceSection>,
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
    pub scopes: Vec<ScopeEntry>,
}

/// One scope, with what it opens.
#[derive(Debug, Clone)]
pub(crate) struct ScopeEntry {
    /// What is said of it.
    pub text: Arc<ScopeText>,
    /// How many endpoints it opens, in words.
    pub counted: String,
    /// What it opens.
    pub endpoints: Vec<Arc<EndpointLine>>,
    /// How many more there are, in words.
    pub more: Option<String>,
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
}

/// An endpoint a scope opens.
#[derive(Debug, Clone)]
pub(crate) struct EndpointLine {
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
    /// What else it takes, when this scope alone is not enough.
    pub condition: Option<String>,
}

impl ScopesPage {
    fn count_text(&self) -> String {
        self.frame.n(
            "scopes-count",
            self.resources
                .iter()
                .map(|resource| resource.scopes.len())
                .sum(),
        )
    }

    /// Everything, and nothing found.
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
        };
        let entry = ScopeEntry {
            text: Arc::new(text.clone()),
            counted: frame.n("scopes-endpoints", 9),
            more: Some(frame.n("scopes-endpoints-more", 7)),
            endpoints: vec![
                Arc::new(EndpointLine {
                    method: "POST".to_owned(),
                    path: "/2.0/contact".to_owned(),
                    condition: None,
                }),
                Arc::new(EndpointLine {
                    method: "POST".to_owned(),
                    path: "/2.0/kb_offer/{id}/invoice".to_owned(),
                    condition: Some(frame.tv(
                        "scopes-needs",
                        [("rule", "kb_offer_edit and kb_invoice_edit")],
                    )),
                }),
            ],
        };
        let unopened = ScopeEntry {
            text: Arc::new(ScopeText {
                name: "lead_show".to_owned(),
                marks: Vec::new(),
                ..text
            }),
            endpoints: Vec::new(),
            ..entry.clone()
        };
        let full = Self {
            addresses: Addresses::of("https://login.example.com/bexio", "https://api.example.com"),
            version: "2019-12".to_owned(),
            summary: "Business software for small companies in Switzerland.".to_owned(),
            query: String::new(),
            guide: Arc::new([GuideProse {
                title: "Show and edit".to_owned(),
                html: "<p>Each resource has two scopes: <code>_show</code> and <code>_edit</code>.</p>".to_owned(),
            }]),
            resources: vec![ResourceSection {
                id: "resource-contact".to_owned(),
                title: "Contacts".to_owned(),
                scopes: vec![entry, unopened],
            }],
            frame,
        };
        let nothing = Self {
            query: "\"><script>".to_owned(),
            resources: Vec::new(),
            ..full.clone()
        };
        vec![full, nothing]
    }
}
