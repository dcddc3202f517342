-- +goose Up
-- Calls and errors by the minute, one row a metric and day. step is the number of minutes that a count stands for.
CREATE TABLE insight_counts (
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    category TEXT NOT NULL,
    source   TEXT NOT NULL,
    name     TEXT NOT NULL,
    error    TEXT NOT NULL,
    day      INTEGER NOT NULL,
    step     INTEGER NOT NULL,
    counts   BLOB NOT NULL,
    PRIMARY KEY (account, region, category, source, name, error, day)
) WITHOUT ROWID;
CREATE INDEX insight_counts_day ON insight_counts (step, day);

-- From which minute on a metric is to be judged.
CREATE TABLE insight_due (
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    category TEXT NOT NULL,
    source   TEXT NOT NULL,
    name     TEXT NOT NULL,
    error    TEXT NOT NULL,
    first    INTEGER NOT NULL,
    PRIMARY KEY (account, region, category, source, name, error)
) WITHOUT ROWID;

-- Days on which an account had events.
CREATE TABLE insight_days (
    account  TEXT NOT NULL,
    category TEXT NOT NULL,
    day      INTEGER NOT NULL,
    PRIMARY KEY (account, category, day)
) WITHOUT ROWID;

-- Anomalies. ending is 0 while one lasts; told says of which of its two events there is none yet: 0 of both, 1 of the
-- second, 2 of none.
CREATE TABLE insight_anomalies (
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    category TEXT NOT NULL,
    source   TEXT NOT NULL,
    name     TEXT NOT NULL,
    error    TEXT NOT NULL,
    start    INTEGER NOT NULL,
    ending   INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    told     INTEGER NOT NULL,
    PRIMARY KEY (account, region, category, source, name, error, start)
) WITHOUT ROWID;
CREATE INDEX insight_anomalies_told ON insight_anomalies (told, start);
CREATE INDEX insight_anomalies_start ON insight_anomalies (account, category, start);
