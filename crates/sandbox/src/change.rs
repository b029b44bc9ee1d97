//! Calls that write: new records, changes, removals, actions.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use enforce::Problem;
use oauth::model::SandboxRecord;
use scope::Method;
use serde_json::{Map, Value, json};

use super::call::{self, Call, MAX_RECORD_BYTES, MAX_RECORDS, Spot};
use super::shape::Place;
use super::{body, ids, naming, refusal};

impl Call<'_> {
    pub(super) async fn create(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let members = body::record(body, &spot.name, spot.said())?;
        let record = self.add(&spot, members).await?;
        self.created(record, &self.url).await
    }

    pub(super) async fn create_many(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let mut data = Vec::new();
        for members in body::records(body, &spot.name, spot.said())? {
            data.push(self.add(&spot, members).await?.body);
        }
        let answer = json!({ "total": data.len(), "data": data });
        Ok(call::json(StatusCode::CREATED, &answer))
    }

    /// Merges the body into the record; a single one comes into being by its first change.
    pub(super) async fn change(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let members = body::record(body, &spot.name, spot.said())?;
        if place.single && self.records(&spot).await?.is_empty() {
            let record = self.add(&spot, members).await?;
            return Ok(call::json(StatusCode::CREATED, &record.body));
        }
        let _writing = self.sandbox.records.writing.lock().await;
        let record = self.item(&spot).await?;
        let record = self.merge(record, members).await?;
        Ok(call::json(
            StatusCode::OK,
            &self.expanded(record.body).await?,
        ))
    }

    pub(super) async fn delete(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let record = self.item(&spot).await?;
        let gone = self.kept().remove(&spot.name, &record.id).await;
        if gone.map_err(refusal::fault)? {
            Ok(call::nothing())
        } else {
            Err(refusal::unknown_record(&spot.name, &record.id))
        }
    }

    /// A named action: a copy, a follow-on document, a member with the action's name, or
    /// else a new status.
    pub(super) async fn act(
        &self,
        place: &Place,
        action: &str,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let record = self.item(&spot).await?;
        if let Some(target) = self.follow_on(&spot, action) {
            let mut members = record.body.as_object().cloned().unwrap_or_default();
            members.extend(body::optional_record(body, &target.name, target.said())?);
            let made = self.add(&target, members).await?;
            return self.created(made, &self.url).await;
        }
        let names_member =
            record.body.get(action).is_some() || self.permitted.method == Method::Put;
        let members = if names_member && body.is_some() {
            Map::from_iter(body.map(|body| (action.to_owned(), body)))
        } else {
            acted(
                action,
                body::optional_record(body, &spot.name, spot.said())?,
            )
        };
        let _writing = self.sandbox.records.writing.lock().await;
        let record = self.item(&spot).await?;
        let record = self.merge(record, members).await?;
        Ok(call::json(
            StatusCode::OK,
            &self.expanded(record.body).await?,
        ))
    }

    pub(super) async fn act_on_many(
        &self,
        place: &Place,
        action: &str,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let named = body::named_ids(body.as_ref());
        let _writing = self.sandbox.records.writing.lock().await;
        let records = self.records(&spot).await?;
        let mut data = Vec::new();
        for record in records
            .into_iter()
            .filter(|record| named.contains(&record.id))
        {
            let record = self.merge(record, acted(action, Map::new())).await?;
            data.push(record.body);
        }
        let answer = json!({ "total": data.len(), "data": data });
        Ok(call::json(StatusCode::OK, &answer))
    }

    /// Where an action makes a record of its own: a copy beside the record, or a document of
    /// the kind that the action names, such as `invoice` in `kb_invoice`.
    fn follow_on(&self, spot: &Spot<'_>, action: &str) -> Option<Spot<'_>> {
        let collections = &self.sandbox.shapes.collections;
        let (name, collection, parent) = if action == "copy" {
            let own = collections.get_key_value(&spot.name)?;
            (own.0, own.1, spot.parent.clone())
        } else {
            let ending = format!("_{action}");
            let found = collections
                .iter()
                .find(|(name, other)| name.ends_with(&ending) && other.parents.is_empty())?;
            (found.0, found.1, String::new())
        };
        Some(Spot {
            name: name.clone(),
            collection,
            parent,
            item: None,
        })
    }

    async fn add(
        &self,
        spot: &Spot<'_>,
        mut members: Map<String, Value>,
    ) -> Result<SandboxRecord, Problem> {
        let _writing = self.sandbox.records.writing.lock().await;
        let there = self.all(&spot.name, None).await?;
        if there.len() >= MAX_RECORDS {
            return Err(refusal::full(&spot.name, MAX_RECORDS));
        }
        let app = &self.sandbox.app;
        let (now, random) = (app.now(), app.random_bytes());
        let id = ids::next(spot.collection, &there, app.new_id(), random);
        members.insert("id".to_owned(), ids::json(spot.collection.id, &id));
        let record = SandboxRecord {
            realm: self.sandbox.realm.id().to_owned(),
            organisation: self.organisation,
            collection: spot.name.clone(),
            parent: spot.parent.clone(),
            id,
            created_by: Some(self.client().to_owned()),
            body: Value::Object(members),
            created_at: now,
            updated_at: now,
        };
        self.put(record).await
    }

    /// Each member given replaces the record's; its id stays. Call with `writing` held.
    async fn merge(
        &self,
        mut record: SandboxRecord,
        mut members: Map<String, Value>,
    ) -> Result<SandboxRecord, Problem> {
        members.remove("id");
        if let Some(body) = record.body.as_object_mut() {
            body.extend(members);
        }
        record.updated_at = self.sandbox.app.now();
        self.put(record).await
    }

    async fn put(&self, record: SandboxRecord) -> Result<SandboxRecord, Problem> {
        if !self.opens(&record) {
            return Err(refusal::not_opened(&record.collection));
        }
        if record.body.to_string().len() > MAX_RECORD_BYTES {
            return Err(refusal::record_too_large(MAX_RECORD_BYTES));
        }
        let put = self.kept().put(std::slice::from_ref(&record)).await;
        put.map_err(refusal::fault)?;
        Ok(record)
    }
}

/// What an action changes: what the body says, and the status.
fn acted(action: &str, mut members: Map<String, Value>) -> Map<String, Value> {
    let status = Value::from(naming::status_after(action));
    members.insert("status".to_owned(), status);
    members
}
