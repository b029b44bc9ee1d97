//! What apps and organisations are called, also those that are gone.

use oauth::model::Uuid;

use crate::pages::organisation_names::OrganisationNames;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::pages::words::shown;

/// The app's name; its id when it is gone.
pub(super) async fn app_name(visit: &Visit, id: &str) -> Result<String, Refusal> {
    let known = visit.realm.cache().client(id).await?;
    Ok(known.map_or_else(|| shown(id), |known| shown(&known.client.name)))
}

/// What the organisations of the person are called.
pub(super) async fn names_of(visit: &Visit, user: Uuid) -> Result<OrganisationNames, Refusal> {
    let memberships = visit.realm.cache().memberships(user).await?;
    Ok(OrganisationNames::of(visit.realm.catalog(), &memberships))
}

/// The organisation's name; none where none is meant, or it is gone.
pub(super) async fn organisation_name(
    visit: &Visit,
    names: &OrganisationNames,
    id: Option<Uuid>,
) -> Result<Option<String>, Refusal> {
    let Some(id) = id else {
        return Ok(None);
    };
    let organisation = visit.realm.cache().organisation(id).await?;
    Ok(organisation.map(|organisation| names.name(&organisation)))
}
