-- +goose Up
-- What the evidence log holds: docs/format/ledger.md. The account is the one that owns the assessments; '' is
-- the deployment's own log.

-- Bodies, records of production and member lists, each once, under the hash of its content.
CREATE TABLE ledger_objects (
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,
    hash    BYTEA NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (account, kind, hash)
);

-- Occurrences: content is the canonical encoding that the leaf hashes; the other columns are taken from it.
CREATE TABLE ledger_entries (
    account     TEXT NOT NULL,
    leaf        BIGINT NOT NULL,
    id          TEXT NOT NULL,
    assessment  TEXT NOT NULL,
    control_set TEXT NOT NULL,
    control     TEXT NOT NULL,
    day         TEXT NOT NULL,
    source      TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    excepted    BIGINT NOT NULL,
    weight      BIGINT NOT NULL,
    content     BYTEA NOT NULL,
    PRIMARY KEY (account, leaf)
);
CREATE UNIQUE INDEX ledger_entries_by_id ON ledger_entries (account, id);
CREATE INDEX ledger_entries_by_control ON ledger_entries (account, assessment, control_set, control, day, leaf);

-- The last number given to an occurrence of an assessment.
CREATE TABLE ledger_sequences (
    account    TEXT NOT NULL,
    assessment TEXT NOT NULL,
    last       BIGINT NOT NULL,
    PRIMARY KEY (account, assessment)
);

-- The Merkle tree, by x/mod/sumdb/tlog's storage index.
CREATE TABLE ledger_hashes (
    account TEXT NOT NULL,
    idx     BIGINT NOT NULL,
    hash    BYTEA NOT NULL,
    PRIMARY KEY (account, idx)
);

CREATE TABLE ledger_heads (
    account TEXT NOT NULL,
    size    BIGINT NOT NULL,
    root    BYTEA NOT NULL,
    edge    BYTEA NOT NULL,
    PRIMARY KEY (account)
);

-- Every checkpoint ever signed.
CREATE TABLE ledger_checkpoints (
    account   TEXT NOT NULL,
    size      BIGINT NOT NULL,
    key_id    TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    meta      BYTEA NOT NULL,
    note      BYTEA NOT NULL,
    PRIMARY KEY (account, size, key_id)
);
