use axum::http::StatusCode;
use axum::response::Response;
use pulldown_cmark::{Event, Parser};
use scope::{Added, Resource, RowFilter, ScopeDefinition, ScopeStatus};

use super::conditions::condition;
use super::respond;
use super::views::{
    EndpointLine, GuideProse, Mark, MarkKind, ResourceSection, ScopeEntry, ScopesPage,
};
use super::visit::Visit;

/// `GET /{realm}/scopes`: every scope, what it means and what it opens, from the catalog.
/// `?q=` leaves those that hold the words.
pub(crate) async fn show(visit: Visit) -> Response {
    let query: String = visit
        .parameter("q")
        .trim()
        .chars()
        .take(LONGEST_QUERY)
        .collect();
    let person = visit.signed_in().await.ok().flatten();
    let page = ScopesPage {
        frame: visit.frame(person.as_ref().map(|signed_in| &*signed_in.user)),
        summary: visit.text(visit.realm.catalog().summary()).to_owned(),
        guide: guide(&visit),
        resources: resources(&visit, &query.to_lowercase()),
        query,
    };
    respond::page(StatusCode::OK, &page)
}

/// In characters.
const LONGEST_QUERY: usize = 100;

fn guide(visit: &Visit) -> Vec<GuideProse> {
    let sections = visit.realm.catalog().guide().iter();
    sections
        .map(|section| GuideProse {
            title: visit.text(&section.title).to_owned(),
            html: prose(visit.text(&section.text)),
        })
        .collect()
}

/// Markdown as HTML; HTML within it is shown as text, and links and images lose their target.
fn prose(markdown: &str) -> String {
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

fn resources(visit: &Visit, query: &str) -> Vec<ResourceSection> {
    let resources = visit.realm.catalog().resources().iter();
    resources
        .filter_map(|resource| {
            let scopes = scopes(visit, resource, query);
            (!scopes.is_empty()).then(|| ResourceSection {
                id: format!("resource-{}", resource.name),
                title: visit.text(&resource.title).to_owned(),
                scopes,
            })
        })
        .collect()
}

fn scopes(visit: &Visit, resource: &Resource, query: &str) -> Vec<ScopeEntry> {
    let title = visit.text(&resource.title).to_lowercase();
    resource
        .scopes
        .iter()
        .filter_map(|id| visit.realm.catalog().scope(*id))
        .map(|definition| entry(visit, definition))
        .filter_map(|entry| found(entry, &title, query))
        .collect()
}

/// The entry if it holds the words; only the endpoints that hold them where it is they that do.
fn found(mut entry: ScopeEntry, resource_title: &str, query: &str) -> Option<ScopeEntry> {
    let holds = |text: &str| text.to_lowercase().contains(query);
    let by_words = [&entry.name, &entry.title, &entry.about];
    if query.is_empty()
        || resource_title.contains(query)
        || by_words.into_iter().any(|text| holds(text))
    {
        return Some(entry);
    }
    entry
        .endpoints
        .retain(|endpoint| holds(&format!("{} {}", endpoint.method, endpoint.path)));
    (!entry.endpoints.is_empty()).then_some(entry)
}

fn entry(visit: &Visit, definition: &ScopeDefinition) -> ScopeEntry {
    ScopeEntry {
        name: definition.name.clone(),
        title: visit.text(&definition.title).to_owned(),
        about: visit.text(&definition.description).to_owned(),
        marks: marks(visit, definition),
        notes: notes(visit, definition),
        endpoints: endpoints(visit, definition),
    }
}

fn marks(visit: &Visit, definition: &ScopeDefinition) -> Vec<Mark> {
    let catalog = visit.realm.catalog();
    let elevation = definition.elevation.as_deref();
    let elevated = elevation
        .and_then(|name| catalog.elevation(name))
        .map(|elevation| Mark {
            label: visit.text(&elevation.title).to_owned(),
            kind: MarkKind::Elevated,
        });
    let status = match definition.status {
        ScopeStatus::Active => None,
        ScopeStatus::Deprecated => Some("mark-deprecated"),
        ScopeStatus::Retired => Some("mark-retired"),
    };
    let status = status.map(|key| Mark {
        label: visit.words.get(key),
        kind: MarkKind::Note,
    });
    elevated.into_iter().chain(status).collect()
}

fn notes(visit: &Visit, definition: &ScopeDefinition) -> Vec<String> {
    let words = visit.words;
    let catalog = visit.realm.catalog();
    let mut notes = Vec::new();
    if !definition.implies.is_empty() {
        notes.push(words.with(
            "scopes-implies",
            &[("scopes", &definition.implies.join(", "))],
        ));
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
        notes.push(visit.text(&elevation.description).to_owned());
    }
    if let Some(successor) = &definition.successor {
        notes.push(words.with("scopes-successor", &[("scope", successor)]));
    }
    if definition.inferred {
        notes.push(words.get("scopes-inferred"));
    }
    notes
}

/// The calls that name this scope; a call that an included scope opens stands there.
fn endpoints(visit: &Visit, definition: &ScopeDefinition) -> Vec<EndpointLine> {
    let all = visit.realm.catalog().endpoints().iter();
    all.filter(|endpoint| {
        endpoint
            .requirement
            .scopes()
            .contains(&definition.name.as_str())
    })
    .map(|endpoint| EndpointLine {
        method: endpoint.method.as_str().to_owned(),
        path: endpoint.path.clone(),
        condition: condition(visit.words, &endpoint.requirement, &definition.name),
    })
    .collect()
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
