package lake_test

import (
	"fmt"
	"testing"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// What channels take is read back from the real event store, as rows and as segments, and shows in its data store alone.
func TestAuditEventsAreKept(t *testing.T) {
	env := storetest.Open(t)
	events, err := segment.Open(t.Context(), t.TempDir(), store.For(env.DB, func(tx *store.Tx) trail.Tx { return tx }), env.Clock)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, env: env}
	f.Lake = lake.New(lake.Parts{
		Docs: store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), Events: events, Clock: env.Clock, Dir: t.TempDir(),
		Engine: &lake.Trino{Events: events, Clock: env.Clock},
	})
	mine := f.create(lake.NewDataStore{Name: "mine", Selectors: selecting(trail.ActivityAuditLog)})
	theirs := f.create(lake.NewDataStore{Name: "theirs", Selectors: selecting(trail.ActivityAuditLog)})
	usual := f.create(lake.NewDataStore{Name: "usual"})
	c, err := f.CreateChannel(t.Context(), lake.Channel{Place: here, Name: "door", Source: "Custom", Stores: []string{mine.ID}}, nil)
	f.must(err)
	put := func(id string) {
		data := fmt.Sprintf(`{"version":"1","UID":"u","eventSource":"shop","eventName":"Sold","eventTime":"2026-01-14T10:00:00Z","userIdentity":{"type":"C","principalId":"ana"},"recipientAccountId":%q}`, here.Account)
		taken, err := f.PutAuditEvents(t.Context(), here, c.ARN(), []lake.AuditEvent{{ID: id, Data: data}})
		f.must(err)
		if taken[0].Code != "" {
			t.Fatal(taken)
		}
	}
	count := func(d lake.DataStore) string {
		q := f.start("SELECT count(*), max(eventCategory) FROM " + d.ID)
		f.must(f.Work(t.Context()))
		page, err := f.Results(t.Context(), here, "", q.ID, 0, 10)
		f.must(err)
		if page.Status != lake.Finished {
			t.Fatal(page.Error)
		}
		return *page.Page[0][0]
	}
	put("1")
	put("2")
	for _, sealed := range []bool{false, true} {
		if sealed {
			if _, err := events.Seal(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			put("2") // again
			put("3")
		}
		want := map[bool]string{false: "2", true: "3"}[sealed]
		if a, b, c := count(mine), count(theirs), count(usual); a != want || b != "0" || c != "0" {
			t.Errorf("sealed %v: %s, %s and %s events, want %s, 0 and 0", sealed, a, b, c, want)
		}
	}
}
