//! Calls that look: lists, searches, records, files, reports.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use enforce::Problem;
use scope::RowFilter;
use serde_json::{Value, json};
use storage::SandboxRecord;

use super::call::{self, Call, Spot};
use super::search::Criteria;
use super::shape::{CollectionName, Place};
use super::{document, refusal};

impl Call<'_> {
    pub(super) async fn list(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let records = self.records(&spot).await?;
        self.page(&spot, records).await
    }

    pub(super) async fn search(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        let criteria = Criteria::read(body)?;
        let spot = self.spot(place).await?;
        let mut records = self.records(&spot).await?;
        records.retain(|record| criteria.hold(&record.body));
        self.page(&spot, records).await
    }

    async fn page(
        &self,
        spot: &Spot<'_>,
        records: Vec<SandboxRecord>,
    ) -> Result<Response<Body>, Problem> {
        let paging = self.query.paging()?;
        let total = records.len();
        let records = paging.cut(records).into_iter().map(|record| record.body);
        let data = match self.expanded(records.collect()).await? {
            Value::Array(data) => data,
            other => vec![other],
        };
        let mut list = paging.envelope(data, total, &self.url, &self.query);
        if total == 0
            && let Some(list) = list.as_object_mut()
        {
            list.insert(
                "message".to_owned(),
                Value::from(self.why_empty(&spot.name)),
            );
        }
        Ok(call::json(StatusCode::OK, &list))
    }

    fn why_empty(&self, collection: &str) -> String {
        match self.permitted.row_filter {
            Some(RowFilter::OwnRecords) => format!(
                "This token shows only the {collection} that your own app created, and it has created none here yet. The sample records belong to nobody."
            ),
            None => format!("There are no {collection} here, or none that meet the criteria."),
        }
    }

    pub(super) async fn show(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let record = self.item(&spot).await?;
        Ok(call::json(
            StatusCode::OK,
            &self.expanded(record.body).await?,
        ))
    }

    pub(super) async fn download(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let record = self.item(&spot).await?;
        Ok(document::of(&spot.name, &record.id, &record.body))
    }

    /// The person behind the token, over the sample of a `me` or the first of the collection.
    pub(super) async fn me(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let user = self.permitted.token.claims.user.ok_or_else(nobody)?;
        let (realm, store) = (self.sandbox.realm.id(), self.sandbox.store());
        let failed = |error| refusal::store(&error);
        let user = store
            .user(realm, user)
            .await
            .map_err(failed)?
            .ok_or_else(nobody)?;
        let mut me = self.all("me", None).await?;
        if let (true, CollectionName::Literal(name)) = (me.is_empty(), &place.collection) {
            me = self.all(name, None).await?;
        }
        let memberships = store.memberships(realm, user.id).await.map_err(failed)?;
        let organisations: Vec<_> = memberships
            .iter()
            .map(|(organisation, membership)| {
                json!({
                    "id": organisation.id,
                    "slug": organisation.slug,
                    "number": organisation.number,
                    "name": organisation.name,
                    "roles": membership.roles,
                })
            })
            .collect();
        let mut body = me
            .into_iter()
            .next()
            .map_or_else(|| json!({}), |record| record.body);
        if let Some(members) = body.as_object_mut() {
            let (first, last) = user.name.split_once(' ').unwrap_or((&user.name, ""));
            for (name, value) in [
                ("first_name", first),
                ("firstname", first),
                ("last_name", last),
                ("lastname", last),
            ] {
                if let Some(member) = members.get_mut(name) {
                    *member = Value::from(value);
                }
            }
            members.insert("id".to_owned(), Value::from(user.number));
            members.insert("name".to_owned(), Value::from(user.name));
            members.insert("email".to_owned(), Value::from(user.username));
            members.insert("organisations".to_owned(), Value::from(organisations));
        }
        Ok(call::json(StatusCode::OK, &body))
    }

    /// The report's sample rows, or how many records there are.
    pub(super) async fn report(&self, name: &str) -> Result<Response<Body>, Problem> {
        let mut rows: Vec<Value> = self
            .all(name, None)
            .await?
            .into_iter()
            .map(|record| record.body)
            .collect();
        if rows.is_empty() {
            for collection in self.sandbox.shapes.collections.keys() {
                let records = self.all(collection, None).await?.len();
                rows.push(json!({ "collection": collection, "records": records }));
            }
        }
        let report = json!({
            "report": name,
            "made_at": self.sandbox.app.now(),
            "total": rows.len(),
            "rows": rows,
        });
        Ok(call::json(StatusCode::OK, &report))
    }
}

fn nobody() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no-person",
        "There is no person behind this token",
        "The token was issued to an app for itself, so there is nobody to tell about.",
    )
}
