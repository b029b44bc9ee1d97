-- Only adds, and every column may be left out by whoever does not know it: nodes of the release
-- before go on beside those of this one.

CREATE TABLE schema_steps (
    step  INTEGER NOT NULL PRIMARY KEY,
    needs INTEGER NOT NULL
) STRICT;

-- What changes as one is written under the version that was read.
ALTER TABLE organisations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE roles ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE memberships ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE approvals ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE grants ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- What other systems call people and organisations.
ALTER TABLE organisations ADD COLUMN source TEXT;
ALTER TABLE organisations ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX organisations_external ON organisations (realm, source, external_id)
    WHERE source IS NOT NULL;
ALTER TABLE users ADD COLUMN source TEXT;
ALTER TABLE users ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX users_external ON users (realm, source, external_id)
    WHERE source IS NOT NULL;

-- A client's name within, which never comes again.
ALTER TABLE clients ADD COLUMN uuid BLOB;
UPDATE clients SET uuid = unhex(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)
    || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
    || hex(randomblob(6)));
CREATE UNIQUE INDEX clients_uuid ON clients (realm, uuid);

-- What was issued at or before a cut-off counts no more. Both are places in the changes. catalog is the
-- digest of the one that was taken last.
CREATE TABLE realms (
    realm   TEXT NOT NULL PRIMARY KEY,
    cut_off INTEGER,
    catalog BLOB
) STRICT;
ALTER TABLE users ADD COLUMN cut_off INTEGER;
ALTER TABLE memberships ADD COLUMN cut_off INTEGER;
ALTER TABLE clients ADD COLUMN cut_off INTEGER;
CREATE TABLE ended_memberships (
    organisation_id BLOB NOT NULL,
    user_id         BLOB NOT NULL,
    cut_off         INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, user_id)
) STRICT;
ALTER TABLE browser_sessions ADD COLUMN position INTEGER;
CREATE INDEX browser_sessions_of_user ON browser_sessions (user_id);
ALTER TABLE authorization_codes ADD COLUMN position INTEGER;
ALTER TABLE refresh_tokens ADD COLUMN position INTEGER;

-- Whoever may not act at all has disabled_at. This says that it is not for good.
ALTER TABLE users ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;

-- Whoever was deleted is there for the records that name it, and for nobody else: without what
-- was personal or secret, and without the name that others may have now.
ALTER TABLE users ADD COLUMN deleted_at INTEGER;
ALTER TABLE clients ADD COLUMN deleted_at INTEGER;
ALTER TABLE organisations ADD COLUMN deleted_at INTEGER;

-- When secrets were made, by their hashes. Nodes of the release before leave it as it is.
ALTER TABLE clients ADD COLUMN secrets_made TEXT;

-- The connection that begins with a code.
ALTER TABLE authorization_codes ADD COLUMN family BLOB;
ALTER TABLE refresh_tokens ADD COLUMN family BLOB;

ALTER TABLE grants ADD COLUMN owner TEXT NOT NULL DEFAULT 'person';
-- Scopes that left a grant, each with the place in the changes up to which what was issued does
-- not hold it, also where it was allowed again.
ALTER TABLE grants ADD COLUMN taken_off TEXT;

-- What proves a consent, all or nothing but for the rows and names. The catalog is archived.
ALTER TABLE consents ADD COLUMN catalog_digest BLOB;
ALTER TABLE consents ADD COLUMN language TEXT;
ALTER TABLE consents ADD COLUMN rows_shown TEXT;
ALTER TABLE consents ADD COLUMN names_shown TEXT;
ALTER TABLE consents ADD COLUMN returned_to TEXT;
ALTER TABLE consents ADD COLUMN signed_in_at INTEGER;
CREATE TABLE catalogs (
    digest      BLOB    NOT NULL PRIMARY KEY,
    text        TEXT    NOT NULL,
    archived_at INTEGER NOT NULL
) STRICT;

-- Only grows: tokens name scopes by these numbers.
CREATE TABLE scope_numbers (
    realm  TEXT    NOT NULL,
    number INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    PRIMARY KEY (realm, number),
    UNIQUE (realm, name)
) STRICT;
