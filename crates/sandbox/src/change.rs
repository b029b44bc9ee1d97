//! Calls that write: new records, changes, removals, actions.

use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Response, StatusCode};
use enforce::Problem;
use oauth::model::SandboxRecord;
use scope::Method;
use serde_json::{Map, Value, json};

use super::answer::Tells;
use super::call::Call;
use super::limits::{MAX_RECORD_BYTES, MAX_RECORDS};
use super::shape::Place;
use super::spot::Spot;
use super::{body, ids, naming, refusal, response};

impl Call<'_> {
    pub(super) async fn create(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        if let Some(records) = self.said_to_make(&spot, body.as_ref())? {
            return self.create_described(&spot, records).await;
        }
        let members = body::record(body, &spot.name, spot.said())?;
        let record = self.add(&spot, members).await?;
        self.created(record, &self.url).await
    }

    /// New records, answered as the description has it.
    async fn create_described(
        &self,
        spot: &Spot<'_>,
        records: Vec<Map<String, Value>>,
    ) -> Result<Response<Body>, Problem> {
        let mut made = Vec::new();
        for members in records {
            let id = self.said_id(spot, &members);
            let members = self.as_described(spot, members);
            made.push(self.add_as(spot, id, members).await?);
        }
        let location = match made.as_slice() {
            [one] => HeaderValue::from_str(&format!("{}/{}", self.url, one.id)).ok(),
            _ => None,
        };
        let otherwise = async || Ok(response::nothing());
        let answer = self.answered(Some(spot), Tells::Records(&made), otherwise);
        let mut answer = answer.await?;
        if let Some(location) = location.filter(|_| answer.status() == StatusCode::CREATED) {
            answer.headers_mut().insert(LOCATION, location);
        }
        Ok(answer)
    }

    pub(super) async fn create_many(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        if let Some(records) = self.said_to_make(&spot, body.as_ref())? {
            return self.create_described(&spot, records).await;
        }
        let mut data = Vec::new();
        for members in body::records(body, &spot.name, spot.said())? {
            data.push(self.add(&spot, members).await?.body);
        }
        let answer = json!({ "total": data.len(), "data": data });
        Ok(response::json(StatusCode::CREATED, &answer))
    }

    /// Merges the body into the record; a single one comes into being by its first change.
    pub(super) async fn change(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let said = self.said_to_make(&spot, body.as_ref())?;
        let is_new = match place.single {
            true => self.records(&spot).await?.is_empty(),
            // What is put where all of them are is one more, or several.
            false => place.item.is_none() && self.permitted.method == Method::Put,
        };
        let members = match said {
            Some(records) if is_new => return self.create_described(&spot, records).await,
            Some(records) => records.into_iter().next().unwrap_or_default(),
            None => body::record(body, &spot.name, spot.said())?,
        };
        if place.single && is_new {
            let record = self.add(&spot, members).await?;
            return Ok(response::json(StatusCode::CREATED, &record.body));
        }
        let _writing = self.sandbox.records.writing.lock().await;
        let record = self.item(&spot).await?;
        let members = self.as_changed(&spot, &record.id, members);
        let record = self.merge(&spot, record, members).await?;
        self.changed(&spot, record).await
    }

    /// The answer that shows a record.
    pub(super) async fn changed(
        &self,
        spot: &Spot<'_>,
        record: SandboxRecord,
    ) -> Result<Response<Body>, Problem> {
        let tells = Tells::Records(std::slice::from_ref(&record));
        let otherwise = async || {
            let body = self.expanded(record.body.clone()).await?;
            Ok(response::json(StatusCode::OK, &body))
        };
        self.answered(Some(spot), tells, otherwise).await
    }

    pub(super) async fn delete(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let record = self.item(&spot).await?;
        let gone = self.kept().remove(&spot.name, &record.id).await;
        if !gone.map_err(refusal::fault)? {
            return Err(refusal::unknown_record(&spot.name, &record.id));
        }
        let tells = Tells::Records(std::slice::from_ref(&record));
        let otherwise = async || Ok(response::nothing());
        self.answered(Some(&spot), tells, otherwise).await
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
            let tells = Tells::Records(std::slice::from_ref(&made));
            let otherwise = async || self.created(made.clone(), &self.url).await;
            return self.answered(Some(&spot), tells, otherwise).await;
        }
        let names_member =
            record.body.get(action).is_some() || self.permitted.method == Method::Put;
        let described = self.described(Some(&spot)).is_some();
        let members = match body {
            // What else a body says is of the action.
            Some(body) if described && !body.is_object() => acted(action, Map::new()),
            Some(body) if names_member => Map::from_iter([(action.to_owned(), body)]),
            body => acted(
                action,
                body::optional_record(body, &spot.name, spot.said())?,
            ),
        };
        let _writing = self.sandbox.records.writing.lock().await;
        let record = self.item(&spot).await?;
        let members = self.as_changed(&spot, &record.id, members);
        let record = self.merge(&spot, record, members).await?;
        self.changed(&spot, record).await
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
        let mut acted_on = Vec::new();
        for record in records
            .into_iter()
            .filter(|record| named.contains(&record.id))
        {
            let members = self.as_changed(&spot, &record.id, acted(action, Map::new()));
            acted_on.push(self.merge(&spot, record, members).await?);
        }
        let otherwise = async || {
            let data: Vec<&Value> = acted_on.iter().map(|record| &record.body).collect();
            let answer = json!({ "total": data.len(), "data": data });
            Ok(response::json(StatusCode::OK, &answer))
        };
        let tells = Tells::Records(&acted_on);
        self.answered(Some(&spot), tells, otherwise).await
    }

    /// Where an action makes a record of its own: a copy beside the record, or a document of
    /// the kind that the action names, such as `invoice` in `kb_invoice`.
    fn follow_on(&self, spot: &Spot<'_>, action: &str) -> Option<Spot<'_>> {
        let shapes = &self.sandbox.shapes;
        let (name, collection, parent) = if action == "copy" {
            let own = shapes.collection(&spot.name)?;
            (spot.name.as_str(), own, spot.parent.clone())
        } else {
            let ending = format!("_{action}");
            let mut all = shapes.collections();
            let found =
                all.find(|(name, other)| name.ends_with(&ending) && other.parents.is_empty())?;
            (found.0, found.1, String::new())
        };
        Some(Spot {
            name: name.to_owned(),
            collection,
            parent,
            is_usual: true,
            item: None,
        })
    }

    async fn add(
        &self,
        spot: &Spot<'_>,
        members: Map<String, Value>,
    ) -> Result<SandboxRecord, Problem> {
        self.add_as(spot, None, members).await
    }

    /// A new record, with this id where none has it: bodies are often those of other records.
    async fn add_as(
        &self,
        spot: &Spot<'_>,
        id: Option<String>,
        mut members: Map<String, Value>,
    ) -> Result<SandboxRecord, Problem> {
        let _writing = self.sandbox.records.writing.lock().await;
        let there = self.all(&spot.name, None).await?;
        if there.len() >= MAX_RECORDS {
            return Err(refusal::full(&spot.name, MAX_RECORDS));
        }
        let app = &self.sandbox.app;
        let (now, random) = (app.now(), app.random_bytes());
        let id = id.filter(|id| there.iter().all(|own| own.id != *id));
        let id = id.unwrap_or_else(|| ids::next(spot.collection, &there, app.new_id(), random));
        let member = spot.collection.id_member().to_owned();
        members.insert(member, ids::json(spot.collection, &id));
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
        spot: &Spot<'_>,
        mut record: SandboxRecord,
        mut members: Map<String, Value>,
    ) -> Result<SandboxRecord, Problem> {
        members.remove(spot.collection.id_member());
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
