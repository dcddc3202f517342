package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/fn"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// literals are values of each type as statements write them.
var literals = map[string][]string{
	"varchar":   {`'abc'`, `''`, `'2024-03-05 08:00:00'`, `'{"a":[1,"x"]}'`, `'$.a[0]'`, `'hour'`, `'month'`, `'%Y-%m-%d'`, `'a=1'`, `'='`, `'10.0.0.0/8'`, `'yyyy'`, `'[a-z]'`, `'UTC'`, `'42.5ms'`, `'https://a.example/b?x=1'`, `'ff'`},
	"varbinary": {`X'6162'`, `X''`, `X'00000000000000ff'`}, "boolean": {`true`, `false`},
	"bigint": {`BIGINT '1'`, `BIGINT '-3'`, `BIGINT '0'`, `BIGINT '16'`}, "integer": {`2`, `-1`, `0`}, "smallint": {`SMALLINT '2'`}, "tinyint": {`TINYINT '2'`},
	"double": {`1.5e0`, `-2e0`, `nan()`}, "real": {`REAL '1.5'`}, "decimal(38,0)": {`1.50`, `-7.25`, `0.0`}, "json": {`JSON '{"a":[1]}'`, `JSON '[1,"b"]'`},
	"date": {`DATE '2024-03-05'`}, "time(3)": {`TIME '08:00'`}, "timestamp(3)": {`TIMESTAMP '2024-03-05 08:00'`, `TIMESTAMP '1969-12-31 23:00'`},
	"timestamp(3) with time zone": {`TIMESTAMP '2024-03-05 08:00 Europe/Zurich'`}, "interval day to second": {`INTERVAL '5' HOUR`}, "interval year to month": {`INTERVAL '1' MONTH`},
	"array(varchar)": {`ARRAY['b', 'a', NULL, 'b']`, `ARRAY['x']`}, "array(array(varchar))": {`ARRAY[ARRAY['a'], NULL]`}, "array(double)": {`ARRAY[1e0, 2e0]`},
	"map(varchar,varchar)": {`map(ARRAY['a', 'b'], ARRAY['1', NULL])`}, "array(row(varchar, varchar))": {`ARRAY[('a', '1'), ('b', NULL)]`},
}

// TestWays: a function gives the same of constants, of columns, and of columns beside constants.
func TestWays(t *testing.T) {
	variables := map[string]*value.Type{}
	for c := 'A'; c <= 'Z'; c++ {
		variables[string(c)] = value.VarcharType
	}
	tried := 0
	for _, name := range fn.Names() {
		for _, f := range fn.Lookup(name) {
			if strings.Contains(f.Signature.String(), "function(") {
				continue
			}
			for turn := range 12 {
				args, types := arguments(t, f, variables, turn)
				if name == "format" && turn > 2 {
					break
				}
				ways(t, name, args, types)
				tried++
			}
		}
	}
	if tried < 2000 {
		t.Errorf("%d calls", tried)
	}
}

// arguments picks literals for a function, others in each turn; NULL now and then.
func arguments(t *testing.T, f *value.Function, variables map[string]*value.Type, turn int) (args, types []string) {
	seed := uint32(turn)*2654435761 + 12345
	for i := range f.Args {
		typ := value.Substitute(f.Arg(i), variables).String()
		pool := literals[typ]
		if pool == nil {
			t.Fatalf("%s: no literals of type %s", f.Signature.String(), typ)
		}
		seed = seed*1664525 + 1013904223
		x := pool[int(seed>>16)%len(pool)]
		if seed>>8%11 == 0 {
			x = "CAST(NULL AS " + strings.Replace(typ, "(38,0)", "(3,2)", 1) + ")"
		}
		args, types = append(args, x), append(types, typ)
	}
	return args, types
}

func ways(t *testing.T, name string, args, types []string) {
	t.Helper()
	columns := make([]string, len(args))
	for i := range args {
		columns[i] = fmt.Sprintf("c%d", i)
	}
	from := ""
	if len(args) > 0 {
		row := "ROW(" + strings.Join(args, ", ") + ")"
		from = " FROM (VALUES " + row + ", " + row + ", " + row + ") AS t (" + strings.Join(columns, ", ") + ")"
	}
	want := last(t, "SELECT "+name+"("+strings.Join(args, ", ")+") AS x")
	all := "SELECT " + name + "(" + strings.Join(columns, ", ") + ") AS x" + from
	if got := last(t, all); got != want {
		t.Errorf("%s\ngives %s, of constants (%s) %s", all, got, strings.Join(args, ", "), want)
	}
	for i := range args {
		mixed := append([]string(nil), args...)
		mixed[i] = columns[i]
		sql := "SELECT " + name + "(" + strings.Join(mixed, ", ") + ") AS x" + from
		if got := last(t, sql); got != want {
			t.Errorf("%s\ngives %s, of constants %s", sql, got, want)
		}
	}
}

// last is the last row of a result, or the error without its place.
func last(t *testing.T, sql string) string {
	got, err := run(t, sql, 2, engine.Options{})
	if err != nil {
		message := err.Error()
		if strings.HasPrefix(message, "line ") {
			_, message, _ = strings.Cut(message, ": ")
		}
		return "error: " + message
	}
	return got[strings.LastIndex(got, "\n")+1:]
}
