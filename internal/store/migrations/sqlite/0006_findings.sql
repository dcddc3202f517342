-- +goose Up
-- Findings as Security Hub shows them: the provider's document and, apart, what customers set.
CREATE TABLE findings (
    account      TEXT NOT NULL,
    region       TEXT NOT NULL,
    product_arn  TEXT NOT NULL,
    id           TEXT NOT NULL,
    generator_id TEXT NOT NULL,
    title        TEXT NOT NULL,
    control_id   TEXT NOT NULL,
    severity     TEXT NOT NULL,
    normalized   INTEGER NOT NULL,
    compliance   TEXT NOT NULL,
    workflow     TEXT NOT NULL,
    record_state TEXT NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    raw          BLOB NOT NULL,
    custom       BLOB,
    PRIMARY KEY (account, region, product_arn, id)
);
CREATE INDEX findings_by_updated ON findings (updated, account, region, product_arn, id);
CREATE INDEX findings_by_id ON findings (id, product_arn);
CREATE INDEX findings_by_control ON findings (control_id, account, region);

-- The feed: one row for each change of a finding's status, with the finding as it stood then.
CREATE TABLE finding_changes (
    seq          INTEGER NOT NULL PRIMARY KEY,
    account      TEXT NOT NULL,
    region       TEXT NOT NULL,
    product_arn  TEXT NOT NULL,
    id           TEXT NOT NULL,
    control_id   TEXT NOT NULL,
    compliance   TEXT NOT NULL,
    workflow     TEXT NOT NULL,
    record_state TEXT NOT NULL,
    at           INTEGER NOT NULL,
    recorded     INTEGER NOT NULL,
    document     BLOB NOT NULL
);
CREATE INDEX finding_changes_by_finding ON finding_changes (account, region, product_arn, id, at);
CREATE INDEX finding_changes_by_control ON finding_changes (control_id, seq);
