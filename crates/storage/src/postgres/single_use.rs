//! Single use on PostgreSQL: one statement each, and so one transaction and one round trip.
//!
//! The loser of a race waits for the winner's row, looks at the conditions again when that is
//! committed, and finds nothing left to do.

use oauth::model::{RefreshToken, Timestamp, TokenHash};
use sqlx::{PgConnection, query};

use super::PgStore;
use super::database::write_alone;
use super::sql::fault::fault;
use super::sql::{bind, refresh_tokens};
use crate::error::StoreError;
use crate::single_use::{
    begin_family, consume_code, exchangeable_refresh_token, insert_code, insert_refresh_token,
    replace_successor,
};

/// What a family needs to know of the code that begins it.
macro_rules! begins_with {
    () => {
        " RETURNING family, realm, client_id, grant_id, requested, scope, authenticated_at, class"
    };
}

pub(super) const INSERT_CODE: &str = concat!(insert_code!(), " RETURNING 1");
pub(super) const INSERT_CODE_ALONE: &str = INSERT_CODE;
pub(super) const REDEEM_CODE: &str = concat!(
    "WITH redeemed AS (",
    consume_code!("NULL"),
    begins_with!(),
    "), begun AS (",
    begin_family!("FROM redeemed WHERE TRUE"),
    ") SELECT 1 FROM redeemed"
);
/// The refresh token is stored only if the code was redeemed here.
pub(super) const REDEEM_CODE_FOR_REFRESH_TOKEN: &str = concat!(
    "WITH redeemed AS (",
    consume_code!("$3"),
    begins_with!(),
    "), begun AS (",
    begin_family!("FROM redeemed WHERE TRUE"),
    "), stored AS (",
    insert_refresh_token!("FROM redeemed"),
    ") SELECT 1 FROM redeemed"
);
/// Exchanges the token `$1` at `$2` for its successor `$3`, which is stored only if it was
/// exchanged here.
const ROTATE_REFRESH_TOKEN: &str = concat!(
    "WITH redeemed AS (",
    "UPDATE refresh_tokens SET rotated_at = $2, rotated_to = $3, derived_with = NULL
     WHERE hash = $1 AND ",
    exchangeable_refresh_token!("$2"),
    " RETURNING 1",
    "), stored AS (",
    insert_refresh_token!("FROM redeemed"),
    ") SELECT 1 FROM redeemed"
);

/// Gives the token `$1` a further successor, `$3` to `$17`, in the place of `$18`, if nobody used
/// that one. What gave its place has no successor.
pub(super) const REPLACE_SUCCESSOR: &str = concat!(
    "WITH redeemed AS (",
    replace_successor!(),
    " RETURNING 1), moved AS (UPDATE refresh_tokens SET rotated_to = $3 FROM redeemed WHERE hash = $1",
    "), stored AS (",
    insert_refresh_token!("FROM redeemed"),
    ") SELECT 1 FROM redeemed"
);

impl PgStore {
    /// Exchanges a refresh token for its successor. Answers whether this call did.
    pub(super) async fn exchange_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        write_alone!(self, rotate, hash, next, now)
    }
}

async fn rotate(
    connection: &mut PgConnection,
    hash: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let rotate = query(ROTATE_REFRESH_TOKEN)
        .bind(hash.0.as_slice())
        .bind(bind::time(now));
    let rotated = refresh_tokens::bind(rotate, next)
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    Ok(!rotated.is_empty())
}
