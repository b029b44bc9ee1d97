-- How and when somebody proved who they are; nothing for a password at the beginning of the session.
-- The index finds the sessions that rest on one elsewhere, when that ends.
ALTER TABLE browser_sessions ADD COLUMN authenticated_at BIGINT;
ALTER TABLE browser_sessions ADD COLUMN methods TEXT;
ALTER TABLE browser_sessions ADD COLUMN class TEXT;
ALTER TABLE browser_sessions ADD COLUMN upstream_source TEXT COLLATE "C";
ALTER TABLE browser_sessions ADD COLUMN upstream_subject TEXT COLLATE "C";
ALTER TABLE browser_sessions ADD COLUMN upstream_sid TEXT COLLATE "C";
CREATE INDEX browser_sessions_upstream ON browser_sessions (realm, upstream_source, upstream_subject)
    WHERE upstream_source IS NOT NULL;

-- What the system that people come from tells of them.
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE users ADD COLUMN email_verified BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN language TEXT;
