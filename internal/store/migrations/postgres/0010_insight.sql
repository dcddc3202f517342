-- +goose Up
-- Calls and errors by the minute, one row a metric and day. step is the number of minutes that a count stands for.
CREATE TABLE insight_counts (
    account  TEXT COLLATE "C" NOT NULL,
    region   TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    source   TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    error    TEXT COLLATE "C" NOT NULL,
    day      BIGINT NOT NULL,
    step     BIGINT NOT NULL,
    counts   BYTEA NOT NULL,
    PRIMARY KEY (account, region, category, source, name, error, day)
);
CREATE INDEX insight_counts_day ON insight_counts (step, day);

-- From which minute on a metric is to be judged.
CREATE TABLE insight_due (
    account  TEXT COLLATE "C" NOT NULL,
    region   TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    source   TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    error    TEXT COLLATE "C" NOT NULL,
    first    BIGINT NOT NULL,
    PRIMARY KEY (account, region, category, source, name, error)
);

-- Days on which an account had events.
CREATE TABLE insight_days (
    account  TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    day      BIGINT NOT NULL,
    PRIMARY KEY (account, category, day)
);

-- Anomalies. ending is 0 while one lasts; told says of which of its two events there is none yet: 0 of both, 1 of the
-- second, 2 of none.
CREATE TABLE insight_anomalies (
    account  TEXT COLLATE "C" NOT NULL,
    region   TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    source   TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    error    TEXT COLLATE "C" NOT NULL,
    start    BIGINT NOT NULL,
    ending   BIGINT NOT NULL,
    seen     BIGINT NOT NULL,
    told     BIGINT NOT NULL,
    PRIMARY KEY (account, region, category, source, name, error, start)
);
CREATE INDEX insight_anomalies_told ON insight_anomalies (told, start);
CREATE INDEX insight_anomalies_start ON insight_anomalies (account, category, start);
