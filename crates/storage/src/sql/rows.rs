//! Statements that are run, and their rows as values.

use oauth::model::Page;
use sqlx::query::Query;

use super::database::{Arguments, Connection, Db, Row};
use super::fault::fault;
use crate::error::StoreError;

/// Makes a value of a row.
type Read<T> = fn(&Row) -> Result<T, StoreError>;

/// The only row there can be.
pub(crate) async fn fetch_one<T>(
    connection: &mut Connection,
    select: Query<'_, Db, Arguments>,
    read: Read<T>,
) -> Result<Option<T>, StoreError> {
    let row = select.fetch_optional(connection).await.map_err(fault)?;
    row.as_ref().map(read).transpose()
}

/// Every row.
pub(crate) async fn fetch_all<T>(
    connection: &mut Connection,
    select: Query<'_, Db, Arguments>,
    read: Read<T>,
) -> Result<Vec<T>, StoreError> {
    let rows = select.fetch_all(connection).await.map_err(fault)?;
    rows.iter().map(read).collect()
}

/// Up to `size` rows as a page. One more was asked for: it tells that there is a next page,
/// behind the `key` of the last one here.
pub(crate) async fn fetch_page<T>(
    connection: &mut Connection,
    select: Query<'_, Db, Arguments>,
    size: usize,
    read: Read<T>,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, StoreError> {
    let rows = select.fetch_all(connection).await.map_err(fault)?;
    let more = rows.len() > size;
    let read = rows.iter().take(size).map(read);
    let items = read.collect::<Result<Vec<T>, StoreError>>()?;
    let next = if more { items.last().map(key) } else { None };
    Ok(Page { items, next })
}

/// Answers how many rows were written or removed.
pub(crate) async fn execute(
    connection: &mut Connection,
    statement: Query<'_, Db, Arguments>,
) -> Result<u64, StoreError> {
    let done = statement.execute(connection).await.map_err(fault)?;
    Ok(done.rows_affected())
}
