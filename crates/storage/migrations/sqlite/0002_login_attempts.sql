-- An attempt to sign in holds a place under each of its keys until held_until: for a short time
-- from its beginning, and for longer once it has failed.
CREATE TABLE login_attempts (
    realm      TEXT    NOT NULL,
    login_key  TEXT    NOT NULL,
    place      INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    held_until INTEGER NOT NULL,
    failed_at  INTEGER,
    PRIMARY KEY (realm, login_key, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_attempts_end ON login_attempts (held_until);

DROP TABLE login_failures;
