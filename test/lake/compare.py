"""Holds the answers of Tickmark's engine against DuckDB's over the same Parquet files: equal rows, in any order but
where the statement orders them; numbers equal to nine digits. Prints both times of each statement, or with --quiet the bad ones.

  compare.py WORK QUERIES ANSWERS [--quiet]"""

import datetime
import decimal
import json
import math
import os
import sys
import time

import duckdb

# The columns that segments keep apart, under CloudTrail Lake's names; the rest is read out of raw.
VIEW = """
CREATE VIEW events AS SELECT make_timestamp_ms(epoch_ms(event_time)) AS eventTime, event_source AS eventSource, event_name AS eventName, region AS awsRegion,
  nullif(source_ip, '') AS sourceIPAddress, nullif(error_code, '') AS errorCode, event_id AS eventID, nullif(event_type, '') AS eventType,
  CASE read_only WHEN 'true' THEN true WHEN 'false' THEN false END AS readOnly, event_category AS eventCategory, account AS recipientAccountId,
  nullif(principal_arn, '') AS arn, nullif(access_key_id, '') AS accessKeyId, CAST(raw AS VARCHAR) AS raw
FROM read_parquet('{files}') WHERE account = '111122223333' AND event_category = 'Management'
"""


def queries(name):
    """Name, and DuckDB's text of each statement."""
    with open(name) as f:
        for block in f.read().split("\n\n"):
            head, _, sql = block.strip().partition("\n")
            if head.startswith("-- ") and sql:
                first, _, other = sql.partition("\n-- duckdb\n")
                yield head[3:], other or first


def plain(v):
    """A value as JSON has it."""
    if isinstance(v, datetime.datetime):
        return v.strftime("%Y-%m-%d %H:%M:%S.") + f"{v.microsecond // 1000:03d}"
    if isinstance(v, datetime.date):
        return v.isoformat()
    if isinstance(v, decimal.Decimal):
        return float(v)
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, float) and math.isnan(v):
        return "NaN"
    return v


def same(a, b):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool) and not isinstance(b, bool):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a == b


def key(row):
    """What rows without an order are sorted by: numbers roughly, for their last digits may differ."""
    return json.dumps([f"{x:.6g}" if isinstance(x, float) else x for x in row], sort_keys=True, default=str)


def main(work, statements, answers, quiet):
    con = duckdb.connect()
    con.execute("SET threads TO 2")
    con.execute(VIEW.format(files=os.path.join(work, "events", "**", "*.parquet")))
    with open(answers) as f:
        ours = {a["name"]: a for a in map(json.loads, f)}
    bad = count = 0
    for name, sql in queries(statements):
        mine = ours.get(name)
        if mine is None:
            continue
        count += 1
        start = time.monotonic()
        theirs = [plain(list(r)) for r in con.execute(sql).fetchall()]
        took = time.monotonic() - start
        rows = mine["rows"]
        if "ORDER BY" not in sql.rsplit(")", 1)[-1]:
            rows, theirs = sorted(rows, key=key), sorted(theirs, key=key)
        fine = not mine.get("error") and same(rows, theirs)
        if not (quiet and fine):
            print(f"{'ok ' if fine else 'BAD'} {name:44} {len(rows):7} rows  {mine['seconds'] * 1000:9.1f} ms  DuckDB {took * 1000:9.1f} ms")
        if not fine:
            bad += 1
            print("    ", sql, "\n    ", mine.get("error") or first_difference(rows, theirs))
    print(f"{count - bad} of {count} statements agree with DuckDB {duckdb.__version__}")
    if bad or count == 0:
        sys.exit(1)


def first_difference(a, b):
    for x, y in zip(a, b):
        if not same(x, y):
            return f"{x}\n     not {y}"
    return f"{len(a)} rows, not {len(b)}"


main(*sys.argv[1:4], "--quiet" in sys.argv)
