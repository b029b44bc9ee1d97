//! Calls that look: lists, searches, records, files, reports.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use enforce::Problem;
use oauth::model::SandboxRecord;
use scope::RowFilter;
use serde_json::{Value, json};

use super::answer::Tells;
use super::call::Call;
use super::page_names::PageNames;
use super::search::Criteria;
use super::shape::Place;
use super::{document, response};

impl Call<'_> {
    pub(super) async fn list(&self, place: &Place) -> Result<Response<Body>, Problem> {
        self.page(place, Criteria::none()).await
    }

    pub(super) async fn search(
        &self,
        place: &Place,
        body: Option<Value>,
    ) -> Result<Response<Body>, Problem> {
        self.page(place, Criteria::read(body)?).await
    }

    async fn page(&self, place: &Place, mut criteria: Criteria) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let described = self.described(Some(&spot));
        let named = described.as_ref().map(PageNames::of).unwrap_or_default();
        let paging = self.query.paging(&named)?;
        let (mut total, mut records) = (0, Vec::new());
        let mut each = |record: SandboxRecord| {
            if criteria.hold(&record.body)? {
                if paging.holds(total) {
                    records.push(record);
                }
                total += 1;
            }
            Ok(())
        };
        self.each_record(&spot, &mut each).await?;
        let shown = paging.shown(total, &self.url, &self.query);
        let tells = Tells::Page(&records, shown);
        let otherwise = async || {
            let records = records.iter().map(|record| record.body.clone()).collect();
            let data = match self.expanded(Value::Array(records)).await? {
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
            Ok(response::json(StatusCode::OK, &list))
        };
        self.answered(Some(&spot), tells, otherwise).await
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
        self.changed(&spot, record).await
    }

    pub(super) async fn download(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let spot = self.spot(place).await?;
        let record = self.item(&spot).await?;
        let tells = Tells::Records(std::slice::from_ref(&record));
        let otherwise = async || Ok(document::of(&spot.name, &record.id, &record.body));
        self.answered(Some(&spot), tells, otherwise).await
    }

    /// The report's sample rows, and how many they are.
    pub(super) async fn report(&self, name: &str) -> Result<Response<Body>, Problem> {
        let rows: Vec<Value> = self
            .all(name, None)
            .await?
            .into_iter()
            .map(|record| record.body)
            .collect();
        let report = json!({
            "report": name,
            "made_at": self.sandbox.app.now(),
            "total": rows.len(),
            "rows": rows,
        });
        let otherwise = async || Ok(response::json(StatusCode::OK, &report));
        self.answered(None, Tells::Value(None), otherwise).await
    }
}
