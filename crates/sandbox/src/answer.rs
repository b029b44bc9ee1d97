//! Answers as the description of the API has them, where it says how a call is answered.

use axum::body::Body;
use axum::http::Response;
use enforce::Problem;
use oauth::model::SandboxRecord;
use serde_json::{Map, Value};

use super::call::{self, Call, Spot};
use super::described::{Described, Shown, Success};
use super::document;
use super::invent::make::mix;
use super::recorded::{in_request, with_id};

/// What an answer tells of.
pub(super) enum Tells<'r> {
    /// Records, one for most calls.
    Records(&'r [SandboxRecord]),
    /// A page of a list.
    Page(&'r [SandboxRecord], Shown),
    /// Something that is no record.
    Value(Option<&'r Value>),
}

impl<'s> Call<'s> {
    /// What the description says of this call; nothing where records say by their content who may
    /// see them, which only their own shape can.
    pub(super) fn described(&self, spot: Option<&Spot<'_>>) -> Option<Described<'s>> {
        if spot.is_some_and(|spot| spot.said().is_some()) {
            return None;
        }
        let description = self.sandbox.shapes.description.as_deref()?;
        let (method, path) = (self.permitted.method, &self.permitted.path);
        let described = Described::new(description, description.operation(method, path)?);
        described.success().is_some().then_some(described)
    }

    /// The answer as the description has it, or else this one.
    pub(super) async fn answered(
        &self,
        spot: Option<&Spot<'_>>,
        tells: Tells<'_>,
        otherwise: impl AsyncFnOnce() -> Result<Response<Body>, Problem>,
    ) -> Result<Response<Body>, Problem> {
        let described = self.described(spot);
        let success = described.as_ref().and_then(Described::success);
        let (Some(described), Some(success)) = (described, success) else {
            return otherwise().await;
        };
        Ok(response(&described, &success, spot, tells))
    }

    /// The records that a body says, each with the members that the description knows; nothing where
    /// it does not say what may be sent.
    pub(super) fn said_to_make(
        &self,
        spot: &Spot<'_>,
        body: Option<&Value>,
    ) -> Result<Option<Vec<Map<String, Value>>>, Problem> {
        const MOST: usize = 100;
        let Some(described) = self.described(Some(spot)) else {
            return Ok(None);
        };
        let said = match body {
            None if described.operation.request_required => return Ok(None),
            None => Value::Object(Map::new()),
            Some(body) => in_request(&described, described.request(), &spot.name, body.clone()),
        };
        let records = match said {
            Value::Object(members) => vec![members],
            Value::Array(items) if (1..=MOST).contains(&items.len()) => {
                let members = items.into_iter().map(|own| match own {
                    Value::Object(members) => Some(members),
                    _ => None,
                });
                match members.collect() {
                    Some(members) => members,
                    None => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(records))
    }

    /// A new record as the description has it.
    pub(super) fn as_described(
        &self,
        spot: &Spot<'_>,
        members: Map<String, Value>,
    ) -> Map<String, Value> {
        let recorded = self.sandbox.shapes.recorded(&spot.name, spot.collection);
        let Some(recorded) = recorded.filter(|_| spot.said().is_none()) else {
            return members;
        };
        let seed = mix(0, &Value::Object(members.clone()).to_string());
        let given: Vec<String> = members.keys().cloned().collect();
        let mut made = match recorded.made_of(&spot.name, members, seed) {
            Value::Object(made) => made,
            _ => return Map::new(),
        };
        let now = self.sandbox.app.now().to_string();
        for (name, value) in &mut made {
            if !given.contains(name) && is_moment(name, value) {
                *value = Value::from(now.as_str());
            }
        }
        made
    }

    /// The members that a body changes, as the description has them.
    pub(super) fn as_changed(
        &self,
        spot: &Spot<'_>,
        id: &str,
        members: Map<String, Value>,
    ) -> Map<String, Value> {
        let recorded = self.sandbox.shapes.recorded(&spot.name, spot.collection);
        match recorded.filter(|_| spot.said().is_none()) {
            Some(recorded) => recorded.changed(members, mix(0, id)),
            None => members,
        }
    }
}

/// Is it the moment at which a record was made or changed?
fn is_moment(name: &str, value: &Value) -> bool {
    const MOMENTS: [&str; 10] = [
        "createdat",
        "created",
        "createdon",
        "createddate",
        "createddateutc",
        "updatedat",
        "updated",
        "modifiedat",
        "lastmodified",
        "updateddateutc",
    ];
    let bare = super::naming::bare(name);
    let is_text = value
        .as_str()
        .is_some_and(|own| own.contains('T') && own.ends_with('Z'));
    is_text && MOMENTS.contains(&bare.as_str())
}

/// The answer that the description has.
pub(super) fn response(
    described: &Described<'_>,
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
    if success.is_file {
        let record = match &tells {
            Tells::Records(records) | Tells::Page(records, _) => records.first(),
            Tells::Value(_) => None,
        };
        let (id, body) = record.map_or(("", &Value::Null), |own| (own.id.as_str(), &own.body));
        let mut response = document::of(collection, id, body);
        *response.status_mut() = success.status;
        return response;
    }
    let Some(body) = success.body else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = success.status;
        return response;
    };
    let (records, shown) = match tells {
        Tells::Records(records) => (bodies(records), None),
        Tells::Page(records, shown) => (bodies(records), Some(shown)),
        Tells::Value(value) => (value.into_iter().cloned().collect(), None),
    };
    let body = described.body(body, collection, records, shown.as_ref());
    call::json(success.status, &body)
}
