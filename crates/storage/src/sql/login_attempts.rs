//! Attempts to sign in hold places: one under each key, from their beginning. A right one gives
//! its own back, a wrong one keeps it for longer, and one that was cut off loses it by itself.

use oauth::model::{LoginAttempt, LoginLimit, LoginStart, Timestamp};
use sqlx::query;

use super::bind;
use super::cells::Cells;
use super::database::{self, Connection};
use super::fault::fault;
use super::rows::execute;
use crate::error::StoreError;

/// The places taken under a key.
struct Taken {
    places: Vec<i64>,
    free_at: Option<Timestamp>,
    under_way: bool,
}

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT realm, login_key, place, id, held_until, failed_at
         FROM login_attempts ",
            $condition
        )
    };
}

/// Answers `Begun` if a place seems to be free under every key, without taking any.
pub(crate) async fn look(
    connection: &mut Connection,
    attempt: &LoginAttempt,
    now: Timestamp,
) -> Result<LoginStart, StoreError> {
    for (number, limit) in attempt.limits.iter().enumerate() {
        let taken = taken(connection, &attempt.realm, limit, now).await?;
        if let Some(full) = taken.full(number, limit) {
            return Ok(full);
        }
    }
    Ok(LoginStart::Begun)
}

/// Takes a place under every key, or none.
pub(crate) async fn begin(
    connection: &mut Connection,
    attempt: &LoginAttempt,
    now: Timestamp,
    until: Timestamp,
) -> Result<LoginStart, StoreError> {
    for (number, limit) in attempt.limits.iter().enumerate() {
        if !take(connection, attempt, limit, now, until).await? {
            give_back(connection, attempt).await?;
            let taken = taken(connection, &attempt.realm, limit, now).await?;
            let moving_on = LoginStart::Full {
                limit: number,
                free_at: now,
                under_way: true,
            };
            return Ok(taken.full(number, limit).unwrap_or(moving_on));
        }
    }
    Ok(LoginStart::Begun)
}

/// Answers whether the attempt still held all its places; it keeps those it does.
pub(crate) async fn failed(
    connection: &mut Connection,
    attempt: &LoginAttempt,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let mut kept = 0;
    for limit in &attempt.limits {
        let update = query(
            "UPDATE login_attempts SET failed_at = $4, held_until = $5
             WHERE realm = $1 AND login_key = $2 AND id = $3 AND failed_at IS NULL",
        )
        .bind(&attempt.realm)
        .bind(database::held(&limit.key))
        .bind(attempt.id.as_bytes().as_slice())
        .bind(bind::time(now))
        .bind(bind::time(until));
        kept += execute(connection, update).await?;
    }
    Ok(is_all(attempt, kept))
}

/// Answers whether the attempt still held all its places; if so, it is forgiven what came before.
pub(crate) async fn succeeded(
    connection: &mut Connection,
    attempt: &LoginAttempt,
) -> Result<bool, StoreError> {
    let given_back = give_back(connection, attempt).await?;
    if !is_all(attempt, given_back) {
        return Ok(false);
    }
    for limit in attempt.limits.iter().filter(|limit| limit.forgiven) {
        forgive(connection, &attempt.realm, &limit.key).await?;
    }
    Ok(true)
}

/// Answers whether the attempt still held all its places. It is as if it had not been made.
pub(crate) async fn withdrawn(
    connection: &mut Connection,
    attempt: &LoginAttempt,
) -> Result<bool, StoreError> {
    let given_back = give_back(connection, attempt).await?;
    Ok(is_all(attempt, given_back))
}

/// Wrong attempts under a key give back their places; those under way keep theirs.
pub(crate) async fn forgive(
    connection: &mut Connection,
    realm: &str,
    key: &str,
) -> Result<(), StoreError> {
    let delete = query(
        "DELETE FROM login_attempts
         WHERE realm = $1 AND login_key = $2 AND failed_at IS NOT NULL",
    )
    .bind(realm)
    .bind(database::held(key));
    execute(connection, delete).await?;
    Ok(())
}

/// Each place goes to one attempt by one conditional statement. All go through keys and
/// places in the same order, so none waits for another that waits for it.
async fn take(
    connection: &mut Connection,
    attempt: &LoginAttempt,
    limit: &LoginLimit,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let taken = taken(connection, &attempt.realm, limit, now).await?;
    for place in (0..i64::from(limit.most)).filter(|place| !taken.places.contains(place)) {
        let insert = query(
            "INSERT INTO login_attempts (realm, login_key, place, id, held_until, failed_at)
             VALUES ($1, $2, $3, $4, $5, NULL)
             ON CONFLICT (realm, login_key, place) DO UPDATE
             SET id = excluded.id, held_until = excluded.held_until, failed_at = NULL
             WHERE login_attempts.held_until <= $6",
        )
        .bind(&attempt.realm)
        .bind(database::held(&limit.key))
        .bind(place)
        .bind(attempt.id.as_bytes().as_slice())
        .bind(bind::time(until))
        .bind(bind::time(now));
        if execute(connection, insert).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn taken(
    connection: &mut Connection,
    realm: &str,
    limit: &LoginLimit,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let rows = query(select!(
        "WHERE realm = $1 AND login_key = $2 AND place < $3 AND held_until > $4"
    ))
    .bind(realm)
    .bind(database::held(&limit.key))
    .bind(i64::from(limit.most))
    .bind(bind::time(now))
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    let mut taken = Taken {
        places: Vec::with_capacity(rows.len()),
        free_at: None,
        under_way: false,
    };
    for row in &rows {
        let cells = Cells::new(row, "login_attempts", &["realm", "login_key", "place"]);
        let held_until = cells.time("held_until")?;
        taken.places.push(cells.number("place")?);
        taken.under_way |= cells.optional_time("failed_at")?.is_none();
        taken.free_at = Some(
            taken
                .free_at
                .map_or(held_until, |first| first.min(held_until)),
        );
    }
    Ok(taken)
}

impl Taken {
    fn full(&self, number: usize, limit: &LoginLimit) -> Option<LoginStart> {
        let is_full = self.places.len() >= usize::try_from(limit.most).unwrap_or(usize::MAX);
        is_full.then_some(LoginStart::Full {
            limit: number,
            free_at: self.free_at?,
            under_way: self.under_way,
        })
    }
}

/// Answers how many places the attempt held.
async fn give_back(connection: &mut Connection, attempt: &LoginAttempt) -> Result<u64, StoreError> {
    let mut given_back = 0;
    for limit in &attempt.limits {
        let delete = query(
            "DELETE FROM login_attempts
             WHERE realm = $1 AND login_key = $2 AND id = $3 AND failed_at IS NULL",
        )
        .bind(&attempt.realm)
        .bind(database::held(&limit.key))
        .bind(attempt.id.as_bytes().as_slice());
        given_back += execute(connection, delete).await?;
    }
    Ok(given_back)
}

fn is_all(attempt: &LoginAttempt, places: u64) -> bool {
    usize::try_from(places).is_ok_and(|places| places == attempt.limits.len())
}
