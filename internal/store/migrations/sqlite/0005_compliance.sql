-- +goose Up
-- Numbers that are never used again.
CREATE TABLE compliance_numbers (
    name TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;

-- What the engine knows of a rule instance; body holds the parts that only change with full evaluations.
CREATE TABLE rule_states (
    account        TEXT NOT NULL,
    region         TEXT NOT NULL,
    n              INTEGER NOT NULL,
    rule_id        TEXT NOT NULL,
    revision       TEXT NOT NULL,
    compliant      INTEGER NOT NULL,
    non_compliant  INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    insufficient   INTEGER NOT NULL,
    requested      INTEGER NOT NULL,
    due            INTEGER NOT NULL,
    evaluated      INTEGER NOT NULL,
    deleted        INTEGER NOT NULL,
    busy           INTEGER NOT NULL,
    body           BLOB NOT NULL,
    PRIMARY KEY (account, region, n)
) WITHOUT ROWID;

CREATE INDEX rule_states_busy ON rule_states (account) WHERE busy = 1;
CREATE INDEX rule_states_due ON rule_states (due) WHERE due > 0;

-- All verdicts of one subject; rollup is AWS's summary of them (a rule.Verdict).
CREATE TABLE verdicts (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    type    TEXT NOT NULL,
    id      TEXT NOT NULL,
    rollup  INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (account, region, type, id)
);
CREATE INDEX verdicts_rollup ON verdicts (account, region, type, rollup);

-- The NON_COMPLIANT subjects of each rule instance.
CREATE TABLE verdict_failures (
    account TEXT NOT NULL,
    n       INTEGER NOT NULL,
    region  TEXT NOT NULL,
    type    TEXT NOT NULL,
    id      TEXT NOT NULL,
    PRIMARY KEY (account, n, region, type, id)
) WITHOUT ROWID;

-- The reverse index of evaluation: which verdicts rest on which items beside their subject.
CREATE TABLE verdict_dependents (
    account        TEXT NOT NULL,
    type           TEXT NOT NULL,
    ref            TEXT NOT NULL,
    region         TEXT NOT NULL,
    n              INTEGER NOT NULL,
    subject_region TEXT NOT NULL,
    subject_type   TEXT NOT NULL,
    subject_id     TEXT NOT NULL,
    PRIMARY KEY (account, type, ref, region, n, subject_region, subject_type, subject_id)
) WITHOUT ROWID;
CREATE INDEX verdict_dependents_rule ON verdict_dependents (account, n);

-- Changes of verdicts in blocks: zstd-compressed JSON arrays, numbered first..last without gaps.
CREATE TABLE evaluation_blocks (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    last    INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (account, region, last)
);
