//! Standing grants, looked up where it matters that nothing is remembered. How they end is in
//! [`manage`](crate::manage).

use oauth::audit::GrantAct;
use oauth::model::{Grant, Uuid};

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// The grant that stands between a client and a person as it is stored now. A decision changes
/// it, so that starts from here, not from what is remembered.
///
/// # Errors
///
/// When the store cannot tell; so for every function here.
pub async fn standing(
    app: &App,
    realm: &Realm,
    client: &str,
    user: Uuid,
    organisation: Option<Uuid>,
) -> Result<Option<Grant>, Fault> {
    let store = app.store();
    let grant = store.standing_grant(realm.id(), client, user, organisation);
    Ok(grant.await?)
}

/// A grant of the person's own, in any state; anybody else's does not exist for them.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn own(app: &App, realm: &Realm, user: Uuid, id: Uuid) -> Result<Option<Grant>, Fault> {
    let grant = app.store().grant(realm.id(), id).await?;
    Ok(grant.filter(|grant| grant.user == user))
}

/// A grant in any state.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn of_any_state(app: &App, realm: &Realm, id: Uuid) -> Result<Option<Grant>, Fault> {
    Ok(app.store().grant(realm.id(), id).await?)
}

/// A person's live grants, latest first.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn of_user(app: &App, realm: &Realm, user: Uuid) -> Result<Vec<Grant>, Fault> {
    Ok(app.store().grants_of_user(realm.id(), user).await?)
}

/// What was done to a person's grants, the latest first.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn acts_of_user(
    app: &App,
    realm: &Realm,
    user: Uuid,
    limit: usize,
) -> Result<Vec<GrantAct>, Fault> {
    let rows = app.store().acts_on_grants_of(realm.id(), user, limit);
    Ok(rows.await?.iter().filter_map(GrantAct::of).collect())
}
