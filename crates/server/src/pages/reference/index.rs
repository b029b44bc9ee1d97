use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;
use scope::{Catalog, Resource, ScopeDefinition};

use super::contents::{self, Group};
use super::lines::{self, Lines};
use super::parts::{Part, WHOLE, Weights};
use super::texts::{Maker, prose};
use super::weight;
use crate::pages::views::{CallLine, Contents, GuideProse, ResourceSection};
use crate::pages::words::Words;

/// What the pages of a realm say in one language. Scopes and calls are known by their places in the
/// catalog; their texts are made when a page shows them.
pub(crate) struct Reference {
    pub(super) catalog: Arc<Catalog>,
    pub(super) words: Words,
    pub(super) guide: Vec<GuideProse>,
    scopes: Scopes,
    pub(super) calls: Calls,
    /// The first page of everything that is more than one, and those behind it.
    paged: Option<(Vec<Group>, Vec<Part>)>,
    /// How many sections of the guide the first page has.
    guide_first: usize,
}

/// All scopes.
struct Scopes {
    /// How many calls name each.
    opens: Vec<usize>,
    weights: Vec<usize>,
    /// Resource, name, title and description.
    told: Lines,
    /// In the order of reading.
    order: Vec<usize>,
}

/// All calls.
pub(super) struct Calls {
    weights: Vec<usize>,
    /// Method and path.
    written: Lines,
    /// Scopes that calls name, one call after the other, and where those of each end.
    named: Vec<usize>,
    ends: Vec<usize>,
    /// In the order of reading.
    pub(super) order: Vec<usize>,
}

/// What a search leaves, in the order of reading.
pub(crate) struct Found {
    pub(crate) scopes: Vec<usize>,
    pub(crate) calls: Vec<usize>,
    parts: Vec<Part>,
}

/// One page.
pub(crate) struct Page<'r> {
    /// Where everything is, on the first page of what is more than one.
    pub(crate) contents: Option<Contents>,
    pub(crate) resources: Vec<ResourceSection>,
    pub(crate) calls: Vec<CallLine>,
    pub(crate) guide: &'r [GuideProse],
    /// Which it is of how many, from 1.
    pub(crate) number: usize,
    pub(crate) of: usize,
}

impl Reference {
    /// One pass over the scopes and one over the endpoints.
    pub(crate) fn of(catalog: &Arc<Catalog>, words: Words) -> Self {
        let maker = Maker { catalog, words };
        let calls = Calls::of(maker);
        let guide = catalog.guide().iter().map(|section| GuideProse {
            title: maker.shown(&section.title).to_owned(),
            html: prose(maker.shown(&section.text)),
        });
        let mut made = Self {
            guide: guide.collect(),
            scopes: Scopes::of(maker, &calls.named),
            calls,
            catalog: Arc::clone(catalog),
            words,
            paged: None,
            guide_first: 0,
        };
        let guide: usize = made.guide.iter().map(weight::guide).sum();
        let weights = made.scopes.weights.iter().chain(&made.calls.weights);
        if guide + weights.sum::<usize>() > WHOLE {
            made.in_pages();
        }
        made
    }

    /// Everything is more than a page: what belongs together stands together, calls stand by their
    /// paths, and the first page says where everything is.
    fn in_pages(&mut self) {
        let endpoints = self.catalog.endpoints();
        let path = |place: &usize| endpoints.get(*place).map(|own| &*own.path);
        self.calls.order.sort_by(|a, b| path(a).cmp(&path(b)));
        let (groups, order) = contents::groups(&self.catalog, self.words);
        self.scopes.order = order;
        self.guide_first = weight::fitting(&self.guide);
        let guide = self.guide_first..self.guide.len();
        let behind = self.cut(&self.scopes.order, &self.calls.order, guide, true);
        self.paged = Some((groups, behind));
    }

    fn cut(
        &self,
        scopes: &[usize],
        calls: &[usize],
        guide: Range<usize>,
        apart: bool,
    ) -> Vec<Part> {
        let of =
            |weights: &[usize], place: &usize| weights.get(*place).copied().unwrap_or_default();
        let weights = Weights {
            scopes: scopes.iter().map(|place| of(&self.scopes.weights, place)),
            calls: calls.iter().map(|place| of(&self.calls.weights, place)),
            guide: self
                .guide
                .get(guide.clone())
                .unwrap_or_default()
                .iter()
                .map(weight::guide),
        };
        weights.cut(apart, guide.start)
    }

    /// What holds all the words: scopes that are told in them or open such a call, and calls that
    /// are written so or need such a scope.
    pub(crate) fn find(&self, query: &str) -> Found {
        let words = lines::words(query);
        let words: Vec<Finder<'_>> = words.iter().map(Finder::new).collect();
        let told: Vec<bool> = self.scopes.told.hold(&words).collect();
        let mut scopes = told.clone();
        let mut calls = vec![false; self.calls.ends.len()];
        let written = self.calls.written.hold(&words);
        for ((is_written, named), shown) in written.zip(self.calls.named()).zip(&mut calls) {
            *shown = is_written || named.iter().any(|place| is(&told, *place));
            if is_written {
                named.iter().for_each(|place| note(&mut scopes, *place));
            }
        }
        let scopes = self
            .scopes
            .order
            .iter()
            .filter(|place| is(&scopes, **place));
        let calls = self.calls.order.iter().filter(|place| is(&calls, **place));
        let (scopes, calls): (Vec<_>, Vec<_>) =
            (scopes.copied().collect(), calls.copied().collect());
        Found {
            parts: self.cut(&scopes, &calls, 0..0, false),
            scopes,
            calls,
        }
    }

    /// How many scopes there are.
    pub(crate) fn count(&self) -> usize {
        self.scopes.order.len()
    }

    /// A page of what was found; the last one for a number that is too high.
    pub(crate) fn page_of(&self, found: &Found, number: usize) -> Page<'_> {
        let of = found.parts.len();
        let number = number.clamp(1, of.max(1));
        let part = found.parts.get(number - 1);
        self.page(&found.scopes, &found.calls, part, (number, of))
    }

    /// A page of everything.
    pub(crate) fn page_of_all(&self, number: usize) -> Page<'_> {
        let (scopes, calls) = (&self.scopes.order, &self.calls.order);
        let Some((groups, behind)) = &self.paged else {
            let all = Part {
                scopes: 0..scopes.len(),
                calls: 0..calls.len(),
                guide: 0..self.guide.len(),
            };
            return self.page(scopes, calls, Some(&all), (1, 1));
        };
        let number = number.clamp(1, behind.len() + 1);
        let place = number.checked_sub(2);
        let part = place.and_then(|place| behind.get(place));
        let page = self.page(scopes, calls, part, (number, behind.len() + 1));
        if part.is_some() {
            return page;
        }
        Page {
            contents: Some(contents::of(self, groups, behind)),
            guide: self.guide.get(..self.guide_first).unwrap_or_default(),
            ..page
        }
    }

    fn page(
        &self,
        scopes: &[usize],
        calls: &[usize],
        part: Option<&Part>,
        (number, of): (usize, usize),
    ) -> Page<'_> {
        let scopes = part.and_then(|part| scopes.get(part.scopes.clone()));
        let calls = part.and_then(|part| calls.get(part.calls.clone()));
        let guide = part.and_then(|part| self.guide.get(part.guide.clone()));
        let maker = self.maker();
        let endpoints = self.catalog.endpoints();
        let calls = calls.unwrap_or_default().iter();
        Page {
            contents: None,
            resources: self.sections(scopes.unwrap_or_default()),
            calls: calls
                .filter_map(|place| endpoints.get(*place))
                .map(|endpoint| maker.call(endpoint))
                .collect(),
            guide: guide.unwrap_or_default(),
            number,
            of,
        }
    }

    fn sections(&self, scopes: &[usize]) -> Vec<ResourceSection> {
        let mut sections: Vec<ResourceSection> = Vec::new();
        let mut last: Option<&str> = None;
        for place in scopes {
            let Some((definition, resource)) = self.scope(*place) else {
                continue;
            };
            if last != Some(&resource.name) {
                last = Some(&resource.name);
                sections.push(ResourceSection {
                    id: section_id(resource),
                    title: self.maker().shown(&resource.title).to_owned(),
                    scopes: Vec::new(),
                });
            }
            let opens = self.scopes.opens.get(*place).copied();
            let text = self.maker().text(definition, opens.unwrap_or_default());
            if let Some(section) = sections.last_mut() {
                section.scopes.push(text);
            }
        }
        sections
    }

    fn scope(&self, place: usize) -> Option<(&ScopeDefinition, &Resource)> {
        let definition = self.catalog.scopes().get(place)?;
        Some((definition, self.catalog.resource(&definition.resource)?))
    }

    pub(super) fn maker(&self) -> Maker<'_> {
        Maker {
            catalog: &self.catalog,
            words: self.words,
        }
    }
}

/// Where the scopes of a resource are on a page.
pub(super) fn section_id(resource: &Resource) -> String {
    format!("resource-{}", resource.name)
}

impl Scopes {
    fn of(maker: Maker<'_>, named: &[usize]) -> Self {
        let catalog = maker.catalog;
        let mut opens = vec![0; catalog.scopes().len()];
        for place in named {
            if let Some(count) = opens.get_mut(*place) {
                *count += 1;
            }
        }
        let mut told = Lines::default();
        let mut weights = Vec::with_capacity(opens.len());
        for (definition, opens) in catalog.scopes().iter().zip(&opens) {
            let resource = catalog.resource(&definition.resource);
            let resource_title = resource.map_or("", |own| maker.shown(&own.title));
            let text = maker.text(definition, *opens);
            told.push(&[resource_title, &text.name, &text.title, &text.about]);
            weights.push(weight::scope(&text));
        }
        // A page that begins within a resource has its heading once more, and room for that.
        for resource in catalog.resources() {
            let first = resource.scopes.first();
            if let Some(weight) = first.and_then(|id| weights.get_mut(id.index())) {
                *weight += weight::heading(&resource.name, maker.shown(&resource.title));
            }
        }
        let order = catalog.resources().iter().flat_map(|own| &own.scopes);
        Self {
            opens,
            weights,
            told: told.finished(),
            order: order.map(|id| id.index()).collect(),
        }
    }
}

impl Calls {
    fn of(maker: Maker<'_>) -> Self {
        let catalog = maker.catalog;
        let endpoints = catalog.endpoints();
        let mut written = Lines::default();
        let mut weights = Vec::with_capacity(endpoints.len());
        let (mut named, mut ends) = (Vec::new(), Vec::with_capacity(endpoints.len()));
        for endpoint in endpoints {
            written.push(&[endpoint.method.as_str(), &endpoint.path]);
            let scopes = endpoint.requirement.scopes();
            named.extend(
                scopes
                    .iter()
                    .filter_map(|name| Some(catalog.find(name)?.index())),
            );
            ends.push(named.len());
            weights.push(maker.weight(endpoint));
        }
        Self {
            weights,
            written: written.finished(),
            named,
            ends,
            order: (0..endpoints.len()).collect(),
        }
    }

    /// The scopes that each call names.
    fn named(&self) -> impl Iterator<Item = &[usize]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let each = starts.zip(&self.ends);
        each.map(|(start, end)| self.named.get(*start..*end).unwrap_or_default())
    }
}

fn is(marks: &[bool], place: usize) -> bool {
    marks.get(place).copied().unwrap_or_default()
}

fn note(marks: &mut [bool], place: usize) {
    if let Some(mark) = marks.get_mut(place) {
        *mark = true;
    }
}
