package securityhub_test

import (
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/service/securityhub"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		env := storetest.Open(t)
		r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
		hub := finding.NewHub(store.For(env.DB, func(tx *store.Tx) finding.Tx { return tx }))
		securityhub.New(hub, store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), awswire.NewTokens([]byte("test"))).Register(r)
		return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service}, Clock: env.Clock}
	})
}
