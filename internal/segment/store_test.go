package segment_test

import (
	"path/filepath"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func sql(db *store.DB) segment.SQL {
	return store.For(db, func(tx *store.Tx) trail.Tx { return tx })
}

func open(t testing.TB, root string, db segment.SQL) *segment.Store {
	t.Helper()
	s, err := segment.Open(t.Context(), root, db, stamp.System)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	for name, atLeast := range map[string]int{"Rows": 1 << 30, "SealedOften": 1, "SealedSometimes": 30} {
		t.Run(name, func(t *testing.T) {
			trailtest.Contract(t, func(t *testing.T) (trail.Store, func(*testing.T)) {
				s := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB))
				return s, func(t *testing.T) {
					if _, err := s.Seal(t.Context(), atLeast); err != nil {
						t.Fatal(err)
					}
					if _, err := s.Compact(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			})
		})
	}
}

// TestContractReopened: the contract holds when the process restarts between any two calls.
func TestContractReopened(t *testing.T) {
	trailtest.Contract(t, func(t *testing.T) (trail.Store, func(*testing.T)) {
		root, db := filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB)
		s := &swapped{open(t, root, db)}
		return s, func(t *testing.T) { s.Store = open(t, root, db) }
	})
}

type swapped struct{ *segment.Store }

// TestSampleLogs: the published logs, imported twice, answer as in the reference store.
func TestSampleLogs(t *testing.T) {
	s, m := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB)), trailtest.NewMemory()
	for _, folder := range []string{traildata.Invictus, traildata.Stratus, traildata.OTRF} {
		for again := range 2 {
			got, err := (&trail.Importer{Store: s, Clock: stamp.System}).FS(t.Context(), traildata.FS, folder)
			if err != nil {
				t.Fatal(err)
			}
			want, err := (&trail.Importer{Store: m, Clock: stamp.System}).FS(t.Context(), traildata.FS, folder)
			if err != nil || got.Items != want.Items || got.Duplicates != want.Duplicates || got.Conflicts != 0 || again == 1 && got.Items != 0 {
				t.Errorf("%s: %+v, want %+v (%v)", folder, got, want, err)
			}
		}
	}
	for _, match := range []trail.Match{
		{},
		{Attribute: trail.Username, Value: "bert-jan"},
		{Attribute: trail.EventName, Value: "GetUser"},
		{Attribute: trail.EventSource, Value: "s3.amazonaws.com"},
		{Attribute: trail.ReadOnly, Value: "false"},
		{Attribute: trail.ResourceType, Value: "AWS::IAM::Role"},
	} {
		q := trail.Query{Scope: arn.Everything(), Attribute: match.Attribute, Value: match.Value, Limit: 10_000}
		got, err := s.Lookup(t.Context(), q)
		want, _ := m.Lookup(t.Context(), q)
		if err != nil || len(got.Events) != len(want.Events) || len(got.Events) == 0 {
			t.Fatalf("%v: %d events, want %d (%v)", match, len(got.Events), len(want.Events), err)
		}
		for i := range got.Events {
			if g, w := &got.Events[i], &want.Events[i]; g.ID != w.ID || g.Origin != w.Origin || string(g.Raw) != string(w.Raw) {
				t.Fatalf("%v: event %d is %s, want %s", match, i, g.ID, w.ID)
			}
		}
	}
}
