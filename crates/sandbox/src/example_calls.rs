//! What calls can say before anybody has listed anything: ids that are there, and bodies.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use oauth::model::Uuid;
use realm::Realm;
use scope::Endpoint;
use serde_json::Value;

use super::advice::{self, There};
use super::described::Described;
use super::invent::make::{Ask, Fill, make};
use super::invent::mix::mix;
use super::seed;
use super::shape::{Collection, CollectionName, Operation, Shapes};
use super::shown_id::ShownId;
use super::shown_ids::{self, Spelled};

/// What a realm's sandboxes begin with, and what can be sent to them.
pub struct ExampleCalls {
    realm: Arc<Realm>,
    /// Worked out when it is first asked for.
    shapes: OnceLock<Shapes>,
    samples: Mutex<Samples>,
}

/// By organisation and collection.
type Samples = HashMap<(Uuid, String), Arc<Vec<There>>>;

impl ExampleCalls {
    /// Those of a realm.
    pub fn of(realm: &Arc<Realm>) -> Self {
        Self {
            realm: Arc::clone(realm),
            shapes: OnceLock::new(),
            samples: Mutex::default(),
        }
    }

    fn shapes(&self) -> &Shapes {
        let shapes = || shown_ids::shapes(self.realm.catalog(), self.realm.description());
        self.shapes.get_or_init(shapes)
    }

    /// The id of a sample of what a path's parameter names, in this organisation: the one that the
    /// description shows there, or else the first. Those of one path belong together. Nothing where it names
    /// no record.
    pub fn id(&self, endpoint: &Endpoint, parameter: &str, organisation: Uuid) -> Option<String> {
        let shapes = self.shapes();
        let operation = shapes.operation(endpoint.method, &endpoint.path)?;
        let place = operation.place()?;
        let said = |_: &str| String::new();
        let shown = shapes.description.as_deref().and_then(|description| {
            let own = description.operation(endpoint.method, &endpoint.path)?;
            let spelled = Spelled::new(&endpoint.path, description, own);
            Some(spelled.shown_ids(shapes, operation))
        });
        let shown = shown.into_iter().flatten();
        let shown: BTreeMap<String, ShownId> = shown.collect();
        let names = advice::collections(shapes, place, &said).into_iter();
        let there = names.filter_map(|name| {
            let samples = self.samples(&name, organisation);
            let is_shown = |own: &&There| shown.get(&name).is_some_and(|other| other.id == own.id);
            let own = samples.iter().find(is_shown).or(samples.first())?;
            Some((name, own.clone()))
        });
        let ids = advice::ids(shapes, place, &said, &there.collect());
        ids?.remove(parameter).filter(|id| !id.is_empty())
    }

    /// The samples of a collection, worked out once.
    fn samples(&self, name: &str, organisation: Uuid) -> Arc<Vec<There>> {
        /// More organisations than a demo has.
        const MOST: usize = 10_000;
        let mut known = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        let key = (organisation, name.to_owned());
        let samples = known.entry(key).or_insert_with(|| {
            let of = seed::of_organisation(self.realm.catalog(), self.shapes(), name, organisation);
            Arc::new(of.iter().map(There::from).collect())
        });
        Arc::clone(samples)
    }

    /// A body that an endpoint takes, in JSON, where the description says what that is.
    pub fn body(&self, endpoint: &Endpoint) -> Option<Value> {
        /// More than this nobody reads in a form.
        const LONGEST: usize = 2_000;
        let description = self.realm.description()?;
        let operation = description.operation(endpoint.method, &endpoint.path)?;
        let described = Described::new(description, operation);
        let body = described.request()?;
        let example = body.example.as_ref().map(|own| own.value().clone());
        let root = Described::of_body(Some(body));
        let made = |fill| {
            let ask = Ask::new("", mix(0, &endpoint.path), fill).for_request();
            make(&described.schemas, &root, example.as_ref(), ask)
        };
        let bodies = [Fill::All, Fill::Required].into_iter().map(made);
        let mut bodies = bodies.filter(Value::is_object);
        let mut body = bodies.find(|own| own.to_string().len() <= LONGEST)?;
        self.free_id(endpoint, &described, &root, &mut body);
        Some(body)
    }

    /// Gives a new record another id than a sample has: the document shows the same in both.
    fn free_id<'d>(
        &self,
        endpoint: &Endpoint,
        described: &Described<'d>,
        root: &[&'d Value],
        body: &mut Value,
    ) {
        let shapes = self.shapes();
        let operation = shapes.operation(endpoint.method, &endpoint.path);
        let Some(Operation::Create(place)) = operation else {
            return;
        };
        let CollectionName::Literal(name) = &place.collection else {
            return;
        };
        let Some(member) = shapes.collection(name).map(Collection::id_member) else {
            return;
        };
        let shape = described.schemas.shape(root, None);
        let own = shape.properties.get(member).cloned().unwrap_or_default();
        let own = described.schemas.shape(&own, None);
        let bounds = ["pattern", "format", "maxLength", "enum"];
        let is_free = !bounds.iter().any(|word| own.words.contains_key(word));
        let samples = self.samples(name, Uuid::nil());
        if let Some(Value::String(id)) = body.get_mut(member)
            && is_free
            && samples.iter().any(|own| own.id == *id)
        {
            id.push_str("-2");
        }
    }
}
