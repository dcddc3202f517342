package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// table is rows in memory, given in batches of a few and by two workers in turn.
type table struct {
	columns []plan.Column
	rows    [][]value.Value
	size    int
}

func (t *table) Columns() []plan.Column { return t.columns }

func (t *table) Scan(_ context.Context, r *plan.ScanRequest, yield func(int, *plan.Batch) error) error {
	turn := 0
	for part := range slices.Chunk(t.rows, t.size) {
		columns := make([]*value.Vector, len(r.Columns))
		for i, w := range r.Columns {
			b := value.NewBuilder(w.Type, len(part))
			for _, row := range part {
				b.Append(inside(row[w.Column], w.Path))
			}
			columns[i] = b.Vector()
			if w.Type.Kind == value.Varchar && turn%2 == 0 { // as a dictionary with a word too many, now and then
				of := make([]uint32, len(part))
				for j := range of {
					of[j] = uint32(j)
				}
				words := *columns[i]
				words.Strs = append(words.Strs[:len(part):len(part)], "nobody has this")
				if words.Nulls != nil {
					words.Nulls = append(words.Nulls[:len(part):len(part)], false)
				}
				columns[i] = words.Dictionary(of)
			}
		}
		r.Statistics.Scanned.Add(int64(len(part)))
		if err := yield(turn%r.Workers, plan.NewBatch(len(part), columns, nil)); err != nil {
			return err
		}
		turn++
	}
	return nil
}

func inside(v value.Value, path []plan.Step) value.Value {
	for _, s := range path {
		switch x := v.(type) {
		case *value.Map:
			v, _ = x.Get(value.VarcharType, s.Key)
		case []value.Value:
			v = x[s.Field]
		default:
			return nil
		}
	}
	return v
}

var now = time.Date(2024, 3, 6, 12, 0, 0, 0, time.UTC)

// people and orders are the tables of the stories.
func catalog(size int) plan.Catalog {
	typ := value.MustType
	m := func(kv ...string) *value.Map {
		out := &value.Map{}
		for i := 0; i < len(kv); i += 2 {
			out.Keys, out.Vals = append(out.Keys, kv[i]), append(out.Vals, kv[i+1])
		}
		return out
	}
	day := func(d int64) value.Value { return time.Date(2024, 3, int(d), 10, 30, 0, 0, time.UTC).UnixMilli() }
	tables := map[string]*table{
		"people": {size: size, columns: []plan.Column{
			{Name: "id", Type: value.BigIntType},
			{Name: "name", Type: value.VarcharType},
			{Name: "team", Type: value.VarcharType},
			{Name: "score", Type: value.DoubleType},
			{Name: "active", Type: value.BooleanType},
			{Name: "born", Type: value.TimestampType},
			{Name: "identity", Type: typ("row(arn varchar, context row(user varchar, mfa boolean))")},
			{Name: "tags", Type: typ("map(varchar,varchar)")},
			{Name: "list", Type: typ("array(row(k varchar, n bigint))")},
		}, rows: [][]value.Value{
			{int64(1), "ann", "red", 1.5, true, day(1), []value.Value{"arn:1", []value.Value{"u1", true}}, m("a", "x", "b", `{"c":1}`), []value.Value{[]value.Value{"p", int64(1)}, []value.Value{"q", int64(2)}}},
			{int64(2), "bob", "red", 2.5, false, day(2), []value.Value{"arn:2", []value.Value{"u2", false}}, m("a", "y"), []value.Value{}},
			{int64(3), "cid", "blue", nil, true, day(3), []value.Value{"arn:3", nil}, nil, nil},
			{int64(4), "dee", nil, 4.0, nil, day(4), nil, m("z", "9"), []value.Value{[]value.Value{"p", nil}}},
			{int64(5), "eve", "blue", 2.5, true, day(5), []value.Value{"arn:5", []value.Value{nil, true}}, m("a", "x"), nil},
		}},
		"orders": {size: size, columns: []plan.Column{
			{Name: "person", Type: value.BigIntType}, {Name: "item", Type: value.VarcharType}, {Name: "price", Type: typ("decimal(10,2)")},
		}, rows: [][]value.Value{
			{int64(1), "pen", value.NewDecimal(150, 2)},
			{int64(1), "ink", value.NewDecimal(725, 2)},
			{int64(2), "pen", value.NewDecimal(160, 2)},
			{int64(5), "cap", value.NewDecimal(1000, 2)},
			{nil, "box", value.NewDecimal(5, 2)},
			{int64(9), "pen", nil},
		}},
		"empty": {size: 1, columns: []plan.Column{{Name: "n", Type: value.BigIntType}}},
	}
	return func(name []string) (plan.Table, error) {
		if t := tables[strings.ToLower(name[len(name)-1])]; t != nil {
			return t, nil
		}
		return nil, fault.Missing("table", strings.Join(name, "."))
	}
}

// run gives a result as text: a line of names, a line for each row.
func run(t *testing.T, sql string, size int, o engine.Options) (string, error) {
	t.Helper()
	o.Catalog, o.Now, o.Workers = catalog(size), now, 2
	p, err := engine.Prepare(sql, o)
	if err != nil {
		return "", err
	}
	var names, lines []string
	for _, c := range p.Columns() {
		names = append(names, c.Name)
	}
	err = p.Run(t.Context(), func(rows int, columns []*value.Vector) error {
		for r := range rows {
			var cells []string
			for _, c := range columns {
				cells = append(cells, value.Format(c.Type, c.Get(r)))
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
		return nil
	})
	if !ordered.MatchString(sql) {
		slices.Sort(lines)
	}
	return strings.Join(append([]string{strings.Join(names, " | ")}, lines...), "\n"), err
}

// ordered are statements whose rows have an order: an ORDER BY outside of brackets at the end.
var ordered = regexp.MustCompile(`(?i)order by [^()]*(\([^()]*\)[^()]*)*$`)

// TestStories runs testdata: statements, each with its result or its error below `--`.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for story := range strings.SplitSeq(string(text), "\n===\n") {
			sql, want, _ := strings.Cut(strings.TrimSpace(story), "\n--\n")
			for _, size := range []int{1, 3, 100} {
				got, err := run(t, sql, size, engine.Options{})
				if err != nil {
					got = "error: " + err.Error()
				}
				if got = strings.TrimSpace(got); got != strings.TrimSpace(want) {
					t.Errorf("%s\n%s\nin batches of %d gives\n%s\nnot\n%s", filepath.Base(name), sql, size, got, want)
					break
				}
			}
		}
	}
}
