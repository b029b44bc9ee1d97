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
    /// Every call, in the catalog's order.
    pub calls: Vec<Arc<CallLine>>,
    /// How many more there are, in words.
    pub more: Option<String>,
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
    pub scopes: Vec<Arc<ScopeText>>,
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
            guide: Arc::new([GuideProse {
                title: "Show and edit".to_owned(),
                html: "<p>Each resource has two scopes: <code>_show</code> and <code>_edit</code>.</p>".to_owned(),
            }]),
            resources: vec![ResourceSection {
                id: "resource-contact".to_owned(),
                title: "Contacts".to_owned(),
                scopes: vec![Arc::new(text), Arc::new(unopened)],
            }],
            calls: calls.map(Arc::new).to_vec(),
            more: Some(frame.n("scopes-calls-more", 7)),
            frame,
        };
        let nothing = Self {
            query: "\"><script>".to_owned(),
            resources: Vec::new(),
            calls: Vec::new(),
            more: None,
            ..full.clone()
        };
        vec![full, nothing]
    }
}
