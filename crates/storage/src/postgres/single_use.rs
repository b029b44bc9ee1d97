//! Single use on PostgreSQL: one statement each, and so one transaction and one round trip.
//!
//! The loser of a race waits for the winner's row, looks at the conditions again when that is
//! committed, and finds nothing left to do.

use crate::single_use::{consume_code, insert_code, insert_refresh_token, rotate_refresh_token};

pub(super) const INSERT_CODE: &str = insert_code!();
pub(super) const INSERT_CODE_ALONE: &str = INSERT_CODE;
pub(super) const REDEEM_CODE: &str = consume_code!("NULL");
/// The refresh token is stored only if the code was redeemed here.
pub(super) const REDEEM_CODE_FOR_REFRESH_TOKEN: &str = concat!(
    "WITH redeemed AS (",
    consume_code!("$3"),
    "), stored AS (",
    insert_refresh_token!("FROM redeemed"),
    ") SELECT 1 FROM redeemed"
);
/// The successor is stored only if the token was rotated here.
pub(super) const ROTATE_REFRESH_TOKEN: &str = concat!(
    "WITH redeemed AS (",
    rotate_refresh_token!(),
    "), stored AS (",
    insert_refresh_token!("FROM redeemed"),
    ") SELECT 1 FROM redeemed"
);
