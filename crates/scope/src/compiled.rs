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
        cases: Cases,
    },
}

impl Needs {
    /// Does any part of it depend on the body?
    pub(crate) fn reads_body(&self) -> bool {
        match self {
            Self::Scope(_) | Self::AnyToken => false,
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
}

/// What each value needs. The exact value wins, then the longest beginning.
#[derive(Debug, Clone)]
pub(crate) struct Cases {
    exact: FxHashMap<Box<str>, Needs>,
    /// Longest first.
    beginnings: Box<[(Box<str>, Needs)]>,
    otherwise: Option<Box<Otherwise>>,
}

/// What values need that are not listed.
#[derive(Debug, Clone)]
struct Otherwise {
    needs: Needs,
    /// The listed values, for those that some reader takes for them.
    listed: Box<[Watched]>,
    /// Listed beginnings in small letters.
    beginnings: Box<[Box<str>]>,
}

/// What a value needs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Case<'c> {
    Needs(&'c Needs),
    /// Some reader could take it for a listed one.
    Anything,
    NotListed,
}

impl Cases {
    /// From values, or beginnings followed by `*`.
    pub(crate) fn new(is: Vec<(String, Needs)>) -> Self {
        let mut exact = FxHashMap::default();
        let mut beginnings = Vec::new();
        for (value, needs) in is {
            match value.strip_suffix('*') {
                Some(beginning) => beginnings.push((beginning.into(), needs)),
                None => drop(exact.insert(value.into(), needs)),
            }
        }
        beginnings
            .sort_by_key(|(beginning, _): &(Box<str>, Needs)| std::cmp::Reverse(beginning.len()));
        Self {
            exact,
            beginnings: beginnings.into(),
            otherwise: None,
        }
    }

    /// With what every other value needs.
    pub(crate) fn otherwise(mut self, needs: Needs) -> Self {
        let beginnings = self.beginnings.iter();
        self.otherwise = Some(Box::new(Otherwise {
            needs,
            listed: self.exact.keys().map(|value| Watched::new(value)).collect(),
            beginnings: beginnings
                .map(|(start, _)| start.to_lowercase().into())
                .collect(),
        }));
        self
    }

    pub(crate) fn get(&self, value: &str) -> Case<'_> {
        let beginning = || {
            let mut fitting = self.beginnings.iter();
            fitting.find(|(start, _)| value.starts_with(&**start))
        };
        if let Some(needs) = self.exact.get(value) {
            return Case::Needs(needs);
        }
        match (beginning(), &self.otherwise) {
            (Some((_, needs)), _) if is_read_alike(value) => Case::Needs(needs),
            (Some(_), Some(_)) => Case::Anything,
            (None, Some(otherwise)) => otherwise.of(value),
            (_, None) => Case::NotListed,
        }
    }

    /// What a call needs that has no value at all, where the rule says so.
    pub(crate) fn absent(&self) -> Option<&Needs> {
        self.otherwise.as_deref().map(|otherwise| &otherwise.needs)
    }

    /// The values, beginnings with their `*`, in order of the alphabet.
    pub(crate) fn names(&self) -> Vec<String> {
        let beginnings = self.beginnings.iter().map(|(start, _)| format!("{start}*"));
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
        self.exact.len() + self.beginnings.len() + usize::from(self.otherwise.is_some())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Needs> {
        self.exact
            .values()
            .chain(self.beginnings.iter().map(|(_, needs)| needs))
            .chain(self.absent())
    }
}

impl Otherwise {
    /// A value that is not listed as it stands: unless some reader takes it for one that is.
    fn of(&self, value: &str) -> Case<'_> {
        let lower = value.trim().to_lowercase();
        let mut beginnings = self.beginnings.iter().map(|start| &**start);
        let is_like = |listed: &Watched| listed.of_member(value) != Likeness::Other;
        if is_read_alike(value)
            && !self.listed.iter().any(is_like)
            && !beginnings.any(|start| lower.starts_with(start))
        {
            Case::Needs(&self.needs)
        } else {
            Case::Anything
        }
    }
}

/// Blanks at the ends are cut off by some readers, and a control character ends the text for
/// others: the value they see may be listed, with another requirement.
fn is_read_alike(value: &str) -> bool {
    // Most values are visible ASCII.
    value.bytes().all(|byte| byte.is_ascii_graphic())
        || value.trim().len() == value.len() && !value.contains(char::is_control)
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
