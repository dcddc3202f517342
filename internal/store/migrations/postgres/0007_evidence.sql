-- +goose Up
-- What the audit keeps beside the ledger: docs/design/0003-evidence.md.

-- Facts that are evidence already: recording one again adds nothing.
CREATE TABLE evidence_facts (
    owner TEXT NOT NULL,
    fact  BYTEA NOT NULL,
    day   TEXT NOT NULL,
    PRIMARY KEY (owner, fact)
);

-- One row for each control and day: the counts of its evidence.
CREATE TABLE evidence_folders (
    owner         TEXT NOT NULL,
    assessment    TEXT NOT NULL,
    control_set   TEXT NOT NULL,
    control       TEXT NOT NULL,
    day           TEXT NOT NULL,
    id            TEXT NOT NULL,
    total         BIGINT NOT NULL,
    selected      BIGINT NOT NULL,
    compliance    BIGINT NOT NULL,
    configuration BIGINT NOT NULL,
    activity      BIGINT NOT NULL,
    by_hand       BIGINT NOT NULL,
    issues        BIGINT NOT NULL,
    compliant     BIGINT NOT NULL,
    resources     BIGINT NOT NULL,
    backfilled    BIGINT NOT NULL,
    services      TEXT NOT NULL,
    sources       TEXT NOT NULL,
    first_at      BIGINT NOT NULL,
    PRIMARY KEY (owner, assessment, control_set, control, day)
);
CREATE UNIQUE INDEX evidence_folders_by_id ON evidence_folders (owner, id);
CREATE INDEX evidence_folders_by_day ON evidence_folders (owner, assessment, day, control_set, control);

-- Evidence chosen for the report.
CREATE TABLE evidence_selected (
    owner      TEXT NOT NULL,
    assessment TEXT NOT NULL,
    folder     TEXT NOT NULL,
    id         TEXT NOT NULL,
    PRIMARY KEY (owner, assessment, folder, id)
);

-- What each mapping source has collected.
CREATE TABLE evidence_sources (
    owner      TEXT NOT NULL,
    assessment TEXT NOT NULL,
    control    TEXT NOT NULL,
    type       TEXT NOT NULL,
    keyword    TEXT NOT NULL,
    first_day  TEXT NOT NULL,
    last_day   TEXT NOT NULL,
    items      BIGINT NOT NULL,
    PRIMARY KEY (owner, assessment, control, type, keyword)
);

-- Where the raw object with a hash is kept.
CREATE TABLE evidence_raws (
    hash  BYTEA NOT NULL PRIMARY KEY,
    kind  TEXT NOT NULL,
    place TEXT NOT NULL
);
CREATE INDEX evidence_raws_blobs ON evidence_raws (place) WHERE kind = 'blob';

-- How far each feed was read.
CREATE TABLE evidence_cursors (
    name     TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
