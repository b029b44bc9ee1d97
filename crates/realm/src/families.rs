//! Families, the connections under a grant: seen, and ended with all that belongs to them.

use std::time::Duration;

use oauth::audit::Actor;
use oauth::model::{Family, RevocationReason, Timestamp, Uuid};
use scope::Connections;

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// The connections under a grant that go on, the one that got tokens last first.
///
/// # Errors
///
/// When the store cannot tell; so for every function here.
pub async fn of_grant(app: &App, realm: &Realm, grant: Uuid) -> Result<Vec<Family>, Fault> {
    let now = app.now();
    let life = Duration::from_secs(realm.catalog().token_policy().access_ttl);
    let since = now.saturating_sub(life).unwrap_or(Timestamp::MIN);
    let families = app.store().families_of_grant(realm.id(), grant, since, now);
    Ok(families.await?)
}

/// A family in any state, unless nobody told it apart.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn one(app: &App, realm: &Realm, id: Uuid) -> Result<Option<Family>, Fault> {
    Ok(app.store().family(realm.id(), id).await?)
}

/// Can one connection be ended alone? Opaque tokens do not tell until nodes of the release of
/// 22 November 2026 are gone and the upgrade is finished.
#[must_use]
pub fn are_told_apart(realm: &Realm) -> bool {
    realm.keys().name_families()
}

/// Ends a family, for what happened to one of its tokens. Where that belongs to no family, or its
/// access tokens could not be told from others, the grant ends.
///
/// # Errors
///
/// When that cannot be done.
pub async fn end(
    app: &App,
    realm: &Realm,
    by: &Actor,
    (grant, family): (Uuid, Option<Uuid>),
    reason: RevocationReason,
) -> Result<(), Fault> {
    let desk = app.desk(realm);
    if let Some(family) = family.filter(|_| are_told_apart(realm))
        && desk.end_family(by, family, reason).await?.is_some()
    {
        return Ok(());
    }
    desk.revoke_grant(by, grant, reason).await?;
    Ok(())
}

/// Where an app may be connected in one place only, a family that has begun ends those that began
/// before. Of two that begin at once the later one stays, whoever comes first to this.
///
/// # Errors
///
/// When that cannot be done.
pub async fn begun(
    app: &App,
    realm: &Realm,
    by: &Actor,
    (grant, family): (Uuid, Option<Uuid>),
) -> Result<(), Fault> {
    if realm.catalog().grant_policy().connections == Connections::Many {
        return Ok(());
    }
    let Some(family) = family.filter(|_| are_told_apart(realm)) else {
        return Ok(());
    };
    let families = of_grant(app, realm, grant).await?;
    let order = |family: &Family| (family.begun_at, family.id);
    let Some(mine) = families.iter().find(|other| other.id == family).map(order) else {
        return Ok(());
    };
    let desk = app.desk(realm);
    for earlier in families.iter().filter(|other| order(other) < mine) {
        let reason = RevocationReason::ConnectedAgain;
        desk.end_family(by, earlier.id, reason).await?;
    }
    Ok(())
}
