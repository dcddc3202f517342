package store_test

import (
	"os"
	"testing"

	"github.com/tickmark/tickmark/internal/store/pgtest"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

func TestSQLite(t *testing.T) {
	for name, test := range storetest.Suite() {
		t.Run(name, func(t *testing.T) { test(t, storetest.Open(t)) })
	}
}

func TestPostgres(t *testing.T) {
	for name, test := range storetest.Suite() {
		t.Run(name, func(t *testing.T) { test(t, storetest.OpenURL(t, pgtest.URL(t))) })
	}
}
