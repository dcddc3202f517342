-- +goose Up
-- Pieces of evidence that an exception covers; they are in none of the other counts of verdicts.
ALTER TABLE evidence_folders ADD COLUMN excepted BIGINT NOT NULL DEFAULT 0;
