//! How the records of a collection look, where the description of the API says so.

use std::collections::{BTreeSet, VecDeque};

use scope::{ApiBody, ApiDescription, IdStyle};
use serde_json::{Map, Value};

use super::described::Described;
use super::invent::make::{Ask, Fill, make};
use super::invent::mix::mix;
use super::limits::MAX_RECORD_BYTES;
use super::source::{Identity, Source, Sources};
use super::written::plain;

/// What is said of the records of one collection.
pub(super) struct Recorded<'d> {
    pub(super) described: Described<'d>,
    /// What holds for each record.
    pub(super) schemas: Vec<&'d Value>,
    /// Records of an example answer.
    shown: Vec<&'d Value>,
}

impl<'d> Recorded<'d> {
    /// What the description says of a collection's records; nothing where these are no objects.
    pub(super) fn of(
        description: &'d ApiDescription,
        name: &str,
        sources: &Sources,
    ) -> Option<Self> {
        let source = sources.best.as_ref()?;
        let operation = description.operation(source.method, &source.path)?;
        let described = Described::new(description, operation);
        let body = described.success()?.body;
        let root = Described::of_body(body);
        let place = described.place(&root, name, source.is_many);
        let schemas = described.at(&root, &place);
        let shape = described.schemas.shape(&schemas, None);
        let is_record = shape.is_object() && !shape.properties.is_empty();
        is_record.then(|| Self {
            shown: shown(description, name, sources.shown.as_ref()).unwrap_or_default(),
            described,
            schemas,
        })
    }

    /// By what its records are told apart.
    pub(super) fn identity(
        &self,
        name: &str,
        item: Option<&str>,
        names: &BTreeSet<String>,
    ) -> Option<Identity> {
        let shape = self.described.schemas.shape(&self.schemas, None);
        let member = self.described.id_member(&shape, name, item, names)?;
        let own = shape.properties.get(member)?;
        let own = self.described.schemas.shape(own, None);
        let is_number = own
            .types
            .as_ref()
            .is_some_and(|types| types.iter().any(|own| matches!(*own, "integer" | "number")));
        let is_uuid = own.text("format") == Some("uuid")
            || own.examples().any(|example| {
                let text = example.as_str().unwrap_or_default();
                text.len() == 36 && oauth::model::Uuid::try_parse(text).is_ok()
            });
        // A number is as long as it is: longer texts are of letters, too.
        let long = own.count("minLength").filter(|least| *least > 1);
        let pattern = own.text("pattern").map(str::to_owned);
        let pattern = pattern.or_else(|| Some(format!("[a-z0-9]{{{}}}", long?)));
        Some(Identity {
            member: member.to_owned(),
            style: if is_uuid {
                IdStyle::Uuid
            } else {
                IdStyle::Number
            },
            is_text: !is_number,
            pattern: pattern.filter(|_| !is_number && !is_uuid),
        })
    }

    /// The records that a sandbox begins with, `count` of them at least where the document shows
    /// fewer: its examples first. `called` are ids by which it calls them in paths: one that no example
    /// has is that of an invented record.
    pub(super) fn samples(
        &self,
        name: &str,
        id_member: &str,
        count: usize,
        called: &[Value],
    ) -> Vec<Map<String, Value>> {
        const MOST_SHOWN: usize = 10;
        let shown: Vec<&Value> = self.shown.iter().copied().take(MOST_SHOWN).collect();
        let is_shown = |id: &&Value| {
            let mut ids = shown.iter().filter_map(|own| own.get(id_member));
            ids.any(|own| plain(own) == plain(id))
        };
        let mut called: VecDeque<&Value> = called.iter().filter(|id| !is_shown(id)).collect();
        let count = count.max(shown.len() + called.len());
        (0..count)
            .filter_map(|number| {
                let seed = mix(mix(0, name), &number.to_string());
                let base = shown.get(number).or(shown.first()).copied();
                let is_another = number >= shown.len().max(1);
                let mut sample = self.sample(name, base, seed, is_another)?;
                let shows_id = base.is_some_and(|base| base.get(id_member).is_some());
                if is_another || !(shows_id || self.shows(id_member)) {
                    // An invented one has its place in the row of all of them.
                    sample.remove(id_member);
                }
                match sample.get(id_member).map(plain) {
                    Some(id) => called.retain(|other| plain(other) != id),
                    None => {
                        let id = called
                            .pop_front()
                            .map(|id| (id_member.to_owned(), id.clone()));
                        sample.extend(id);
                    }
                }
                Some(sample)
            })
            .collect()
    }

    /// Has a member an example of its own?
    fn shows(&self, member: &str) -> bool {
        let schemas = &self.described.schemas;
        let shape = schemas.shape(&self.schemas, None);
        let own = shape.properties.get(member);
        own.is_some_and(|own| schemas.shape(own, None).examples().next().is_some())
            || shape.examples().any(|own| own.get(member).is_some())
    }

    /// Does the description have such a member?
    pub(super) fn has(&self, name: &str) -> bool {
        let shape = self.described.schemas.shape(&self.schemas, None);
        shape.properties.contains_key(name)
    }

    /// A member of a record with this value, where it can have that.
    pub(super) fn member(&self, name: &str, value: &str) -> Option<Value> {
        let schemas = &self.described.schemas;
        let shape = schemas.shape(&self.schemas, None);
        let own = shape.properties.get(name)?;
        let ask = Ask::new(name, 0, Fill::Required);
        let made = make(schemas, own, Some(&Value::from(value)), ask);
        (plain(&made) == value).then_some(made)
    }

    fn sample(
        &self,
        name: &str,
        base: Option<&Value>,
        seed: u64,
        another: bool,
    ) -> Option<Map<String, Value>> {
        for fill in [Fill::All, Fill::Required] {
            let ask = Ask::new(name, seed, fill).another(another);
            let made = make(&self.described.schemas, &self.schemas, base, ask);
            let Value::Object(members) = made else {
                return None;
            };
            let made = Value::Object(members);
            if made.to_string().len() <= MAX_RECORD_BYTES {
                return made.as_object().cloned();
            }
        }
        None
    }

    /// A new record with these members, as far as the description knows them.
    pub(super) fn made_of(&self, name: &str, members: Map<String, Value>, seed: u64) -> Value {
        let given = self.changeable(members);
        let base = Value::Object(given);
        let ask = Ask::new(name, seed, Fill::New).keeping();
        make(&self.described.schemas, &self.schemas, Some(&base), ask)
    }

    /// Members that a caller may set, each as its schema has it.
    pub(super) fn changed(&self, members: Map<String, Value>, seed: u64) -> Map<String, Value> {
        let shape = self.described.schemas.shape(&self.schemas, None);
        let given = self.changeable(members).into_iter();
        let each = given.filter_map(|(name, value)| {
            let schemas = shape.properties.get(name.as_str())?;
            let ask = Ask::new(&name, mix(seed, &name), Fill::Required).keeping();
            let value = make(&self.described.schemas, schemas, Some(&value), ask);
            Some((name, value))
        });
        each.collect()
    }

    fn changeable(&self, members: Map<String, Value>) -> Map<String, Value> {
        let shape = self.described.schemas.shape(&self.schemas, None);
        let is_ours = |name: &str| self.described.schemas.is_marked(&shape, name, "readOnly");
        let given = members.into_iter();
        given.filter(|(name, _)| !is_ours(name)).collect()
    }
}

/// The records of the document's example answer.
fn shown<'d>(
    description: &'d ApiDescription,
    name: &str,
    source: Option<&Source>,
) -> Option<Vec<&'d Value>> {
    let source = source?;
    let operation = description.operation(source.method, &source.path)?;
    let described = Described::new(description, operation);
    let body = described.success()?.body?;
    let example = body.example.as_ref()?.value();
    let root = Described::of_body(Some(body));
    let place = described.place(&root, name, source.is_many);
    let mut path = place.path.iter();
    let found = path.try_fold(example, |here, name| here.get(name))?;
    Some(match found {
        Value::Array(items) => items.iter().filter(|own| own.is_object()).collect(),
        one if one.is_object() => vec![one],
        _ => Vec::new(),
    })
}

/// The members of the records in the body of a request, taken out of what is around them; the
/// body itself where it is none.
pub(super) fn in_request<'d>(
    described: &Described<'d>,
    request: Option<&'d ApiBody>,
    collection: &str,
    body: Value,
) -> Value {
    let root = Described::of_body(request);
    let place = described.place(&root, collection, false);
    let mut here = body;
    for name in &place.path {
        match here {
            Value::Object(mut members) if members.contains_key(name) => {
                here = members.remove(name).unwrap_or_default();
            }
            other => return other,
        }
    }
    here
}
