-- The connections under a grant. A code begins one, by its id, when it is redeemed. kept_until is
-- when to look whether anything of it is left. Nodes of the release before know none of them: what
-- they issue belongs to no family.
CREATE TABLE families (
    id         BYTEA NOT NULL PRIMARY KEY,
    realm      TEXT COLLATE "C" NOT NULL,
    client_id  TEXT COLLATE "C" NOT NULL,
    grant_id   BYTEA NOT NULL REFERENCES grants (id),
    requested  TEXT NOT NULL,
    begun_at   BIGINT NOT NULL,
    ended_at   BIGINT,
    end_reason TEXT,
    kept_until BIGINT NOT NULL,
    authenticated_at BIGINT,
    class TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX families_of_grant ON families (grant_id);
CREATE INDEX families_kept ON families (kept_until);

-- What the app asked in the act that made the code.
ALTER TABLE authorization_codes ADD COLUMN requested TEXT;
-- When the person who made it had proved who they are, and by which rules, if that is known; the
-- connection that begins with it keeps both.
ALTER TABLE authorization_codes ADD COLUMN authenticated_at BIGINT;
ALTER TABLE authorization_codes ADD COLUMN class TEXT;
-- What a refresh token was derived with from its predecessor, until it is used.
ALTER TABLE refresh_tokens ADD COLUMN derived_with BYTEA;

-- May a refresh token be used again while nobody has used its successor? The catalog's choice, if
-- a client has none of its own.
ALTER TABLE clients ADD COLUMN refresh_retry BIGINT;
