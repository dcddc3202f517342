-- +goose Up
CREATE TABLE documents (
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    name     TEXT,
    revision BIGINT NOT NULL,
    created  BIGINT NOT NULL,
    updated  BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (account, region, kind, id),
    UNIQUE (account, region, kind, name)
);
CREATE INDEX documents_by_kind ON documents (kind, account, region, id);

CREATE TABLE writer_lease (
    id      BIGINT PRIMARY KEY,
    holder  TEXT NOT NULL,
    token   BIGINT NOT NULL,
    renewed BIGINT NOT NULL
);
