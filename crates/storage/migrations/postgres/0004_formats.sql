-- Only adds, and every column may be left out by whoever does not know it: nodes of the release
-- before go on beside those of this one.

CREATE TABLE schema_steps (
    step  BIGINT NOT NULL PRIMARY KEY,
    needs BIGINT NOT NULL
);

-- What changes as one is written under the version that was read.
ALTER TABLE organisations ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE roles ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE memberships ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE approvals ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE grants ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What other systems call people and organisations.
ALTER TABLE organisations ADD COLUMN source TEXT COLLATE "C";
ALTER TABLE organisations ADD COLUMN external_id TEXT COLLATE "C";
CREATE UNIQUE INDEX organisations_external ON organisations (realm, source, external_id)
    WHERE source IS NOT NULL;
ALTER TABLE users ADD COLUMN source TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN external_id TEXT COLLATE "C";
CREATE UNIQUE INDEX users_external ON users (realm, source, external_id)
    WHERE source IS NOT NULL;

-- A client's name within, which never comes again.
ALTER TABLE clients ADD COLUMN uuid BYTEA DEFAULT uuid_send(gen_random_uuid());
CREATE UNIQUE INDEX clients_uuid ON clients (realm, uuid);

-- What was issued at or before a cut-off counts no more. Both are places in the changes. catalog is the
-- digest of the one that was taken last.
CREATE TABLE realms (
    realm   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    cut_off BIGINT,
    catalog BYTEA
);
ALTER TABLE users ADD COLUMN cut_off BIGINT;
ALTER TABLE memberships ADD COLUMN cut_off BIGINT;
ALTER TABLE clients ADD COLUMN cut_off BIGINT;
CREATE TABLE ended_memberships (
    organisation_id BYTEA NOT NULL,
    user_id         BYTEA NOT NULL,
    cut_off         BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, user_id)
);
ALTER TABLE browser_sessions ADD COLUMN position BIGINT;
CREATE INDEX browser_sessions_of_user ON browser_sessions (user_id);
ALTER TABLE authorization_codes ADD COLUMN position BIGINT;
ALTER TABLE refresh_tokens ADD COLUMN position BIGINT;

-- Whoever may not act at all has disabled_at. This says that it is not for good.
ALTER TABLE users ADD COLUMN suspended BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN suspended BIGINT NOT NULL DEFAULT 0;

-- Whoever was deleted is there for the records that name it, and for nobody else: without what
-- was personal or secret, and without the name that others may have now.
ALTER TABLE users ADD COLUMN deleted_at BIGINT;
ALTER TABLE clients ADD COLUMN deleted_at BIGINT;
ALTER TABLE organisations ADD COLUMN deleted_at BIGINT;

-- When secrets were made, by their hashes. Nodes of the release before leave it as it is.
ALTER TABLE clients ADD COLUMN secrets_made TEXT;

-- The connection that begins with a code.
ALTER TABLE authorization_codes ADD COLUMN family BYTEA;
ALTER TABLE refresh_tokens ADD COLUMN family BYTEA;

ALTER TABLE grants ADD COLUMN owner TEXT NOT NULL DEFAULT 'person';
-- Scopes that left a grant, each with the place in the changes up to which what was issued does
-- not hold it, also where it was allowed again.
ALTER TABLE grants ADD COLUMN taken_off TEXT;

-- What proves a consent, all or nothing but for the rows and names. The catalog is archived.
ALTER TABLE consents ADD COLUMN catalog_digest BYTEA;
ALTER TABLE consents ADD COLUMN language TEXT;
ALTER TABLE consents ADD COLUMN rows_shown TEXT;
ALTER TABLE consents ADD COLUMN names_shown TEXT;
ALTER TABLE consents ADD COLUMN returned_to TEXT;
ALTER TABLE consents ADD COLUMN signed_in_at BIGINT;
CREATE TABLE catalogs (
    digest      BYTEA    NOT NULL PRIMARY KEY,
    text        TEXT    NOT NULL,
    archived_at BIGINT NOT NULL
);

-- Only grows: tokens name scopes by these numbers.
CREATE TABLE scope_numbers (
    realm  TEXT COLLATE "C"   NOT NULL,
    number BIGINT NOT NULL,
    name   TEXT COLLATE "C"   NOT NULL,
    PRIMARY KEY (realm, number),
    UNIQUE (realm, name)
);
