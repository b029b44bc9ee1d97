//! The reference of a realm's scopes in one language, made once: texts as they are shown, and in
//! lower case as they are looked for.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pulldown_cmark::{Event, Parser};
use realm::Realm;
use realm::cache::Edition;
use scope::{Added, Catalog, Resource, RowFilter, ScopeDefinition, ScopeStatus, Text};

use super::conditions::condition;
use super::views::{
    EndpointLine, GuideProse, Mark, MarkKind, ResourceSection, ScopeEntry, ScopeText,
};
use super::words::Words;

/// The most endpoints that one page lists; the others are counted. Whoever looks for one finds it.
const MOST_ENDPOINTS: usize = 1_000;

/// Those of every realm, each made when it is first asked for.
#[derive(Default)]
pub(crate) struct References {
    /// By realm and language, of the latest catalog that was asked for.
    made: Mutex<HashMap<Key, (Edition, Place)>>,
}

type Key = (String, &'static str);
type Place = Arc<OnceLock<Arc<Reference>>>;

impl References {
    /// The one of a realm in this language. Making it takes a moment on a large catalog; those
    /// who ask meanwhile wait for it.
    pub(crate) fn of(&self, realm: &Realm, words: Words) -> Arc<Reference> {
        let key = (realm.id().to_owned(), words.language().code());
        let place = self.place(key, realm.edition());
        let reference = place.get_or_init(|| Arc::new(Reference::of(realm.catalog(), words)));
        Arc::clone(reference)
    }

    fn place(&self, key: Key, edition: Edition) -> Place {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, place) = made
            .entry(key)
            .or_insert_with(|| (edition, Place::default()));
        match edition.cmp(of) {
            Ordering::Equal => {}
            Ordering::Greater => (*of, *place) = (edition, Place::default()),
            // Who began under an older catalog takes nothing from the others.
            Ordering::Less => return Place::default(),
        }
        Arc::clone(place)
    }
}

/// What the page of a realm says in one language.
pub(crate) struct Reference {
    pub(crate) summary: String,
    pub(crate) guide: Arc<[GuideProse]>,
    resources: Vec<Section>,
}

struct Section {
    id: String,
    title: String,
    sought: String,
    scopes: Vec<Entry>,
}

struct Entry {
    text: Arc<ScopeText>,
    /// Name, title and description, a line each.
    sought: String,
    endpoints: Vec<Line>,
}

struct Line {
    shown: Arc<EndpointLine>,
    sought: String,
}

impl Reference {
    /// One pass over the scopes and one over the endpoints.
    pub(crate) fn of(catalog: &Catalog, words: Words) -> Self {
        let mut opened = endpoints(catalog, words);
        let maker = Maker { catalog, words };
        let mut entry = |definition: &ScopeDefinition| Entry {
            text: Arc::new(maker.text(definition)),
            sought: maker.sought(definition),
            endpoints: opened.remove(definition.name.as_str()).unwrap_or_default(),
        };
        let mut section = |resource: &Resource| Section {
            id: format!("resource-{}", resource.name),
            title: maker.shown(&resource.title).to_owned(),
            sought: maker.shown(&resource.title).to_lowercase(),
            scopes: resource
                .scopes
                .iter()
                .filter_map(|id| catalog.scope(*id))
                .map(&mut entry)
                .collect(),
        };
        let guide = catalog.guide().iter().map(|section| GuideProse {
            title: maker.shown(&section.title).to_owned(),
            html: prose(maker.shown(&section.text)),
        });
        Self {
            summary: maker.shown(catalog.summary()).to_owned(),
            guide: guide.collect(),
            resources: catalog.resources().iter().map(&mut section).collect(),
        }
    }

    /// What holds the words; everything for none.
    pub(crate) fn find(&self, words: Words, query: &str) -> Vec<ResourceSection> {
        let mut finding = Finding {
            words,
            query: &query.to_lowercase(),
            room: MOST_ENDPOINTS,
        };
        let resources = self.resources.iter();
        resources
            .filter_map(|section| {
                let whole = finding.holds(&section.sought);
                let entries = section.scopes.iter();
                let scopes: Vec<ScopeEntry> = entries
                    .filter_map(|entry| finding.entry(entry, whole))
                    .collect();
                (!scopes.is_empty()).then(|| ResourceSection {
                    id: section.id.clone(),
                    title: section.title.clone(),
                    scopes,
                })
            })
            .collect()
    }
}

struct Finding<'q> {
    words: Words,
    query: &'q str,
    /// How many endpoints more the page lists.
    room: usize,
}

impl Finding<'_> {
    fn holds(&self, text: &str) -> bool {
        text.contains(self.query)
    }

    /// The entry if it, or all of its resource, holds the words; only the endpoints that hold
    /// them where it is they that do.
    fn entry(&mut self, entry: &Entry, whole: bool) -> Option<ScopeEntry> {
        let whole = whole || self.holds(&entry.sought);
        let lines = entry.endpoints.iter();
        let found = lines.filter(|line| whole || self.holds(&line.sought));
        let found: Vec<&Line> = found.collect();
        if !whole && found.is_empty() {
            return None;
        }
        let count = |key, number: usize| {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            self.words.count(key, number)
        };
        let listed = found.len().min(self.room);
        let more = found.len() - listed;
        let entry = ScopeEntry {
            text: Arc::clone(&entry.text),
            counted: count("scopes-endpoints", found.len()),
            more: (more > 0).then(|| count("scopes-endpoints-more", more)),
            endpoints: found
                .into_iter()
                .take(listed)
                .map(|line| Arc::clone(&line.shown))
                .collect(),
        };
        self.room -= listed;
        Some(entry)
    }
}

/// By scope the calls that name it; a call that an included scope opens stands there.
fn endpoints(catalog: &Catalog, words: Words) -> HashMap<&str, Vec<Line>> {
    let mut opened: HashMap<&str, Vec<Line>> = HashMap::new();
    for endpoint in catalog.endpoints() {
        let mut names = endpoint.requirement.scopes();
        names.sort_unstable();
        names.dedup();
        let sought = format!("{} {}", endpoint.method.as_str(), endpoint.path).to_lowercase();
        for name in names {
            let line = Line {
                shown: Arc::new(EndpointLine {
                    method: endpoint.method.as_str().to_owned(),
                    path: endpoint.path.clone(),
                    condition: condition(words, &endpoint.requirement, name),
                }),
                sought: sought.clone(),
            };
            opened.entry(name).or_default().push(line);
        }
    }
    opened
}

struct Maker<'c> {
    catalog: &'c Catalog,
    words: Words,
}

impl Maker<'_> {
    fn shown<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.words.language().code())
    }

    fn text(&self, definition: &ScopeDefinition) -> ScopeText {
        ScopeText {
            name: definition.name.clone(),
            title: self.shown(&definition.title).to_owned(),
            about: self.shown(&definition.description).to_owned(),
            marks: self.marks(definition),
            notes: self.notes(definition),
        }
    }

    fn sought(&self, definition: &ScopeDefinition) -> String {
        let texts = [
            definition.name.as_str(),
            self.shown(&definition.title),
            self.shown(&definition.description),
        ];
        texts.join("\n").to_lowercase()
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
