package auditmanager_test

import (
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// TestStories runs the stories over an estate with something of every data source.
func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		h := newHouse(t)
		h.wake = true
		h.estate()
		return servicetest.Env{Registry: h.registry, Services: []*awswire.Service{api.Service}, Clock: h.env.Clock}
	})
}
