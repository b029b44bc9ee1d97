-- Keys of partners without OAuth. A key is found by its hash, or, as long as it is kept in a slow
-- form, by how it begins; both are one key's only. The last index finds those that ended long ago.
CREATE TABLE api_keys (
    id              BYTEA            NOT NULL PRIMARY KEY,
    realm           TEXT COLLATE "C" NOT NULL,
    client_id       TEXT COLLATE "C" NOT NULL,
    organisation_id BYTEA,
    api             TEXT COLLATE "C",
    name            TEXT COLLATE "C" NOT NULL,
    beginning       TEXT COLLATE "C" NOT NULL,
    hash_kind       TEXT COLLATE "C" NOT NULL,
    hash            BYTEA,
    slow_hash       TEXT COLLATE "C",
    scope           TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT           NOT NULL,
    expires_at      BIGINT,
    sunset_at       BIGINT,
    revoked_at      BIGINT,
    last_used_at    BIGINT,
    position        BIGINT           NOT NULL
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (realm, hash) WHERE hash IS NOT NULL;
CREATE UNIQUE INDEX api_keys_beginning ON api_keys (realm, beginning)
    WHERE slow_hash IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX api_keys_client ON api_keys (realm, client_id, organisation_id);
CREATE INDEX api_keys_organisation ON api_keys (realm, organisation_id);
CREATE INDEX api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
