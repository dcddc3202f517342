package query_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/query"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// benchTypes is how many types the resources have in equal parts.
const benchTypes = 100

// BenchmarkAsOf asks all resources of one type, now and as of a time, in a store with five past states of each resource.
// TICKMARK_RESOURCES tells how many resources there are, 2,000 when it is not set.
func BenchmarkAsOf(b *testing.B) {
	n := 2_000
	if s := os.Getenv("TICKMARK_RESOURCES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	env := storetest.Open(b)
	items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	text := strings.Repeat("x", 560) // an item of 1.1 KB
	for state := range 6 {
		var batch []*inventory.Item
		for i := range n {
			it, err := inventory.Build(inventory.Spec{
				Key:           inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: fmt.Sprintf("AWS::Bench::Type%02d", i%benchTypes), ID: fmt.Sprintf("res-%07d", i)},
				Captured:      storetest.Start.AddDate(0, 0, state-10),
				Configuration: map[string]any{"encrypted": (i/benchTypes+state)%2 == 0, "size": i, "description": text},
			})
			if err != nil {
				b.Fatal(err)
			}
			if batch = append(batch, it); len(batch) == 1000 || i == n-1 {
				if _, err := inventory.PutAll(context.Background(), items, batch); err != nil {
					b.Fatal(err)
				}
				batch = nil
			}
		}
	}
	for name, when := range map[string]string{"now": "", "past": " AS OF '" + storetest.Start.AddDate(0, 0, -8).Format("2006-01-02T15:04:05Z") + "'"} {
		st, err := query.Parse("SELECT COUNT(*), SUM(configuration.size) WHERE resourceType = 'AWS::Bench::Type07' AND configuration.encrypted = true" + when)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := items.Read(context.Background(), func(tx inventory.Tx) error {
					page, err := st.Run(tx, query.Request{Scope: arn.Everything()})
					if err == nil && !strings.HasPrefix(page.Rows[0], fmt.Sprintf(`{"COUNT(*)":%d,`, n/benchTypes/2)) {
						b.Fatal(page.Rows[0])
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n/benchTypes), "ns/item")
		})
	}
}
