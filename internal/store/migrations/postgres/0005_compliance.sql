-- +goose Up
-- Numbers that are never used again.
CREATE TABLE compliance_numbers (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- What the engine knows of a rule instance; body holds the parts that only change with full evaluations.
CREATE TABLE rule_states (
    account        TEXT COLLATE "C" NOT NULL,
    region         TEXT COLLATE "C" NOT NULL,
    n              BIGINT NOT NULL,
    rule_id        TEXT COLLATE "C" NOT NULL,
    revision       TEXT COLLATE "C" NOT NULL,
    compliant      BIGINT NOT NULL,
    non_compliant  BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    insufficient   BIGINT NOT NULL,
    requested      BIGINT NOT NULL,
    due            BIGINT NOT NULL,
    evaluated      BIGINT NOT NULL,
    deleted        BIGINT NOT NULL,
    busy           BIGINT NOT NULL,
    body           BYTEA NOT NULL,
    PRIMARY KEY (account, region, n)
);

CREATE INDEX rule_states_busy ON rule_states (account) WHERE busy = 1;
CREATE INDEX rule_states_due ON rule_states (due) WHERE due > 0;

-- All verdicts of one subject; rollup is AWS's summary of them (a rule.Verdict).
CREATE TABLE verdicts (
    account TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    type    TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    rollup  BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (account, region, type, id)
);
CREATE INDEX verdicts_rollup ON verdicts (account, region, type, rollup);

-- The NON_COMPLIANT subjects of each rule instance.
CREATE TABLE verdict_failures (
    account TEXT COLLATE "C" NOT NULL,
    n       BIGINT NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    type    TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, n, region, type, id)
);

-- The reverse index of evaluation: which verdicts rest on which items beside their subject.
CREATE TABLE verdict_dependents (
    account        TEXT COLLATE "C" NOT NULL,
    type           TEXT COLLATE "C" NOT NULL,
    ref            TEXT COLLATE "C" NOT NULL,
    region         TEXT COLLATE "C" NOT NULL,
    n              BIGINT NOT NULL,
    subject_region TEXT COLLATE "C" NOT NULL,
    subject_type   TEXT COLLATE "C" NOT NULL,
    subject_id     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, type, ref, region, n, subject_region, subject_type, subject_id)
);
CREATE INDEX verdict_dependents_rule ON verdict_dependents (account, n);

-- Changes of verdicts in blocks: zstd-compressed JSON arrays, numbered first..last without gaps.
CREATE TABLE evaluation_blocks (
    account TEXT COLLATE "C" NOT NULL,
    region  TEXT COLLATE "C" NOT NULL,
    last    BIGINT NOT NULL,
    first   BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (account, region, last)
);
