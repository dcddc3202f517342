package compliance_test

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
)

// What ended longer ago than the place keeps history goes, and what is current stays however old. Global resources
// follow the place that keeps longest, and stay for ever when one that records has no retention.
func TestForget(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	now := h.env.Clock.Now()
	there := compliance.Place{Account: here.Account, Region: "us-east-1"}
	states := func(region string) int {
		t.Helper()
		n := 0
		h.ok(h.env.Read(ctx, func(tx *store.Tx) error {
			vs, err := tx.ItemHistory(inventory.Key{Account: here.Account, Region: region, Type: "AWS::S3::Bucket", ID: "b"}, inventory.History{})
			n = len(vs)
			return err
		}))
		return n
	}
	for _, region := range []string{here.Region, there.Region, arn.Global} {
		for _, days := range []int{400, 200, 100, 50} {
			h.put(inventory.Spec{
				Key: inventory.Key{Account: here.Account, Region: region, Type: "AWS::S3::Bucket", ID: "b"}, Captured: now.AddDate(0, 0, -days), Configuration: days,
			})
		}
	}
	forget := func(want int64) {
		t.Helper()
		n, err := h.Forget(ctx)
		h.ok(err)
		if n != want {
			t.Errorf("forgot %d states, want %d", n, want)
		}
	}
	forget(0)
	h.recorder(there)
	_, err := h.PutRetention(ctx, here, 90)
	h.ok(err)
	forget(2) // 400 ended 200 days ago, 200 ended 100 days ago; 100 held until 50 days ago
	if states(here.Region) != 2 || states(there.Region) != 4 || states(arn.Global) != 4 {
		t.Errorf("%d, %d, %d states", states(here.Region), states(there.Region), states(arn.Global))
	}
	_, err = h.PutRetention(ctx, there, 150)
	h.ok(err)
	forget(2)
	if states(there.Region) != 3 || states(arn.Global) != 3 {
		t.Errorf("%d, %d states", states(there.Region), states(arn.Global))
	}
	h.env.Clock.Advance(1000 * 24 * time.Hour)
	forget(5)
	if states(here.Region) != 1 || states(there.Region) != 1 || states(arn.Global) != 1 {
		t.Error("a current state is gone")
	}
}
