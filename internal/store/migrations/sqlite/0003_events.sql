-- +goose Up
-- The place of the last event in the order of arrival.
CREATE TABLE event_head (
    id  INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
);
INSERT INTO event_head (id, seq) VALUES (1, 0);

-- Events not yet sealed into a segment; times are microseconds since 1970 UTC.
CREATE TABLE event_hot (
    account   TEXT NOT NULL,
    id        TEXT NOT NULL,
    region    TEXT NOT NULL,
    time      INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    origin    TEXT NOT NULL,
    integrity TEXT NOT NULL,
    raw       BLOB NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX event_hot_time ON event_hot (account, time);
CREATE UNIQUE INDEX event_hot_seq ON event_hot (seq);

-- What hot events are found by: hashes of attribute and value.
CREATE TABLE event_hot_terms (
    account TEXT NOT NULL,
    term    INTEGER NOT NULL,
    id      TEXT NOT NULL,
    PRIMARY KEY (account, term, id)
) WITHOUT ROWID;
CREATE INDEX event_hot_terms_id ON event_hot_terms (account, id);

-- The manifest: a segment's events exist when its row does.
CREATE TABLE event_segments (
    account    TEXT NOT NULL,
    id         TEXT NOT NULL,
    region     TEXT NOT NULL,
    day        TEXT NOT NULL,
    n          INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time  INTEGER NOT NULL,
    first_seq  INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL,
    in_order   INTEGER NOT NULL,
    categories TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) WITHOUT ROWID;

-- Files all of whose records were stored, by the SHA-256 of their bytes.
CREATE TABLE event_files (
    sum     TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    records INTEGER NOT NULL,
    stored  INTEGER NOT NULL
) WITHOUT ROWID;

-- Events that came with the key of another; no query finds them.
CREATE TABLE event_conflicts (
    account TEXT NOT NULL,
    id      TEXT NOT NULL,
    sum     TEXT NOT NULL,
    region  TEXT NOT NULL,
    time    INTEGER NOT NULL,
    origin  TEXT NOT NULL,
    raw     BLOB NOT NULL,
    stored  INTEGER NOT NULL,
    PRIMARY KEY (account, id, sum)
);
