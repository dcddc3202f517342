// Package testenv runs a whole server inside a test process: real stores in a temporary folder, real signatures, and
// on request the sample organization with its rules judged.
package testenv

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Env is a running server.
type Env struct {
	*server.Server
	// URL is where it answers; Account is its management account; Data is its data directory.
	URL, Account, Data string
	// Estate is the sample organization, when it was loaded.
	Estate sample.Estate
}

// Account is the management account: the one whose real trail logs the program carries.
const Account = "218007301253"

// Start runs a server until the test ends.
func Start(t testing.TB) *Env {
	t.Helper()
	return StartWith(t, server.Config{})
}

// StartWith runs a server with settings, of which those of every test are filled in.
func StartWith(t testing.TB, c server.Config) *Env {
	t.Helper()
	data := t.TempDir()
	c.Data, c.Account, c.Listen, c.AllowPrivateWebhooks = data, Account, "127.0.0.1:0", true
	s, err := server.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return &Env{Server: s, URL: "http://" + l.Addr().String(), Account: Account, Data: data}
}

// LoadSample loads the sample organization with its logs and findings, deploys the packs and judges everything.
func (e *Env) LoadSample(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	e.Estate = sample.Demo(stamp.System.Now().Truncate(time.Second))
	steps := []func() error{
		func() error { _, err := e.LoadEstate(ctx, e.Estate, func(int64) {}); return err },
		func() error { _, err := e.LoadTrail(ctx, e.Estate, func(int64) {}); return err },
		func() error { _, err := e.LoadFindings(ctx, e.Estate); return err },
		func() error { _, err := e.DeployPacks(ctx, e.Estate, func(int64) {}); return err },
		func() error { return e.Evaluate(ctx, func(compliance.Progress) {}) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("sample, step %d: %v", i+1, err)
		}
	}
}
