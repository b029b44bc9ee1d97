//! The reference of a realm's scopes in one language, made once: texts as they are shown, and in
//! lower case as they are looked for.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pulldown_cmark::{Event, Parser};
use realm::Realm;
use realm::cache::Edition;
use scope::{
    Added, Catalog, Endpoint, Requirement, Resource, RowFilter, ScopeDefinition, ScopeStatus, Text,
};

use super::views::{CallLine, GuideProse, Mark, MarkKind, ResourceSection, ScopeText};
use super::words::Words;

/// The most calls that one page lists; the others are counted. Whoever looks for one finds it.
const MOST_CALLS: usize = 1_000;

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
    /// How many there are.
    scopes: usize,
    calls: Vec<Line>,
}

struct Section {
    id: String,
    title: String,
    sought: String,
    scopes: Vec<Entry>,
}

struct Entry {
    place: usize,
    text: Arc<ScopeText>,
    /// Name, title and description, a line each.
    sought: String,
}

/// A call, and the scopes it names, by their places.
struct Line {
    shown: Arc<CallLine>,
    sought: String,
    scopes: Vec<usize>,
}

impl Reference {
    /// One pass over the scopes and one over the endpoints.
    pub(crate) fn of(catalog: &Catalog, words: Words) -> Self {
        let places = catalog.scopes().iter().enumerate();
        let places: HashMap<&str, usize> = places
            .map(|(place, own)| (own.name.as_str(), place))
            .collect();
        let calls = calls(catalog, words, &places);
        let mut opened = vec![0_usize; catalog.scopes().len()];
        for place in calls.iter().flat_map(|line| &line.scopes) {
            opened
                .iter_mut()
                .skip(*place)
                .take(1)
                .for_each(|count| *count += 1);
        }
        let maker = Maker { catalog, words };
        let entry = |definition: &ScopeDefinition| {
            let place = places.get(definition.name.as_str()).copied()?;
            let opened = opened.get(place).copied().unwrap_or_default();
            Some(Entry {
                place,
                text: Arc::new(maker.text(definition, opened)),
                sought: maker.sought(definition),
            })
        };
        let section = |resource: &Resource| Section {
            id: format!("resource-{}", resource.name),
            title: maker.shown(&resource.title).to_owned(),
            sought: maker.shown(&resource.title).to_lowercase(),
            scopes: resource
                .scopes
                .iter()
                .filter_map(|id| catalog.scope(*id))
                .filter_map(entry)
                .collect(),
        };
        let guide = catalog.guide().iter().map(|section| GuideProse {
            title: maker.shown(&section.title).to_owned(),
            html: prose(maker.shown(&section.text)),
        });
        Self {
            summary: maker.shown(catalog.summary()).to_owned(),
            guide: guide.collect(),
            resources: catalog.resources().iter().map(section).collect(),
            scopes: places.len(),
            calls,
        }
    }

    /// What holds the words, everything for none: scopes that are told in them or open such a call,
    /// and calls that are written so or need such a scope.
    pub(crate) fn find(&self, words: Words, query: &str) -> Found {
        let query = query.to_lowercase();
        let holds = |text: &str| text.contains(&query);
        let mut told = vec![false; self.scopes];
        let mut found = vec![false; self.scopes];
        let note = |marks: &mut Vec<bool>, place: usize| {
            marks
                .iter_mut()
                .skip(place)
                .take(1)
                .for_each(|mark| *mark = true);
        };
        for section in &self.resources {
            let whole = holds(&section.sought);
            let own = section
                .scopes
                .iter()
                .filter(|own| whole || holds(&own.sought));
            own.for_each(|entry| note(&mut told, entry.place));
        }
        let is = |marks: &[bool], place: usize| marks.get(place).copied().unwrap_or_default();
        let (mut calls, mut more) = (Vec::new(), 0_usize);
        for line in &self.calls {
            let is_written = holds(&line.sought);
            if is_written {
                line.scopes
                    .iter()
                    .for_each(|place| note(&mut found, *place));
            } else if !line.scopes.iter().any(|place| is(&told, *place)) {
                continue;
            }
            match calls.len() < MOST_CALLS {
                true => calls.push(Arc::clone(&line.shown)),
                false => more += 1,
            }
        }
        let resources = self.resources.iter().filter_map(|section| {
            let own = section.scopes.iter();
            let own = own.filter(|own| is(&told, own.place) || is(&found, own.place));
            let scopes: Vec<Arc<ScopeText>> = own.map(|own| Arc::clone(&own.text)).collect();
            (!scopes.is_empty()).then(|| ResourceSection {
                id: section.id.clone(),
                title: section.title.clone(),
                scopes,
            })
        });
        Found {
            resources: resources.collect(),
            calls,
            more: (more > 0).then(|| {
                let more = i64::try_from(more).unwrap_or(i64::MAX);
                words.count("scopes-calls-more", more)
            }),
        }
    }
}

/// What a search leaves of the page.
pub(crate) struct Found {
    pub(crate) resources: Vec<ResourceSection>,
    pub(crate) calls: Vec<Arc<CallLine>>,
    /// How many more calls there are, in words.
    pub(crate) more: Option<String>,
}

/// Every call, as the catalog has them.
fn calls(catalog: &Catalog, words: Words, places: &HashMap<&str, usize>) -> Vec<Line> {
    let line = |endpoint: &Endpoint| {
        let names = endpoint.requirement.scopes();
        let mut scopes: Vec<usize> = names
            .iter()
            .filter_map(|name| places.get(name).copied())
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        let (method, path) = (endpoint.method.as_str(), &endpoint.path);
        Line {
            shown: Arc::new(CallLine {
                method: method.to_owned(),
                path: path.clone(),
                needs: needs(&endpoint.requirement, words),
            }),
            sought: format!("{method} {path}").to_lowercase(),
            scopes,
        }
    };
    catalog.endpoints().iter().map(line).collect()
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

struct Maker<'c> {
    catalog: &'c Catalog,
    words: Words,
}

impl Maker<'_> {
    fn shown<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.words.language().code())
    }

    fn text(&self, definition: &ScopeDefinition, opened: usize) -> ScopeText {
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
