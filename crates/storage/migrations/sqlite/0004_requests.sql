-- Authorization requests that wait for a person, for minutes. The indexes find the oldest of a
-- sender and of a realm, and those that have expired.
CREATE TABLE authorization_requests (
    hash        BLOB    NOT NULL PRIMARY KEY,
    realm       TEXT    NOT NULL,
    parameters  TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    browser     BLOB,
    session     BLOB,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE INDEX authorization_requests_sender ON authorization_requests (realm, sender, created_at);
CREATE INDEX authorization_requests_realm ON authorization_requests (realm, created_at);
CREATE INDEX authorization_requests_end ON authorization_requests (expires_at);
