// Command lake makes an event store of the sample logs and generated events, runs the statements of a file over it and
// writes their rows as JSON, for test/lake/compare.py to hold against DuckDB's over the same Parquet files.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/lake"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

var (
	dir     = flag.String("dir", "", "folder of the store; made when it is empty")
	events  = flag.Int("events", 50_000, "how many events are generated")
	queries = flag.String("queries", "", "file of statements")
	only    = flag.String("only", "", "the name of the only statement to run")
	times   = flag.Int("times", 1, "how often each statement runs; the fastest counts")
)

// account owns the generated events and the data store.
const account = "111122223333"

func main() {
	flag.Parse()
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	db, err := store.Open(ctx, filepath.Join(*dir, "state.db"), store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := segment.Open(ctx, filepath.Join(*dir, "events"), store.For(db, func(tx *store.Tx) trail.Tx { return tx }), stamp.System)
	if err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err == nil && head == 0 {
		err = fill(ctx, s)
	}
	if err != nil || *queries == "" {
		return err
	}
	l := lake.New(lake.Parts{Docs: store.For(db, func(tx *store.Tx) docs.Tx { return tx }), Events: s, Clock: stamp.System})
	view, err := viewOf(ctx, l)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(*queries)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, q := range parse(string(text)) {
		if *only != "" && q.name != *only {
			continue
		}
		if err := out.Encode(q.answer(ctx, view, s)); err != nil {
			return err
		}
	}
	return nil
}

// fill stores the sample logs and a day of generated events of each of two regions.
func fill(ctx context.Context, s *segment.Store) error {
	for _, folder := range []string{traildata.Invictus, traildata.Stratus, traildata.OTRF} {
		if _, err := (&trail.Importer{Store: s, Clock: stamp.System}).FS(ctx, traildata.FS, folder); err != nil {
			return err
		}
	}
	for i, region := range []string{"eu-west-1", "us-east-1"} {
		g := trailtest.NewGenerator(uint64(i + 1))
		n := *events / 2
		g.Region, g.Step = region, 24*time.Hour/time.Duration(n+1)
		for made := 0; made < n; {
			var b trail.Batch
			for ; made < n && len(b.Events) < 50_000; made++ {
				e, err := trail.Decode(g.Record(nil))
				if err != nil {
					return err
				}
				b.Events = append(b.Events, e)
			}
			if _, err := s.Append(ctx, b); err != nil {
				return err
			}
		}
	}
	_, err := s.Seal(ctx, 1)
	return err
}

// viewOf is the view of the data store of all management events, which is made first.
func viewOf(ctx context.Context, l *lake.Lake) (*lake.View, error) {
	p := lake.Place{Account: account, Region: "eu-west-1"}
	list, err := l.DataStores(ctx, p)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		d, err := l.CreateDataStore(ctx, p, lake.NewDataStore{Name: "events", Retention: 3653})
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return l.View(ctx, p, list[0].ID)
}

// query is a statement of the file.
type query struct{ name, sql string }

// parse reads blocks: a line "-- name", the statement, and perhaps the same for DuckDB behind a line "-- duckdb".
func parse(text string) []query {
	var out []query
	for block := range strings.SplitSeq(text, "\n\n") {
		head, sql, ok := strings.Cut(strings.TrimSpace(block), "\n")
		if name, named := strings.CutPrefix(head, "-- "); ok && named {
			sql, _, _ = strings.Cut(sql, "\n-- duckdb\n")
			out = append(out, query{name, sql})
		}
	}
	return out
}

// answer is what a statement gives.
type answer struct {
	Name    string            `json:"name"`
	Error   string            `json:"error,omitempty"`
	Rows    []json.RawMessage `json:"rows"`
	Seconds float64           `json:"seconds"`
	Scanned int64             `json:"scanned"`
}

func (q query) answer(ctx context.Context, v *lake.View, s *segment.Store) answer {
	out := answer{Name: q.name}
	for range *times {
		out.Rows = []json.RawMessage{}
		start := time.Now()
		p, err := engine.Prepare(q.sql, engine.Options{
			Now: start, Workers: 2,
			Catalog: func([]string) (plan.Table, error) { return lake.TableOf(v, s), nil },
		})
		if err == nil {
			err = p.Run(ctx, out.add)
		}
		if err != nil {
			out.Error = err.Error()
			break
		}
		if took := time.Since(start).Seconds(); out.Seconds == 0 || took < out.Seconds {
			out.Seconds = took
		}
		out.Scanned, _, _ = p.Statistics()
	}
	return out
}

// add appends rows as JSON arrays.
func (a *answer) add(rows int, columns []*value.Vector) error {
	for r := range rows {
		b := []byte{'['}
		for i, c := range columns {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = value.AppendJSON(b, c.Type, c.Get(r)); err != nil {
				return fmt.Errorf("column %d: %w", i, err)
			}
		}
		a.Rows = append(a.Rows, append(b, ']'))
	}
	return nil
}
