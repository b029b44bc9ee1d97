//! Choosing the organisation whose data an app may work with.

use axum::http::StatusCode;
use axum::response::Response;
use oauth::model::{Membership, Organisation};
use scope::OrganisationKey;

use super::kept::{Place, organisation_key};
use super::situation::Choosing;
use super::views::{OrganisationOption, OrganisationPage};
use crate::pages::respond;
use crate::pages::views::{AppView, Person};
use crate::pages::visit::Visit;
use crate::pages::words::shown;

/// The named organisation if the person belongs to it, or the only one if none is named.
pub(super) fn chosen<'m>(
    memberships: &'m [(Organisation, Membership)],
    named: Option<&str>,
) -> Option<&'m Organisation> {
    match (named, memberships) {
        (Some(named), _) => {
            let mut organisations = memberships.iter().map(|(organisation, _)| organisation);
            organisations.find(|organisation| is_named(organisation, named))
        }
        (None, [(only, _)]) => Some(only),
        (None, _) => None,
    }
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
                value: organisation_key(organisation),
                name: shown(&organisation.name),
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
