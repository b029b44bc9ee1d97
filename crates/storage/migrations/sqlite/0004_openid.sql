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
