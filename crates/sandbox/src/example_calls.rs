//! What calls can say before anybody has listed anything: ids that are there, and bodies.

use std::sync::{Arc, OnceLock};

use oauth::model::Uuid;
use realm::Realm;
use scope::Endpoint;
use serde_json::Value;

use super::described::Described;
use super::invent::make::{Ask, Fill, make};
use super::invent::mix::mix;
use super::seed;
use super::shape::{CollectionName, Shapes};

/// What a realm's sandboxes begin with, and what can be sent to them.
pub struct ExampleCalls {
    realm: Arc<Realm>,
    /// Worked out when it is first asked for.
    shapes: OnceLock<Shapes>,
}

impl ExampleCalls {
    /// Those of a realm.
    pub fn of(realm: &Arc<Realm>) -> Self {
        Self {
            realm: Arc::clone(realm),
            shapes: OnceLock::new(),
        }
    }

    fn shapes(&self) -> &Shapes {
        let shapes = || Shapes::of(self.realm.catalog(), self.realm.description());
        self.shapes.get_or_init(shapes)
    }

    /// The id of the first sample of what a path's parameter names, in this organisation; nothing where it
    /// names no record.
    pub fn id(&self, endpoint: &Endpoint, parameter: &str, organisation: Uuid) -> Option<String> {
        let operation = self.shapes().operation(endpoint.method, &endpoint.path)?;
        let place = operation.place()?;
        let collection = if place.item.as_deref() == Some(parameter) {
            &place.collection
        } else {
            let mut parents = place.parents.iter();
            let parent = parents.find(|parent| parent.parameter == parameter)?;
            parent.record.as_ref()?
        };
        let CollectionName::Literal(name) = collection else {
            return None;
        };
        seed::first_id(self.realm.catalog(), self.shapes(), name, organisation)
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
        bodies.find(|own| own.to_string().len() <= LONGEST)
    }
}
