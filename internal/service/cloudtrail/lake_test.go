package cloudtrail_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/lake/laketest"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// signingKey signs delivered results.
var signingKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// importBucket has, under the name "logs", a log file, a file that is none and one of another account.
func importBucket(_ context.Context, _, name string) (trail.Bucket, error) {
	if name != "logs" {
		return nil, fault.Missing("bucket", name)
	}
	b := &trailtest.Bucket{Page: 100}
	const record = `{"Records":[{"eventID":"%s","eventTime":"2026-01-10T00:00:00Z","eventName":"X","awsRegion":"eu-west-1","recipientAccountId":"%s"}]}`
	b.Put("good/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/10/111122223333_CloudTrail_eu-west-1_20260110T0005Z_A.json", fmt.Appendf(nil, record, "imported", servicetest.Account))
	b.Put("bad/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/10/111122223333_CloudTrail_eu-west-1_20260110T0005Z_B.json", []byte("{"))
	b.Put("bad/AWSLogs/444455556666/CloudTrail/eu-west-1/2026/01/10/444455556666_CloudTrail_eu-west-1_20260110T0005Z_C.json", fmt.Appendf(nil, record, "theirs", "444455556666"))
	return b, nil
}

// generate writes what a prompt asks for: the ids of the first store, or the prompt's own text behind "write: ".
func generate(_ context.Context, q lake.Question) (string, error) {
	if text, ok := strings.CutPrefix(q.Prompt, "write: "); ok {
		return text, nil
	}
	if q.Prompt == "fail" {
		return "", errors.New("no idea")
	}
	return "ids FROM " + q.Stores[0], nil
}

// openLake gives the parts a lake over an empty store.
func openLake(t *testing.T, p *cloudtrail.Parts, env *storetest.Env, org *organization.Directory) {
	shelf := p.Trails.Shelf
	if err := shelf.CreateBucket(t.Context(), servicetest.Account, servicetest.Region, "query-results", env.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	p.Lake = lake.New(lake.Parts{
		Docs: store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), Events: p.Events.(trail.Store), Organization: org, Clock: env.Clock,
		Engine: &laketest.Engine{Events: p.Events.(trail.Store)}, Dir: t.TempDir(), Bucket: importBucket, Generator: generate, Shelf: shelf, Keys: func(context.Context, string, string) (*rsa.PrivateKey, error) { return signingKey() },
	})
	p.Lake.Register(p.Trails.Resources())
}
