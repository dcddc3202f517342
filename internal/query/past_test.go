package query_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// A state that was told late changes what is said of its time, and not what was said before it came.
func TestKnownAt(t *testing.T) {
	env := storetest.Open(t)
	items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	begin := env.Clock.Now()
	put := func(captured time.Time, size int) {
		t.Helper()
		it, err := inventory.Build(inventory.Spec{
			Key: inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-1"}, Captured: captured,
			Configuration: map[string]any{"size": size},
		})
		if err == nil {
			_, err = inventory.PutAll(context.Background(), items, []*inventory.Item{it})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(begin.Add(-10*time.Hour), 1)
	put(begin.Add(-1*time.Hour), 3)
	env.Clock.Advance(time.Hour)
	put(begin.Add(-5*time.Hour), 2)
	at := func(hours int) string { return begin.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339) }
	for _, c := range []struct {
		clause string
		want   any
	}{
		{"", 3.0},
		{fmt.Sprintf("AS OF '%s'", at(-4)), 2.0},
		{fmt.Sprintf("AS OF '%s' KNOWN AT '%s'", at(-4), at(0)), 1.0},
		{fmt.Sprintf("KNOWN AT '%s' AS OF '%s'", at(1), at(-4)), 2.0},
		{fmt.Sprintf("KNOWN AT '%s'", at(0)), 3.0},
		{fmt.Sprintf("AS OF '%s'", at(-11)), nil},
		{fmt.Sprintf("KNOWN AT '%s'", at(-1)), nil},
	} {
		rows := answer(t, items, "SELECT MAX(configuration.size) "+c.clause, arn.Everything(), 10)
		if got := rows[0].(obj)["MAX(configuration.size)"]; got != c.want {
			t.Errorf("%s: %v, want %v", c.clause, got, c.want)
		}
	}
}
