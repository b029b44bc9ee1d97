//! Rows that a transaction holds before it looks at what hangs from them: others who hold the same, or
//! change it, come after.

use oauth::model::Uuid;
use sqlx::query;

use super::database::{Connection, for_update};
use super::rows::fetch_one;
use crate::error::StoreError;

/// A person, if they are there.
pub(crate) async fn person(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<(), StoreError> {
    let held = query(for_update!(
        "SELECT 1 FROM users WHERE id = $2 AND realm = $1"
    ))
    .bind(realm)
    .bind(id.as_bytes().as_slice());
    fetch_one(connection, held, |_| Ok(())).await?;
    Ok(())
}
