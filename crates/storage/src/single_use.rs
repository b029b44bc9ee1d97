//! The parts of the statements that make something single use, for all databases. How a
//! database joins them into one that is done whole or not at all, and how it answers whether it
//! was done, is its own.

/// Stores a code, only below a live grant.
macro_rules! insert_code {
    () => {
        "INSERT INTO authorization_codes (hash, realm, client_id, grant_id, user_id,
             organisation_id, redirect_uri, code_challenge, scope, withheld, refused, created_at,
             expires_at, consumed_at, family, position, requested, authenticated_at, class)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
         WHERE EXISTS (SELECT 1 FROM grants
             WHERE id = $4 AND realm = $2 AND revoked_at IS NULL)"
    };
}

/// The one statement that makes a code single use: the code `$1` at `$2`, for the refresh
/// token with this hash.
macro_rules! consume_code {
    ($redeemed_for:literal) => {
        concat!(
            "UPDATE authorization_codes SET consumed_at = $2, redeemed_for = ",
            $redeemed_for,
            " WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2
                 AND EXISTS (SELECT 1 FROM grants
                     WHERE grants.id = authorization_codes.grant_id
                         AND grants.realm = authorization_codes.realm
                         AND grants.revoked_at IS NULL)"
        )
    };
}

/// The family begins that the code just redeemed names, at `$2`. 7,776,000,000 ms are 90 days.
macro_rules! begin_family {
    ($from_code:literal) => {
        concat!(
            "INSERT INTO families (id, realm, client_id, grant_id, requested, begun_at, kept_until,
                 authenticated_at, class)
             SELECT family, realm, client_id, grant_id, COALESCE(requested, scope), $2,
                 $2 + 7776000000, authenticated_at, class ",
            $from_code,
            " AND family IS NOT NULL ON CONFLICT (id) DO NOTHING"
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
                     AND grants.revoked_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM families
                 WHERE families.id = refresh_tokens.family AND families.ended_at IS NOT NULL)"
        )
    };
}

/// The one statement that lets a further successor take the place of the one that nobody used:
/// of the token `$1` at `$2`, and `$18` is that one.
macro_rules! replace_successor {
    () => {
        concat!(
            "UPDATE refresh_tokens SET rotated_at = $2, derived_with = NULL
             WHERE hash = $18 AND ",
            crate::single_use::exchangeable_refresh_token!("$2"),
            " AND EXISTS (SELECT 1 FROM refresh_tokens AS predecessor
                 WHERE predecessor.hash = $1 AND predecessor.rotated_to = $18
                     AND predecessor.revoked_at IS NULL
                     AND (predecessor.expires_at IS NULL OR predecessor.expires_at > $2))"
        )
    };
}

/// Stores the refresh token `$3` to `$17`, if the condition holds.
macro_rules! insert_refresh_token {
    ($condition:literal) => {
        concat!(
            "INSERT INTO refresh_tokens (hash, realm, client_id, grant_id, user_id,
                 organisation_id, scope, created_at, expires_at, rotated_at, revoked_at, family,
                 position, rotated_to, derived_with)
             SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 ",
            $condition,
            " ON CONFLICT (hash) DO NOTHING"
        )
    };
}

pub(crate) use {
    begin_family, consume_code, exchangeable_refresh_token, insert_code, insert_refresh_token,
    replace_successor,
};
