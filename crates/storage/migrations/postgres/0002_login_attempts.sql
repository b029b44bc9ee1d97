-- An attempt to sign in holds a place under each of its keys until held_until: for a short time
-- from its beginning, and for longer once it has failed.
CREATE TABLE login_attempts (
    realm      TEXT COLLATE "C" NOT NULL,
    login_key  TEXT COLLATE "C" NOT NULL,
    place      BIGINT           NOT NULL,
    id         BYTEA            NOT NULL,
    held_until BIGINT           NOT NULL,
    failed_at  BIGINT,
    PRIMARY KEY (realm, login_key, place)
);
CREATE INDEX login_attempts_end ON login_attempts (held_until);

DROP TABLE login_failures;
