-- Times are milliseconds since 1970. Ids are UUIDs of 16 bytes, hashes SHA-256 of 32 bytes.
-- Scopes are space-separated (RFC 6749 section 3.3); lists and maps are JSON.

CREATE TABLE realm_keys (
    realm      TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    secret     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    PRIMARY KEY (realm, id)
) STRICT;
CREATE UNIQUE INDEX realm_keys_current ON realm_keys (realm, purpose) WHERE retired_at IS NULL;

CREATE TABLE organisations (
    id         BLOB    NOT NULL PRIMARY KEY,
    realm      TEXT    NOT NULL,
    slug       TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (realm, slug),
    UNIQUE (realm, number)
) STRICT;

CREATE TABLE roles (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    name            TEXT NOT NULL,
    realm           TEXT NOT NULL,
    rights          TEXT NOT NULL,
    PRIMARY KEY (organisation_id, name)
) STRICT;

-- folded_username is the username in lower case: the form that is unique and looked up.
CREATE TABLE users (
    id              BLOB    NOT NULL PRIMARY KEY,
    realm           TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    username        TEXT    NOT NULL,
    folded_username TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    password_hash   TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER,
    UNIQUE (realm, folded_username),
    UNIQUE (realm, number)
) STRICT;

CREATE TABLE memberships (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    user_id         BLOB NOT NULL REFERENCES users (id),
    realm           TEXT NOT NULL,
    PRIMARY KEY (organisation_id, user_id)
) STRICT;
CREATE INDEX memberships_of_user ON memberships (user_id);

-- position keeps the order in which a membership names its roles.
CREATE TABLE membership_roles (
    organisation_id BLOB    NOT NULL,
    user_id         BLOB    NOT NULL,
    role            TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, user_id, role),
    FOREIGN KEY (organisation_id, user_id) REFERENCES memberships (organisation_id, user_id)
        ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, role) REFERENCES roles (organisation_id, name)
) STRICT;

CREATE TABLE clients (
    realm               TEXT    NOT NULL,
    id                  TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    maker               TEXT    NOT NULL,
    homepage            TEXT,
    verified            INTEGER NOT NULL,
    client_type         TEXT    NOT NULL,
    kind                TEXT    NOT NULL,
    auth_method         TEXT    NOT NULL,
    secrets             TEXT    NOT NULL,
    redirect_uris       TEXT    NOT NULL,
    grant_types         TEXT    NOT NULL,
    registered_scope    TEXT    NOT NULL,
    optional_scope      TEXT    NOT NULL,
    legacy_without_pkce INTEGER NOT NULL,
    token_format        TEXT,
    organisation_id     BLOB REFERENCES organisations (id),
    introspects         TEXT,
    created_at          INTEGER NOT NULL,
    disabled_at         INTEGER,
    PRIMARY KEY (realm, id)
) STRICT;

CREATE TABLE approvals (
    position     INTEGER PRIMARY KEY,
    realm        TEXT    NOT NULL,
    client_id    TEXT    NOT NULL,
    elevation    TEXT    NOT NULL,
    evidence     TEXT    NOT NULL,
    reviewer     TEXT    NOT NULL,
    approved_at  INTEGER NOT NULL,
    expires_at   INTEGER,
    withdrawn_at INTEGER,
    FOREIGN KEY (realm, client_id) REFERENCES clients (realm, id)
) STRICT;
CREATE INDEX approvals_of_client ON approvals (realm, client_id);
CREATE UNIQUE INDEX approvals_standing ON approvals (realm, client_id, elevation)
    WHERE withdrawn_at IS NULL;

CREATE TABLE browser_sessions (
    hash       BLOB    NOT NULL PRIMARY KEY,
    realm      TEXT    NOT NULL,
    user_id    BLOB    NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX browser_sessions_expiry ON browser_sessions (expires_at);

CREATE TABLE login_failures (
    position  INTEGER PRIMARY KEY,
    realm     TEXT    NOT NULL,
    login_key TEXT    NOT NULL,
    failed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_failures_of_key ON login_failures (realm, login_key, failed_at);
CREATE INDEX login_failures_age ON login_failures (failed_at);

CREATE TABLE grants (
    id                BLOB    NOT NULL PRIMARY KEY,
    realm             TEXT    NOT NULL,
    client_id         TEXT    NOT NULL,
    user_id           BLOB    NOT NULL REFERENCES users (id),
    organisation_id   BLOB REFERENCES organisations (id),
    catalog_version   TEXT    NOT NULL,
    requested         TEXT    NOT NULL,
    granted           TEXT    NOT NULL,
    refused           TEXT    NOT NULL,
    withheld          TEXT    NOT NULL,
    reduced           TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    revoked_at        INTEGER,
    revocation_reason TEXT,
    FOREIGN KEY (realm, client_id) REFERENCES clients (realm, id),
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
) STRICT;
-- At most one live grant for each app, person and organisation.
CREATE UNIQUE INDEX grants_live ON grants (user_id, client_id, realm, COALESCE(organisation_id, x''))
    WHERE revoked_at IS NULL;

CREATE TABLE consents (
    id              BLOB    NOT NULL PRIMARY KEY,
    realm           TEXT    NOT NULL,
    grant_id        BLOB REFERENCES grants (id),
    client_id       TEXT    NOT NULL,
    user_id         BLOB    NOT NULL REFERENCES users (id),
    organisation_id BLOB REFERENCES organisations (id),
    catalog_version TEXT    NOT NULL,
    requested       TEXT    NOT NULL,
    granted         TEXT    NOT NULL,
    refused         TEXT    NOT NULL,
    withheld        TEXT    NOT NULL,
    decided_at      INTEGER NOT NULL,
    FOREIGN KEY (realm, client_id) REFERENCES clients (realm, id)
) STRICT;
CREATE INDEX consents_of_user ON consents (user_id, decided_at);

-- redeemed_for is the hash of the refresh token stored at redemption, if one was.
CREATE TABLE authorization_codes (
    hash            BLOB    NOT NULL PRIMARY KEY,
    realm           TEXT    NOT NULL,
    client_id       TEXT    NOT NULL,
    grant_id        BLOB    NOT NULL REFERENCES grants (id),
    user_id         BLOB    NOT NULL,
    organisation_id BLOB,
    redirect_uri    TEXT,
    code_challenge  BLOB,
    scope           TEXT    NOT NULL,
    withheld        TEXT    NOT NULL,
    refused         TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    consumed_at     INTEGER,
    redeemed_for    BLOB
) STRICT;
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);

-- rotated_to is the hash of the successor.
CREATE TABLE refresh_tokens (
    hash            BLOB    NOT NULL PRIMARY KEY,
    realm           TEXT    NOT NULL,
    client_id       TEXT    NOT NULL,
    grant_id        BLOB    NOT NULL REFERENCES grants (id),
    user_id         BLOB    NOT NULL,
    organisation_id BLOB,
    scope           TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    rotated_at      INTEGER,
    revoked_at      INTEGER,
    rotated_to      BLOB
) STRICT;
CREATE INDEX refresh_tokens_of_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX refresh_tokens_revoked ON refresh_tokens (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE revoked_access_tokens (
    realm      TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX revoked_access_tokens_expiry ON revoked_access_tokens (expires_at);

CREATE TABLE sandbox_records (
    position        INTEGER PRIMARY KEY AUTOINCREMENT,
    realm           TEXT    NOT NULL,
    organisation_id BLOB    NOT NULL REFERENCES organisations (id),
    collection      TEXT    NOT NULL,
    parent          TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    created_by      TEXT,
    body            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (organisation_id, collection, id)
) STRICT;
CREATE INDEX sandbox_records_in_order ON sandbox_records (organisation_id, collection, position);
CREATE INDEX sandbox_records_by_id ON sandbox_records (organisation_id, id);

-- The latest row is never removed, so the sequence never repeats and never goes back.
CREATE TABLE changes (
    sequence   INTEGER PRIMARY KEY,
    realm      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    expires_at INTEGER
) STRICT;

-- How far the changes had come at some past moments: tells which are old.
CREATE TABLE change_marks (
    marked_at INTEGER NOT NULL PRIMARY KEY,
    sequence  INTEGER NOT NULL
) STRICT;
