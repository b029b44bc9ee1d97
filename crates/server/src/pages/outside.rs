//! Pages that belong to no realm.

use axum::http::request::Parts;
use axum::response::Response;
use realm::App;

use super::refusal::Refusal;
use super::respond;
use super::views::Frame;
use super::visit::{choose_language, language_links, query_value};
use super::words::Words;
use crate::csrf;
use crate::language::Language;

/// What stands around a page that belongs to no realm.
pub(super) fn frame(parts: &Parts) -> Frame {
    let language = choose_language(&Language::ALL, &parts.uri, &parts.headers);
    Frame {
        words: Words::new(language),
        realm: String::new(),
        realm_title: "Scopegate".to_owned(),
        person: None,
        languages: language_links(&Language::ALL, &parts.uri, language),
        keeps_language: !query_value(parts.uri.query().unwrap_or_default(), "ui_locales")
            .is_empty(),
    }
}

/// The page for an address in no realm.
#[must_use]
pub fn nowhere(parts: &Parts) -> Response {
    refused(parts, Refusal::NotFound)
}

/// The page for a form that none of our pages sent.
#[must_use]
pub fn foreign_form(parts: &Parts, app: &App) -> Response {
    let refusal = Refusal::ForeignForm {
        origin: csrf::own_origin(app),
        is_told: csrf::tells_origin(&parts.headers),
    };
    refused(parts, refusal)
}

fn refused(parts: &Parts, refusal: Refusal) -> Response {
    let frame = frame(parts);
    let link = (String::from("/"), frame.t("error-home"), false);
    let status = refusal.status();
    let mut page = refusal.page(frame);
    page.link = Some(link);
    respond::page(status, &page)
}
