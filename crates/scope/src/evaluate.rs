//! One walk over what a call needs, with two readers: the decision, which tests bits, and
//! the explanation, which collects alternatives. So they cannot disagree about conditions.

use crate::body::Found;
use crate::compiled::{Cases, Expand, FieldNeeds, Needs};
use crate::likeness::Watched;
use crate::query::Given;
use crate::request::{ApiRequest, Visible};
use crate::route::Route;
use crate::{Reason, ScopeId};

/// What a walk computes. `and` and `or` are associative.
pub(crate) trait Reading {
    /// The value of a part.
    type Value;

    /// A part without further needs.
    fn open(&mut self) -> Self::Value;
    /// A part that needs a scope.
    fn scope(&mut self, id: ScopeId) -> Self::Value;
    /// A part that no scope opens.
    fn closed(&mut self, why: Closed<'_>) -> Self::Value;
    /// Both parts.
    fn and(&mut self, left: Self::Value, right: Self::Value) -> Self::Value;
    /// Either part.
    fn or(&mut self, left: Self::Value, right: Self::Value) -> Self::Value;
    /// A condition was not visible or absent, so everything it could ask for is needed.
    fn unseen(&mut self, _condition: Condition<'_>) {}
}

/// What a requirement depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Condition<'a> {
    Path(&'a str),
    Query(&'a str),
    Body(&'a str),
    /// The id of the record in this expanded field.
    RecordId(&'a str),
}

/// Why no scope opens a part.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Closed<'a> {
    /// The condition's value is not listed.
    Unmatched {
        condition: Condition<'a>,
        value: Option<&'a str>,
        listed: Listed<'a>,
    },
    /// The body is not JSON.
    NotJson,
    /// The field cannot be expanded.
    UnknownField(&'a str),
}

/// What a condition's rule lists.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Listed<'a> {
    Cases(&'a Cases),
    Prefixes(&'a [(Box<str>, Option<ScopeId>)]),
}

impl Listed<'_> {
    /// The values, beginnings with a `*`, in order of the alphabet.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Cases(cases) => cases.names(),
            Self::Prefixes(prefixes) => {
                let mut names: Vec<String> = prefixes
                    .iter()
                    .map(|(prefix, _)| format!("{prefix}*"))
                    .collect();
                names.sort_unstable();
                names
            }
        }
    }
}

impl Closed<'_> {
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Unmatched { .. } | Self::NotJson => Reason::UnmatchedCondition,
            Self::UnknownField(_) => Reason::UnknownExpandField,
        }
    }
}

/// What the call needs: the endpoint's own requirement and what its parameters add.
pub(crate) fn evaluate<R: Reading>(
    reading: &mut R,
    route: &Route<'_, '_>,
    expand: Option<&Expand>,
    request: &ApiRequest<'_>,
) -> R::Value {
    let own = Walk { route, request }.needs(reading, route.needs());
    match expand {
        None => own,
        Some(expand) => {
            let added = expanded(reading, expand, request);
            reading.and(own, added)
        }
    }
}

struct Walk<'a> {
    route: &'a Route<'a, 'a>,
    request: &'a ApiRequest<'a>,
}

impl Walk<'_> {
    fn needs<R: Reading>(&self, reading: &mut R, needs: &Needs) -> R::Value {
        match needs {
            Needs::Scope(id) => reading.scope(*id),
            Needs::All(parts) => self.all(reading, parts.iter()),
            Needs::Any(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else {
                    return reading.open();
                };
                let mut value = self.needs(reading, first);
                for part in parts {
                    let next = self.needs(reading, part);
                    value = reading.or(value, next);
                }
                value
            }
            Needs::ByPath {
                place,
                parameter,
                cases,
            } => {
                let value = self.route.value(*place).unwrap_or_default();
                self.case(reading, cases, Condition::Path(parameter), value)
            }
            Needs::ByQuery { parameter, cases } => self.by_query(reading, parameter, cases),
            Needs::ByBody {
                pointer,
                tokens,
                cases,
            } => self.by_body(reading, pointer, tokens, cases),
        }
    }

    fn all<'n, R: Reading>(
        &self,
        reading: &mut R,
        parts: impl Iterator<Item = &'n Needs>,
    ) -> R::Value {
        let mut value = reading.open();
        for part in parts {
            let next = self.needs(reading, part);
            value = reading.and(value, next);
        }
        value
    }

    fn case<R: Reading>(
        &self,
        reading: &mut R,
        cases: &Cases,
        condition: Condition<'_>,
        value: &str,
    ) -> R::Value {
        match cases.get(value) {
            Some(needs) => self.needs(reading, needs),
            None => reading.closed(Closed::Unmatched {
                condition,
                value: Some(value),
                listed: Listed::Cases(cases),
            }),
        }
    }

    fn unseen<R: Reading>(
        &self,
        reading: &mut R,
        cases: &Cases,
        condition: Condition<'_>,
    ) -> R::Value {
        reading.unseen(condition);
        self.all(reading, cases.iter())
    }

    fn by_query<R: Reading>(
        &self,
        reading: &mut R,
        parameter: &Watched,
        cases: &Cases,
    ) -> R::Value {
        let condition = Condition::Query(parameter.as_str());
        let Visible::Seen(query) = self.request.query else {
            return self.unseen(reading, cases, condition);
        };
        let mut total = None;
        crate::query::values(query, parameter, |given| {
            let value = match given {
                Given::Value(value) => self.case(reading, cases, condition, value),
                Given::Item(_) | Given::Anything => self.unseen(reading, cases, condition),
                Given::Unreadable => reading.closed(Closed::Unmatched {
                    condition,
                    value: None,
                    listed: Listed::Cases(cases),
                }),
            };
            total = Some(match total.take() {
                Some(sofar) => reading.and(sofar, value),
                None => value,
            });
        });
        match total {
            Some(total) => total,
            None => self.unseen(reading, cases, condition),
        }
    }

    fn by_body<R: Reading>(
        &self,
        reading: &mut R,
        pointer: &str,
        tokens: &[Watched],
        cases: &Cases,
    ) -> R::Value {
        let condition = Condition::Body(pointer);
        let Visible::Seen(body) = self.request.body else {
            return self.unseen(reading, cases, condition);
        };
        let mut total = None;
        let read = crate::body::values(body, tokens, |found| {
            let value = match found {
                Found::Text(value) => self.case(reading, cases, condition, value),
                Found::Anything | Found::Absent => self.unseen(reading, cases, condition),
                Found::NotText => reading.closed(Closed::Unmatched {
                    condition,
                    value: None,
                    listed: Listed::Cases(cases),
                }),
            };
            total = Some(match total.take() {
                Some(sofar) => reading.and(sofar, value),
                None => value,
            });
        });
        match (read, total) {
            (Ok(()), Some(total)) => total,
            _ => reading.closed(Closed::NotJson),
        }
    }
}

/// The most segments of one dot path; longer ones name no record of any API.
const MOST_SEGMENTS: usize = 32;

fn expanded<R: Reading>(reading: &mut R, expand: &Expand, request: &ApiRequest<'_>) -> R::Value {
    let Visible::Seen(query) = request.query else {
        return every_field(reading, expand);
    };
    let mut total = Some(reading.open());
    crate::query::values(query, &expand.parameter, |given| {
        let next = match given {
            Given::Value(value) | Given::Item(value) => list(reading, expand, request, value),
            Given::Anything => every_field(reading, expand),
            Given::Unreadable => reading.closed(Closed::UnknownField("")),
        };
        total = total.take().map(|total| reading.and(total, next));
    });
    total.unwrap_or_else(|| reading.open())
}

/// Any field may be expanded.
fn every_field<R: Reading>(reading: &mut R, expand: &Expand) -> R::Value {
    reading.unseen(Condition::Query(expand.parameter.as_str()));
    let mut total = reading.open();
    for id in &expand.all {
        let next = reading.scope(*id);
        total = reading.and(total, next);
    }
    total
}

/// A comma-separated list of dot paths.
fn list<R: Reading>(
    reading: &mut R,
    expand: &Expand,
    request: &ApiRequest<'_>,
    value: &str,
) -> R::Value {
    let mut total = reading.open();
    for dot_path in value.split(',').filter(|path| !path.is_empty()) {
        let next = fields(reading, expand, request, dot_path);
        total = reading.and(total, next);
    }
    total
}

/// Every segment of a dot path counts.
fn fields<R: Reading>(
    reading: &mut R,
    expand: &Expand,
    request: &ApiRequest<'_>,
    dot_path: &str,
) -> R::Value {
    if dot_path.split('.').count() > MOST_SEGMENTS {
        return reading.closed(Closed::UnknownField(dot_path));
    }
    let mut total = reading.open();
    let ends = dot_path
        .match_indices('.')
        .map(|(at, _)| at)
        .chain([dot_path.len()]);
    for end in ends {
        let here = dot_path.get(..end).unwrap_or(dot_path);
        let next = match expand.field(here) {
            None => reading.closed(Closed::UnknownField(here)),
            Some((_, FieldNeeds::Nothing)) => reading.open(),
            Some((_, FieldNeeds::Scope(id))) => reading.scope(*id),
            Some((key, FieldNeeds::ById(prefixes))) => by_id(reading, prefixes, request, here, key),
        };
        total = reading.and(total, next);
    }
    total
}

/// By the record's id, if this gate knows it; several records add up.
fn by_id<R: Reading>(
    reading: &mut R,
    prefixes: &[(Box<str>, Option<ScopeId>)],
    request: &ApiRequest<'_>,
    here: &str,
    key: &str,
) -> R::Value {
    let condition = Condition::RecordId(here);
    let mut total = reading.open();
    let mut known = false;
    for (_, id) in request
        .ids
        .iter()
        .filter(|(field, _)| *field == here || *field == key)
    {
        known = true;
        let next = match prefixes
            .iter()
            .find(|(prefix, _)| id.starts_with(&**prefix))
        {
            Some((_, Some(scope))) => reading.scope(*scope),
            Some((_, None)) => reading.open(),
            None => reading.closed(Closed::Unmatched {
                condition,
                value: Some(id),
                listed: Listed::Prefixes(prefixes),
            }),
        };
        total = reading.and(total, next);
    }
    if !known {
        reading.unseen(condition);
        for (_, scope) in prefixes {
            if let Some(scope) = scope {
                let next = reading.scope(*scope);
                total = reading.and(total, next);
            }
        }
    }
    total
}
