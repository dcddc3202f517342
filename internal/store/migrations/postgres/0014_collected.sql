-- +goose Up
-- How the latest reading of a resource type in a place ended: docs/format/inventory.md.
CREATE TABLE collected (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    type    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    run     TEXT NOT NULL,
    whole   BIGINT NOT NULL,
    items   BIGINT NOT NULL,
    calls   BIGINT NOT NULL,
    spent   BIGINT NOT NULL,
    PRIMARY KEY (account, region, type)
);
