//! One walk over what a call needs, with two readers: the decision, which tests bits, and
//! the explanation, which collects alternatives. So they cannot disagree about conditions.

use crate::body::Found;
use crate::compiled::{Case, Cases, Expand, Needs, Without};
use crate::expanding;
use crate::likeness::Watched;
use crate::query::{Given, TooMany};
use crate::request::{ApiRequest, Visible};
use crate::route::Route;
use crate::steps::Steps;
use crate::{Reason, ScopeId, Subject};

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
    /// What must not be there for the body's value to decide.
    InPlace(&'a str),
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
    /// The rule leaves out those that the token speaks for.
    Subject(Subject),
    /// The field cannot be expanded.
    UnknownField(&'a str),
    /// Deciding would be more work than a call of this size may make.
    TooLarge,
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
            Self::Subject(_) => Reason::SubjectNotAllowed,
            Self::TooLarge => Reason::TooLarge,
        }
    }
}

/// What the call needs: the endpoint's own requirement and what its parameters add.
pub(crate) fn evaluate<R: Reading>(
    reading: &mut R,
    subject: Subject,
    route: &Route<'_, '_>,
    expand: Option<&Expand>,
    request: &ApiRequest<'_>,
    steps: &Steps<'_>,
) -> R::Value {
    if matches!(request.query, Visible::Seen(query) if query.len() > ApiRequest::MAX_QUERY_BYTES) {
        return reading.closed(Closed::TooLarge);
    }
    let walk = Walk {
        subject,
        route,
        request,
        steps,
    };
    let own = walk.needs(reading, route.needs());
    match expand {
        None => own,
        Some(expand) => {
            let added = expanding::added(reading, expand, request, steps);
            reading.and(own, added)
        }
    }
}

/// The most values of one parameter or member that a rule goes by.
const MOST_VALUES: usize = 16;

struct Walk<'a> {
    subject: Subject,
    route: &'a Route<'a, 'a>,
    request: &'a ApiRequest<'a>,
    steps: &'a Steps<'a>,
}

impl Walk<'_> {
    fn needs<R: Reading>(&self, reading: &mut R, needs: &Needs) -> R::Value {
        match needs {
            Needs::Scope(id) => reading.scope(*id),
            Needs::All(parts) => self.all(reading, parts.len(), parts.iter()),
            Needs::Any(parts) => {
                if !self.steps.take(parts.len()) {
                    return reading.closed(Closed::TooLarge);
                }
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
            Needs::AnyToken | Needs::Public => reading.open(),
            Needs::BySubject(person, client) => {
                let own = match self.subject {
                    Subject::Person => person,
                    Subject::Client => client,
                };
                match own {
                    Some(needs) => self.needs(reading, needs),
                    None => reading.closed(Closed::Subject(self.subject)),
                }
            }
            Needs::ByPath {
                place,
                parameter,
                cases,
            } => {
                let value = self.route.value(*place).unwrap_or_default();
                let case = cases.get_in_path(value);
                self.case(reading, cases, case, Condition::Path(parameter), value)
            }
            Needs::ByQuery { parameter, cases } => self.by_query(reading, parameter, cases),
            Needs::ByBody {
                pointer,
                tokens,
                batch,
                without,
                cases,
            } => {
                let value = Member {
                    pointer,
                    tokens,
                    batch: *batch,
                    without: without.as_deref(),
                };
                self.by_body(reading, value, cases)
            }
        }
    }

    fn all<'n, R: Reading>(
        &self,
        reading: &mut R,
        count: usize,
        parts: impl Iterator<Item = &'n Needs>,
    ) -> R::Value {
        if !self.steps.take(count) {
            return reading.closed(Closed::TooLarge);
        }
        let mut value = reading.open();
        for part in parts {
            let next = self.needs(reading, part);
            value = reading.and(value, next);
        }
        value
    }

    /// What is there that must not be: then it, and not the member, could say what the call does.
    fn in_place<'n>(
        &self,
        without: &'n Without,
        body: &str,
    ) -> Result<Option<&'n str>, Closed<'n>> {
        let Visible::Seen(query) = self.request.query else {
            return Ok(without.names.first().map(Watched::as_str));
        };
        for name in &without.names {
            let mut is_there = false;
            let read = crate::query::values(query, name, |_| is_there = true);
            if read.is_err() || !self.steps.take(query.len()) {
                return Err(Closed::TooLarge);
            }
            if is_there {
                return Ok(Some(name.as_str()));
            }
        }
        for pointer in &without.pointers {
            if !self.steps.take(body.len()) {
                return Err(Closed::TooLarge);
            }
            let mut is_there = false;
            let read = crate::body::values(body, &pointer.tokens, false, |found| {
                is_there |= found != Found::Absent;
            });
            if read.is_err() {
                return Err(Closed::NotJson);
            }
            if is_there {
                return Ok(Some(&pointer.written));
            }
        }
        Ok(None)
    }

    fn case<R: Reading>(
        &self,
        reading: &mut R,
        cases: &Cases,
        case: Case<'_>,
        condition: Condition<'_>,
        value: &str,
    ) -> R::Value {
        match case {
            Case::Needs(needs) => self.needs(reading, needs),
            Case::Anything => self.unseen(reading, cases, condition),
            Case::NotListed => reading.closed(Closed::Unmatched {
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
        self.all(reading, cases.len(), cases.iter())
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
        if !self.steps.take(query.len()) {
            return reading.closed(Closed::TooLarge);
        }
        let mut values = Values::new(self, cases, condition);
        let read = crate::query::values(query, parameter, |given| match given {
            Given::Value(value) => values.text(reading, value),
            Given::Item(_) | Given::Anything => values.anything(reading),
            Given::Unreadable => values.unreadable(reading),
        });
        match read {
            Err(TooMany) => reading.closed(Closed::TooLarge),
            Ok(()) => match values.total {
                Some(total) => total,
                None => match cases.absent() {
                    Some(needs) => self.needs(reading, needs),
                    None => self.unseen(reading, cases, condition),
                },
            },
        }
    }

    fn by_body<R: Reading>(&self, reading: &mut R, value: Member<'_>, cases: &Cases) -> R::Value {
        let condition = Condition::Body(value.pointer);
        let body = match self.request.body {
            Visible::Seen(body) if body.len() <= ApiRequest::MAX_BODY_BYTES => body,
            _ => return self.unseen(reading, cases, condition),
        };
        if !self.steps.take(body.len()) {
            return reading.closed(Closed::TooLarge);
        }
        match value.without.map(|without| self.in_place(without, body)) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(other))) => return self.unseen(reading, cases, Condition::InPlace(other)),
            Some(Err(why)) => return reading.closed(why),
        }
        let mut values = Values::new(self, cases, condition);
        if value.batch {
            values.most = MOST_MEMBERS;
        }
        let read = crate::body::values(body, value.tokens, value.batch, |found| match found {
            Found::Text(value) => values.text(reading, value),
            Found::Anything | Found::Absent => values.anything(reading),
            Found::NotText => values.unreadable(reading),
        });
        match (read, values.total) {
            (Ok(()), Some(total)) => total,
            _ => reading.closed(Closed::NotJson),
        }
    }
}

/// A member of the body that a rule goes by.
#[derive(Clone, Copy)]
struct Member<'n> {
    pointer: &'n str,
    tokens: &'n [Watched],
    batch: bool,
    without: Option<&'n Without>,
}

/// The most values of all members of a batch.
const MOST_MEMBERS: usize = 100;

/// Every value of one parameter or member; each of them counts.
struct Values<'w, R: Reading> {
    walk: &'w Walk<'w>,
    cases: &'w Cases,
    condition: Condition<'w>,
    /// How many were read, and how many are.
    given: usize,
    most: usize,
    /// Was one of them such that it could be anything?
    unseen: bool,
    total: Option<R::Value>,
}

impl<'w, R: Reading> Values<'w, R> {
    fn new(walk: &'w Walk<'w>, cases: &'w Cases, condition: Condition<'w>) -> Self {
        Self {
            walk,
            cases,
            condition,
            given: 0,
            most: MOST_VALUES,
            unseen: false,
            total: None,
        }
    }

    fn text(&mut self, reading: &mut R, value: &str) {
        self.given += 1;
        let next = match self.given {
            given if given <= self.most => {
                let case = self.cases.get(value);
                let (cases, condition) = (self.cases, self.condition);
                self.walk.case(reading, cases, case, condition, value)
            }
            given if given == self.most + 1 => reading.closed(Closed::TooLarge),
            _ => return,
        };
        self.and(reading, next);
    }

    fn anything(&mut self, reading: &mut R) {
        if !std::mem::replace(&mut self.unseen, true) {
            let next = self.walk.unseen(reading, self.cases, self.condition);
            self.and(reading, next);
        }
    }

    fn unreadable(&mut self, reading: &mut R) {
        self.given += 1;
        if self.given > self.most {
            return;
        }
        let next = reading.closed(Closed::Unmatched {
            condition: self.condition,
            value: None,
            listed: Listed::Cases(self.cases),
        });
        self.and(reading, next);
    }

    fn and(&mut self, reading: &mut R, next: R::Value) {
        self.total = Some(match self.total.take() {
            Some(sofar) => reading.and(sofar, next),
            None => next,
        });
    }
}
