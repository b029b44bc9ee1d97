-- Who did what. Rows are added in the transaction of the act and never changed; position is the
-- act's place in the changes. What is personal is sealed under a key of the person.
CREATE TABLE audit_records (
    position      BIGINT           NOT NULL PRIMARY KEY CHECK (position > 0),
    id            BYTEA            NOT NULL,
    realm         TEXT COLLATE "C" NOT NULL,
    at            BIGINT           NOT NULL,
    actor_kind    TEXT             NOT NULL,
    actor_id      TEXT,
    act           TEXT             NOT NULL,
    subject_kind  TEXT             NOT NULL,
    subject_id    TEXT             NOT NULL,
    subject_names TEXT             NOT NULL,
    person        BYTEA,
    fields_before TEXT             NOT NULL,
    fields_after  TEXT             NOT NULL,
    address       TEXT,
    request_id    TEXT,
    salt          BYTEA            NOT NULL,
    sealed_actor  BYTEA,
    sealed_person BYTEA
);
CREATE INDEX audit_records_of_realm ON audit_records (realm, position);
CREATE INDEX audit_records_of_act ON audit_records (act, position);
CREATE INDEX audit_records_of_kind ON audit_records (subject_kind, position);
CREATE INDEX audit_records_of_subject ON audit_records (subject_id, position);
CREATE INDEX audit_records_of_person ON audit_records (person, position);
CREATE INDEX audit_records_of_actor ON audit_records (actor_id, position);

-- Removing one erases what it sealed.
CREATE TABLE audit_keys (
    realm  TEXT COLLATE "C" NOT NULL,
    person BYTEA            NOT NULL,
    key    BYTEA            NOT NULL,
    PRIMARY KEY (realm, person)
);

-- The digest of each link covers the one before and the record at its position.
CREATE TABLE audit_links (
    number   BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    position BIGINT NOT NULL UNIQUE CHECK (position > 0),
    digest   BYTEA  NOT NULL
);
