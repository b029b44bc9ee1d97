use axum::body::Body;
use axum::extract::{FromRequest, Request};
use enforce::reading;
use oauth::consent::Choice;
use scope::Catalog;
use url::form_urlencoded;

use super::refusal::Refusal;
use realm::limits;

/// The fields of a form one of our pages sent, in their order; a name may come again.
#[derive(Debug)]
pub(crate) struct PageForm(Vec<(String, String)>);

impl PageForm {
    /// The first value of a field; empty when it is not there.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The scopes that were allowed: every non-empty `allow` (a box) and `allow.…` (one
    /// answer of several, in the row that it names).
    ///
    /// # Errors
    ///
    /// [`Refusal::Form`] where a row has the answer of another.
    pub(crate) fn choice(&self, catalog: &Catalog) -> Result<Choice, Refusal> {
        let answers = self.0.iter().filter_map(|(field, value)| {
            let row = match field.split_once('.') {
                None if field == "allow" => None,
                Some(("allow", row)) => Some(row),
                _ => return None,
            };
            (!value.is_empty()).then_some((row, value.as_str()))
        });
        Choice::of_rows(catalog, answers).ok_or(Refusal::Form)
    }
}

impl<S: Send + Sync> FromRequest<S> for PageForm {
    type Rejection = std::convert::Infallible;

    /// Never fails: what cannot be read is a form without fields, which no page sends, and
    /// is refused as that.
    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Self::Rejection> {
        let (head, sent) = request.into_parts();
        let body = reading::read(&head.headers, sent, limits::PAGE_FORM_BYTES).await;
        let fields = body.map_or_else(
            |_| Vec::new(),
            |body| form_urlencoded::parse(&body).into_owned().collect(),
        );
        Ok(Self(fields))
    }
}

impl PageForm {
    /// Refuses a form without any fields.
    ///
    /// # Errors
    ///
    /// [`Refusal::Form`].
    pub(crate) fn filled(self) -> Result<Self, Refusal> {
        if self.0.is_empty() {
            Err(Refusal::Form)
        } else {
            Ok(self)
        }
    }
}
