package cloudtrail_test

import (
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// openLake gives the parts a lake over an empty store.
func openLake(p *cloudtrail.Parts, env *storetest.Env, org *organization.Directory) {
	p.Lake = lake.New(lake.Parts{
		Docs: store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), Events: p.Events.(trail.Store), Organization: org, Clock: env.Clock,
	})
}
