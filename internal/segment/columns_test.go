package segment

import (
	"bytes"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func generated(t testing.TB, n int) []*trail.Event {
	t.Helper()
	g := trailtest.NewGenerator(1)
	out := make([]*trail.Event, n)
	for i := range out {
		e, err := trail.Decode(g.Record(nil))
		if err != nil {
			t.Fatal(err)
		}
		e.Seq = int64(i + 1)
		e.Origin = "file"
		out[i] = &e
	}
	return out
}

// TestColumns: a plain Parquet reader that knows only the struct finds every attribute in its column.
func TestColumns(t *testing.T) {
	events := generated(t, 500)
	events[3].Adapted, events[3].ErrorCode, events[3].SharedID, events[3].Integrity = true, "E", "S", trail.DigestValid
	var b bytes.Buffer
	w := newWriter()
	for range 2 { // the second file comes from reused buffers
		b.Reset()
		if _, err := w.encode(&b, new(trail.Segment), listed(events)); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := parquet.Read[record](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(rows) != len(events) {
		t.Fatal(len(rows), err)
	}
	for i, c := range columns {
		if got := schema.Columns()[i][0]; got != c.name {
			t.Errorf("column %d is %s in the schema and %s in the table", i, got, c.name)
		}
	}
	for i := range rows {
		got, want := rows[i].event(), *events[i]
		want.Raw, want.Resources = nil, nil
		if rows[i].Raw != string(events[i].Raw) || !got.Time.Equal(want.Time.Truncate(time.Millisecond)) {
			t.Fatalf("row %d differs", i)
		}
		got.Time = want.Time
		if !same(&got, &want) {
			t.Fatalf("row %d: %+v, want %+v", i, got, want)
		}
	}
}

// event is the row without the record's bytes.
func (r *attributeColumns) event() trail.Event {
	return trail.Event{
		Seq: r.Seq, Time: time.UnixMilli(r.Time).UTC(), Account: r.Account, Region: r.Region, ID: r.ID, Name: r.Name, Source: r.Source,
		Category: r.Category, Type: r.Type, ReadOnly: r.ReadOnly, User: r.User, AccessKeyID: r.AccessKeyID, Principal: r.Principal,
		SourceIP: r.SourceIP, ErrorCode: r.ErrorCode, SharedID: r.SharedID, Integrity: r.Integrity, Adapted: r.Adapted, Origin: r.Origin,
	}
}

func same(a, b *trail.Event) bool {
	x, y := *a, *b
	x.Resources, y.Resources, x.Raw, y.Raw = nil, nil, nil, nil
	type flat struct {
		account, region, id, name, source, category, typ, ro, user, key, arn, ip, code, shared, integrity, origin string
		adapted                                                                                                   bool
		seq                                                                                                       int64
		time                                                                                                      time.Time
	}
	f := func(e *trail.Event) flat {
		return flat{e.Account, e.Region, e.ID, e.Name, e.Source, e.Category, e.Type, e.ReadOnly, e.User, e.AccessKeyID, e.Principal, e.SourceIP, e.ErrorCode, e.SharedID, e.Integrity, e.Origin, e.Adapted, e.Seq, e.Time}
	}
	return f(&x) == f(&y)
}
