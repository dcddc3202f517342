package ssm_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/automation/builtin"
	api "github.com/tickmark/tickmark/internal/awsapi/ssm"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/ssm"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// cloud answers every call with one instance that runs.
type cloud struct{}

func (cloud) Call(context.Context, automation.Call) (json.RawMessage, error) {
	return json.RawMessage(`{"Reservations":[{"Instances":[{"InstanceId":"i-1","State":{"Name":"running"}}]}]}`), nil
}

// settled drives what is due before each request, so that stories see executions where they wait or have ended.
type settled struct {
	automation.Store
	runner **automation.Runner
	busy   bool
}

func (s *settled) Read(ctx context.Context, fn func(docs.Tx) error) error {
	if !s.busy {
		s.busy = true
		defer func() { s.busy = false }()
		if err := (*s.runner).Settle(ctx); err != nil {
			return err
		}
	}
	return s.Store.Read(ctx, fn)
}

func (s *settled) Write(ctx context.Context, fn func(docs.Tx) error) error {
	return s.Store.Write(ctx, fn)
}

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		env := storetest.Open(t)
		var runner *automation.Runner
		s := &settled{Store: store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), runner: &runner}
		library := automation.NewLibrary(s, env.Clock, builtin.Published())
		runner = automation.NewRunner(automation.Options{Store: s, Library: library, Clock: env.Clock, Caller: cloud{}})
		r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
		ssm.New(library, runner, awswire.NewTokens([]byte("test"))).Register(r)
		return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service}, Clock: env.Clock}
	})
}
