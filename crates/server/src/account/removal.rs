//! The page that asks before an app is removed.

use axum::http::StatusCode;
use axum::response::Response;
use oauth::consent::ShownGrant;
use oauth::model::Grant;
use realm::families;

use super::grant::client_of;
use super::names::{names_of, organisation_name};
use super::view::RemovalPage;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::views::AppView;
use crate::pages::visit::Visit;
use crate::session::SignedIn;

/// Asks about one grant.
pub(super) async fn ask(
    visit: &Visit,
    signed_in: &SignedIn,
    grant: &Grant,
) -> Result<Response, Refusal> {
    let client = client_of(visit, grant).await?;
    let families = families::of_grant(&visit.app, &visit.realm, grant.id).await?;
    let words = visit.words;
    let count = i64::try_from(families.len()).unwrap_or(i64::MAX);
    let names = names_of(visit, grant.user).await?;
    let text = match organisation_name(visit, &names, grant.organisation).await? {
        Some(place) => words.with("removal-text-at", &[("organisation", &place)]),
        None => words.get("removal-text"),
    };
    let page = RemovalPage {
        frame: visit.frame(Some(&signed_in.user)),
        app: client.as_ref().map_or_else(
            || AppView::unknown(&grant.client),
            |client| AppView::of(client, ""),
        ),
        text,
        places: (count > 1).then(|| words.count("removal-places", count)),
        shown: ShownGrant::of(grant).to_string(),
        action: visit.form_at(&format!("account/grants/{}/remove", grant.id)),
        keep: visit.form_at("account"),
    };
    Ok(respond::page(StatusCode::OK, &page))
}
