package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
)

var writeTests = map[string]func(*testing.T, *Env){
	"Write/GroupCommit":   groupCommit,
	"Write/Cancelled":     cancelledWrite,
	"Write/PanicIsOwn":    panicIsOwn,
	"Write/AfterClose":    writeAfterClose,
	"Write/ReadSnapshots": readSnapshot,
}

// groupCommit: of many functions that share commits each succeeds or fails for itself.
func groupCommit(t *testing.T, e *Env) {
	boom := errors.New("boom")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			err := e.Write(context.Background(), func(tx *store.Tx) error {
				if err := notes.Insert(tx, "111111111111", "", fmt.Sprintf("%03d", i), "", note{}); err != nil {
					return err
				}
				if i%3 == 0 {
					return boom
				}
				return nil
			})
			if (i%3 == 0) != errors.Is(err, boom) {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		ds, err := notes.All(tx, arn.Everything())
		if len(ds) != 133 {
			t.Errorf("%d documents, want 133", len(ds))
		}
		for _, d := range ds {
			if n := 0; func() bool { fmt.Sscanf(d.ID, "%d", &n); return n%3 == 0 }() {
				t.Errorf("the failed write %s is stored", d.ID)
			}
		}
		return err
	})
}

func cancelledWrite(t *testing.T, e *Env) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := e.Write(ctx, func(*store.Tx) error { t.Error("ran"); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}

func panicIsOwn(t *testing.T, e *Env) {
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach its caller")
			}
		}()
		_ = e.Write(context.Background(), func(tx *store.Tx) error {
			_ = notes.Insert(tx, "111111111111", "", "1", "", note{})
			panic("boom")
		})
	}()
	write(t, e, func(tx *store.Tx) error {
		_, err := notes.Get(tx, "111111111111", "", "1")
		wantKind(t, err, fault.NotFound)
		return nil
	})
}

func writeAfterClose(t *testing.T, e *Env) {
	old := e.DB
	e.Reopen(t)
	wantKind(t, old.Write(context.Background(), func(*store.Tx) error { return nil }), fault.Unavailable)
}

// readSnapshot: a read sees what was committed when it began, not what is written meanwhile.
func readSnapshot(t *testing.T, e *Env) {
	read(t, e, func(tx *store.Tx) error {
		before, err := notes.All(tx, arn.Everything())
		if err != nil {
			return err
		}
		write(t, e, func(tx *store.Tx) error { return notes.Insert(tx, "111111111111", "", "1", "", note{}) })
		after, err := notes.All(tx, arn.Everything())
		if len(before) != len(after) {
			t.Errorf("a read saw %d documents, then %d", len(before), len(after))
		}
		return err
	})
}
