-- +goose Up
CREATE TABLE documents (
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    name     TEXT,
    revision INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (account, region, kind, id),
    UNIQUE (account, region, kind, name)
);
CREATE INDEX documents_by_kind ON documents (kind, account, region, id);
