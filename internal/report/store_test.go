package report_test

import (
	"testing"

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
}
