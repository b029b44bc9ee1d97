use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use scope::reference::Addresses;

use super::reference::References;
use super::refusal::Refusal;
use super::respond;
use super::views::ScopesPage;
use super::visit::Visit;
use crate::heavy;

/// `GET /{realm}/scopes`: every scope, what it means and what it opens, from the catalog.
/// `?q=` leaves those that hold the words.
pub(crate) async fn show(references: Arc<References>, visit: Visit) -> Response {
    let query: String = visit
        .parameter("q")
        .trim()
        .chars()
        .take(LONGEST_QUERY)
        .collect();
    let person = visit.signed_in().await.ok().flatten();
    let frame = visit.frame(person.as_ref().map(|signed_in| &*signed_in.user));
    let (words, realm) = (visit.words, Arc::clone(&visit.realm));
    let shown = heavy::PAGES.run(move || {
        let reference = references.of(&realm, words);
        let found = reference.find(words, &query);
        let page = ScopesPage {
            frame,
            summary: reference.summary.clone(),
            addresses: Addresses::of(realm.issuer(), realm.audience()),
            version: realm.catalog().version().to_owned(),
            guide: Arc::clone(&reference.guide),
            resources: found.resources,
            calls: found.calls,
            more: found.more,
            query,
        };
        respond::page(StatusCode::OK, &page)
    });
    match shown.await {
        Ok(page) => page,
        Err(heavy::Busy) => Refusal::Busy.answer(&visit),
    }
}

/// In characters.
const LONGEST_QUERY: usize = 100;
