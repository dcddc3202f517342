package cloudtrail_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// TestInsightStories plays with ten days of calls and two bursts this morning, that are judged when time passes.
func TestInsightStories(t *testing.T) {
	servicetest.Run(t, "testdata/insights", func(t *testing.T) servicetest.Env {
		env := storetest.Open(t)
		events := trailtest.NewMemory()
		if _, err := events.Append(t.Context(), trail.Batch{Events: bursts(t)}); err != nil {
			t.Fatal(err)
		}
		repo := store.For(env.DB, func(tx *store.Tx) insight.Tx { return tx })
		p := cloudtrail.Parts{Events: events, Tokens: awswire.NewTokens([]byte("test")), Rates: insight.NewReader(repo, events, env.Clock)}
		org := organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, servicetest.Account)
		openTrails(t, &p, env, org)
		openLake(t, &p, env, org)
		worker := insight.New(insight.Parts{
			Store: repo, Events: events, Clock: env.Clock, Log: slog.New(slog.DiscardHandler),
			Selected: func(context.Context) (all []insight.Selection, err error) {
				for _, typ := range []string{insight.CallRate, insight.ErrorRate} {
					for _, category := range []string{trail.Management, trail.Data} {
						all = append(all, insight.Selection{Account: servicetest.Account, Type: typ, Category: category})
					}
				}
				return all, nil
			},
		})
		return servicetest.Env{Registry: registry(p, env.Clock), Services: []*awswire.Service{api.Service}, Clock: env.Clock, Work: worker.Catch}
	})
}

// bursts are a denied read every three hours and a written object every half hour, more of either this morning.
func bursts(t *testing.T) (out []trail.Event) {
	t.Helper()
	add := func(at time.Time, n int, fields string) {
		e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":%q,"eventID":"%d-%d","awsRegion":%q,"recipientAccountId":%q,"userAgent":"sdk","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"},%s}`,
			at.Format(time.RFC3339), at.Unix(), n, servicetest.Region, servicetest.Account, fields))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	const (
		denied  = `"eventSource":"iam.amazonaws.com","eventName":"ListUsers","readOnly":true,"errorCode":"AccessDenied"`
		written = `"eventSource":"s3.amazonaws.com","eventName":"PutObject","readOnly":false,"managementEvent":false,"eventCategory":"Data"`
	)
	noon := storetest.Start
	for at := noon.AddDate(0, 0, -10); at.Before(noon); at = at.Add(30 * time.Minute) {
		add(at, 0, written)
		if at.Hour()%3 == 0 && at.Minute() == 0 {
			add(at.Add(time.Second), 0, denied)
		}
	}
	for i := range 18 {
		add(noon.Add(-3*time.Hour+time.Duration(i)*time.Second), 1, denied)
		add(noon.Add(-2*time.Hour+time.Duration(i)*10*time.Second), 2, written)
	}
	return out
}
