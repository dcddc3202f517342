package organizations_test

import (
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/service/organizations"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		env := storetest.Open(t)
		org := organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, servicetest.Account)
		r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
		organizations.New(org, awswire.NewTokens([]byte("test"))).Register(r)
		return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service}, Clock: env.Clock}
	})
}
