// Package storetest is the contract that every SQL engine behind the store keeps. Each domain's part stands in
// its own file; all of them run on SQLite, and on PostgreSQL where a server is found.
package storetest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
)

// Start is the time at which the clock of an opened store stands.
var Start = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// Env is an empty store with its clock.
type Env struct {
	*store.DB
	Clock *stamp.Fixed
	// Reopen closes the store and opens it again, as a restart does.
	Reopen func(t *testing.T)
}

// Suite is every part of the contract, by name.
func Suite() map[string]func(*testing.T, *Env) {
	suite := map[string]func(*testing.T, *Env){}
	for _, part := range parts {
		for name, test := range part {
			suite[name] = test
		}
	}
	return suite
}

// parts lists each domain's tests; a new domain adds its map here.
var parts = []map[string]func(*testing.T, *Env){
	documentTests,
	eventTests,
	itemTests,
	verdictTests,
	writeTests,
	findingTests,
	evidenceTests,
	objectTests,
	ledgerTests,
	insightTests,
	finderTests,
}

// Open opens an empty SQLite store for a test of another package.
func Open(t testing.TB) *Env {
	t.Helper()
	return OpenURL(t, filepath.Join(t.TempDir(), "state.db"))
}

// OpenURL opens the store that the URL names and closes it after the test.
func OpenURL(t testing.TB, url string) *Env {
	t.Helper()
	clock := stamp.NewFixed(Start)
	open := func(t testing.TB) *store.DB {
		db, err := store.Open(context.Background(), url, store.Options{Clock: clock, Holder: t.Name()})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	env := &Env{DB: open(t), Clock: clock}
	env.Reopen = func(t *testing.T) {
		if err := env.DB.Close(); err != nil {
			t.Fatal(err)
		}
		env.DB = open(t)
	}
	t.Cleanup(func() {
		if err := env.DB.Close(); err != nil {
			t.Error(err)
		}
	})
	return env
}
