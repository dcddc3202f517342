-- +goose Up
-- How the latest reading of a resource type in a place ended: docs/format/inventory.md.
CREATE TABLE collected (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    type    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    run     TEXT NOT NULL,
    whole   INTEGER NOT NULL,
    items   INTEGER NOT NULL,
    calls   INTEGER NOT NULL,
    spent   INTEGER NOT NULL,
    PRIMARY KEY (account, region, type)
) WITHOUT ROWID;
