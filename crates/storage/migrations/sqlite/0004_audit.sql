-- Who did what. Rows are added in the transaction of the act and never changed; position is the
-- act's place in the changes. What is personal is sealed under a key of the person.
CREATE TABLE audit_records (
    position      INTEGER NOT NULL PRIMARY KEY CHECK (position > 0),
    id            BLOB    NOT NULL,
    realm         TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_id      TEXT,
    act           TEXT    NOT NULL,
    subject_kind  TEXT    NOT NULL,
    subject_id    TEXT    NOT NULL,
    subject_names TEXT    NOT NULL,
    person        BLOB,
    fields_before TEXT    NOT NULL,
    fields_after  TEXT    NOT NULL,
    address       TEXT,
    request_id    TEXT,
    salt          BLOB    NOT NULL,
    sealed_actor  BLOB,
    sealed_person BLOB
) STRICT;
CREATE INDEX audit_records_of_realm ON audit_records (realm, position);
CREATE INDEX audit_records_of_act ON audit_records (act, position);
CREATE INDEX audit_records_of_kind ON audit_records (subject_kind, position);
CREATE INDEX audit_records_of_subject ON audit_records (subject_id, position);
CREATE INDEX audit_records_of_person ON audit_records (person, position);
CREATE INDEX audit_records_of_actor ON audit_records (actor_id, position);

-- Removing one erases what it sealed.
CREATE TABLE audit_keys (
    realm  TEXT NOT NULL,
    person BLOB NOT NULL,
    key    BLOB NOT NULL,
    PRIMARY KEY (realm, person)
) STRICT;

-- The digest of each link covers the one before and the record at its position.
CREATE TABLE audit_links (
    number   INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    position INTEGER NOT NULL UNIQUE CHECK (position > 0),
    digest   BLOB    NOT NULL
) STRICT;
