//! Answers as the description of the API has them.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use oauth::model::SandboxRecord;
use serde_json::Value;

use super::described::{Described, Success};
use super::paging::Shown;
use super::shape::Collection;
use super::spot::Spot;
use super::{document, ids, response};

/// What an answer tells of.
pub(super) enum Tells<'r> {
    /// Records, one for most calls.
    Records(&'r [SandboxRecord]),
    /// A page of a list.
    Page(&'r [SandboxRecord], Shown),
    /// Something that is no record.
    Value(Option<&'r Value>),
}

/// The answer that the description has.
pub(super) fn described(
    operation: &Described<'_>,
    success: &Success<'_>,
    spot: Option<&Spot<'_>>,
    tells: Tells<'_>,
) -> Response<Body> {
    let collection = spot.map_or("", |spot| spot.name.as_str());
    let bodies = |records: &[SandboxRecord]| -> Vec<Value> {
        let each = records.iter().map(|record| match spot {
            Some(spot) => with_id(&record.body, &record.id, spot.collection),
            None => record.body.clone(),
        });
        each.collect()
    };
    if let Some((kind, body)) = success.file {
        let records = match &tells {
            Tells::Records(records) | Tells::Page(records, _) => *records,
            Tells::Value(_) => &[],
        };
        let each = records.iter().map(|own| (own.id.as_str(), &own.body));
        let records: Vec<(&str, &Value)> = each.collect();
        let id = records.first().map_or("", |(id, _)| id);
        let shown = operation.shown_text(body);
        let shown = shown.and_then(|text| document::with_text(kind, collection, id, &text));
        let mut response = shown.unwrap_or_else(|| document::of_kind(kind, collection, &records));
        *response.status_mut() = success.status;
        return response;
    }
    let Some(body) = success.body else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = success.status;
        return response;
    };
    let is_sent = match &tells {
        Tells::Records(records) | Tells::Page(records, _) => records.iter().any(is_sent),
        Tells::Value(_) => false,
    };
    let (records, shown) = match tells {
        Tells::Records(records) => (bodies(records), None),
        Tells::Page(records, _) if !operation.has_list(body, collection) => {
            // There is one, and what an app made stands before samples.
            let mut made = records.iter().rev();
            let newest = made
                .find(|own| own.created_by.is_some())
                .or(records.first());
            (
                bodies(newest.map(std::slice::from_ref).unwrap_or_default()),
                None,
            )
        }
        Tells::Page(records, shown) => (bodies(records), Some(shown)),
        Tells::Value(value) => (value.into_iter().cloned().collect(), None),
    };
    let body = operation.body(body, collection, records, shown.as_ref(), is_sent);
    let mut response = response::json(success.status, &body);
    // `*/*` is any, and so this one.
    let exact = Some(success.kind).filter(|kind| !kind.contains('*'));
    if let Some(Ok(kind)) = exact.map(HeaderValue::from_str) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}

/// Has an app said anything of it?
fn is_sent(record: &SandboxRecord) -> bool {
    record.created_by.is_some() || record.updated_at != record.created_at
}

/// A record's content with its id where the description has it.
fn with_id(body: &Value, id: &str, collection: &Collection) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        let value = ids::json(collection, id);
        members.insert(collection.id_member().to_owned(), value);
    }
    body
}
