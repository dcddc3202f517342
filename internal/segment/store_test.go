package segment_test

import (
	"path/filepath"
	"testing"

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
