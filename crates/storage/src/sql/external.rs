//! Records that another system has, too, found by what that one calls them.

use oauth::model::ExternalId;
use sqlx::query;

use super::database::{self, Connection, Row};
use super::rows::fetch_one;
use crate::error::StoreError;

/// Finds the one that is there, in a table, by the columns of that.
macro_rules! select {
    ($columns:expr, $table:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $table,
            " WHERE realm = $1 AND source = $2 AND external_id = $3 AND deleted_at IS NULL"
        )
    };
}
pub(crate) use select;

/// The record of a realm that another system calls so; nothing where the database could not even hold the
/// name.
pub(crate) async fn fetch<T>(
    connection: &mut Connection,
    select: &'static str,
    (realm, external): (&str, &ExternalId),
    read: fn(&Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    if !database::can_hold(&external.id) {
        return Ok(None);
    }
    let select = query(select)
        .bind(realm)
        .bind(&external.source)
        .bind(&external.id);
    fetch_one(connection, select, read).await
}
