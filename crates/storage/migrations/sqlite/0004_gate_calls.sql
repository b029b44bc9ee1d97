-- What gates saw, for the report: how often each kind of call came. The index finds those that
-- came last long ago.
CREATE TABLE gate_calls (
    realm    TEXT    NOT NULL,
    api      TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    client   TEXT    NOT NULL,
    method   TEXT    NOT NULL,
    path     TEXT    NOT NULL,
    has_rule INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    calls    INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (realm, api, outcome, client, method, path, has_rule, reason)
) STRICT;
CREATE INDEX gate_calls_last ON gate_calls (last_at);
