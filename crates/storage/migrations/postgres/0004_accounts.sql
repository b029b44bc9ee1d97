-- What people do with their own accounts. Sessions may end alone, while apps go on.
ALTER TABLE users ADD COLUMN sessions_cut_off BIGINT;
-- What the browser roughly said of itself when it signed in.
ALTER TABLE browser_sessions ADD COLUMN browser TEXT COLLATE "C";

-- Links in mails, and sign-ins between password and second factor: each counts once.
CREATE TABLE tickets (
    hash       BYTEA NOT NULL PRIMARY KEY,
    realm      TEXT COLLATE "C" NOT NULL,
    user_id    BYTEA NOT NULL,
    purpose    TEXT COLLATE "C" NOT NULL,
    position   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tickets_of_user ON tickets (user_id, purpose, created_at);
CREATE INDEX tickets_end ON tickets (expires_at);

-- Authenticator apps. last_step is that of the last code that was used; begun_by is the session that
-- may confirm one, until it is.
CREATE TABLE second_factors (
    user_id      BYTEA NOT NULL PRIMARY KEY,
    realm        TEXT COLLATE "C" NOT NULL,
    secret       BYTEA NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step    BIGINT,
    begun_by     BYTEA
);

-- One that was used stays until there are others: whoever comes with it again guesses nothing.
CREATE TABLE recovery_codes (
    user_id BYTEA NOT NULL,
    hash    BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, hash)
);
