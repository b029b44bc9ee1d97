use std::io;
use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use realm::{Endpoint, Realm};
use scope::reference::Addresses;
use url::form_urlencoded;

use super::compressed;
use super::public::{self, Tag};
use super::reference::{Reference, References};
use super::refusal::Refusal;
use super::views::{Frame, ScopesPage};
use super::visit::Visit;
use crate::heavy;

/// `GET /{realm}/scopes`: every scope, what it means and what it opens, from the catalog.
/// `?q=` leaves those that hold the words, `?page=` shows another page of them. Nothing on it tells
/// who reads it.
pub(crate) async fn show(references: Arc<References>, visit: Visit) -> Response {
    let Ok(tag) = Tag::of(&visit.realm, visit.words.language()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if tag.is_known(&visit.headers) {
        return tag.not_modified();
    }
    let asked = Asked::of(&visit);
    let is_taken = compressed::is_taken(&visit.headers);
    let place = references.place(&visit.realm, visit.words);
    let is_all = asked.query.is_empty();
    let names_language = asked.frame.keeps_language;
    if is_taken
        && is_all
        && let Some(kept) = place.kept((asked.page, names_language), &tag)
    {
        return tag.answer(kept, true);
    }
    let (words, realm, of) = (visit.words, Arc::clone(&visit.realm), place.clone());
    let made = heavy::PAGES.run(move || asked.page(of.reference(&realm, words), &realm, is_taken));
    match made.await {
        Ok(Ok((page, number))) => {
            if is_taken && is_all {
                place.keep((number, names_language), tag.clone(), &page);
            }
            tag.answer(page, is_taken)
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(heavy::Busy) => Refusal::Busy.answer(&visit),
    }
}

/// What of the reference somebody asks for.
struct Asked {
    frame: Frame,
    query: String,
    page: usize,
}

impl Asked {
    fn of(visit: &Visit) -> Self {
        let query: String = visit.parameter("q").chars().take(LONGEST_QUERY).collect();
        let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
        let page = visit.parameter("page").parse().unwrap_or(1);
        // Its own address, and nothing else that stands in the one that was sent: the page may be
        // kept for others.
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        if !query.is_empty() {
            parameters.append_pair("q", &query);
        }
        if page > 1 {
            parameters.append_pair("page", &page.to_string());
        }
        let own = format!("{}?{}", visit.at("scopes"), parameters.finish());
        Self {
            frame: visit.public_frame(&own.parse::<Uri>().unwrap_or_default()),
            query,
            page,
        }
    }

    /// The page, and its number.
    fn page(
        self,
        reference: &Reference,
        realm: &Realm,
        is_taken: bool,
    ) -> io::Result<(Bytes, usize)> {
        let is_all = self.query.is_empty();
        let (page, count) = if is_all {
            (reference.page_of_all(self.page), reference.count())
        } else {
            let found = reference.find(&self.query);
            heavy::step_aside();
            (reference.page_of(&found, self.page), found.scopes.len())
        };
        heavy::step_aside();
        let number = page.number;
        let shown = ScopesPage {
            summary: realm.catalog().summary().get(self.frame.code()).to_owned(),
            addresses: addresses(realm),
            version: realm.catalog().version().to_owned(),
            frame: self.frame,
            query: self.query,
            count,
            contents: page.contents,
            guide: page.guide.to_vec(),
            resources: page.resources,
            calls: page.calls,
            number,
            of: page.of,
        };
        let html = shown.render().map_err(io::Error::other)?;
        heavy::step_aside();
        let bytes = public::bytes(html, is_taken)?;
        Ok((bytes, number))
    }
}

fn addresses(realm: &Realm) -> Addresses {
    let layout = realm.layout();
    Addresses {
        authorization: layout.url(Endpoint::Authorize.name()),
        token: layout.url(Endpoint::Token.name()),
        metadata: layout.known_url("oauth-authorization-server", ""),
        api: realm.audience().trim_end_matches('/').to_owned(),
    }
}

/// In characters.
const LONGEST_QUERY: usize = 100;
