//! The page where nothing that an app asks can be allowed.

use axum::http::StatusCode;
use axum::response::Response;
use oauth::consent;
use oauth::{ErrorCode, OAuthError};

use super::consent::organisation;
use super::kept::Place;
use super::lacking;
use super::situation::Situation;
use super::views::NothingPage;
use crate::pages::respond;
use crate::pages::views::{AppView, Person};
use crate::pages::visit::Visit;

/// What the app is told, where nothing of what it asks can be allowed.
pub(super) fn is_left(situation: &Situation) -> Result<(), OAuthError> {
    consent::something_offered(&situation.offer)
}

/// Says so, before the browser goes back to the app.
pub(super) fn tell(
    visit: &Visit,
    at: &Place,
    situation: &Situation,
    error: &OAuthError,
) -> Response {
    let client = &situation.asked.client.client;
    let here = situation.organisation.as_ref();
    let place = situation.place(visit);
    let app = AppView::of(client, &situation.asked.request.redirect_uri);
    let words = visit.words;
    let heading = match place {
        Some(place) => words.with(
            "nothing-heading-at",
            &[("app", &app.name), ("organisation", place)],
        ),
        None => words.with("nothing-heading", &[("app", &app.name)]),
    };
    let now = match error.code {
        ErrorCode::AccessDenied => "nothing-now-role",
        _ => "nothing-now-app",
    };
    let page = NothingPage {
        frame: visit.frame(None),
        heading,
        app,
        person: Person::of(&situation.signed_in.user),
        back: at.consent(visit),
        organisation: here.map(|here| organisation(visit, at, here, &situation.memberships)),
        action: at.consent(visit),
        shown: situation.shown(visit).to_string(),
        lacking: lacking::of_offer(visit, &situation.offer, place),
        now: words.get(now),
    };
    respond::page(StatusCode::OK, &page)
}
