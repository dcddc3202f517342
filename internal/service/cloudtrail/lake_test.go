package cloudtrail_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"testing"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/lake/laketest"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// signingKey signs delivered results.
var signingKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// openLake gives the parts a lake over an empty store.
func openLake(t *testing.T, p *cloudtrail.Parts, env *storetest.Env, org *organization.Directory) {
	shelf := p.Trails.Shelf
	if err := shelf.CreateBucket(t.Context(), servicetest.Account, servicetest.Region, "query-results", env.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	p.Lake = lake.New(lake.Parts{
		Docs: store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), Events: p.Events.(trail.Store), Organization: org, Clock: env.Clock,
		Engine: &laketest.Engine{Events: p.Events.(trail.Store)}, Dir: t.TempDir(), Shelf: shelf, Keys: func(context.Context, string, string) (*rsa.PrivateKey, error) { return signingKey() },
	})
	p.Lake.Register(p.Trails.Resources())
}
