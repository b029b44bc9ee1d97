-- What counts once, for as long as it could come again: `state` of a sign-in at a provider of OpenID
-- Connect, `jti` of its logout tokens.
CREATE TABLE used_once (
    realm   TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    hash    BLOB    NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (realm, purpose, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_once_until ON used_once (until);

-- Finds the sessions that rest on one elsewhere by what that calls itself.
CREATE INDEX browser_sessions_upstream_sid ON browser_sessions (realm, upstream_source, upstream_sid)
    WHERE upstream_sid IS NOT NULL;
