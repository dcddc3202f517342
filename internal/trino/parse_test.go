package trino_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/trino"
)

// TestPrint: statements and what they print as; an empty second text is the first one.
func TestPrint(t *testing.T) {
	for _, c := range [][2]string{
		{"select 1", "SELECT 1"},
		{"SELECT eventName FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 WHERE a-b > 1", `SELECT eventName FROM "0233062b-51f6-4d18-8dec-c8eb1fb5bcb2" WHERE a - b > 1`},
		{"SELECT * FROM 12345678-51f6-4d18-8dec-c8eb1fb5bcb2, 1e345678-51f6-4d18-8dec-c8eb1fb5bcb2 x", `SELECT * FROM "12345678-51f6-4d18-8dec-c8eb1fb5bcb2" CROSS JOIN "1e345678-51f6-4d18-8dec-c8eb1fb5bcb2" AS x`},
		{`SELECT * FROM "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/0233062b-51f6-4d18-8dec-c8eb1fb5bcb2"`, ""},
		{"SELECT a FROM abcd-ef--a comment", `SELECT a FROM "abcd-ef"`},
		{"SELECT a -- why\n/* because */ , b FROM t;", "SELECT a, b FROM t"},
		{"SELECT t.*, r.* AS (a, b), x y, z AS \"Select\" FROM t", `SELECT t.*, r.* AS (a, b), x AS y, z AS "Select" FROM t`},
		{"SELECT DISTINCT a, count(*) c FROM t GROUP BY 1 HAVING count(*) > 2 ORDER BY c DESC NULLS FIRST, 1 ASC LIMIT 10", "SELECT DISTINCT a, count(*) AS c FROM t GROUP BY 1 HAVING count(*) > 2 ORDER BY c DESC NULLS FIRST, 1 LIMIT 10"},
		{"SELECT ALL a FROM t OFFSET 5 ROWS FETCH FIRST ROW ONLY", "SELECT a FROM t OFFSET 5 LIMIT 1"},
		{"SELECT a FROM t ORDER BY a FETCH NEXT 3 ROWS WITH TIES", "SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES"},
		{"WITH a AS (SELECT 1), b (x, y) AS (VALUES (1, 2), (3, 4)) TABLE b", "WITH a AS (SELECT 1), b (x, y) AS (VALUES ROW(1, 2), ROW(3, 4)) SELECT * FROM b"},
		{"SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3 EXCEPT SELECT 4 INTERSECT SELECT 5", "SELECT 1 UNION ALL SELECT 2 UNION SELECT 3 EXCEPT SELECT 4 INTERSECT SELECT 5"},
		{"(SELECT 1 UNION SELECT 2) INTERSECT (SELECT 3) ORDER BY 1", ""},
		{"SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), ROLLUP (a, (b, c)), CUBE (a), (a, b), ()", "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), a, ()), ROLLUP (a, (b, c)), CUBE (a), (a, b), ()"},
		{"SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x, y) CROSS JOIN d", "SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (x, y) CROSS JOIN d"},
		{"SELECT * FROM a FULL JOIN b RIGHT JOIN c ON 1 = 1 ON 2 = 2", "SELECT * FROM a FULL JOIN (b RIGHT JOIN c ON 1 = 1) ON 2 = 2"},
		{"SELECT * FROM ((a INNER JOIN b ON true) x)", "SELECT * FROM (a JOIN b ON TRUE) AS x"},
		{"SELECT * FROM (((SELECT 1) UNION SELECT 2) LIMIT 1) AS x(a), LATERAL (SELECT a)", "SELECT * FROM (((SELECT 1) UNION SELECT 2) LIMIT 1) AS x (a) CROSS JOIN LATERAL (SELECT a)"},
		{"SELECT * FROM ((SELECT 1) a JOIN (SELECT 2) b ON true)", "SELECT * FROM (SELECT 1) AS a JOIN (SELECT 2) AS b ON TRUE"},
		{"SELECT r.arn FROM t CROSS JOIN UNNEST(resources, m) WITH ORDINALITY AS r (a, b, c, n)", ""},
		{"SELECT a + b * c - -d || e, (a + b) * c, a - (b - c), NOT (a OR b) AND c, -(-1)", "SELECT a + b * c - -d || e, (a + b) * c, a - (b - c), NOT (a OR b) AND c, - -1"},
		{"SELECT " + strings.Repeat("- ", 100) + "1", "SELECT " + strings.Repeat("- ", 99) + "-1"},
		{"SELECT a = 1 AND b <> 2 OR c != 3, (a = b) = c, (a AND b) AND c", "SELECT a = 1 AND b <> 2 OR c <> 3, (a = b) = c, (a AND b) AND c"},
		{"SELECT a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 AND 4, a IN (1, 2), b NOT IN (SELECT 1), a LIKE 'x%' ESCAPE '\\', b NOT LIKE c || '%'", ""},
		{"SELECT a IS NULL, b IS NOT NULL, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM NULL", ""},
		{"SELECT a > ALL (SELECT 1), a = SOME (SELECT 1), EXISTS (SELECT 1), (SELECT 1), ((SELECT 1) UNION (SELECT 2)), a IN ((SELECT 1) UNION (SELECT 2))", "SELECT a > ALL (SELECT 1), a = ANY (SELECT 1), EXISTS (SELECT 1), (SELECT 1), ((SELECT 1) UNION (SELECT 2)), a IN ((SELECT 1) UNION (SELECT 2))"},
		{"SELECT CASE a WHEN 1 THEN 2 ELSE 3 END, CASE WHEN a THEN b WHEN c THEN d END", ""},
		{"SELECT CAST(a AS varchar(10)), TRY_CAST(b AS ARRAY(MAP(varchar, bigint))), CAST(c AS ROW(x INT, y timestamp(3) with time zone, double precision, \"time\" time)), CAST(d AS numeric(10, 2)), CAST(e AS bigint array)", `SELECT CAST(a AS varchar(10)), TRY_CAST(b AS array(map(varchar, bigint))), CAST(c AS row(x integer, y timestamp(3) with time zone, double, "time" time)), CAST(d AS decimal(10, 2)), CAST(e AS array(bigint))`},
		{"SELECT CAST(a AS row(x bigint array, array(bigint), y array(time without time zone), timestamp)), CAST(b AS interval year to month)", "SELECT CAST(a AS row(x array(bigint), array(bigint), y array(time), timestamp)), CAST(b AS interval year to month)"},
		{"SELECT sum(ALL a), f(ORDER BY a), normalize(a), count(*) FILTER (WHERE a)", "SELECT sum(a), f(ORDER BY a), NORMALIZE(a), count(*) FILTER (WHERE a)"},
		{"SELECT CAST(a AS interval day to second), CAST(a AS array<map<varchar, row(json)>>)", "SELECT CAST(a AS interval day to second), CAST(a AS array(map(varchar, row(json))))"},
		{"SELECT 1, 1.50, .5, 1., 1e3, 15E-1, -9223372036854775808, X'65 66', U&'sn\\00f6\\+01F600man', U&'a#2713' UESCAPE '#', 'it''s'", "SELECT 1, 1.50, .5, 1., 1E+03, 1.5E+00, -9223372036854775808, X'6566', 'snö😀man', 'a✓', 'it''s'"},
		{"SELECT DATE '2024-03-05', timestamp '2024-03-05 08:00', double precision '1', INTERVAL '2' DAY, interval -'1-2' year to month", "SELECT DATE '2024-03-05', TIMESTAMP '2024-03-05 08:00', DOUBLE '1', INTERVAL '2' DAY, INTERVAL -'1-2' YEAR TO MONTH"},
		{"SELECT ARRAY[1, 2][1], m['k'], (a, b), ROW(1), a.b.c[2].d, ARRAY[], (1).a", "SELECT ARRAY[1, 2][1], m['k'], ROW(a, b), ROW(1), a.b.c[2].d, ARRAY[], (1).a"},
		{"SELECT transform(a, x -> x + 1), reduce(a, 0, (s, x) -> s + x, s -> s), f(() -> 1)", "SELECT transform(a, (x) -> x + 1), reduce(a, 0, (s, x) -> s + x, (s) -> s), f(() -> 1)"},
		{"SELECT COUNT(DISTINCT a), array_agg(a ORDER BY b DESC), sum(a) FILTER (WHERE b > 0), grouping(a, b)", "SELECT count(DISTINCT a), array_agg(a ORDER BY b DESC), sum(a) FILTER (WHERE b > 0), GROUPING(a, b)"},
		{"SELECT rank() OVER (PARTITION BY a ORDER BY b), lag(a) IGNORE NULLS OVER w, sum(a) OVER (w ROWS 2 PRECEDING) FROM t WINDOW w AS (ORDER BY a RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", "SELECT rank() OVER (PARTITION BY a ORDER BY b), lag(a) IGNORE NULLS OVER w, sum(a) OVER (w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t WINDOW w AS (ORDER BY a RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"},
		{"SELECT listagg(DISTINCT a, ',') WITHIN GROUP (ORDER BY a) FILTER (WHERE b)", "SELECT LISTAGG(DISTINCT a, ',') WITHIN GROUP (ORDER BY a) FILTER (WHERE b)"},
		{"SELECT position('a' IN b), substring(a FROM 2 FOR 3), substring(a, 2), trim(a), trim(LEADING 'x' FROM a), trim(TRAILING FROM a), trim(a, 'x'), normalize(a, NFC)", "SELECT POSITION('a' IN b), substr(a, 2, 3), substr(a, 2), TRIM(a), TRIM(LEADING 'x' FROM a), rtrim(a), TRIM(a, 'x'), NORMALIZE(a, NFC)"},
		{"SELECT EXTRACT(year FROM a), a AT TIME ZONE 'Europe/Zurich', current_date, CURRENT_TIMESTAMP(3), localtime, interval, date, year(date), \"interval\" + 'x'", `SELECT EXTRACT(YEAR FROM a), a AT TIME ZONE 'Europe/Zurich', CURRENT_DATE, CURRENT_TIMESTAMP(3), LOCALTIME, "interval", date, year(date), "interval" + 'x'`},
		{"SELECT ? FROM t WHERE a > ? LIMIT ?", ""},
		{"SELECT try(a / b), if(a, b, c), coalesce(a, b), \"left\"(a, 1), catalog.schema.f FROM c.s.t", "SELECT try(a / b), if(a, b, c), coalesce(a, b), \"left\"(a, 1), catalog.schema.f FROM c.s.t"},
	} {
		want := c[1]
		if want == "" {
			want = c[0]
		}
		q, err := trino.Parse(c[0])
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		if got := q.String(); got != want {
			t.Errorf("%s\n got %s\nwant %s", c[0], got, want)
		}
		roundTrip(t, q)
	}
}

// roundTrip demands that a printed tree gives the same tree.
func roundTrip(t *testing.T, q *trino.Query) {
	t.Helper()
	printed := q.String()
	again, err := trino.Parse(printed)
	if err != nil {
		t.Errorf("%s: %v", printed, err)
		return
	}
	if second := again.String(); second != printed {
		t.Errorf("printed %s\n  again %s", printed, second)
	}
	bare(reflect.ValueOf(q))
	bare(reflect.ValueOf(again))
	if !reflect.DeepEqual(q, again) {
		t.Errorf("%s: the tree of the printed statement differs", printed)
	}
}

// bare clears positions and marks of quotes.
func bare(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			bare(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			bare(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[trino.Position]() && v.CanSet() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Type() == reflect.TypeFor[trino.Ident]() && v.Type().Field(i).Name == "Quoted" {
				v.Field(i).SetBool(false)
				continue
			}
			bare(v.Field(i))
		}
	}
}

// TestRefused: statements and what is said about them.
func TestRefused(t *testing.T) {
	for _, c := range [][2]string{
		{"", "line 1:1: the statement ends. Expecting: 'SELECT'"},
		{"INSERT INTO t VALUES 1", "line 1:1: INSERT is not supported: an event data store answers SELECT only"},
		{"show tables", "line 1:1: SHOW is not supported"},
		{"SELECT", "line 1:7: the statement ends. Expecting: <expression>"},
		{"SELECT FROM t", "line 1:8: mismatched input 'FROM'. Expecting: <expression>"},
		{"SELECT a\nFROM t WHERE", "line 2:13: the statement ends"},
		{"SELECT 1; SELECT 2", "line 1:11: one statement at a time is answered"},
		{"WITH RECURSIVE a AS (SELECT 1) SELECT 1", "line 1:6: WITH RECURSIVE is not supported"},
		{"SELECT * FROM a NATURAL JOIN b", "line 1:17: NATURAL JOIN is not supported"},
		{"SELECT * FROM a JOIN b", "line 1:23: the statement ends. Expecting: 'ON', 'USING'"},
		{"SELECT * FROM a TABLESAMPLE BERNOULLI (10)", "line 1:17: TABLESAMPLE is not supported"},
		{"SELECT * FROM a MATCH_RECOGNIZE (x)", "line 1:17: MATCH_RECOGNIZE is not supported"},
		{"SELECT * FROM a FOR VERSION AS OF 1", "line 1:17: FOR is not supported"},
		{"SELECT * FROM TABLE(f(1))", "line 1:15: table functions are not supported"},
		{"SELECT * FROM f(1)", "line 1:15: table functions are not supported"},
		{"SELECT json_value(a, 'lax $.x')", "line 1:8: JSON_VALUE is not supported"},
		{"SELECT current_user", "line 1:8: CURRENT_USER is not supported"},
		{"SELECT a FROM t LIMIT 1 OFFSET 2", "line 1:25: mismatched input 'OFFSET'"},
		{"SELECT a FROM t FETCH FIRST 2 ROWS WITH TIES", "line 1:17: FETCH FIRST WITH TIES needs ORDER BY"},
		{"SELECT x -> x", "line 1:8: a lambda stands only as an argument"},
		{"SELECT (x, y) -> x", "line 1:8: a lambda stands only as an argument"},
		{"SELECT f(a => 1)", "line 1:10: arguments are not named"},
		{"SELECT sum(*)", "line 1:12: * is an argument of count only"},
		{"SELECT system.f(1)", "line 1:14: functions have no catalog or schema here"},
		{"SELECT 'abc", "line 1:8: a ' has no end"},
		{"SELECT \"\" FROM t", "line 1:8: a name is not empty"},
		{"SELECT `a` FROM t", "line 1:8: names are quoted with double quotes, not backquotes"},
		{"SELECT 1a FROM t", "line 1:8: a name that begins with a digit needs double quotes"},
		{"SELECT a FROM $EDS", "line 1:15: '$' is no part of SQL"},
		{"SELECT 1 /* x", "line 1:10: a comment has no end"},
		{"SELECT 9223372036854775808", "line 1:8: invalid numeric literal: 9223372036854775808"},
		{"SELECT 1e999", "line 1:8: invalid numeric literal: 1e999"},
		{"SELECT X'6'", "line 1:8: a binary literal takes pairs of hexadecimal digits"},
		{"SELECT U&'\\d800'", "line 1:8: an escape in U&'' takes"},
		{"SELECT U&'a' UESCAPE '1'", "line 1:8: UESCAPE takes one ASCII character"},
		{"SELECT a FROM t LIMIT x", "line 1:23: mismatched input 'x'. Expecting: <integer>, '?'"},
		{"SELECT current_timestamp(13)", "line 1:26: 13 is more than 12"},
		{"SELECT current_timestamp(x)", "line 1:26: mismatched input 'x'. Expecting: <integer>"},
		{"SELECT CAST(a AS interval hour to second)", "line 1:27: mismatched input 'hour'. Expecting: 'DAY'"},
		{"SELECT a FROM t FETCH 5 ROWS ONLY", "line 1:23: mismatched input '5'. Expecting: 'FIRST', 'NEXT'"},
		{"SELECT sum(a) OVER (ROWS UNBOUNDED FOLLOWING)", "line 1:26: a frame does not run from UNBOUNDED FOLLOWING to CURRENT ROW"},
		{"SELECT listagg(a, ',') WITHIN GROUP (x)", "line 1:38: mismatched input 'x'. Expecting: 'ORDER'"},
		{"SELECT a FROM t WHERE " + strings.Repeat("x", 70) + " y", "line 1:94: mismatched input 'y'"},
		{"SELECT a FROM t t " + strings.Repeat("x", 70), "line 1:19: mismatched input '" + strings.Repeat("x", 57) + "...'"},
		{"SELECT U&'\\00zz'", "an escape in U&'' takes"},
		{"SELECT U&'\\00'", "an escape in U&'' takes"},
		{"SELECT a IS DISTINCT b", "line 1:22: mismatched input 'b'. Expecting: 'FROM'"},
		{"SELECT a = b = c", "line 1:14: mismatched input '='"},
		{"SELECT sum(a) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING)", "line 1:26: a frame does not run from CURRENT ROW to PRECEDING"},
		{"SELECT INTERVAL '1' WEEK", "line 1:21: mismatched input 'WEEK'. Expecting: 'YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'"},
		{"SELECT EXTRACT(EPOCH FROM a)", "line 1:16: mismatched input 'EPOCH'"},
		{"SELECT listagg(a)", "line 1:18: the statement ends. Expecting: 'WITHIN'"},
		{"SELECT ROW(1 AS a)", "line 1:14: a row's fields are named by CAST"},
		{"SELECT a\xff", "line 1:1: the statement is not UTF-8 text"},
		{"SELECT '" + strings.Repeat("é", 9_993) + "'", "line 1:1: a statement has at most 10000 characters, not 10002"},
		{"SELECT " + strings.Repeat("(", 200) + "1", "line 1:157: the statement is nested deeper than 150 levels"},
		{"SELECT " + strings.Repeat("- ", 200) + "1", "is nested deeper than 150 levels"},
		{"SELECT * FROM " + strings.Repeat("(", 200) + "a", "is nested deeper than 150 levels"},
		{"SELECT CAST(a AS " + strings.Repeat("array(", 200), "is nested deeper than 150 levels"},
		{"SELECT " + strings.Repeat("1,", 3_000) + "1", "line 1:6007: a list has at most 3000 members"},
	} {
		_, err := trino.Parse(c[0])
		if err == nil {
			t.Errorf("%s: not refused, want %s", c[0], c[1])
		} else if !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%.60s: %v\nwant %s", c[0], err, c[1])
		}
	}
}

// FuzzParse: whatever is read prints to a text that reads as the same tree.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"SELECT a.b[1], transform(x, (y) -> y || 'z') FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 AS t (a, x) WHERE NOT a = -1 AND b IN (1, 2.5, 1e3) GROUP BY ROLLUP (a, (b, c)) ORDER BY 1 DESC NULLS LAST LIMIT 5",
		"WITH a AS (VALUES (1, DATE '2024-01-01')) (SELECT * FROM a CROSS JOIN UNNEST(m) WITH ORDINALITY u (k, v)) UNION ALL TABLE a",
		"SELECT sum(a) FILTER (WHERE b) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), CAST(x AS row(a int, time)), TRIM(BOTH 'x' FROM y), POSITION(? IN ?), U&'\\2713', X'00'",
		"SELECT * FROM ((SELECT 1) UNION SELECT 2) a JOIN (b FULL JOIN c USING (x)) ON a.x > ALL (SELECT 1) AND EXISTS (SELECT 1) AND INTERVAL -'1' DAY + \"interval\" IS NOT DISTINCT FROM CASE WHEN a THEN b END AT TIME ZONE 'UTC'",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := trino.Parse(s)
		if err != nil || len(q.String()) > trino.MaxLength/2 {
			return
		}
		roundTrip(t, q)
	})
}
