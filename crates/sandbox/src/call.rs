//! One call of the sandbox: finding the records it is about, and answering.

use std::collections::{BTreeMap, HashMap};

use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Response, StatusCode, Uri};
use enforce::{Permitted, Problem};
use oauth::model::{SandboxRecord, Uuid};
use realm::SandboxRecords;
use scope::{Endpoint, RowFilter};
use serde_json::Value;

use super::expand::{self, Expansion};
use super::query::{self, Query};
use super::sandbox::Sandbox;
use super::shape::{Collection, CollectionName, Operation, Place};
use super::spot::Spot;
use super::written::{join, plain};
use super::{advice, refusal, response, seed};

/// A permitted call.
pub(super) struct Call<'s> {
    pub(super) sandbox: &'s Sandbox,
    pub(super) permitted: Permitted,
    pub(super) organisation: Uuid,
    pub(super) query: Query,
    /// Its own URL without the query.
    pub(super) url: String,
}

impl<'s> Call<'s> {
    pub(super) fn new(
        sandbox: &'s Sandbox,
        permitted: Permitted,
        organisation: Uuid,
        uri: &Uri,
    ) -> Self {
        Self {
            sandbox,
            permitted,
            organisation,
            query: Query::parse(uri.query().unwrap_or("")),
            url: sandbox.realm.layout().outward_url(uri.path()),
        }
    }

    pub(super) async fn perform(
        &self,
        operation: &Operation,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        match self.try_to_perform(operation, body).await {
            Err(problem) if refusal::is_unknown_record(&problem) => {
                let path = self.example(operation).await?;
                let method = self.permitted.method;
                Err(advice::with_example(problem, method, path.as_deref()))
            }
            answer => answer,
        }
    }

    async fn try_to_perform(
        &self,
        operation: &Operation,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        match operation {
            Operation::List(place) => self.list(place).await,
            Operation::Search(place) => self.search(place, body).await,
            Operation::Show(place) => self.show(place).await,
            Operation::Download(place) => self.download(place).await,
            Operation::Me(place) => self.me(place).await,
            Operation::Report(name) => self.report(name).await,
            Operation::Create(place) => self.create(place, body).await,
            Operation::CreateMany(place) => self.create_many(place, body).await,
            Operation::Change(place) => self.change(place, body).await,
            Operation::Delete(place) => self.delete(place).await,
            Operation::Act(place, action) => self.act(place, action, body).await,
            Operation::ActOnMany(place, action) => self.act_on_many(place, action, body).await,
        }
    }

    /// Fills in the parameters and makes sure that every parent is there.
    pub(super) async fn spot(&self, place: &Place) -> Result<Spot<'s>, Problem> {
        let name = self.collection(&place.collection);
        self.sandbox.fill_one(self.organisation, &name).await?;
        let Some(collection) = self.sandbox.shapes.collection(&name) else {
            return Err(refusal::unknown_record("this API", &name));
        };
        let mut parent = String::new();
        let parents = place.parents.iter();
        for step in parents.filter(|step| self.sandbox.shapes.parts(step)) {
            let value = self.parameter(&step.parameter);
            if let Some(record) = &step.record {
                let collection = self.collection(record);
                self.sandbox
                    .fill_one(self.organisation, &collection)
                    .await?;
                if self.sandbox.shapes.collection(&collection).is_some() {
                    self.record(&collection, &value, &step.parameter).await?;
                }
            }
            parent = join(&parent, &value);
        }
        let item = place.item.as_ref();
        Ok(Spot {
            is_usual: self.sandbox.shapes.is_usual(place, collection),
            name,
            collection,
            parent,
            item: item.map(|parameter| (self.parameter(parameter), parameter.clone())),
        })
    }

    pub(super) fn collection(&self, name: &CollectionName) -> String {
        match name {
            CollectionName::Literal(name) => name.clone(),
            CollectionName::Parameter(parameter) => self.parameter(parameter),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> String {
        let mut parameters = self.permitted.parameters.iter();
        let found = parameters.find(|(key, _)| key == name);
        found.map(|(_, value)| query::id(value)).unwrap_or_default()
    }

    /// The record a place names.
    pub(super) async fn item(&self, spot: &Spot<'_>) -> Result<SandboxRecord, Problem> {
        let found = match &spot.item {
            Some((id, parameter)) => Some(self.record(&spot.name, id, parameter).await?),
            None => self.records(spot).await?.into_iter().next(),
        };
        let found = match found {
            None if self.described(Some(spot)).is_some() => self
                .all(&spot.name, None)
                .await?
                .into_iter()
                .find(|own| self.may_see(own)),
            found => found,
        };
        let id = spot.item.as_ref().map_or("", |(id, _)| id.as_str());
        found
            .filter(|record| {
                let is_here = record.parent == spot.parent || is_shown(spot);
                is_here || self.is_elsewhere(spot, record)
            })
            .ok_or_else(|| refusal::unknown_record(&spot.name, id))
    }

    /// Descriptions have one record under several paths: below others and by itself.
    fn is_elsewhere(&self, spot: &Spot<'_>, record: &SandboxRecord) -> bool {
        let is_single = spot.item.is_none();
        (!spot.is_usual || is_single || record.parent.is_empty())
            && self.described(Some(spot)).is_some()
    }

    /// A record of this organisation that the permit lets the caller see, by its id or by
    /// a member that a path's parameter is named after.
    async fn record(
        &self,
        collection: &str,
        id: &str,
        parameter: &str,
    ) -> Result<SandboxRecord, Problem> {
        let found = self.kept().one(collection, id).await;
        let mut found = found.map_err(refusal::fault)?;
        if found.is_none() {
            let known = self.sandbox.shapes.collection(collection);
            let names = known.into_iter().flat_map(|own| &own.names);
            let names = names.map(String::as_str);
            let names: Vec<&str> = names.chain([parameter]).collect();
            found = self.by_member(collection, &names, id).await?;
            if found.is_none()
                && let Some(known) = known
            {
                found = self.shown(collection, known, &names, id).await?;
            }
        }
        found
            .filter(|record| self.may_see(record))
            .ok_or_else(|| refusal::unknown_record(collection, id))
    }

    /// The first record of which a member with one of these names has this value.
    async fn by_member(
        &self,
        collection: &str,
        members: &[&str],
        value: &str,
    ) -> Result<Option<SandboxRecord>, Problem> {
        let is_it = |record: &SandboxRecord| is_named(record, members, value);
        let mut after = None;
        loop {
            let page = self.kept().page(collection, None, after).await;
            let page = page.map_err(refusal::fault)?;
            let found = page.items.into_iter().find(is_it);
            match (found, page.next) {
                (None, Some(next)) => after = Some(next),
                (found, _) => return Ok(found),
            }
        }
    }

    /// The sample that the description calls so, where none can have that as its id.
    async fn shown(
        &self,
        name: &str,
        collection: &Collection,
        members: &[&str],
        id: &str,
    ) -> Result<Option<SandboxRecord>, Problem> {
        let mut shown = collection.shown_ids.iter();
        let Some(number) = shown.position(|own| own.id == id) else {
            return Ok(None);
        };
        let (catalog, shapes) = (self.sandbox.realm.catalog(), &self.sandbox.shapes);
        let samples = seed::of_organisation(catalog, shapes, name, self.organisation);
        let is_called = |own: &SandboxRecord| own.id == id || is_named(own, members, id);
        if samples.iter().any(is_called) {
            // It was there, and has been removed.
            return Ok(None);
        }
        let Some(sample) = samples.get(number).or(samples.first()) else {
            return Ok(None);
        };
        let found = self.kept().one(name, &sample.id).await;
        found.map_err(refusal::fault)
    }

    pub(super) fn may_see(&self, record: &SandboxRecord) -> bool {
        let by_row = match self.permitted.row_filter {
            None => true,
            Some(RowFilter::OwnRecords) => record.created_by.as_deref() == Some(self.client()),
        };
        by_row && self.opens(record)
    }

    /// Does the token open a record with this content, where the content decides?
    pub(super) fn opens(&self, record: &SandboxRecord) -> bool {
        let collection = self.sandbox.shapes.collection(&record.collection);
        let Some(said) = collection.and_then(|collection| collection.said.as_ref()) else {
            return true;
        };
        let (catalog, permitted) = (self.sandbox.realm.catalog(), &self.permitted);
        let path = expand::path(&said.template, &record.id, catalog, permitted);
        path.is_some_and(|path| said.opens(&record.body, catalog, &permitted.access, &path))
    }

    pub(super) fn client(&self) -> &str {
        &self.permitted.token.client
    }

    /// The records at a place that the permit lets the caller see, oldest first.
    pub(super) async fn records(&self, spot: &Spot<'_>) -> Result<Vec<SandboxRecord>, Problem> {
        let mut records = Vec::new();
        let mut each = |record| {
            records.push(record);
            Ok(())
        };
        self.each_record(spot, &mut each).await?;
        Ok(records)
    }

    /// Shows each of these to `each`, a page at a time, so that however many there are, few are
    /// held.
    pub(super) async fn each_record(
        &self,
        spot: &Spot<'_>,
        each: &mut (dyn FnMut(SandboxRecord) -> Result<(), Problem> + Send),
    ) -> Result<(), Problem> {
        let is_described = self.described(Some(spot)).is_some();
        if is_described && spot.parent.is_empty() && !spot.is_usual {
            return self.each_below(spot, None, each).await;
        }
        let mut parents = vec![spot.parent.as_str()];
        if spot.collection.parents.is_empty() && !spot.parent.is_empty() {
            // Elsewhere these records stand by themselves; here, those that name the parent.
            parents.push("");
        }
        let mut count = 0_usize;
        for parent in parents {
            let mut own = |record: SandboxRecord| {
                if parent == spot.parent || names(&record, &spot.parent) {
                    count += 1;
                    return each(record);
                }
                Ok(())
            };
            self.each_below(spot, Some(parent), &mut own).await?;
        }
        // Where records say nothing of what they are below, any of them may be meant.
        if count == 0 && is_described && !spot.is_usual {
            self.each_below(spot, None, each).await?;
        }
        Ok(())
    }

    async fn each_below(
        &self,
        spot: &Spot<'_>,
        parent: Option<&str>,
        each: &mut (dyn FnMut(SandboxRecord) -> Result<(), Problem> + Send),
    ) -> Result<(), Problem> {
        let mut after = None;
        loop {
            let page = self.kept().page(&spot.name, parent, after).await;
            let page = page.map_err(refusal::fault)?;
            for record in page.items {
                if self.may_see(&record) {
                    each(record)?;
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Every record of a collection, whoever made it.
    pub(super) async fn all(
        &self,
        collection: &str,
        parent: Option<&str>,
    ) -> Result<Vec<SandboxRecord>, Problem> {
        self.sandbox.fill_one(self.organisation, collection).await?;
        let records = self.kept().all(collection, parent).await;
        records.map_err(refusal::fault)
    }

    /// What is kept for this organisation, whoever may see it.
    pub(super) fn kept(&self) -> SandboxRecords<'s> {
        self.sandbox.kept(self.organisation)
    }

    pub(super) async fn expanded(&self, mut data: Value) -> Result<Value, Problem> {
        let expansion = Expansion {
            kept: self.kept(),
            catalog: self.sandbox.realm.catalog(),
            shapes: &self.sandbox.shapes,
            permitted: &self.permitted,
            found: HashMap::new(),
            replaced: 0,
        };
        expansion.expand(&mut data, &self.query).await?;
        Ok(data)
    }

    /// The answer to a call that made `record`.
    pub(super) async fn created(
        &self,
        record: SandboxRecord,
        url: &str,
    ) -> Result<Response<Body>, Problem> {
        let location = HeaderValue::from_str(&format!("{url}/{}", record.id));
        let mut made = response::json(StatusCode::CREATED, &self.expanded(record.body).await?);
        if let Ok(location) = location {
            made.headers_mut().insert(LOCATION, location);
        }
        Ok(made)
    }
}

impl Call<'_> {
    /// The path of this same call with ids that are there; nothing where the caller may see none.
    /// Only samples and what the caller made itself are named.
    pub(super) async fn example(&self, operation: &Operation) -> Result<Option<String>, Problem> {
        let mut endpoints = self.sandbox.realm.catalog().endpoints().iter();
        let is_own = |own: &&Endpoint| {
            own.method == self.permitted.method && own.path == self.permitted.path
        };
        let (Some(endpoint), Some(place)) = (endpoints.find(is_own), operation.place()) else {
            return Ok(None);
        };
        let shapes = &self.sandbox.shapes;
        let said = |parameter: &str| self.parameter(parameter);
        let mut there = BTreeMap::new();
        for name in advice::collections(shapes, place, &said) {
            if let Some(record) = self.first(&name).await? {
                there.insert(name, advice::There::from(&record));
            }
        }
        let ids = advice::ids(shapes, place, &said, &there);
        Ok(ids.map(|ids| advice::filled(endpoint, &ids, &self.permitted.parameters)))
    }

    /// The first record of a collection that may be named to the caller.
    async fn first(&self, collection: &str) -> Result<Option<SandboxRecord>, Problem> {
        let mut records = self.all(collection, None).await?.into_iter();
        Ok(records.find(|own| {
            let mut makers = own.created_by.iter();
            makers.all(|own| own == self.client()) && self.may_see(own)
        }))
    }
}

/// Does the description show this record below these parents?
fn is_shown(spot: &Spot<'_>) -> bool {
    let Some((id, _)) = &spot.item else {
        return false;
    };
    let mut shown = spot.collection.shown_ids.iter();
    shown.any(|own| own.id == *id && own.below.as_ref() == Some(&spot.parent))
}

/// Has one of these members this value?
fn is_named(record: &SandboxRecord, members: &[&str], value: &str) -> bool {
    let mut own = members.iter().filter_map(|name| record.body.get(*name));
    own.any(|own| plain(own) == value)
}

/// Does a member such as `entity_id` hold this id?
fn names(record: &SandboxRecord, id: &str) -> bool {
    let members = record.body.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| name.len() > 2 && name.to_ascii_lowercase().ends_with("id"))
        .any(|(_, value)| plain(value) == id)
}
