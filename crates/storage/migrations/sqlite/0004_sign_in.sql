-- How and when somebody proved who they are; nothing for a password at the beginning of the session.
-- The index finds the sessions that rest on one elsewhere, when that ends.
ALTER TABLE browser_sessions ADD COLUMN authenticated_at INTEGER;
ALTER TABLE browser_sessions ADD COLUMN methods TEXT;
ALTER TABLE browser_sessions ADD COLUMN class TEXT;
ALTER TABLE browser_sessions ADD COLUMN upstream_source TEXT;
ALTER TABLE browser_sessions ADD COLUMN upstream_subject TEXT;
ALTER TABLE browser_sessions ADD COLUMN upstream_sid TEXT;
CREATE INDEX browser_sessions_upstream ON browser_sessions (realm, upstream_source, upstream_subject)
    WHERE upstream_source IS NOT NULL;

-- What the system that people come from tells of them.
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE users ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN language TEXT;

-- Does the client tell who signs in, as the provider's own application does?
ALTER TABLE clients ADD COLUMN signs_in INTEGER NOT NULL DEFAULT 0;

-- Sign-ins under way there, for minutes. The indexes find one by its answer, the oldest of a sender
-- and of a realm, and those that have expired.
CREATE TABLE sign_ins (
    hash        BLOB    NOT NULL PRIMARY KEY,
    realm       TEXT    NOT NULL,
    browser     BLOB    NOT NULL,
    sender      TEXT    NOT NULL,
    next        TEXT    NOT NULL,
    asked       TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    answer      BLOB,
    outcome     TEXT,
    finished_at INTEGER
) STRICT;
CREATE UNIQUE INDEX sign_ins_answer ON sign_ins (answer) WHERE answer IS NOT NULL;
CREATE INDEX sign_ins_sender ON sign_ins (realm, sender, created_at);
CREATE INDEX sign_ins_realm ON sign_ins (realm, created_at);
CREATE INDEX sign_ins_end ON sign_ins (expires_at);
