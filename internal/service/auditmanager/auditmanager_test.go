package auditmanager_test

import (
	"context"
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/auditmanager"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// TestStories runs the stories over an estate with something of every data source.
func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		h := newHouse(t)
		h.wake = true
		h.estate()
		return servicetest.Env{Registry: h.registry, Services: []*awswire.Service{api.Service}, Clock: h.env.Clock, Work: func(context.Context) error {
			h.work()
			return nil
		}}
	})
}

// TestServed: every operation of the model, and registering needs no data.
func TestServed(t *testing.T) {
	r := awswire.NewRegistry(awswire.Config{}, api.Service)
	auditmanager.New(auditmanager.Options{}).Register(r)
	for _, op := range r.Operations() {
		if !op.Served {
			t.Errorf("%s is not served", op.Operation)
		}
	}
}
