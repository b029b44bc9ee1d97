//! Choosing the organisation whose data an app may work with.

use axum::http::StatusCode;
use axum::response::Response;
use oauth::model::{Membership, Organisation};
use scope::OrganisationKey;

use super::kept::Place;
use super::situation::Choosing;
use super::views::{OrganisationOption, OrganisationPage};
use crate::pages::organisation_names::OrganisationNames;
use crate::pages::respond;
use crate::pages::views::{AppView, Person};
use crate::pages::visit::Visit;
use crate::pages::words::shown;

/// The organisation that a page of ours names, always by its id, if the person belongs to it; or
/// else the one the app names; or the only one if none is named.
pub(super) fn chosen<'m>(
    memberships: &'m [(Organisation, Membership)],
    by_page: Option<&str>,
    by_app: Option<&str>,
) -> Option<&'m Organisation> {
    let mut organisations = memberships.iter().map(|(organisation, _)| organisation);
    match (by_page, by_app) {
        (Some(id), _) => organisations.find(|one| one.is_named(OrganisationKey::Id, id)),
        (None, Some(name)) => only(organisations.filter(|one| is_named(one, name))),
        (None, None) => only(organisations),
    }
}

/// Where an app's word fits several, the person says which.
fn only<'m>(mut organisations: impl Iterator<Item = &'m Organisation>) -> Option<&'m Organisation> {
    let first = organisations.next();
    first.filter(|_| organisations.next().is_none())
}

fn is_named(organisation: &Organisation, name: &str) -> bool {
    let mut keys = [
        OrganisationKey::Slug,
        OrganisationKey::Id,
        OrganisationKey::Number,
    ]
    .into_iter();
    keys.any(|key| organisation.is_named(key, name))
}

/// Asks for the organisation first, where there is more than one.
pub(super) fn choose(visit: &Visit, at: &Place, choosing: &Choosing) -> Response {
    let request = &choosing.asked.request;
    let names = OrganisationNames::of(visit.realm.catalog(), &choosing.memberships);
    let page = OrganisationPage {
        frame: visit.frame(None),
        app: AppView::of(&choosing.asked.client.client, &request.redirect_uri),
        person: Person::of(&choosing.signed_in.user),
        back: at.consent(visit),
        action: at.at(visit, "organisation"),
        options: choosing
            .memberships
            .iter()
            .map(|(organisation, membership)| OrganisationOption {
                value: organisation.id.to_string(),
                name: names.name(organisation),
                roles: role_titles(visit, membership),
            })
            .collect(),
    };
    respond::page(StatusCode::OK, &page)
}

fn role_titles(visit: &Visit, membership: &Membership) -> Option<String> {
    let catalog = visit.realm.catalog();
    let titles: Vec<String> = membership
        .roles
        .iter()
        .map(|name| {
            let template = catalog.role(name);
            template.map_or_else(|| shown(name), |role| visit.text(&role.title).to_owned())
        })
        .collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}
