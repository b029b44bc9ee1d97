use oauth::model::GateCalls;
use sqlx::query;

use super::bind;
use super::cells::Cells;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_all};
use crate::error::StoreError;

pub(crate) async fn count(
    connection: &mut Connection,
    calls: &[GateCalls],
) -> Result<(), StoreError> {
    // In one order, so that no two nodes wait for each other.
    let mut sorted: Vec<&GateCalls> = calls.iter().collect();
    sorted.sort_by(|one, other| key(one).cmp(&key(other)));
    for calls in sorted {
        count_one(connection, calls).await?;
    }
    Ok(())
}

/// The primary key.
fn key(calls: &GateCalls) -> impl Ord {
    (
        &calls.realm,
        &calls.api,
        calls.outcome,
        &calls.client,
        &calls.method,
        &calls.path,
        calls.has_rule,
        &calls.reason,
    )
}

pub(crate) async fn all(
    connection: &mut Connection,
    realm: &str,
    limit: usize,
) -> Result<Vec<GateCalls>, StoreError> {
    // Columns by name, since a later version may add some while this one runs.
    let select = query(
        "SELECT realm, api, outcome, client, method, path, has_rule, reason, calls, first_at, last_at
         FROM gate_calls WHERE realm = $1
         ORDER BY calls DESC, api, outcome, client, path, method, reason LIMIT $2",
    )
    .bind(realm)
    .bind(bind::limit(limit));
    fetch_all(connection, select, read).await
}

async fn count_one(connection: &mut Connection, calls: &GateCalls) -> Result<(), StoreError> {
    let insert = query(
        "INSERT INTO gate_calls (realm, api, outcome, client, method, path, has_rule, reason,
             calls, first_at, last_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (realm, api, outcome, client, method, path, has_rule, reason) DO UPDATE SET
             calls = gate_calls.calls + excluded.calls,
             first_at = CASE WHEN gate_calls.first_at < excluded.first_at
                 THEN gate_calls.first_at ELSE excluded.first_at END,
             last_at = CASE WHEN gate_calls.last_at > excluded.last_at
                 THEN gate_calls.last_at ELSE excluded.last_at END",
    )
    .bind(&calls.realm)
    .bind(&calls.api)
    .bind(calls.outcome.as_str())
    .bind(&calls.client)
    .bind(&calls.method)
    .bind(&calls.path)
    .bind(i64::from(calls.has_rule))
    .bind(&calls.reason)
    .bind(calls.calls)
    .bind(bind::time(calls.first_at))
    .bind(bind::time(calls.last_at));
    execute(connection, insert).await?;
    Ok(())
}

fn read(row: &Row) -> Result<GateCalls, StoreError> {
    let cells = Cells::new(row, "gate_calls", &["realm", "api", "path"]);
    Ok(GateCalls {
        realm: cells.text("realm")?,
        api: cells.text("api")?,
        outcome: cells.word("outcome")?,
        client: cells.text("client")?,
        method: cells.text("method")?,
        path: cells.text("path")?,
        has_rule: cells.flag("has_rule")?,
        reason: cells.text("reason")?,
        calls: cells.number("calls")?,
        first_at: cells.time("first_at")?,
        last_at: cells.time("last_at")?,
    })
}
