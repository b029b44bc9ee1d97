//! What the reference says of scopes and calls, as its pages show it.

use pulldown_cmark::{Event, Parser};
use scope::{Added, Catalog, Endpoint, Requirement, RowFilter, ScopeDefinition, ScopeStatus, Text};

use super::weight;
use crate::pages::views::{CallLine, Mark, MarkKind, ScopeText};
use crate::pages::words::Words;

/// Makes texts of one catalog in one language.
#[derive(Clone, Copy)]
pub(super) struct Maker<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) words: Words,
}

impl Maker<'_> {
    pub(super) fn shown<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.words.language().code())
    }

    /// Of a scope that so many calls name.
    pub(super) fn text(&self, definition: &ScopeDefinition, opened: usize) -> ScopeText {
        let count = i64::try_from(opened).unwrap_or(i64::MAX);
        ScopeText {
            opens: (opened > 0).then(|| self.words.count("scopes-endpoints", count)),
            name: definition.name.clone(),
            title: self.shown(&definition.title).to_owned(),
            about: self.shown(&definition.description).to_owned(),
            marks: self.marks(definition),
            notes: self.notes(definition),
        }
    }

    /// How much of a page a call takes.
    pub(super) fn weight(&self, endpoint: &Endpoint) -> usize {
        match &endpoint.requirement {
            Requirement::Scope(name) => weight::call(endpoint, name),
            requirement => {
                let needs = scope::reference::needs(requirement, self.words.language().code());
                weight::call(endpoint, &needs)
            }
        }
    }

    pub(super) fn call(&self, endpoint: &Endpoint) -> CallLine {
        CallLine {
            method: endpoint.method.as_str().to_owned(),
            path: endpoint.path.clone(),
            needs: needs(&endpoint.requirement, self.words),
        }
    }

    fn marks(&self, definition: &ScopeDefinition) -> Vec<Mark> {
        let catalog = self.catalog;
        let elevation = definition.elevation.as_deref();
        let elevated = elevation
            .and_then(|name| catalog.elevation(name))
            .map(|elevation| Mark {
                label: self.shown(&elevation.title).to_owned(),
                kind: MarkKind::Elevated,
            });
        let status = match definition.status {
            ScopeStatus::Active => None,
            ScopeStatus::Deprecated => Some("mark-deprecated"),
            ScopeStatus::Retired => Some("mark-retired"),
        };
        let status = status.map(|key| Mark {
            label: self.words.get(key),
            kind: MarkKind::Note,
        });
        elevated.into_iter().chain(status).collect()
    }

    fn notes(&self, definition: &ScopeDefinition) -> Vec<String> {
        let words = self.words;
        let catalog = self.catalog;
        let mut notes = Vec::new();
        if !definition.implies.is_empty() {
            notes.push(words.with(
                "scopes-implies",
                &[("scopes", &definition.implies.join(", "))],
            ));
        }
        if let Some(risk) = &definition.risk {
            let (level, reason) = (risk.level.to_string(), self.shown(&risk.reason));
            notes.push(words.with("scopes-risk", &[("level", &level), ("reason", reason)]));
        }
        match definition.added {
            Added::EveryGrant => notes.push(words.get("scopes-every-grant")),
            Added::NewClient => notes.push(words.get("scopes-new-client")),
            Added::Never => {}
        }
        if definition.row_filter == Some(RowFilter::OwnRecords) {
            notes.push(words.get("scopes-own-records"));
        }
        if let Some(elevation) = definition
            .elevation
            .as_deref()
            .and_then(|name| catalog.elevation(name))
        {
            notes.push(self.shown(&elevation.description).to_owned());
        }
        if let Some(successor) = &definition.successor {
            notes.push(words.with("scopes-successor", &[("scope", successor)]));
        }
        if definition.inferred {
            notes.push(words.get("scopes-inferred"));
        }
        notes
    }
}

/// As HTML. In most calls it is one scope, and no Markdown has to be read for that.
fn needs(requirement: &Requirement, words: Words) -> String {
    if let Requirement::Scope(name) = requirement {
        let mut html = String::new();
        let code = std::iter::once(Event::Code(name.as_str().into()));
        pulldown_cmark::html::push_html(&mut html, code);
        return html;
    }
    let markdown = scope::reference::needs(requirement, words.language().code());
    let html = prose(&markdown.replace("\\|", "|"));
    let inner = html
        .trim()
        .strip_prefix("<p>")
        .and_then(|own| own.strip_suffix("</p>"));
    inner.map(str::to_owned).unwrap_or(html)
}

/// Markdown as HTML; HTML within it is shown as text, and links and images lose their target.
pub(super) fn prose(markdown: &str) -> String {
    let events = Parser::new(markdown).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(tag) => (!leads_away(&tag.to_end())).then_some(Event::Start(tag)),
        Event::End(tag) => (!leads_away(&tag)).then_some(Event::End(tag)),
        other => Some(other),
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

fn leads_away(tag: &pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd;
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::HtmlBlock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_markdown_and_never_html_or_a_link() {
        assert_eq!(
            prose("Ask for `a b`."),
            "<p>Ask for <code>a b</code>.</p>\n"
        );
        let hostile = prose(
            "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](http://evil) <i>z</i>",
        );
        assert!(
            !hostile.contains("<script") && !hostile.contains("<i>"),
            "{hostile}"
        );
        assert!(
            !hostile.contains("href") && !hostile.contains("src"),
            "{hostile}"
        );
    }
}
