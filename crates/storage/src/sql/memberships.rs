use std::collections::BTreeSet;

use oauth::audit::AuditRecord;
use oauth::model::{
    GivenRights, Membership, Organisation, Position, Rights, Timestamp, User, Uuid,
};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::fault::{About, fault, fault_about};
use super::rows::execute;
use super::{bind, changes, organisations, users};
use crate::error::StoreError;
use crate::text::json;

/// By names that no column of the other side has.
macro_rules! columns {
    () => {
        "memberships.organisation_id, memberships.user_id,
         memberships.given_rights, memberships.given_at, memberships.given_until,
         memberships.cut_off AS membership_cut_off, memberships.version AS membership_version"
    };
}

pub(crate) async fn of_user(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
) -> Result<Vec<(Organisation, Membership)>, StoreError> {
    let rows = query(concat!(
        "SELECT ",
        organisations::columns!(),
        ", ",
        columns!(),
        ", membership_roles.role
         FROM memberships
         JOIN organisations ON organisations.id = memberships.organisation_id
             AND organisations.deleted_at IS NULL
         LEFT JOIN membership_roles
             ON membership_roles.organisation_id = memberships.organisation_id
             AND membership_roles.user_id = memberships.user_id
         WHERE memberships.user_id = $2 AND memberships.realm = $1
         ORDER BY organisations.name, organisations.id, membership_roles.position"
    ))
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    gather(&rows, realm, organisations::organisation)
}

pub(crate) async fn of_organisation(
    connection: &mut Connection,
    realm: &str,
    organisation: Uuid,
) -> Result<Vec<(User, Membership)>, StoreError> {
    let rows = query(concat!(
        "SELECT ",
        users::columns!(),
        ", ",
        columns!(),
        ", membership_roles.role
         FROM memberships
         JOIN users ON users.id = memberships.user_id AND users.deleted_at IS NULL
         LEFT JOIN membership_roles
             ON membership_roles.organisation_id = memberships.organisation_id
             AND membership_roles.user_id = memberships.user_id
         WHERE memberships.organisation_id = $2 AND memberships.realm = $1
         ORDER BY users.folded_username, membership_roles.position"
    ))
    .bind(realm)
    .bind(organisation.as_bytes().as_slice())
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    gather(&rows, realm, users::user)
}

pub(crate) async fn rights(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    organisation: Uuid,
) -> Result<Option<Rights>, StoreError> {
    let rows = query(
        "SELECT memberships.organisation_id, memberships.user_id, memberships.cut_off,
             memberships.given_rights, memberships.given_at, memberships.given_until, roles.name,
             roles.rights
         FROM memberships
         JOIN users ON users.id = memberships.user_id AND users.disabled_at IS NULL
         JOIN organisations ON organisations.id = memberships.organisation_id
             AND organisations.deleted_at IS NULL
         LEFT JOIN membership_roles
             ON membership_roles.organisation_id = memberships.organisation_id
             AND membership_roles.user_id = memberships.user_id
         LEFT JOIN roles
             ON roles.organisation_id = membership_roles.organisation_id
             AND roles.name = membership_roles.role
         WHERE memberships.organisation_id = $3 AND memberships.user_id = $2
             AND memberships.realm = $1",
    )
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(organisation.as_bytes().as_slice())
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    let Some(place) = rows.first() else {
        return Ok(None);
    };
    let place = Cells::new(place, "memberships", &["organisation_id", "user_id"]);
    let cut_off = place.position("cut_off")?;
    let given = given(&place)?;
    let mut rights = BTreeSet::new();
    for row in &rows {
        let cells = Cells::new(row, "roles", &["organisation_id", "name"]);
        rights.extend(
            cells
                .optional_json::<Vec<String>>("rights")?
                .unwrap_or_default(),
        );
    }
    Ok(Some(Rights {
        names: rights.into_iter().collect(),
        given,
        cut_off,
    }))
}

/// What was given, with both its times, or nothing.
fn given(cells: &Cells<'_>) -> Result<Option<GivenRights>, StoreError> {
    let names = cells.optional_json("given_rights")?;
    let times = (
        cells.optional_time("given_at")?,
        cells.optional_time("given_until")?,
    );
    match (names, times) {
        (None, (None, None)) => Ok(None),
        (Some(names), (Some(at), Some(until))) => Ok(Some(GivenRights { names, at, until })),
        _ => Err(cells.impossible("given_until", "rights and both times come together")),
    }
}

pub(crate) async fn put(
    connection: &mut Connection,
    membership: &Membership,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let Membership {
        realm,
        organisation,
        user,
        roles,
        given: _,
        cut_off: _,
        version,
    } = membership;
    if organisations::one(connection, realm, *organisation)
        .await?
        .is_none()
    {
        return Err(organisations::not_found(*organisation));
    }
    if users::one(connection, realm, *user).await?.is_none() {
        return Err(StoreError::NotFound {
            what: "user",
            key: user.to_string(),
        });
    }
    if *version == 0 {
        insert(connection, membership).await?;
    } else {
        update(connection, membership).await?;
    }
    for (position, role) in roles.iter().enumerate() {
        insert_role(connection, membership, role, position).await?;
    }
    organisations::changed(connection, realm, *organisation, record).await
}

/// Its roles go with it.
pub(crate) async fn remove(
    connection: &mut Connection,
    membership: &Membership,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let Membership {
        realm,
        organisation,
        user,
        ..
    } = membership;
    let delete = query(
        "DELETE FROM memberships
         WHERE organisation_id = $2 AND user_id = $3 AND realm = $1 AND version = $4",
    )
    .bind(realm)
    .bind(organisation.as_bytes().as_slice())
    .bind(user.as_bytes().as_slice())
    .bind(membership.version);
    if execute(connection, delete).await? > 0 {
        remember_end(connection, membership).await?;
        organisations::changed(connection, realm, *organisation, record).await?;
        return Ok(true);
    }
    let places = of_user(connection, realm, *user).await?;
    if places.iter().any(|(there, _)| there.id == *organisation) {
        return Err(StoreError::Conflict {
            what: "membership",
            key: key(membership),
        });
    }
    Ok(false)
}

/// Should the person come back, nothing that was issued for the earlier place does.
async fn remember_end(
    connection: &mut Connection,
    membership: &Membership,
) -> Result<(), StoreError> {
    let Position(until) = changes::before_next(connection).await?;
    let remember = query(
        "INSERT INTO ended_memberships (organisation_id, user_id, cut_off) VALUES ($1, $2, $3)
         ON CONFLICT (organisation_id, user_id) DO UPDATE SET cut_off = $3",
    )
    .bind(membership.organisation.as_bytes().as_slice())
    .bind(membership.user.as_bytes().as_slice())
    .bind(until);
    execute(connection, remember).await?;
    Ok(())
}

async fn insert(connection: &mut Connection, membership: &Membership) -> Result<(), StoreError> {
    let insert = query(
        "INSERT INTO memberships
             (realm, organisation_id, user_id, cut_off, given_rights, given_at, given_until)
         SELECT $1, $2, $3, COALESCE((SELECT cut_off FROM ended_memberships
             WHERE organisation_id = $2 AND user_id = $3), $4), $5, $6, $7
         ON CONFLICT (organisation_id, user_id) DO NOTHING",
    )
    .bind(&membership.realm)
    .bind(membership.organisation.as_bytes().as_slice())
    .bind(membership.user.as_bytes().as_slice())
    .bind(bind::position(membership.cut_off))
    .bind(given_names(membership)?)
    .bind(bind::optional_time(given_at(membership)))
    .bind(bind::optional_time(given_until(membership)));
    match execute(connection, insert).await? {
        0 => Err(StoreError::AlreadyExists {
            what: "membership",
            key: key(membership),
        }),
        _ => Ok(()),
    }
}

/// Leaves it without roles.
async fn update(connection: &mut Connection, membership: &Membership) -> Result<(), StoreError> {
    let update = query(
        "UPDATE memberships SET cut_off = $4, given_rights = $6, given_at = $7, given_until = $8,
             version = version + 1
         WHERE realm = $1 AND organisation_id = $2 AND user_id = $3 AND version = $5",
    )
    .bind(&membership.realm)
    .bind(membership.organisation.as_bytes().as_slice())
    .bind(membership.user.as_bytes().as_slice())
    .bind(bind::position(membership.cut_off))
    .bind(membership.version)
    .bind(given_names(membership)?)
    .bind(bind::optional_time(given_at(membership)))
    .bind(bind::optional_time(given_until(membership)));
    if execute(connection, update).await? == 0 {
        // One that ended meanwhile was changed meanwhile, too.
        return Err(StoreError::Conflict {
            what: "membership",
            key: key(membership),
        });
    }
    let delete = query("DELETE FROM membership_roles WHERE organisation_id = $1 AND user_id = $2")
        .bind(membership.organisation.as_bytes().as_slice())
        .bind(membership.user.as_bytes().as_slice());
    execute(connection, delete).await?;
    Ok(())
}

fn given_names(membership: &Membership) -> Result<Option<String>, StoreError> {
    let given = membership.given.as_ref();
    given.map(|given| json(&given.names)).transpose()
}

fn given_at(membership: &Membership) -> Option<Timestamp> {
    membership.given.as_ref().map(|given| given.at)
}

fn given_until(membership: &Membership) -> Option<Timestamp> {
    membership.given.as_ref().map(|given| given.until)
}

fn key(membership: &Membership) -> String {
    format!("{} in {}", membership.user, membership.organisation)
}

async fn insert_role(
    connection: &mut Connection,
    membership: &Membership,
    role: &str,
    position: usize,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO membership_roles (organisation_id, user_id, role, position)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id, user_id, role) DO NOTHING",
    )
    .bind(membership.organisation.as_bytes().as_slice())
    .bind(membership.user.as_bytes().as_slice())
    .bind(role)
    .bind(bind::limit(position))
    .execute(connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("role of a membership", role),
            parent: ("role", role),
        };
        fault_about(&error, about)
    })?;
    Ok(())
}

/// One row for each role becomes one membership.
fn gather<T>(
    rows: &[Row],
    realm: &str,
    other_side: fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<(T, Membership)>, StoreError> {
    let mut gathered: Vec<(T, Membership)> = Vec::new();
    for row in rows {
        let cells = Cells::new(row, "memberships", &["organisation_id", "user_id"]);
        let organisation = cells.uuid("organisation_id")?;
        let user = cells.uuid("user_id")?;
        let role = cells.optional_text("role")?;
        match gathered.last_mut() {
            Some((_, last)) if last.organisation == organisation && last.user == user => {
                last.roles.extend(role);
            }
            _ => {
                let membership = Membership {
                    realm: realm.to_owned(),
                    organisation,
                    user,
                    roles: role.into_iter().collect(),
                    given: given(&cells)?,
                    cut_off: cells.position("membership_cut_off")?,
                    version: cells.number("membership_version")?,
                };
                gathered.push((other_side(row)?, membership));
            }
        }
    }
    Ok(gathered)
}
