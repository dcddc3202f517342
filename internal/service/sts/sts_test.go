package sts_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/sts"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/sts"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const member = "444455556666"

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		env := storetest.Open(t)
		access := authz.New(store.For(env.DB, func(tx *store.Tx) authz.Tx { return tx }), env.Clock)
		if _, err := access.Bootstrap(t.Context(), servicetest.Account); err != nil {
			t.Fatal(err)
		}
		err := env.Write(t.Context(), func(tx *store.Tx) error { return authz.EnsureAccessRole(tx, member, servicetest.Account) })
		if err != nil {
			t.Fatal(err)
		}
		r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
		sts.New(access).Register(r)
		return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service}, Clock: env.Clock}
	})
}
