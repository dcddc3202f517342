-- +goose Up
-- What the evidence finder keeps by columns: docs/format/finder.md. It is made of the ledger and can be made again.

CREATE TABLE finder_heads (
    account     TEXT NOT NULL,
    version     INTEGER NOT NULL,
    leaves      INTEGER NOT NULL,
    occurrences INTEGER NOT NULL,
    subjects    INTEGER NOT NULL,
    sets        INTEGER NOT NULL,
    PRIMARY KEY (account)
) WITHOUT ROWID;

CREATE TABLE finder_blocks (
    account TEXT NOT NULL,
    side    TEXT NOT NULL,
    first   INTEGER NOT NULL,
    rows    INTEGER NOT NULL,
    zone    BLOB NOT NULL,
    PRIMARY KEY (account, side, first)
);

CREATE TABLE finder_columns (
    account TEXT NOT NULL,
    side    TEXT NOT NULL,
    first   INTEGER NOT NULL,
    name    TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (account, side, first, name)
);

-- Where the resources of a body are.
CREATE TABLE finder_bodies (
    account TEXT NOT NULL,
    hash    BLOB NOT NULL,
    first   INTEGER NOT NULL,
    rows    INTEGER NOT NULL,
    PRIMARY KEY (account, hash)
) WITHOUT ROWID;

-- The resources that occurrences for many stand for.
CREATE TABLE finder_sets (
    account TEXT NOT NULL,
    number  INTEGER NOT NULL,
    root    BLOB NOT NULL,
    rows    INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (account, number)
);
CREATE UNIQUE INDEX finder_sets_by_root ON finder_sets (account, root);
