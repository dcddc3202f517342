-- +goose Up
CREATE TABLE buckets (
    name    TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    created INTEGER NOT NULL
);
CREATE INDEX buckets_by_account ON buckets (account, name);
CREATE TABLE objects (
    bucket       TEXT NOT NULL,
    object_key   TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    size         INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    modified     INTEGER NOT NULL,
    metadata     BLOB NOT NULL,
    PRIMARY KEY (bucket, object_key)
);
CREATE INDEX objects_by_blob ON objects (sha256);
