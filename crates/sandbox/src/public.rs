//! Calls that are open to everybody. Nobody's records are kept, so these answer with the catalog's
//! samples and keep nothing.

use enforce::{Problem, PublicCall};
use scope::Catalog;
use serde_json::{Value, json};

use super::shape::{CollectionName, Operation, Place, Shapes};
use super::{query, refusal, seed};

/// What is answered; nothing where a call would change something.
pub(super) fn answer(
    catalog: &Catalog,
    shapes: &Shapes,
    call: &PublicCall,
) -> Result<Option<Value>, Problem> {
    let operation = shapes.operation(call.method, &call.path);
    let operation = operation.ok_or_else(refusal::not_permitted)?;
    let samples = |place: &Place| {
        let name = match &place.collection {
            CollectionName::Literal(name) => name.clone(),
            CollectionName::Parameter(parameter) => value(call, parameter),
        };
        seed::of_nobody(catalog, shapes, &name)
    };
    let body = match operation {
        Operation::List(place) | Operation::Search(place) => json!({ "data": samples(place) }),
        Operation::Show(place) | Operation::Download(place) | Operation::Me(place) => {
            let id = place.item.as_ref().map(|parameter| value(call, parameter));
            shown(samples(place), id.as_deref())
                .ok_or_else(|| refusal::unknown_record("this API", id.as_deref().unwrap_or("")))?
        }
        Operation::Report(_) => json!({}),
        Operation::Create(_)
        | Operation::CreateMany(_)
        | Operation::Change(_)
        | Operation::Delete(_)
        | Operation::Act(..)
        | Operation::ActOnMany(..) => return Ok(None),
    };
    Ok(Some(body))
}

/// The record with this id, or the first one where the path names none.
fn shown(samples: Vec<Value>, id: Option<&str>) -> Option<Value> {
    let mut samples = samples.into_iter();
    match id {
        None => samples.next(),
        Some(id) => samples.find(|record| record.get("id").map(seed::plain).as_deref() == Some(id)),
    }
}

fn value(call: &PublicCall, parameter: &str) -> String {
    let mut parameters = call.parameters.iter();
    let found = parameters.find(|(name, _)| name == parameter);
    found.map(|(_, value)| query::id(value)).unwrap_or_default()
}
