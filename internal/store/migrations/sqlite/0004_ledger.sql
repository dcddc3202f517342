-- +goose Up
-- What the evidence log holds: docs/format/ledger.md. The account is the one that owns the assessments; '' is
-- the deployment's own log.

-- Bodies, records of production and member lists, each once, under the hash of its content.
CREATE TABLE ledger_objects (
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,
    hash    BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (account, kind, hash)
);

-- Occurrences: content is the canonical encoding that the leaf hashes; the other columns are taken from it.
CREATE TABLE ledger_entries (
    account     TEXT NOT NULL,
    leaf        INTEGER NOT NULL,
    id          TEXT NOT NULL,
    assessment  TEXT NOT NULL,
    control_set TEXT NOT NULL,
    control     TEXT NOT NULL,
    day         TEXT NOT NULL,
    source      TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    excepted    INTEGER NOT NULL,
    weight      INTEGER NOT NULL,
    content     BLOB NOT NULL,
    PRIMARY KEY (account, leaf)
);
CREATE UNIQUE INDEX ledger_entries_by_id ON ledger_entries (account, id);
CREATE INDEX ledger_entries_by_control ON ledger_entries (account, assessment, control_set, control, day, leaf);

-- The last number given to an occurrence of an assessment.
CREATE TABLE ledger_sequences (
    account    TEXT NOT NULL,
    assessment TEXT NOT NULL,
    last       INTEGER NOT NULL,
    PRIMARY KEY (account, assessment)
) WITHOUT ROWID;

-- The Merkle tree, by x/mod/sumdb/tlog's storage index.
CREATE TABLE ledger_hashes (
    account TEXT NOT NULL,
    idx     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (account, idx)
) WITHOUT ROWID;

CREATE TABLE ledger_heads (
    account TEXT NOT NULL,
    size    INTEGER NOT NULL,
    root    BLOB NOT NULL,
    edge    BLOB NOT NULL,
    PRIMARY KEY (account)
) WITHOUT ROWID;

-- Every checkpoint ever signed.
CREATE TABLE ledger_checkpoints (
    account   TEXT NOT NULL,
    size      INTEGER NOT NULL,
    key_id    TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    meta      BLOB NOT NULL,
    note      BLOB NOT NULL,
    PRIMARY KEY (account, size, key_id)
);
