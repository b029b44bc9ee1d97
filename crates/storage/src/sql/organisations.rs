use oauth::audit::AuditRecord;
use oauth::model::{ExternalId, Organisation, Page, PageRequest, Role, Uuid};
use sqlx::{query, query_scalar};

use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::{About, fault, fault_about};
use super::rows::{execute, fetch_all, fetch_one, fetch_page};
use super::{audit, bind, external};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::json;

/// By name, since a later version may add some while this one runs.
macro_rules! columns {
    () => {
        "organisations.realm, organisations.id, organisations.slug,
         organisations.number, organisations.name, organisations.created_at,
         organisations.source, organisations.external_id, organisations.version"
    };
}
pub(crate) use columns;

macro_rules! select {
    ($condition:literal) => {
        concat!("SELECT ", columns!(), " FROM organisations ", $condition)
    };
}

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select_roles {
    ($condition:literal) => {
        concat!(
            "SELECT realm, organisation_id, name, rights, version
         FROM roles ",
            $condition
        )
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<Organisation>, StoreError> {
    let select = query(select!(
        "WHERE id = $2 AND realm = $1 AND deleted_at IS NULL"
    ))
    .bind(realm)
    .bind(id.as_bytes().as_slice());
    fetch_one(connection, select, organisation).await
}

pub(crate) async fn by_slug(
    connection: &mut Connection,
    realm: &str,
    slug: &str,
) -> Result<Option<Organisation>, StoreError> {
    if !database::can_hold(slug) {
        return Ok(None);
    }
    let select = query(select!("WHERE realm = $1 AND slug = $2"))
        .bind(realm)
        .bind(slug);
    fetch_one(connection, select, organisation).await
}

pub(crate) async fn by_number(
    connection: &mut Connection,
    realm: &str,
    number: i64,
) -> Result<Option<Organisation>, StoreError> {
    let select = query(select!(
        "WHERE realm = $1 AND number = $2 AND deleted_at IS NULL"
    ))
    .bind(realm)
    .bind(number);
    fetch_one(connection, select, organisation).await
}

pub(crate) async fn by_external(
    connection: &mut Connection,
    realm: &str,
    external: &ExternalId,
) -> Result<Option<Organisation>, StoreError> {
    let select = external::select!(columns!(), "organisations");
    external::fetch(connection, select, (realm, external), organisation).await
}

pub(crate) async fn page(
    connection: &mut Connection,
    realm: &str,
    page: &PageRequest,
) -> Result<Page<Organisation>, StoreError> {
    let size = bind::page_size(page);
    let select = query(select!(
        "WHERE realm = $1 AND deleted_at IS NULL AND ($2 IS NULL OR slug > $2)
         ORDER BY slug LIMIT $3"
    ))
    .bind(realm)
    .bind(page.after.as_deref().map(database::held))
    .bind(bind::limit(size + 1));
    fetch_page(connection, select, size, organisation, |found| {
        found.slug.clone()
    })
    .await
}

pub(crate) async fn insert(
    connection: &mut Connection,
    wanted: &Organisation,
    roles: &[Role],
    record: &AuditRecord,
) -> Result<Organisation, StoreError> {
    let number = match wanted.number {
        0 => next_number(connection, &wanted.realm).await?,
        given => given,
    };
    let row = query(concat!(
        "INSERT INTO organisations (realm, id, number, slug, name, created_at, source,
             external_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         RETURNING ",
        columns!()
    ))
    .bind(&wanted.realm)
    .bind(wanted.id.as_bytes().as_slice())
    .bind(number)
    .bind(&wanted.slug)
    .bind(&wanted.name)
    .bind(bind::time(wanted.created_at))
    .bind(wanted.external.as_ref().map(|external| &external.source))
    .bind(wanted.external.as_ref().map(|external| &external.id))
    .fetch_one(&mut *connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("organisation", &wanted.slug),
            parent: ("realm", &wanted.realm),
        };
        fault_about(&error, about)
    })?;
    for role in roles {
        insert_role(connection, role).await?;
    }
    changed(connection, &wanted.realm, wanted.id, record).await?;
    organisation(&row)
}

/// The realm's next, but for those that are short names: of before these were refused.
async fn next_number(connection: &mut Connection, realm: &str) -> Result<i64, StoreError> {
    database::hold_numbers(connection).await?;
    let last = "SELECT COALESCE(MAX(number), 0) FROM organisations WHERE realm = $1";
    let last: i64 = query_scalar(last)
        .bind(realm)
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
    let mut next = last + 1;
    while by_slug(connection, realm, &next.to_string())
        .await?
        .is_some()
    {
        next += 1;
    }
    Ok(next)
}

pub(crate) async fn rename(
    connection: &mut Connection,
    organisation: &Organisation,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let (realm, id) = (&organisation.realm, organisation.id);
    let updated = query(
        "UPDATE organisations SET slug = $3, name = $4, version = version + 1
         WHERE id = $2 AND realm = $1 AND version = $5 AND deleted_at IS NULL",
    )
    .bind(realm)
    .bind(id.as_bytes().as_slice())
    .bind(&organisation.slug)
    .bind(&organisation.name)
    .bind(organisation.version)
    .execute(&mut *connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("organisation", &organisation.slug),
            parent: ("realm", realm),
        };
        fault_about(&error, about)
    })?;
    if updated.rows_affected() == 0 {
        return Err(match one(connection, realm, id).await? {
            Some(_) => StoreError::Conflict {
                what: "organisation",
                key: id.to_string(),
            },
            None => not_found(id),
        });
    }
    changed(connection, realm, id, record).await
}

pub(crate) async fn roles(
    connection: &mut Connection,
    realm: &str,
    organisation: Uuid,
) -> Result<Vec<Role>, StoreError> {
    let select = query(select_roles!(
        "WHERE organisation_id = $2 AND realm = $1 ORDER BY name"
    ))
    .bind(realm)
    .bind(organisation.as_bytes().as_slice());
    fetch_all(connection, select, role).await
}

pub(crate) async fn put_role(
    connection: &mut Connection,
    role: &Role,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    if one(connection, &role.realm, role.organisation)
        .await?
        .is_none()
    {
        return Err(not_found(role.organisation));
    }
    if role.version == 0 {
        insert_role(connection, role).await?;
    } else {
        update_role(connection, role).await?;
    }
    changed(connection, &role.realm, role.organisation, record).await
}

pub(crate) fn not_found(id: Uuid) -> StoreError {
    StoreError::NotFound {
        what: "organisation",
        key: id.to_string(),
    }
}

pub(crate) async fn changed(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    audit::append(connection, realm, &ChangeSubject::Organisation(id), record).await
}

async fn update_role(connection: &mut Connection, role: &Role) -> Result<(), StoreError> {
    let update = query(
        "UPDATE roles SET rights = $4, version = version + 1
         WHERE realm = $1 AND organisation_id = $2 AND name = $3 AND version = $5",
    )
    .bind(&role.realm)
    .bind(role.organisation.as_bytes().as_slice())
    .bind(&role.name)
    .bind(json(&role.rights)?)
    .bind(role.version);
    if execute(connection, update).await? > 0 {
        return Ok(());
    }
    Err(role_missed(connection, role).await?)
}

/// Whoever has the role has it no more.
pub(crate) async fn remove_role(
    connection: &mut Connection,
    role: &Role,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let organisation = role.organisation.as_bytes().as_slice();
    change_members(connection, role).await?;
    let take = query("DELETE FROM membership_roles WHERE organisation_id = $1 AND role = $2")
        .bind(organisation)
        .bind(&role.name);
    execute(connection, take).await?;
    drop_role(connection, role).await?;
    changed(connection, &role.realm, role.organisation, record).await
}

/// Whoever has the role has it by its other name.
pub(crate) async fn rename_role(
    connection: &mut Connection,
    role: &Role,
    name: &str,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let organisation = role.organisation.as_bytes().as_slice();
    change_members(connection, role).await?;
    let renamed = query(
        "INSERT INTO roles (realm, organisation_id, name, rights, version)
         SELECT realm, organisation_id, $3, rights, version + 1 FROM roles
         WHERE organisation_id = $1 AND name = $2",
    );
    let renamed = renamed.bind(organisation).bind(&role.name).bind(name);
    renamed.execute(&mut *connection).await.map_err(|error| {
        let about = About {
            record: ("role", name),
            parent: ("organisation", &role.organisation.to_string()),
        };
        fault_about(&error, about)
    })?;
    let have =
        query("UPDATE membership_roles SET role = $3 WHERE organisation_id = $1 AND role = $2");
    let have = have.bind(organisation).bind(&role.name).bind(name);
    execute(connection, have).await?;
    drop_role(connection, role).await?;
    changed(connection, &role.realm, role.organisation, record).await
}

/// The places of those who have the role are others than they were.
async fn change_members(connection: &mut Connection, role: &Role) -> Result<(), StoreError> {
    let update = query(
        "UPDATE memberships SET version = version + 1
         WHERE organisation_id = $1 AND user_id IN
             (SELECT user_id FROM membership_roles WHERE organisation_id = $1 AND role = $2)",
    )
    .bind(role.organisation.as_bytes().as_slice())
    .bind(&role.name);
    execute(connection, update).await?;
    Ok(())
}

/// A role that nobody has any more, if it still has the version that was read.
async fn drop_role(connection: &mut Connection, role: &Role) -> Result<(), StoreError> {
    let delete = query(
        "DELETE FROM roles
         WHERE realm = $1 AND organisation_id = $2 AND name = $3 AND version = $4",
    )
    .bind(&role.realm)
    .bind(role.organisation.as_bytes().as_slice())
    .bind(&role.name)
    .bind(role.version);
    match execute(connection, delete).await? {
        0 => Err(role_missed(connection, role).await?),
        _ => Ok(()),
    }
}

async fn role_missed(connection: &mut Connection, role: &Role) -> Result<StoreError, StoreError> {
    let there = roles(connection, &role.realm, role.organisation).await?;
    let (what, key) = ("role", role.name.clone());
    Ok(if there.iter().any(|other| other.name == role.name) {
        StoreError::Conflict { what, key }
    } else {
        StoreError::NotFound { what, key }
    })
}

async fn insert_role(connection: &mut Connection, role: &Role) -> Result<(), StoreError> {
    query("INSERT INTO roles (realm, organisation_id, name, rights) VALUES ($1, $2, $3, $4)")
        .bind(&role.realm)
        .bind(role.organisation.as_bytes().as_slice())
        .bind(&role.name)
        .bind(json(&role.rights)?)
        .execute(connection)
        .await
        .map_err(|error| {
            let about = About {
                record: ("role", &role.name),
                parent: ("organisation", &role.organisation.to_string()),
            };
            fault_about(&error, about)
        })?;
    Ok(())
}

pub(crate) fn organisation(row: &Row) -> Result<Organisation, StoreError> {
    let cells = Cells::new(row, "organisations", &["id"]);
    Ok(Organisation {
        realm: cells.text("realm")?,
        id: cells.uuid("id")?,
        slug: cells.text("slug")?,
        number: cells.number("number")?,
        name: cells.text("name")?,
        created_at: cells.time("created_at")?,
        external: cells.external()?,
        version: cells.number("version")?,
    })
}

fn role(row: &Row) -> Result<Role, StoreError> {
    let cells = Cells::new(row, "roles", &["organisation_id", "name"]);
    Ok(Role {
        realm: cells.text("realm")?,
        organisation: cells.uuid("organisation_id")?,
        name: cells.text("name")?,
        rights: cells.json("rights")?,
        version: cells.number("version")?,
    })
}
