"""Prints random statements over small tables of VALUES, in the form of queries.sql: expressions, aggregates, windows,
joins, set operations, sub-queries, grouping sets. They mean the same in Trino's dialect and in DuckDB's.

  random_sql.py SEED COUNT"""

import random
import sys

R = random.Random(int(sys.argv[1]))
pick = R.choice

COLUMN = {"i": "a", "s": "b", "d": "c"}
SQL_TYPE = {"i": "bigint", "s": "varchar", "d": "double"}


def literal(t):
    if R.random() < 0.2:
        return f"CAST(NULL AS {SQL_TYPE[t]})"
    return {"i": str(R.randint(-5, 5)), "s": f"'{pick('abcxyz')}{pick(['', 'q'])}'", "d": f"{R.randint(-9, 9)}.{R.randint(0, 9)}e0"}[t]


def table(rows):
    return "(VALUES " + ", ".join(
        f"(CAST({literal('i')} AS bigint), CAST({literal('s')} AS varchar), CAST({literal('d')} AS double), {i})" for i in range(rows)) + ")"


def number(t, d):
    """An expression of a type, at most d deep."""
    if d == 0 or R.random() < 0.35:
        return COLUMN[t] if R.random() < 0.8 else literal(t)
    x, y = number(t, d - 1), number(t, d - 1)
    more = {
        "i": [f"({x} + {y})", f"({x} * {y})", f"nullif({x}, {y})", f"length({number('s', d - 1)})"],
        "s": [f"upper({x})", f"({x} || {y})", f"coalesce({x}, 'n')"],
        "d": [f"({x} - {y})", f"abs({x})", f"coalesce({x}, 0.5e0)"],
    }
    return pick(more[t] + [f"CASE WHEN {condition(d - 1)} THEN {x} ELSE {y} END", f"coalesce({x}, {y})"])


def condition(d=2):
    if d == 0:
        return f"a > {R.randint(-3, 3)}"
    i, j, s, x = number("i", d - 1), number("i", d - 1), number("s", d - 1), number("d", d - 1)
    return pick([
        f"{i} {pick(['=', '<', '>=', '<>'])} {j}", f"{s} IN ({literal('s')}, 'a', 'x')", f"{i} NOT IN (1, 2)",
        f"({condition(d - 1)} OR {condition(d - 1)})", f"({condition(d - 1)} AND {condition(d - 1)})", f"NOT ({condition(d - 1)})",
        f"{s} LIKE '{pick(['a%', '%q', '_', '%x%', 'b_'])}'", f"{x} IS NULL", f"{i} BETWEEN -2 AND 3", f"{i} IS DISTINCT FROM {j}",
    ])


def aggregate():
    return pick([
        "count(*)", f"count({number('s', 1)})", f"CAST(sum({number('i', 1)}) AS bigint)", f"min({number('s', 1)})", f"max({number('d', 1)})",
        f"count(DISTINCT {number('i', 1)})", f"avg({number('d', 1)})", f"count(*) FILTER (WHERE {condition(1)})", f"bool_or({condition(1)})",
        "array_agg(b ORDER BY id)",
    ])


def bounds(near):
    return f"{pick(['UNBOUNDED PRECEDING', near, 'CURRENT ROW'])} AND {pick(['CURRENT ROW', '2 FOLLOWING', 'UNBOUNDED FOLLOWING'])}"


def window():
    if R.random() < 0.25:
        order = pick(["a", "c", "a DESC"]) + " NULLS LAST"
        return f"count(*) OVER (PARTITION BY {pick(['b', 'length(b)'])} ORDER BY {order} RANGE BETWEEN {bounds('1 PRECEDING')})"
    over = f"{pick(['', 'PARTITION BY b ', 'PARTITION BY a '])}ORDER BY {pick(['id', 'a, id', 'c DESC NULLS LAST, id', 'b NULLS FIRST, id DESC'])}"
    if R.random() < 0.5:
        f = pick(["rank()", "row_number()", "dense_rank()", "lag(a)", "lead(b, 2)", "ntile(3)", "percent_rank()", "cume_dist()"])
        return f"{f} OVER ({over})"
    frame = pick(["", f" ROWS BETWEEN {bounds('2 PRECEDING')}"])
    f = pick(["sum(a)", "count(*)", "min(b)", "first_value(c)", "last_value(id)", "max(c)", "count(a)"])
    return f"CAST({f} OVER ({over}{frame}) AS {'bigint' if f == 'sum(a)' else 'varchar' if f == 'min(b)' else 'double'})"


def statement():
    c = pick(["a", "b", "a, b"])
    on = pick(["x.a = y.a", "x.b = y.b AND x.a <= y.a", "x.a = y.a AND x.b = y.b", "x.a + 1 = y.a", "x.b = y.b"])
    where = pick(["", " AND x.c > 0", " WHERE x.a > 0 OR x.a IS NULL"])
    inner = pick(["count(*)", "max(u.c)", "CAST(sum(u.a) AS bigint)", "count(u.b)"])
    return f"WITH t(a, b, c, id) AS {table(R.randint(1, 12))}, u(a, b, c, id) AS {table(R.randint(1, 9))} " + pick([
        f"SELECT {number('i', 2)}, {number('s', 2)}, {condition()} FROM t WHERE {condition()}",
        f"SELECT b, {aggregate()}, {aggregate()} FROM t WHERE {condition()} GROUP BY b HAVING count(*) >= {R.randint(0, 1)}",
        f"SELECT {aggregate()}, {aggregate()} FROM t",
        f"SELECT id, {window()}, {window()} FROM t",
        f"SELECT x.id, y.id FROM t x {pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'])} u y ON {on}{where}",
        f"SELECT {c} FROM t {pick(['UNION', 'INTERSECT', 'EXCEPT'])}{pick(['', ' ALL'])} SELECT {c} FROM u",
        f"SELECT id FROM t WHERE {pick(['a', 'a + 1'])} {pick(['IN', 'NOT IN'])} (SELECT a FROM u{pick(['', ' WHERE a IS NOT NULL', ' WHERE u.b = t.b', ' WHERE c > 0'])})",
        f"SELECT id FROM t WHERE {pick(['', 'NOT '])}EXISTS (SELECT 1 FROM u WHERE u.a {pick(['=', '<'])} t.a{pick(['', ' AND u.b = t.b', ' AND u.c > 0'])})",
        f"SELECT id, (SELECT {inner} FROM u WHERE u.{pick(['a = t.a', 'b = t.b'])}) FROM t",
        f"SELECT a, b, {aggregate()} FROM t GROUP BY {pick(['ROLLUP (a, b)', 'CUBE (a, b)', 'GROUPING SETS ((a), (b), (a, b))'])}",
    ])


for n in range(int(sys.argv[2])):
    print(f"-- random {sys.argv[1]}.{n}\n{statement()}\n")
