package server

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// answered counts how many of so many requests at once are answered.
func answered(t *testing.T, p *pace, c awswire.Caller, service, operation string, requests int) (n int) {
	t.Helper()
	ctx := awswire.WithCaller(context.Background(), c)
	for range requests {
		err := p.admit(ctx, service, operation)
		switch fault.KindOf(err) {
		case fault.Throttled:
		case fault.Internal:
			if err != nil {
				t.Fatal(err)
			}
			n++
		default:
			t.Fatal(err)
		}
	}
	return n
}

func TestPace(t *testing.T) {
	clock := stamp.NewFixed(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	p := &pace{factor: 1, clock: clock, left: map[paced]allowance{}}
	ana, ben := awswire.Caller{Account: "111122223333", Region: "eu-west-1"}, awswire.Caller{Account: "111122223333", Region: "us-east-1"}
	for _, c := range []struct {
		service, operation string
		want               int
	}{
		{"cloudtrail", "LookupEvents", 2},
		{"cloudtrail", "GetTrail", 10},
		{"cloudtrail", "CreateTrail", 1},
		{"cloudtrail-data", "PutAuditEvents", 100},
		{"config", "PutConfigRule", 200},
	} {
		if got := answered(t, p, ana, c.service, c.operation, 200); got != c.want {
			t.Errorf("%s: %d of 200 requests are answered, want %d", c.operation, got, c.want)
		}
	}
	if got := answered(t, p, ben, "cloudtrail", "LookupEvents", 5); got != 2 {
		t.Errorf("%d requests of another region are answered", got)
	}
	clock.Advance(500 * time.Millisecond)
	if got := answered(t, p, ana, "cloudtrail", "LookupEvents", 5); got != 1 {
		t.Errorf("after half a second %d requests are answered", got)
	}
	clock.Advance(time.Hour)
	if got := answered(t, p, ana, "cloudtrail", "LookupEvents", 5); got != 2 {
		t.Errorf("after an hour %d requests are answered", got)
	}
	p.factor = 0.1
	clock.Advance(time.Hour)
	if got := answered(t, p, ana, "cloudtrail", "CreateTrail", 5); got != 1 {
		t.Errorf("at a tenth %d requests are answered", got)
	}
	clock.Advance(9 * time.Second)
	if got := answered(t, p, ana, "cloudtrail", "CreateTrail", 5); got != 0 {
		t.Errorf("nine seconds later %d requests are answered", got)
	}
	p.factor = 0
	if got := answered(t, p, ana, "cloudtrail", "CreateTrail", 500); got != 500 {
		t.Errorf("without rates %d of 500 requests are answered", got)
	}
}

// Watching stays small, whoever comes.
func TestPaceForgets(t *testing.T) {
	clock := stamp.NewFixed(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	p := &pace{factor: 1, clock: clock, left: map[paced]allowance{}}
	for i := range 3 * maxPaced {
		answered(t, p, awswire.Caller{Account: fmt.Sprint(i)}, "cloudtrail", "GetTrail", 1)
		if i == maxPaced {
			clock.Advance(time.Minute)
		}
	}
	if len(p.left) > maxPaced {
		t.Errorf("%d callers are watched", len(p.left))
	}
}
