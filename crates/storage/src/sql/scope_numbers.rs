use scope::{ScopeNumbers, ScopeToken};
use sqlx::query;

use super::cells::Cells;
use super::changes;
use super::database::{self, Connection, Row};
use super::rows::{execute, fetch_all};
use crate::change::ChangeSubject;
use crate::error::StoreError;

pub(crate) async fn all(
    connection: &mut Connection,
    realm: &str,
) -> Result<ScopeNumbers, StoreError> {
    let select =
        query("SELECT realm, number, name FROM scope_numbers WHERE realm = $1 ORDER BY number")
            .bind(realm);
    let numbers = fetch_all(connection, select, number).await?;
    ScopeNumbers::new(numbers).map_err(|error| StoreError::InconsistentRow {
        table: "scope_numbers",
        column: "number",
        row: realm.to_owned(),
        problem: error.to_string(),
    })
}

/// Gives numbers to those that have none, while nobody else does.
pub(crate) async fn give(
    connection: &mut Connection,
    realm: &str,
    names: &[ScopeToken],
) -> Result<ScopeNumbers, StoreError> {
    database::hold_numbers(connection).await?;
    let known = all(connection, realm).await?;
    let new = names
        .iter()
        .filter(|name| known.number(name.as_str()).is_none());
    let mut given = false;
    for (number, name) in (known.next()..ScopeNumbers::MOST).zip(new) {
        let insert = query("INSERT INTO scope_numbers (realm, number, name) VALUES ($1, $2, $3)")
            .bind(realm)
            .bind(i64::from(number))
            .bind(name.as_str());
        execute(connection, insert).await?;
        given = true;
    }
    if !given {
        return Ok(known);
    }
    let numbers = all(connection, realm).await?;
    changes::append(connection, realm, &ChangeSubject::Keys).await?;
    Ok(numbers)
}

fn number(row: &Row) -> Result<(u32, ScopeToken), StoreError> {
    let cells = Cells::new(row, "scope_numbers", &["realm", "number"]);
    let number = u32::try_from(cells.number("number")?);
    let name = ScopeToken::parse(&cells.text("name")?);
    Ok((
        number.map_err(|error| cells.impossible("number", error))?,
        name.map_err(|error| cells.impossible("name", error))?,
    ))
}
