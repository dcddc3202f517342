-- +goose Up
-- The place of the last event in the order of arrival.
CREATE TABLE event_head (
    id  BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL
);
INSERT INTO event_head (id, seq) VALUES (1, 0);

-- Events not yet sealed into a segment; times are microseconds since 1970 UTC.
CREATE TABLE event_hot (
    account   TEXT COLLATE "C" NOT NULL,
    id        TEXT COLLATE "C" NOT NULL,
    region    TEXT COLLATE "C" NOT NULL,
    time      BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    origin    TEXT COLLATE "C" NOT NULL,
    integrity TEXT COLLATE "C" NOT NULL,
    raw       BYTEA NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX event_hot_time ON event_hot (account, time);
CREATE UNIQUE INDEX event_hot_seq ON event_hot (seq);

-- What hot events are found by: hashes of attribute and value.
CREATE TABLE event_hot_terms (
    account TEXT COLLATE "C" NOT NULL,
    term    BIGINT NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, term, id)
);
CREATE INDEX event_hot_terms_id ON event_hot_terms (account, id);

-- The manifest: a segment's events exist when its row does.
CREATE TABLE event_segments (
    account    TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    region     TEXT COLLATE "C" NOT NULL,
    day        TEXT COLLATE "C" NOT NULL,
    n          BIGINT NOT NULL,
    first_time BIGINT NOT NULL,
    last_time  BIGINT NOT NULL,
    first_seq  BIGINT NOT NULL,
    last_seq   BIGINT NOT NULL,
    in_order   BIGINT NOT NULL,
    categories TEXT COLLATE "C" NOT NULL,
    bytes      BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

-- Files all of whose records were stored, by the SHA-256 of their bytes.
CREATE TABLE event_files (
    sum     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL,
    records BIGINT NOT NULL,
    stored  BIGINT NOT NULL
);

-- Events that came with the key of another; no query finds them.
CREATE TABLE event_conflicts (
    account TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    sum     TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    time    BIGINT NOT NULL,
    origin  TEXT COLLATE "C" NOT NULL,
    raw     BYTEA NOT NULL,
    stored  BIGINT NOT NULL,
    PRIMARY KEY (account, id, sum)
);
