-- Keys of partners without OAuth. A key is found by its hash, or, as long as it is kept in a slow
-- form, by how it begins; both are one key's only. The last index finds those that ended long ago.
CREATE TABLE api_keys (
    id              BLOB    NOT NULL PRIMARY KEY,
    realm           TEXT    NOT NULL,
    client_id       TEXT    NOT NULL,
    organisation_id BLOB,
    api             TEXT,
    name            TEXT    NOT NULL,
    beginning       TEXT    NOT NULL,
    hash_kind       TEXT    NOT NULL,
    hash            BLOB,
    slow_hash       TEXT,
    scope           TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    sunset_at       INTEGER,
    revoked_at      INTEGER,
    last_used_at    INTEGER,
    position        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX api_keys_hash ON api_keys (realm, hash) WHERE hash IS NOT NULL;
CREATE UNIQUE INDEX api_keys_beginning ON api_keys (realm, beginning)
    WHERE slow_hash IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX api_keys_client ON api_keys (realm, client_id, organisation_id);
CREATE INDEX api_keys_organisation ON api_keys (realm, organisation_id);
CREATE INDEX api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
