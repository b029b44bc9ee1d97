use std::collections::HashSet;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use enforce::reading;
use oauth::consent::Choice;
use scope::Catalog;
use url::form_urlencoded;

use super::refusal::Refusal;
use realm::limits;

/// The fields of a form as they came, before anybody looked whether a page of ours sends such.
#[derive(Debug)]
pub(crate) struct SentForm(Vec<(String, String)>);

/// The fields of a form in their order: each comes once, but for the boxes, which share a name.
#[derive(Debug)]
pub(crate) struct PageForm(Vec<(String, String)>);

/// The name of every box.
const BOX: &str = "allow";

impl PageForm {
    /// The value of a field that comes once; empty when it is not there.
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
                None if field == BOX => None,
                Some((BOX, row)) => Some(row),
                _ => return None,
            };
            (!value.is_empty()).then_some((row, value.as_str()))
        });
        Choice::of_rows(catalog, answers).ok_or(Refusal::Form)
    }
}

impl<S: Send + Sync> FromRequest<S> for SentForm {
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

impl SentForm {
    /// Refuses a form that answers something twice: whichever of the answers were taken, it might
    /// not be the one that was meant.
    ///
    /// # Errors
    ///
    /// [`Refusal::Form`].
    pub(crate) fn once(self) -> Result<PageForm, Refusal> {
        let mut seen = HashSet::new();
        let mut names = self.0.iter().map(|(field, _)| field.as_str());
        if names.all(|field| field == BOX || seen.insert(field)) {
            Ok(PageForm(self.0))
        } else {
            Err(Refusal::Form)
        }
    }

    /// Refuses a form without any fields, too.
    ///
    /// # Errors
    ///
    /// [`Refusal::Form`].
    pub(crate) fn filled(self) -> Result<PageForm, Refusal> {
        if self.0.is_empty() {
            Err(Refusal::Form)
        } else {
            self.once()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_once_is_refused_twice() {
        let sent = |names: &[&str]| {
            let fields = names.iter().map(|name| ((*name).to_owned(), String::new()));
            SentForm(fields.collect()).once().is_ok()
        };
        assert!(sent(&[]));
        assert!(sent(&[
            "allow",
            "allow",
            "allow.task",
            "allow.note",
            "shown"
        ]));
        for twice in ["shown", "decision", "organisation", "allow.task", "unknown"] {
            assert!(!sent(&[twice, "allow", twice]), "{twice}");
        }
    }
}
