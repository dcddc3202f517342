-- +goose Up
-- What the evidence finder keeps by columns: docs/format/finder.md. It is made of the ledger and can be made again.

CREATE TABLE finder_heads (
    account     TEXT NOT NULL,
    version     BIGINT NOT NULL,
    leaves      BIGINT NOT NULL,
    occurrences BIGINT NOT NULL,
    subjects    BIGINT NOT NULL,
    sets        BIGINT NOT NULL,
    PRIMARY KEY (account)
);

CREATE TABLE finder_blocks (
    account TEXT NOT NULL,
    side    TEXT NOT NULL,
    first   BIGINT NOT NULL,
    rows    BIGINT NOT NULL,
    zone    BYTEA NOT NULL,
    PRIMARY KEY (account, side, first)
);

CREATE TABLE finder_columns (
    account TEXT NOT NULL,
    side    TEXT NOT NULL,
    first   BIGINT NOT NULL,
    name    TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (account, side, first, name)
);

-- Where the resources of a body are.
CREATE TABLE finder_bodies (
    account TEXT NOT NULL,
    hash    BYTEA NOT NULL,
    first   BIGINT NOT NULL,
    rows    BIGINT NOT NULL,
    PRIMARY KEY (account, hash)
);

-- The resources that occurrences for many stand for.
CREATE TABLE finder_sets (
    account TEXT NOT NULL,
    number  BIGINT NOT NULL,
    root    BYTEA NOT NULL,
    rows    BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (account, number)
);
CREATE UNIQUE INDEX finder_sets_by_root ON finder_sets (account, root);
