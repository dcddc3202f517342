-- +goose Up
-- The sums over the folders of a control, so that reading an assessment does not read its folders.
CREATE TABLE evidence_controls (
    owner       TEXT NOT NULL,
    assessment  TEXT NOT NULL,
    control_set TEXT NOT NULL,
    control     TEXT NOT NULL,
    total       BIGINT NOT NULL,
    selected    BIGINT NOT NULL,
    by_hand     BIGINT NOT NULL,
    issues      BIGINT NOT NULL,
    excepted    BIGINT NOT NULL,
    PRIMARY KEY (owner, assessment, control_set, control)
);
INSERT INTO evidence_controls
    SELECT owner, assessment, control_set, control, SUM(total), SUM(selected), SUM(by_hand), SUM(issues), SUM(excepted)
    FROM evidence_folders GROUP BY owner, assessment, control_set, control;

-- When a mapping source collected last; 0 when that was before it was noted.
ALTER TABLE evidence_sources ADD COLUMN last_at BIGINT NOT NULL DEFAULT 0;
