-- Authorization requests that wait for a person, for minutes. The indexes find the oldest of a
-- sender and of a realm, and those that have expired.
CREATE TABLE authorization_requests (
    hash        BYTEA            NOT NULL PRIMARY KEY,
    realm       TEXT COLLATE "C" NOT NULL,
    parameters  TEXT             NOT NULL,
    sender      TEXT COLLATE "C" NOT NULL,
    browser     BYTEA,
    session     BYTEA,
    created_at  BIGINT           NOT NULL,
    expires_at  BIGINT           NOT NULL,
    answered_at BIGINT
);
CREATE INDEX authorization_requests_sender ON authorization_requests (realm, sender, created_at);
CREATE INDEX authorization_requests_realm ON authorization_requests (realm, created_at);
CREATE INDEX authorization_requests_end ON authorization_requests (expires_at);
