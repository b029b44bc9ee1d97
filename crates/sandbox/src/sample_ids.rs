//! Ids that calls can name before anybody has listed anything.

use std::sync::Arc;

use oauth::model::Uuid;
use realm::Realm;
use scope::{Catalog, Endpoint};

use super::seed;
use super::shape::{CollectionName, Shapes};

/// The ids of the samples that a realm's sandboxes begin with.
pub struct SampleIds {
    catalog: Arc<Catalog>,
    shapes: Shapes,
}

impl SampleIds {
    /// Those of a realm.
    pub fn of(realm: &Realm) -> Self {
        Self {
            catalog: Arc::clone(realm.catalog()),
            shapes: Shapes::of(realm.catalog(), realm.description()),
        }
    }

    /// The first sample of what a path's parameter names, in this organisation; nothing where it
    /// names no record.
    pub fn first(
        &self,
        endpoint: &Endpoint,
        parameter: &str,
        organisation: Uuid,
    ) -> Option<String> {
        let operation = self.shapes.operation(endpoint.method, &endpoint.path)?;
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
        seed::first_id(&self.catalog, &self.shapes, name, organisation)
    }
}
