-- +goose Up
-- The current state of each resource ever seen; times are microseconds since 1970 UTC.
CREATE TABLE resources (
    account     TEXT NOT NULL,
    region      TEXT NOT NULL,
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    name        TEXT NOT NULL,
    arn         TEXT NOT NULL,
    status      TEXT NOT NULL,
    present     INTEGER NOT NULL,
    captured    INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    state_id    INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    raw         BLOB NOT NULL,
    PRIMARY KEY (account, region, type, id)
);
CREATE INDEX resources_arn ON resources (arn) WHERE arn <> '';
CREATE INDEX resources_name ON resources (account, type, name) WHERE name <> '';
CREATE INDEX resources_gone ON resources (account, region, type) WHERE present = 0;

-- The states before the current one. An item holds from captured until valid_to.
CREATE TABLE item_history (
    account     TEXT NOT NULL,
    region      TEXT NOT NULL,
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    captured    INTEGER NOT NULL,
    state_id    INTEGER NOT NULL,
    valid_to    INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    raw         BLOB NOT NULL,
    PRIMARY KEY (account, region, type, id, captured, state_id)
);

-- The edges of present items; to_ref is the target's id, or its name where the edge has no id (by_name = 1).
CREATE TABLE relations (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    type    TEXT NOT NULL,
    id      TEXT NOT NULL,
    n       INTEGER NOT NULL,
    to_type TEXT NOT NULL,
    to_ref  TEXT NOT NULL,
    by_name INTEGER NOT NULL,
    to_name TEXT NOT NULL,
    label   TEXT NOT NULL,
    PRIMARY KEY (account, region, type, id, n)
) WITHOUT ROWID;
CREATE INDEX relations_to ON relations (account, to_type, to_ref, by_name, to_name, label);

-- The change feed, numbered without gaps per account and region.
CREATE TABLE feeds (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    last    INTEGER NOT NULL,
    PRIMARY KEY (account, region)
) WITHOUT ROWID;
CREATE TABLE changes (
    account     TEXT NOT NULL,
    region      TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    captured    INTEGER NOT NULL,
    state_id    INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, seq)
) WITHOUT ROWID;
CREATE TABLE feed_cursors (
    reader  TEXT NOT NULL,
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (reader, account, region)
) WITHOUT ROWID;
