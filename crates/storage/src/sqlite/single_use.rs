//! Single use on SQLite: scripts, of which each is a transaction by itself.

use super::script::script;
use crate::single_use::{consume_code, insert_code, insert_refresh_token, rotate_refresh_token};

/// As a part of a transaction.
pub(super) const INSERT_CODE: &str = insert_code!();
/// As a write by itself.
pub(super) const INSERT_CODE_ALONE: &str = script!(insert_code!());
pub(super) const REDEEM_CODE: &str = script!(consume_code!("NULL"));
/// The refresh token is stored only for the code that was redeemed for this very one.
pub(super) const REDEEM_CODE_FOR_REFRESH_TOKEN: &str = script!(
    consume_code!("$3"),
    insert_refresh_token!(
        "WHERE EXISTS (SELECT 1 FROM authorization_codes WHERE hash = $1 AND redeemed_for = $3)"
    )
);
/// The successor is stored only for the token that this very one succeeds.
pub(super) const ROTATE_REFRESH_TOKEN: &str = script!(
    rotate_refresh_token!(),
    insert_refresh_token!(
        "WHERE EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = $1 AND rotated_to = $3)"
    )
);
