use oauth::model::{Organisation, Page, PageRequest, Role, Uuid};
use sqlx::query;

use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::{About, fault_about};
use super::rows::{fetch_all, fetch_one, fetch_page};
use super::{bind, changes};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::json;

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<Organisation>, StoreError> {
    let select = query("SELECT * FROM organisations WHERE id = $2 AND realm = $1")
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
    let select = query("SELECT * FROM organisations WHERE realm = $1 AND slug = $2")
        .bind(realm)
        .bind(slug);
    fetch_one(connection, select, organisation).await
}

pub(crate) async fn by_number(
    connection: &mut Connection,
    realm: &str,
    number: i64,
) -> Result<Option<Organisation>, StoreError> {
    let select = query("SELECT * FROM organisations WHERE realm = $1 AND number = $2")
        .bind(realm)
        .bind(number);
    fetch_one(connection, select, organisation).await
}

pub(crate) async fn page(
    connection: &mut Connection,
    realm: &str,
    page: &PageRequest,
) -> Result<Page<Organisation>, StoreError> {
    let size = bind::page_size(page);
    let select = query(
        "SELECT * FROM organisations WHERE realm = $1 AND ($2 IS NULL OR slug > $2)
         ORDER BY slug LIMIT $3",
    )
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
) -> Result<Organisation, StoreError> {
    if wanted.number == 0 {
        database::hold_numbers(connection).await?;
    }
    let row = query(
        "INSERT INTO organisations (realm, id, number, slug, name, created_at)
         SELECT $1, $2, CASE WHEN $3 <> 0 THEN $3 ELSE
             (SELECT COALESCE(MAX(number), 0) + 1 FROM organisations WHERE realm = $1) END,
             $4, $5, $6
         RETURNING *",
    )
    .bind(&wanted.realm)
    .bind(wanted.id.as_bytes().as_slice())
    .bind(wanted.number)
    .bind(&wanted.slug)
    .bind(&wanted.name)
    .bind(bind::time(wanted.created_at))
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
        upsert_role(connection, role).await?;
    }
    changed(connection, &wanted.realm, wanted.id).await?;
    organisation(&row)
}

pub(crate) async fn roles(
    connection: &mut Connection,
    realm: &str,
    organisation: Uuid,
) -> Result<Vec<Role>, StoreError> {
    let select =
        query("SELECT * FROM roles WHERE organisation_id = $2 AND realm = $1 ORDER BY name")
            .bind(realm)
            .bind(organisation.as_bytes().as_slice());
    fetch_all(connection, select, role).await
}

pub(crate) async fn put_role(connection: &mut Connection, role: &Role) -> Result<(), StoreError> {
    if one(connection, &role.realm, role.organisation)
        .await?
        .is_none()
    {
        return Err(not_found(role.organisation));
    }
    upsert_role(connection, role).await?;
    changed(connection, &role.realm, role.organisation).await
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
) -> Result<(), StoreError> {
    changes::append(connection, realm, &ChangeSubject::Organisation(id)).await
}

async fn upsert_role(connection: &mut Connection, role: &Role) -> Result<(), StoreError> {
    query(
        "INSERT INTO roles (realm, organisation_id, name, rights) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id, name) DO UPDATE SET rights = excluded.rights",
    )
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
    })
}

fn role(row: &Row) -> Result<Role, StoreError> {
    let cells = Cells::new(row, "roles", &["organisation_id", "name"]);
    Ok(Role {
        realm: cells.text("realm")?,
        organisation: cells.uuid("organisation_id")?,
        name: cells.text("name")?,
        rights: cells.json("rights")?,
    })
}
