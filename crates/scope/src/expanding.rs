//! What the query parameter that expands related records adds to a call.

use std::cell::Cell;

use crate::ScopeId;
use crate::compiled::{Expand, FieldNeeds};
use crate::evaluate::{Closed, Condition, Listed, Reading};
use crate::query::Given;
use crate::request::{ApiRequest, Visible};
use crate::steps::Steps;

/// What is needed besides the endpoint's own requirement.
pub(crate) fn added<R: Reading>(
    reading: &mut R,
    expand: &Expand,
    request: &ApiRequest<'_>,
    steps: &Steps<'_>,
) -> R::Value {
    let expanding = Expanding {
        expand,
        request,
        steps,
        fields: Cell::new(0),
    };
    expanding.all(reading)
}

/// The most segments of one dot path; longer ones name no record of any API.
const MOST_SEGMENTS: usize = 32;
/// The most segments of all dot paths of a call.
const MOST_FIELDS: usize = 256;

struct Expanding<'a> {
    expand: &'a Expand,
    request: &'a ApiRequest<'a>,
    steps: &'a Steps<'a>,
    /// Segments so far.
    fields: Cell<usize>,
}

impl Expanding<'_> {
    fn all<R: Reading>(&self, reading: &mut R) -> R::Value {
        let Visible::Seen(query) = self.request.query else {
            return self.every_field(reading);
        };
        if !self.steps.take(query.len()) {
            return reading.closed(Closed::TooLarge);
        }
        let (mut total, mut unseen) = (Some(reading.open()), false);
        let read = crate::query::values(query, &self.expand.parameter, |given| {
            let next = match given {
                Given::Value(value) | Given::Item(value) => self.list(reading, value),
                Given::Anything if std::mem::replace(&mut unseen, true) => return,
                Given::Anything => self.every_field(reading),
                Given::Unreadable => reading.closed(Closed::UnknownField("")),
            };
            total = total.take().map(|total| reading.and(total, next));
        });
        match (read, total) {
            (Ok(()), Some(total)) => total,
            _ => reading.closed(Closed::TooLarge),
        }
    }

    /// Any field may be expanded.
    fn every_field<R: Reading>(&self, reading: &mut R) -> R::Value {
        reading.unseen(Condition::Query(self.expand.parameter.as_str()));
        self.steps.take(self.expand.all.len());
        let mut total = reading.open();
        for id in &self.expand.all {
            let next = reading.scope(*id);
            total = reading.and(total, next);
        }
        total
    }

    /// A comma-separated list of dot paths.
    fn list<R: Reading>(&self, reading: &mut R, value: &str) -> R::Value {
        let mut total = reading.open();
        for dot_path in value.split(',').filter(|path| !path.is_empty()) {
            if self.fields.get() > MOST_FIELDS {
                break;
            }
            let next = self.dot_path(reading, dot_path);
            total = reading.and(total, next);
        }
        total
    }

    /// Every segment of a dot path counts.
    fn dot_path<R: Reading>(&self, reading: &mut R, dot_path: &str) -> R::Value {
        let mut total = reading.open();
        let mut starts = [0_u16; MOST_SEGMENTS];
        let ends = dot_path
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([dot_path.len()]);
        for (index, end) in ends.enumerate() {
            self.fields.set(self.fields.get() + 1);
            if self.fields.get() > MOST_FIELDS || !self.steps.take(1) {
                let next = reading.closed(Closed::TooLarge);
                return reading.and(total, next);
            }
            let here = dot_path.get(..end).unwrap_or(dot_path);
            let field = starts
                .get(..=index)
                .and_then(|starts| self.expand.field(here, starts, self.steps));
            let next = match field {
                None => {
                    let next = reading.closed(Closed::UnknownField(here));
                    return reading.and(total, next);
                }
                Some((_, FieldNeeds::Nothing)) => reading.open(),
                Some((_, FieldNeeds::Scope(id))) => reading.scope(*id),
                Some((key, FieldNeeds::ById(prefixes))) => {
                    by_id(reading, prefixes, self.request, here, key)
                }
            };
            total = reading.and(total, next);
            if let (Some(next), Ok(start)) = (starts.get_mut(index + 1), u16::try_from(end + 1)) {
                *next = start;
            }
        }
        total
    }
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
