-- +goose Up
-- The current state of each resource ever seen; times are microseconds since 1970 UTC.
CREATE TABLE resources (
    account     TEXT COLLATE "C" NOT NULL,
    region      TEXT COLLATE "C" NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    arn         TEXT COLLATE "C" NOT NULL,
    status      TEXT NOT NULL,
    present     BIGINT NOT NULL,
    captured    BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    state_id    BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    hash        BYTEA NOT NULL,
    raw         BYTEA NOT NULL,
    PRIMARY KEY (account, region, type, id)
);
CREATE INDEX resources_arn ON resources (arn) WHERE arn <> '';
CREATE INDEX resources_name ON resources (account, type, name) WHERE name <> '';
CREATE INDEX resources_gone ON resources (account, region, type) WHERE present = 0;

-- The states before the current one. An item holds from captured until valid_to.
CREATE TABLE item_history (
    account     TEXT COLLATE "C" NOT NULL,
    region      TEXT COLLATE "C" NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    captured    BIGINT NOT NULL,
    state_id    BIGINT NOT NULL,
    valid_to    BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    hash        BYTEA NOT NULL,
    raw         BYTEA NOT NULL,
    PRIMARY KEY (account, region, type, id, captured, state_id)
);

-- The edges of present items; to_ref is the target's id, or its name where the edge has no id (by_name = 1).
CREATE TABLE relations (
    account TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    type    TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    n       BIGINT NOT NULL,
    to_type TEXT COLLATE "C" NOT NULL,
    to_ref  TEXT COLLATE "C" NOT NULL,
    by_name BIGINT NOT NULL,
    to_name TEXT NOT NULL,
    label   TEXT NOT NULL,
    PRIMARY KEY (account, region, type, id, n)
);
CREATE INDEX relations_to ON relations (account, to_type, to_ref, by_name, to_name, label);

-- The change feed, numbered without gaps per account and region.
CREATE TABLE feeds (
    account TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    last    BIGINT NOT NULL,
    PRIMARY KEY (account, region)
);
CREATE TABLE changes (
    account     TEXT COLLATE "C" NOT NULL,
    region      TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    captured    BIGINT NOT NULL,
    state_id    BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (account, region, seq)
);
CREATE TABLE feed_cursors (
    reader  TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    PRIMARY KEY (reader, account, region)
);
