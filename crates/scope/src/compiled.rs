//! Requirements as decisions read them: scopes by id, values ready for lookup.

use rustc_hash::FxHashMap;

use crate::ScopeId;
use crate::likeness::{Likeness, Watched};
use crate::steps::Steps;

/// What a call needs.
#[derive(Debug, Clone)]
pub(crate) enum Needs {
    Scope(ScopeId),
    All(Box<[Needs]>),
    Any(Box<[Needs]>),
    AnyToken,
    /// Only as the whole of what a call needs.
    Public,
    /// For a person, and for the client itself.
    BySubject(Option<Box<Needs>>, Option<Box<Needs>>),
    /// By the template at this place of the path.
    ByPath {
        place: usize,
        parameter: Box<str>,
        cases: Cases,
    },
    ByQuery {
        parameter: Watched,
        cases: Cases,
    },
    /// By the string at this RFC 6901 pointer, unescaped.
    ByBody {
        pointer: Box<str>,
        tokens: Box<[Watched]>,
        /// May the body be a list of such objects?
        batch: bool,
        /// What must not be there for the value to decide.
        without: Option<Box<Without>>,
        cases: Cases,
    },
}

/// A place in the body, as written and unescaped.
#[derive(Debug, Clone)]
pub(crate) struct Pointer {
    pub(crate) written: Box<str>,
    pub(crate) tokens: Box<[Watched]>,
}

/// What could stand in place of the value that a rule goes by.
#[derive(Debug, Clone)]
pub(crate) struct Without {
    pub(crate) pointers: Box<[Pointer]>,
    /// In the query: the first name of each pointer, of the value's own, too.
    pub(crate) names: Box<[Watched]>,
}

impl Needs {
    /// Does any part of it depend on the body?
    pub(crate) fn reads_body(&self) -> bool {
        match self {
            Self::Scope(_) | Self::AnyToken | Self::Public => false,
            Self::BySubject(person, client) => {
                person.iter().chain(client).any(|part| part.reads_body())
            }
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::reads_body),
            Self::ByPath { cases, .. } | Self::ByQuery { cases, .. } => {
                cases.iter().any(Self::reads_body)
            }
            Self::ByBody { .. } => true,
        }
    }

    /// Does it need scopes, whatever the call says and whoever calls, and only such ones?
    pub(crate) fn every_scope(&self, test: &impl Fn(ScopeId) -> bool) -> bool {
        match self {
            Self::Scope(id) => test(*id),
            Self::AnyToken | Self::Public => false,
            Self::BySubject(person, client) => {
                let mut parts = person.iter().chain(client);
                parts.all(|part| part.every_scope(test))
            }
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.every_scope(test)),
            Self::ByPath { cases, .. }
            | Self::ByQuery { cases, .. }
            | Self::ByBody { cases, .. } => cases.iter().all(|part| part.every_scope(test)),
        }
    }
}

/// What each value needs. The exact value wins, then the longest beginning.
#[derive(Debug, Clone)]
pub(crate) struct Cases {
    /// In file order, so that of several reasons to deny the same one is told each time.
    needs: Box<[Needs]>,
    /// Places among them.
    exact: FxHashMap<Box<str>, usize>,
    /// Longest first.
    beginnings: Box<[Beginning]>,
    /// What every other value needs.
    otherwise: Option<Box<Needs>>,
    /// The exact values, for those that some reader takes for them; none where no value but a
    /// listed one opens anything.
    watched: Box<[Watched]>,
}

#[derive(Debug, Clone)]
struct Beginning {
    start: Box<str>,
    place: usize,
}

/// What a value needs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Case<'c> {
    Needs(&'c Needs),
    /// Some reader could take it for another listed value.
    Anything,
    NotListed,
}

impl Cases {
    /// From values, or beginnings followed by `*`.
    pub(crate) fn new(is: Vec<(String, Needs)>) -> Self {
        let mut exact = FxHashMap::default();
        let mut beginnings = Vec::new();
        let mut all = Vec::new();
        for (place, (value, needs)) in is.into_iter().enumerate() {
            match value.strip_suffix('*') {
                Some(start) => beginnings.push(Beginning {
                    start: start.into(),
                    place,
                }),
                None => drop(exact.insert(Box::from(value), place)),
            }
            all.push(needs);
        }
        beginnings.sort_by_key(|own: &Beginning| std::cmp::Reverse(own.start.len()));
        let mut cases = Self {
            needs: all.into(),
            exact,
            beginnings: beginnings.into(),
            otherwise: None,
            watched: Box::default(),
        };
        if !cases.beginnings.is_empty() {
            cases.watch();
        }
        cases
    }

    /// With what every other value needs.
    pub(crate) fn otherwise(mut self, needs: Needs) -> Self {
        self.otherwise = Some(Box::new(needs));
        self.watch();
        self
    }

    fn watch(&mut self) {
        let values = self.exact.keys();
        self.watched = values.map(|value| Watched::new(value)).collect();
    }

    pub(crate) fn get(&self, value: &str) -> Case<'_> {
        let exact = self.exact.get(value);
        if let Some(needs) = exact.and_then(|place| self.needs.get(*place)) {
            return Case::Needs(needs);
        }
        let mut beginnings = self.beginnings.iter();
        let place = beginnings.position(|own| value.starts_with(&*own.start));
        let place = place.unwrap_or(self.beginnings.len());
        let beginning = self.beginnings.get(place);
        let needs = beginning.and_then(|own| self.needs.get(own.place));
        let Some(needs) = needs.or(self.otherwise.as_deref()) else {
            return Case::NotListed;
        };
        if !is_read_alike(value) {
            return match self.otherwise {
                Some(_) => Case::Anything,
                None => Case::NotListed,
            };
        }
        if self.is_like_another(value, place) {
            return Case::Anything;
        }
        Case::Needs(needs)
    }

    /// The same for a value as it stands in a path, where it may be percent-encoded: then it is
    /// none that is listed, whatever the API makes of it.
    pub(crate) fn get_in_path(&self, value: &str) -> Case<'_> {
        match self.exact.get(value) {
            None if value.contains('%') => Case::NotListed,
            _ => self.get(value),
        }
    }

    /// Could some reader take it, which is visible ASCII, for an exact value, or for a beginning
    /// before this one?
    fn is_like_another(&self, value: &str, place: usize) -> bool {
        let is_like = |listed: &Watched| listed.of_member(value) != Likeness::Other;
        let begins = |own: &Beginning| {
            let start = value.get(..own.start.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(&own.start))
        };
        self.watched.iter().any(is_like) || self.beginnings.iter().take(place).any(begins)
    }

    /// What a call needs that has no value at all, where the rule says so.
    pub(crate) fn absent(&self) -> Option<&Needs> {
        self.otherwise.as_deref()
    }

    /// The values, beginnings with their `*`, in order of the alphabet.
    pub(crate) fn names(&self) -> Vec<String> {
        let beginnings = self.beginnings.iter().map(|own| format!("{}*", own.start));
        let mut names: Vec<String> = self
            .exact
            .keys()
            .map(|value| value.to_string())
            .chain(beginnings)
            .collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn len(&self) -> usize {
        self.needs.len() + usize::from(self.otherwise.is_some())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Needs> {
        self.needs.iter().chain(self.absent())
    }
}

/// Blanks at the ends are cut off by some readers, a control character ends the text for others,
/// and what is not ASCII may be composed, widened or folded into ASCII: the value they see may be
/// listed, with another requirement.
fn is_read_alike(value: &str) -> bool {
    let visible = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    value.bytes().all(visible) && value.trim().len() == value.len()
}

/// The query parameter that adds requirements to every call.
#[derive(Debug, Clone)]
pub(crate) struct Expand {
    pub(crate) parameter: Watched,
    fields: FxHashMap<Box<str>, FieldNeeds>,
    /// The most segments in a field's key.
    longest: usize,
    /// The most bytes in a field's key.
    widest: usize,
    /// Every scope that some field needs, for gates that cannot see the query.
    pub(crate) all: Box<[ScopeId]>,
}

/// What expanding one field needs.
#[derive(Debug, Clone)]
pub(crate) enum FieldNeeds {
    Nothing,
    Scope(ScopeId),
    /// By the beginning of the record's id, longest first.
    ById(Box<[(Box<str>, Option<ScopeId>)]>),
}

impl Expand {
    pub(crate) fn new(parameter: &str, fields: Vec<(String, FieldNeeds)>) -> Self {
        let longest = fields
            .iter()
            .map(|(key, _)| key.split('.').count())
            .max()
            .unwrap_or(0);
        let widest = fields.iter().map(|(key, _)| key.len()).max();
        let mut all: Vec<ScopeId> = fields
            .iter()
            .flat_map(|(_, needs)| needs.scopes())
            .collect();
        all.sort_unstable();
        all.dedup();
        let fields = fields
            .into_iter()
            .map(|(key, needs)| (key.into(), needs))
            .collect();
        Self {
            parameter: Watched::new(parameter),
            fields,
            longest,
            widest: widest.unwrap_or(0),
            all: all.into(),
        }
    }

    /// The field at the end of a dot path: the longest key that ends there. `starts` are the
    /// indices of its segments.
    pub(crate) fn field(
        &self,
        dot_path: &str,
        starts: &[u16],
        steps: &Steps<'_>,
    ) -> Option<(&str, &FieldNeeds)> {
        let first = starts.len().saturating_sub(self.longest);
        let tails = starts
            .get(first..)?
            .iter()
            .filter_map(|start| dot_path.get(usize::from(*start)..));
        for tail in tails.filter(|tail| tail.len() <= self.widest) {
            steps.take(1 + tail.len());
            if let Some((key, needs)) = self.fields.get_key_value(tail) {
                return Some((key, needs));
            }
        }
        None
    }
}

impl FieldNeeds {
    /// Every scope it may need.
    pub(crate) fn scopes(&self) -> Vec<ScopeId> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Scope(id) => vec![*id],
            Self::ById(prefixes) => prefixes.iter().filter_map(|(_, id)| *id).collect(),
        }
    }
}
