-- What gates saw, for the report: how often each kind of call came. The index finds those that
-- came last long ago.
CREATE TABLE gate_calls (
    realm    TEXT COLLATE "C" NOT NULL,
    api      TEXT COLLATE "C" NOT NULL,
    outcome  TEXT COLLATE "C" NOT NULL,
    client   TEXT COLLATE "C" NOT NULL,
    method   TEXT COLLATE "C" NOT NULL,
    path     TEXT COLLATE "C" NOT NULL,
    has_rule BIGINT           NOT NULL,
    reason   TEXT COLLATE "C" NOT NULL,
    calls    BIGINT           NOT NULL,
    first_at BIGINT           NOT NULL,
    last_at  BIGINT           NOT NULL,
    PRIMARY KEY (realm, api, outcome, client, method, path, has_rule, reason)
);
CREATE INDEX gate_calls_last ON gate_calls (last_at);
