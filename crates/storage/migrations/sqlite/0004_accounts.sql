-- What people do with their own accounts. Sessions may end alone, while apps go on.
ALTER TABLE users ADD COLUMN sessions_cut_off INTEGER;
-- What the browser roughly said of itself when it signed in.
ALTER TABLE browser_sessions ADD COLUMN browser TEXT;

-- Links in mails, and sign-ins between password and second factor: each counts once.
CREATE TABLE tickets (
    hash       BLOB NOT NULL PRIMARY KEY,
    realm      TEXT NOT NULL,
    user_id    BLOB NOT NULL,
    purpose    TEXT NOT NULL,
    position   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_of_user ON tickets (user_id, purpose, created_at);
CREATE INDEX tickets_end ON tickets (expires_at);

-- Authenticator apps. last_step is that of the last code that was used; begun_by is the session that
-- may confirm one, until it is.
CREATE TABLE second_factors (
    user_id      BLOB NOT NULL PRIMARY KEY,
    realm        TEXT NOT NULL,
    secret       BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step    INTEGER,
    begun_by     BLOB
) STRICT;

-- One that was used stays until there are others: whoever comes with it again guesses nothing.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL,
    hash    BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, hash)
) STRICT;
