-- +goose Up
-- Which subjects may be in a block of verdict changes: a Bloom filter. Blocks written before have none.
CREATE TABLE evaluation_subjects (
    account TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    last    BIGINT NOT NULL,
    filter  BYTEA NOT NULL,
    PRIMARY KEY (account, region, last)
);

-- How conformance packs stood, one row a change.
CREATE TABLE pack_scores (
    account            TEXT COLLATE "C" NOT NULL,
    region             TEXT COLLATE "C" NOT NULL,
    pack               TEXT COLLATE "C" NOT NULL,
    at                 BIGINT NOT NULL,
    compliant          BIGINT NOT NULL,
    non_compliant      BIGINT NOT NULL,
    not_applicable     BIGINT NOT NULL,
    insufficient       BIGINT NOT NULL,
    compliant_rules    BIGINT NOT NULL,
    noncompliant_rules BIGINT NOT NULL,
    insufficient_rules BIGINT NOT NULL,
    PRIMARY KEY (account, region, pack, at)
);
