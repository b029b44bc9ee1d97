//! Calls as the description of the API has them, where it says how one is answered.

use axum::body::Body;
use axum::http::Response;
use enforce::Problem;
use serde_json::{Map, Value};

use super::answer::{self, Tells};
use super::body;
use super::call::Call;
use super::described::Described;
use super::invent::mix::mix;
use super::invent::sent;
use super::recorded::in_request;
use super::spot::Spot;
use super::written::{one_spelling, plain};

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
        Ok(answer::described(&described, &success, spot, tells))
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
            Value::Object(members) => Some(vec![members]),
            Value::Array(items) if (1..=MOST).contains(&items.len()) => {
                let members = items.into_iter().map(|own| match own {
                    Value::Object(members) => Some(members),
                    _ => None,
                });
                members.collect()
            }
            _ => None,
        };
        let root = Described::of_body(described.request());
        let place = described.place(&root, &spot.name, false);
        // What is around the record is none: it cannot be taken for one.
        if records.is_none() && !place.path.is_empty() && body.is_some_and(Value::is_object) {
            return Err(body::no_record_in(&place));
        }
        let schemas = described.at(&root, &place);
        if !described.schemas.shape(&schemas, None).is_object() {
            return Ok(records);
        }
        let read = |members| {
            let read = sent::read(&described.schemas, &schemas, Value::Object(members), "", 0);
            match read.map_err(|wrong| body::wrong_type(&wrong))? {
                Value::Object(members) => Ok(members),
                _ => Ok(Map::new()),
            }
        };
        let records = records.map(|own| own.into_iter().map(read).collect());
        records.transpose()
    }

    /// The id by which a body calls its new record, where the description lets the caller choose that and
    /// a path can name it.
    pub(super) fn said_id(&self, spot: &Spot<'_>, members: &Map<String, Value>) -> Option<String> {
        let described = self.described(Some(spot))?;
        let member = spot.collection.id_member();
        let said = members.get(member)?;
        let said = (said.is_string() || said.is_number()).then(|| plain(said))?;
        let root = Described::of_body(described.request());
        let place = described.place(&root, &spot.name, false);
        let shape = described.schemas.shape(&described.at(&root, &place), None);
        let is_the_callers = shape.properties.contains_key(member)
            && !described.schemas.is_marked(&shape, member, "readOnly");
        let said = one_spelling(said);
        (is_the_callers && spot.collection.can_be_id(&said)).then_some(said)
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
