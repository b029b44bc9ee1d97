//! Addresses where nothing is.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Redirect, Response};

use super::refusal::Refusal;
use super::visit::{Visit, nowhere};
use crate::asked_for::asked_for;
use crate::error::ApiError;
use realm::{App, Realm};

/// A page for who asks for pages, in the realm that the address names if there is one, and a
/// problem for everybody else.
pub(crate) async fn answer(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if let Some(home) = home_with_a_slash(&parts, &app) {
        return home;
    }
    let mut response = if takes_pages(&parts.headers) {
        match realm_of(&parts, &app) {
            Some(realm) => Refusal::NotFound.answer(&Visit::of(&parts, &app, realm)),
            None => nowhere(&parts),
        }
    } else {
        ApiError::not_found().into_response()
    };
    let vary = HeaderValue::from_static("Accept");
    response.headers_mut().append(VARY, vary);
    response
}

/// A realm's own address with a slash behind it, as people write it and some programs do: it leads to
/// the one without, which is the issuer.
fn home_with_a_slash(parts: &Parts, app: &App) -> Option<Response> {
    let asked = asked_for(parts);
    let without = asked.path().strip_suffix('/')?;
    let is_looked_at = matches!(parts.method, Method::GET | Method::HEAD);
    let realm = realm_of(parts, app).filter(|_| is_looked_at)?;
    let home = realm.layout().at("");
    if home != without {
        return None;
    }
    let location = match asked.query() {
        Some(query) => format!("{home}?{query}"),
        None => home,
    };
    Some(Redirect::permanent(&location).into_response())
}

/// The realm that the address is in: wherever it is, where there is no other.
fn realm_of(parts: &Parts, app: &App) -> Option<Arc<Realm>> {
    if app.sole_layout().is_some() {
        return app.realms().pop();
    }
    let first = parts.uri.path().split('/').nth(1).unwrap_or_default();
    app.realm(first)
}

/// Browsers name `text/html`; programs that take anything do not.
fn takes_pages(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).into_iter();
    let mut ranges = accepted
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','));
    ranges.any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_page = parts
            .next()
            .is_some_and(|media| media.eq_ignore_ascii_case("text/html"));
        let refused = |part: &str| {
            let weight = part.split_once('=').filter(|(name, _)| name.trim() == "q");
            weight.is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0))
        };
        is_page && !parts.any(refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_html_gets_pages() {
        let takes = |accept: &'static str| {
            let value = HeaderValue::from_static(accept);
            takes_pages(&HeaderMap::from_iter([(ACCEPT, value)]))
        };
        for browser in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json, Text/HTML; q=0.5",
        ] {
            assert!(takes(browser), "{browser}");
        }
        for program in [
            "*/*",
            "application/json",
            "text/html;q=0, application/json",
            "text/html ; q = 0.000",
            "text/htmlx",
            "",
        ] {
            assert!(!takes(program), "{program}");
        }
        assert!(!takes_pages(&HeaderMap::new()));
    }
}
