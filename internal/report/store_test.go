package report_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func init() {
	report.OpenStore = func(t testing.TB) (ledger.Store, *stamp.Fixed) {
		e := storetest.Open(t)
		return store.For(e.DB, func(tx *store.Tx) ledger.Tx { return tx }), e.Clock
	}
	report.OpenStoreAt = func(t testing.TB, dir string) (ledger.Store, *stamp.Fixed) {
		clock := stamp.NewFixed(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
		db, err := store.Open(context.Background(), filepath.Join(dir, "state.db"), store.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return store.For(db, func(tx *store.Tx) ledger.Tx { return tx }), clock
	}
}
