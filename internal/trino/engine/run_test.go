package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// numbers is the table of 0..n-1, as number and as text, read by two goroutines at once.
type numbers struct {
	n int
	// texts counts the values of s that were read.
	texts atomic.Int64
}

func (t *numbers) Columns() []plan.Column {
	return []plan.Column{{Name: "n", Type: value.BigIntType}, {Name: "s", Type: value.VarcharType}, {Name: "mod", Type: value.VarcharType}}
}

func (t *numbers) Scan(ctx context.Context, r *plan.ScanRequest, yield func(int, *plan.Batch) error) error {
	const rows = 1000
	words := make([]string, 7)
	for i := range words {
		words[i] = fmt.Sprint("m", i)
	}
	var wg sync.WaitGroup
	errs := make([]error, r.Workers)
	for w := range r.Workers {
		wg.Go(func() {
			for from := w * rows; from < t.n && errs[w] == nil; from += rows * r.Workers {
				n := min(rows, t.n-from)
				ints, strs, of := make([]int64, n), make([]string, n), make([]uint32, n)
				for i := range n {
					ints[i], strs[i], of[i] = int64(from+i), fmt.Sprint("s", from+i), uint32((from+i)%7)
				}
				columns := make([]*value.Vector, len(r.Columns))
				load := func(i int, some []uint32) (*value.Vector, error) {
					v := []*value.Vector{
						{Type: value.BigIntType, N: n, Ints: ints}, {Type: value.VarcharType, N: n, Strs: strs}, {Type: value.VarcharType, N: n, Strs: words, Of: of},
					}[r.Columns[i].Column]
					if some != nil {
						v = v.Select(some)
					}
					if r.Columns[i].Column == 1 {
						t.texts.Add(int64(v.N))
					}
					return v, nil
				}
				r.Statistics.Scanned.Add(int64(n))
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = yield(w, plan.NewBatch(n, columns, load))
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func prepare(t *testing.T, sql string, n int, o engine.Options) *engine.Prepared {
	t.Helper()
	o.Now, o.Workers = now, 2
	o.Catalog = func([]string) (plan.Table, error) { return &numbers{n: n}, nil }
	p, err := engine.Prepare(sql, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func rowsOf(t *testing.T, p *engine.Prepared) []string {
	t.Helper()
	var out []string
	err := p.Run(t.Context(), func(rows int, columns []*value.Vector) error {
		for r := range rows {
			var cells []string
			for _, c := range columns {
				cells = append(cells, value.Format(c.Type, c.Get(r)))
			}
			out = append(out, strings.Join(cells, " "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What two workers find apart is one answer.
func TestParallel(t *testing.T) {
	const n = 50_000
	for sql, want := range map[string]string{
		`SELECT count(*), sum(n), min(n), max(s), count(DISTINCT mod), count(DISTINCT s) FROM t`:                                                                              "50000 1249975000 0 s9999 7 50000",
		`SELECT mod, count(*), count(DISTINCT s) FROM t GROUP BY mod ORDER BY mod LIMIT 1`:                                                                                    "m0 7143 7143",
		`SELECT count(*) FROM t a JOIN t b ON a.s = b.s AND a.n < 1000`:                                                                                                       "1000",
		`SELECT count(*) FROM t a LEFT JOIN t b ON a.n = b.n + 40000 WHERE b.n IS NULL`:                                                                                       "40000",
		`SELECT count(*) FROM t a FULL JOIN t b ON a.n = b.n + 40000`:                                                                                                         "90000",
		`SELECT s FROM t ORDER BY n DESC OFFSET 3 LIMIT 1`:                                                                                                                    "s49996",
		`SELECT s FROM t WHERE mod = 'm3' AND n > 100 ORDER BY mod, n LIMIT 1`:                                                                                                "s101",
		`SELECT sum(r) FROM (SELECT rank() OVER (PARTITION BY mod ORDER BY n) AS r FROM t)`:                                                                                   "178596429",
		`SELECT count(*) FROM (SELECT s FROM t EXCEPT SELECT s FROM t WHERE n % 2 = 0)`:                                                                                       "25000",
		`SELECT count(*) FROM t WHERE s IN (SELECT s FROM t WHERE n < 10) AND NOT EXISTS (SELECT 1 FROM t u WHERE u.n = t.n AND u.mod = 'm0')`:                                "8",
		`SELECT abs(approx_distinct(s) - 50000) < 2500, abs(approx_percentile(n, 0.9) - 45000) < 500, round(stddev_pop(n)) FROM t`:                                            "true true 14434.0",
		`WITH x AS (SELECT mod, count(*) c FROM t GROUP BY mod) SELECT max(a.c) - min(b.c) FROM x a, x b`:                                                                     "1",
		`SELECT cardinality(array_agg(s)), cardinality(histogram(mod)), cardinality(map_agg(mod, n)), length(listagg(mod, '') WITHIN GROUP (ORDER BY n)) FROM t WHERE n < 14`: "14 7 7 28",
		`SELECT count(*) FROM (SELECT n FROM t LIMIT 777)`:                                                                                                                    "777",
	} {
		if got := rowsOf(t, prepare(t, sql, n, engine.Options{})); len(got) != 1 || got[0] != want {
			t.Errorf("%s\ngives %q, want %q", sql, got, want)
		}
	}
}

// A query that would hold more than its memory ends with an error that says what was too large.
func TestMemoryLimit(t *testing.T) {
	for sql, what := range map[string]string{
		`SELECT s, count(*) FROM t GROUP BY s`:                     "groups",
		`SELECT count(DISTINCT s) FROM t`:                          "groups",
		`SELECT * FROM t ORDER BY s`:                               "rows of ORDER BY",
		`SELECT count(*) FROM t a JOIN t b ON a.s = b.s`:           "right side of a join",
		`SELECT rank() OVER (ORDER BY s) FROM t`:                   "rows of a window function",
		`SELECT array_agg(s) FROM t`:                               "aggregate",
		`SELECT array_agg(s ORDER BY n) FROM t`:                    "array_agg with ORDER BY",
		`SELECT s FROM t INTERSECT SELECT s FROM t`:                "INTERSECT",
		`SELECT count(*) FROM t WHERE s NOT IN (SELECT s FROM t)`:  "rows of a sub-query",
		`WITH x AS (SELECT s FROM t) SELECT 1 FROM x, x y LIMIT 1`: "read several times",
	} {
		err := prepare(t, sql, 300_000, engine.Options{Memory: 1 << 20}).Run(t.Context(), func(int, []*value.Vector) error { return nil })
		if fault.KindOf(err) != fault.Quota || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if got := rowsOf(t, prepare(t, `SELECT n FROM t ORDER BY n LIMIT 2`, 300_000, engine.Options{Memory: 4 << 20})); len(got) != 2 {
		t.Error(got)
	}
}

// A query ends with its context, and with the first failure of its sink.
func TestEnd(t *testing.T) {
	for _, sql := range []string{`SELECT n FROM t`, `SELECT a.n FROM t a, t b`, `SELECT count(*) FROM t a, t b WHERE a.n + b.n < 0`} {
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		p := prepare(t, sql, 100_000, engine.Options{})
		if strings.Contains(sql, "count") {
			cancel()
		}
		err := p.Run(ctx, func(int, []*value.Vector) error {
			seen++
			cancel()
			return nil
		})
		if !errors.Is(err, context.Canceled) || seen > 3 {
			t.Errorf("%s: %v after %d", sql, err, seen)
		}
		cancel()
	}
	own := errors.New("full")
	if err := prepare(t, `SELECT n FROM t`, 100_000, engine.Options{}).Run(t.Context(), func(int, []*value.Vector) error { return own }); !errors.Is(err, own) {
		t.Error(err)
	}
}

// Statistics count what was read, and what the conditions left.
func TestStatistics(t *testing.T) {
	p := prepare(t, `SELECT count(*) FROM t WHERE mod = 'm0'`, 7_000, engine.Options{})
	rowsOf(t, p)
	if scanned, matched, _ := p.Statistics(); scanned != 7_000 || matched != 1_000 {
		t.Error(scanned, matched)
	}
}

// FuzzPrepare: no statement brings the planner or the operators down, and what is nested does not grow without bounds.
func FuzzPrepare(f *testing.F) {
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for story := range strings.SplitSeq(string(text), "\n===\n") {
			sql, _, _ := strings.Cut(strings.TrimSpace(story), "\n--\n")
			f.Add(sql)
		}
	}
	tables := catalog(2)
	f.Fuzz(func(t *testing.T, sql string) {
		if len(sql) > 600 {
			return
		}
		p, err := engine.Prepare(sql, engine.Options{Catalog: tables, Now: now, Memory: 1 << 20, Workers: 2, Parameters: []string{"1"}})
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("%q: %v", sql, err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		err = p.Run(ctx, func(int, []*value.Vector) error { return nil })
		if err != nil && fault.KindOf(err) == fault.Internal && ctx.Err() == nil {
			t.Fatalf("%q: %v", sql, err)
		}
	})
}

// What a form names twice is not written twice: nested, it would double at each level.
func TestNestedForms(t *testing.T) {
	deep := func(open, inner, shut string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(shut, n)
	}
	for _, x := range []string{
		deep("nullif(", "n", ", 1)", 60), deep("(", "true", " between false and true)", 60),
		deep("case (", "n", ") when 1 then 2 when 3 then 4 else 5 end", 40), deep("coalesce(", "n", ", 1)", 60),
	} {
		rowsOf(t, prepare(t, "SELECT "+x+" FROM t", 3, engine.Options{}))
	}
}

// Columns are read, and expressions evaluated, only for the rows that need them.
func TestLateReading(t *testing.T) {
	for sql, most := range map[string]int64{
		`SELECT s, upper(s) FROM t ORDER BY n DESC LIMIT 5`:  1_500,
		`SELECT s FROM t ORDER BY n LIMIT 5`:                 1_500,
		`SELECT upper(s) FROM t WHERE n = 77 AND mod = 'm0'`: 1,
		`SELECT s FROM t LIMIT 3`:                            6,
		`SELECT count(*) FROM (SELECT lower(s) FROM t)`:      0,
		`SELECT n FROM t WHERE mod = 'm1' AND s LIKE 's1%'`:  7_200,
	} {
		table := &numbers{n: 50_000}
		p, err := engine.Prepare(sql, engine.Options{Now: now, Workers: 2, Catalog: func([]string) (plan.Table, error) { return table, nil }})
		if err != nil {
			t.Fatal(err)
		}
		if rowsOf(t, p); table.texts.Load() > most {
			t.Errorf("%s reads %d texts", sql, table.texts.Load())
		}
	}
}

// broken is a table whose values are not what its columns say.
type broken struct{}

func (broken) Columns() []plan.Column { return []plan.Column{{Name: "n", Type: value.BigIntType}} }

func (broken) Scan(_ context.Context, _ *plan.ScanRequest, yield func(int, *plan.Batch) error) error {
	done := make(chan error)
	go func() { done <- yield(0, plan.NewBatch(1, []*value.Vector{{Type: value.BigIntType, N: 1}}, nil)) }()
	return <-done
}

// A panic, in whatever goroutine, ends the query with an error that is nobody's mistake.
func TestPanic(t *testing.T) {
	p, err := engine.Prepare(`SELECT sum(n) FROM t`, engine.Options{Now: now, Catalog: func([]string) (plan.Table, error) { return broken{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(t.Context(), func(int, []*value.Vector) error { return nil }); err == nil || fault.KindOf(err) != fault.Internal {
		t.Error(err)
	}
}
