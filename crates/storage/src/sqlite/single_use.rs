//! Single use on SQLite: scripts, of which each is a transaction by itself.

use super::script::script;
use crate::single_use::{
    begin_family, consume_code, exchangeable_refresh_token, insert_code, insert_refresh_token,
    replace_successor,
};

/// A row, if the statement before changed one. `RETURNING` would answer the same for twice the
/// work: it is a trigger, which keeps its rows in a table of their own, and with it the database
/// notes how to undo the statement.
macro_rules! done {
    () => {
        "SELECT 1 WHERE changes() > 0"
    };
}

/// As a part of a transaction.
pub(super) const INSERT_CODE: &str = concat!(insert_code!(), "; ", done!());
/// As a write by itself.
pub(super) const INSERT_CODE_ALONE: &str = script!(insert_code!(), done!());
/// A code that was redeemed before has its family already.
pub(super) const REDEEM_CODE: &str = script!(
    consume_code!("NULL"),
    done!(),
    begin_family!("FROM authorization_codes WHERE hash = $1 AND consumed_at = $2")
);
/// The refresh token is stored only for the code that was redeemed for this very one.
pub(super) const REDEEM_CODE_FOR_REFRESH_TOKEN: &str = script!(
    consume_code!("$3"),
    done!(),
    begin_family!("FROM authorization_codes WHERE hash = $1 AND redeemed_for = $3"),
    insert_refresh_token!(
        "WHERE EXISTS (SELECT 1 FROM authorization_codes WHERE hash = $1 AND redeemed_for = $3)"
    )
);
/// Exchanges the refresh token `$1` at `$2` for its successor, `$3` to `$17`. Answers the successor
/// if it did; the successor is stored only for the token that this very one succeeds.
pub(super) const ROTATE_REFRESH_TOKEN: &str = script!(
    concat!(
        "UPDATE refresh_tokens SET rotated_at = $2, rotated_to = $3, derived_with = NULL
         WHERE hash = $1 AND ",
        exchangeable_refresh_token!("$2"),
    ),
    "SELECT $3 WHERE changes() > 0",
    insert_refresh_token!(
        "WHERE EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = $1 AND rotated_to = $3)"
    )
);
/// The same for a list of refresh tokens, `$1`: a JSON array with, for each, the token's hash, the
/// time, and the columns of its successor; hashes and ids in hexadecimal. Answers the successors
/// of those that were exchanged. Reading the list costs more than it saves while one waits alone.
///
/// Each is read from the list once, in binary form: `json_each` writes its `value` anew for every
/// mention.
pub(super) const ROTATE_REFRESH_TOKENS: &str = script!(
    concat!(
        "WITH each AS MATERIALIZED (SELECT jsonb(value) AS one FROM json_each($1))
         UPDATE refresh_tokens SET rotated_at = asked.at, rotated_to = asked.successor,
             derived_with = NULL
         FROM (SELECT unhex(one ->> 0) AS token, one ->> 1 AS at, unhex(one ->> 2) AS successor
             FROM each) AS asked
         WHERE hash = asked.token AND ",
        exchangeable_refresh_token!("asked.at"),
        " RETURNING rotated_to"
    ),
    "WITH each AS MATERIALIZED (SELECT jsonb(value) AS one FROM json_each($1))
     INSERT INTO refresh_tokens (hash, realm, client_id, grant_id, user_id, organisation_id,
         scope, created_at, expires_at, rotated_at, revoked_at, family, position, rotated_to,
         derived_with)
     SELECT unhex(one ->> 2), one ->> 3, one ->> 4, unhex(one ->> 5),
         unhex(one ->> 6), unhex(one ->> 7), one ->> 8, one ->> 9, one ->> 10,
         one ->> 11, one ->> 12, unhex(one ->> 13), one ->> 14,
         unhex(one ->> 15), unhex(one ->> 16)
     FROM each
     WHERE EXISTS (SELECT 1 FROM refresh_tokens
         WHERE hash = unhex(one ->> 0) AND rotated_to = unhex(one ->> 2))
     ON CONFLICT (hash) DO NOTHING"
);
/// Gives the token `$1` a further successor, `$3` to `$17`, in the place of `$18`, if nobody used
/// that one. What gave its place has no successor.
pub(super) const REPLACE_SUCCESSOR: &str = script!(
    replace_successor!(),
    done!(),
    "UPDATE refresh_tokens SET rotated_to = $3 WHERE hash = $1 AND rotated_to = $18
         AND EXISTS (SELECT 1 FROM refresh_tokens AS before
             WHERE before.hash = $18 AND before.rotated_at IS NOT NULL
                 AND before.rotated_to IS NULL)",
    insert_refresh_token!(
        "WHERE EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = $1 AND rotated_to = $3)"
    )
);
