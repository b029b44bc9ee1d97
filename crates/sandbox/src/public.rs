//! Calls that are open to everybody. Nobody's records are kept, so these answer with samples and keep
//! nothing.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use enforce::{Problem, PublicCall};
use oauth::model::SandboxRecord;
use scope::Catalog;
use serde_json::{Value, json};

use super::advice;
use super::answer::{self, Tells};
use super::described::Described;
use super::paging::Shown;
use super::shape::{CollectionName, Operation, Place, Shapes};
use super::spot::Spot;
use super::{query, refusal, response, seed};

/// What is answered.
pub(super) fn answer(
    catalog: &Catalog,
    shapes: &Shapes,
    call: &PublicCall,
) -> Result<Response<Body>, Problem> {
    let operation = shapes.operation(call.method, &call.path);
    let operation = operation.ok_or_else(refusal::not_permitted)?;
    let found = records(catalog, shapes, operation, call)?;
    let description = shapes.description.as_deref();
    let described = description
        .and_then(|own| Some(Described::new(own, own.operation(call.method, &call.path)?)));
    let success = described.as_ref().and_then(Described::success);
    if let (Some(described), Some(success)) = (described, success) {
        let spot = operation
            .place()
            .and_then(|place| spot(shapes, place, call));
        let tells = match operation {
            Operation::List(_) | Operation::Search(_) => {
                Tells::Page(&found, Shown::all(found.len()))
            }
            _ => Tells::Records(&found),
        };
        return Ok(answer::described(
            &described,
            &success,
            spot.as_ref(),
            tells,
        ));
    }
    let bodies = || found.iter().map(|record| record.body.clone());
    Ok(match operation {
        Operation::List(_) | Operation::Search(_) => {
            let data: Vec<Value> = bodies().collect();
            response::json(StatusCode::OK, &json!({ "data": data }))
        }
        Operation::Report(_) => response::json(StatusCode::OK, &json!({})),
        _ => match bodies().next() {
            Some(body) => response::json(StatusCode::OK, &body),
            None => response::nothing(),
        },
    })
}

/// The samples that a call shows; none where it would change something.
fn records(
    catalog: &Catalog,
    shapes: &Shapes,
    operation: &Operation,
    call: &PublicCall,
) -> Result<Vec<SandboxRecord>, Problem> {
    let all = |place: &Place| seed::of_nobody(catalog, shapes, &name(place, call));
    match operation {
        Operation::List(place) | Operation::Search(place) => Ok(all(place)),
        Operation::Show(place) | Operation::Download(place) | Operation::Me(place) => {
            let id = place.item.as_ref().map(|parameter| value(call, parameter));
            let mut own = all(place).into_iter();
            let found = match &id {
                None => own.next(),
                Some(id) => own.find(|record| record.id == *id),
            };
            let found = found.ok_or_else(|| {
                let name = name(place, call);
                let problem = refusal::unknown_record(&name, id.as_deref().unwrap_or_default());
                let path = example(catalog, place, all(place).first(), call);
                advice::with_example(problem, call.method, path.as_deref())
            })?;
            Ok(vec![found])
        }
        Operation::Report(_)
        | Operation::Create(_)
        | Operation::CreateMany(_)
        | Operation::Change(_)
        | Operation::Delete(_)
        | Operation::Act(..)
        | Operation::ActOnMany(..) => Ok(Vec::new()),
    }
}

/// The path of a call that shows this record.
fn example(
    catalog: &Catalog,
    place: &Place,
    record: Option<&SandboxRecord>,
    call: &PublicCall,
) -> Option<String> {
    let id = &record?.id;
    let mut endpoints = catalog.endpoints().iter();
    let endpoint = endpoints.find(|own| own.method == call.method && own.path == call.path)?;
    let ids = [(place.item.clone()?, id.clone())].into();
    Some(advice::filled(endpoint, &ids, &call.parameters))
}

fn spot<'s>(shapes: &'s Shapes, place: &Place, call: &PublicCall) -> Option<Spot<'s>> {
    let name = name(place, call);
    Some(Spot {
        collection: shapes.collection(&name)?,
        name,
        parent: String::new(),
        is_usual: true,
        item: None,
    })
}

fn name(place: &Place, call: &PublicCall) -> String {
    match &place.collection {
        CollectionName::Literal(name) => name.clone(),
        CollectionName::Parameter(parameter) => value(call, parameter),
    }
}

fn value(call: &PublicCall, parameter: &str) -> String {
    let mut parameters = call.parameters.iter();
    let found = parameters.find(|(name, _)| name == parameter);
    found.map(|(_, value)| query::id(value)).unwrap_or_default()
}
