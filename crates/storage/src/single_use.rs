//! The parts of the statements that make something single use, for all databases. How a
//! database joins them into one that is done whole or not at all is its own.

/// Stores a code, only below a live grant. Answers a row if it was stored.
macro_rules! insert_code {
    () => {
        "INSERT INTO authorization_codes (hash, realm, client_id, grant_id, user_id,
             organisation_id, redirect_uri, code_challenge, scope, withheld, refused, created_at,
             expires_at, consumed_at, family, position)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
         WHERE EXISTS (SELECT 1 FROM grants
             WHERE id = $4 AND realm = $2 AND revoked_at IS NULL)
         RETURNING 1"
    };
}

/// The one statement that makes a code single use: the code `$1` at `$2`, for the refresh
/// token with this hash. Answers a row if it did.
macro_rules! consume_code {
    ($redeemed_for:literal) => {
        concat!(
            "UPDATE authorization_codes SET consumed_at = $2, redeemed_for = ",
            $redeemed_for,
            " WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2
                 AND EXISTS (SELECT 1 FROM grants
                     WHERE grants.id = authorization_codes.grant_id
                         AND grants.realm = authorization_codes.realm
                         AND grants.revoked_at IS NULL)
             RETURNING 1"
        )
    };
}

/// The condition that makes a refresh token single use: it can be exchanged at `$now`.
macro_rules! exchangeable_refresh_token {
    ($now:literal) => {
        concat!(
            "rotated_at IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ",
            $now,
            ") AND EXISTS (SELECT 1 FROM grants
                 WHERE grants.id = refresh_tokens.grant_id
                     AND grants.realm = refresh_tokens.realm
                     AND grants.revoked_at IS NULL)"
        )
    };
}

/// Stores the refresh token `$3` to `$15`, if the condition holds.
macro_rules! insert_refresh_token {
    ($condition:literal) => {
        concat!(
            "INSERT INTO refresh_tokens (hash, realm, client_id, grant_id, user_id,
                 organisation_id, scope, created_at, expires_at, rotated_at, revoked_at, family,
                 position)
             SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 ",
            $condition,
            " ON CONFLICT (hash) DO NOTHING"
        )
    };
}

pub(crate) use {consume_code, exchangeable_refresh_token, insert_code, insert_refresh_token};
