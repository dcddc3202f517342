-- +goose Up
-- Which subjects may be in a block of verdict changes: a Bloom filter. Blocks written before have none.
CREATE TABLE evaluation_subjects (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    last    INTEGER NOT NULL,
    filter  BLOB NOT NULL,
    PRIMARY KEY (account, region, last)
) WITHOUT ROWID;

-- How conformance packs stood, one row a change.
CREATE TABLE pack_scores (
    account            TEXT NOT NULL,
    region             TEXT NOT NULL,
    pack               TEXT NOT NULL,
    at                 INTEGER NOT NULL,
    compliant          INTEGER NOT NULL,
    non_compliant      INTEGER NOT NULL,
    not_applicable     INTEGER NOT NULL,
    insufficient       INTEGER NOT NULL,
    compliant_rules    INTEGER NOT NULL,
    noncompliant_rules INTEGER NOT NULL,
    insufficient_rules INTEGER NOT NULL,
    PRIMARY KEY (account, region, pack, at)
) WITHOUT ROWID;
