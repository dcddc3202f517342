package client

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/stamp"
)

// taken counts the calls that a limit lets through in a time in which callers always wait, by the rule AWS has.
func taken(l *limit, from time.Time, d time.Duration, allowed *limit) (through, refused int) {
	at := from
	for {
		if at.Sub(from) > d {
			return through, refused
		}
		if wait := l.take(at); wait > 0 {
			at = at.Add(wait)
			continue
		}
		if allowed != nil && allowed.take(at) > 0 {
			refused++
			l.slow(at)
			continue
		}
		through++
	}
}

// fixed is AWS's own bucket, which never changes its rate.
func fixed(perSecond, burst float64) *limit {
	return &limit{rate: perSecond, goal: perSecond, burst: burst, tokens: burst, fell: now.Add(24 * time.Hour)}
}

// TestLimitFollows: when AWS allows less than was thought, the calls come near to what it allows and few are refused;
// when it allows more, they come to that.
func TestLimitFollows(t *testing.T) {
	for _, c := range []struct {
		begin, allowed, burst float64
		assumed               bool
	}{
		{20, 20, 40, false},
		{20, 5, 10, false},
		{20, 1, 5, false},
		{20, 100, 100, false},
		{100, 15, 15, false},
		{15, 15, 15, false},
		{20, 20, 50, true},
		{10, 20, 50, true},
		{10, 200, 200, true},
		{20, 5, 5, true},
	} {
		l := newLimit(rate{perSecond: c.begin, burst: c.begin, assumed: c.assumed})
		through, refused := taken(l, now, 5*time.Minute, fixed(c.allowed, c.burst))
		most := c.allowed*300 + c.burst
		if share := float64(through) / most; share < 0.9 {
			t.Errorf("%v: %.0f %% of what AWS allows was used", c, share*100)
		}
		if most := max(0.05*float64(through), 130); float64(refused) > most { // 130: one in two seconds, while it feels its way
			t.Errorf("%v: %d of %d calls were refused", c, refused, through)
		}
	}
}

// TestLimitFalls: refusals of one moment lower the rate once, and time brings it back.
func TestLimitFalls(t *testing.T) {
	l := newLimit(rate{perSecond: 40, burst: 1})
	l.take(now)
	for range 10 {
		l.slow(now)
	}
	if l.rate != 24 {
		t.Errorf("rate %v after refusals of one moment", l.rate)
	}
	l.take(now.Add(10 * time.Second))
	if l.rate < 35 || l.rate > 40 {
		t.Errorf("rate %v after ten seconds", l.rate)
	}
	for i := range 100 {
		l.slow(now.Add(time.Minute + time.Duration(2*i)*time.Second))
	}
	if l.rate < leastRate {
		t.Errorf("rate %v", l.rate)
	}
}

// TestLimitsApart: accounts, regions and operations do not hold each other up, but for those that AWS counts together.
func TestLimitsApart(t *testing.T) {
	all := NewLimits()
	op := func(name string) *models.Operation { return find(t, name) }
	a, b := Target{Account: "1", Region: "eu-west-1"}, Target{Account: "2", Region: "eu-west-1"}
	first := all.of(a, op("ec2:DescribeVolumes"))
	for _, other := range []call{all.of(b, op("ec2:DescribeVolumes")), all.of(Target{Account: "1", Region: "us-east-1"}, op("ec2:DescribeVolumes")), all.of(a, op("ec2:DescribeVpcs"))} {
		if first.limit == other.limit {
			t.Error("calls that AWS counts apart share a rate")
		}
	}
	if all.of(a, op("ec2:DescribeVolumes")).limit != first.limit || all.of(a, op("apigateway:GetStages")).limit != all.of(a, op("apigateway:GetRestApis")).limit {
		t.Error("calls that AWS counts together have rates of their own")
	}
}

// TestWaitEnds: a call that waits for its turn stops with its context, and is not sent.
func TestWaitEnds(t *testing.T) {
	all := NewLimits()
	c := all.of(Target{}, find(t, "cloudtrail:LookupEvents"))
	clock := stamp.NewFixed(now)
	for range 2 {
		if err := c.wait(t.Context(), clock); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := c.wait(ctx, clock); err == nil {
		t.Error("the third call at the same moment did not wait")
	}
	clock.Advance(time.Second)
	if err := c.wait(t.Context(), clock); err != nil {
		t.Error(err)
	}
	if s := all.Stats()["cloudtrail:LookupEvents"]; s.Waits != 1 || s.Waited <= 0 || s.Calls != 0 {
		t.Errorf("%+v", s)
	}
}

func TestThrottled(t *testing.T) {
	for code, want := range map[string]bool{"ThrottlingException": true, "SlowDown": true, "RequestLimitExceeded": true, "TooManyRequestsException": true, "AccessDenied": false} {
		if got := throttled(&wire.Error{Code: code, Status: 400}); got != want {
			t.Errorf("%s: %t", code, got)
		}
	}
	if !throttled(&wire.Error{Code: "X", Status: 429}) {
		t.Error("status 429 is not taken for throttling")
	}
}
