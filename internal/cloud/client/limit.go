package client

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Limits keeps the rates of calls, and counts them.
type Limits struct {
	mu   sync.Mutex
	all  map[limitKey]*limit
	seen map[string]*Stat
}

type limitKey struct{ account, region, group string }

// Stat is what was done under the name of one operation, "ec2:DescribeVolumes".
type Stat struct {
	Calls     int           // attempts that were sent
	Errors    int           // of them, those that failed
	Throttles int           // of them, those that AWS refused for the rate
	Waits     int           // attempts that the rate held back
	Waited    time.Duration // by it
}

// NewLimits begins with the usual rates.
func NewLimits() *Limits {
	return &Limits{all: map[limitKey]*limit{}, seen: map[string]*Stat{}}
}

// Stats are the counts so far, by operation.
func (l *Limits) Stats() map[string]Stat {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]Stat, len(l.seen))
	for name, s := range l.seen {
		out[name] = *s
	}
	return out
}

// maxLimits bounds what is remembered; beyond it rates begin anew.
const maxLimits = 50_000

// call is the limit under which one call is made.
type call struct {
	owner *Limits
	limit *limit
	stat  *Stat
}

func (l *Limits) of(t Target, op *models.Operation) call {
	name := op.Service.Name + ":" + op.Name
	group, usual := usualRate(name)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) >= maxLimits {
		clear(l.all)
	}
	k := limitKey{t.Account, t.Region, group}
	if l.all[k] == nil {
		l.all[k] = &limit{rate: usual.perSecond, goal: usual.perSecond, burst: usual.burst, tokens: usual.burst}
	}
	if l.seen[name] == nil {
		l.seen[name] = &Stat{}
	}
	return call{l, l.all[k], l.seen[name]}
}

// wait takes the next free place and waits for it.
func (c call) wait(ctx context.Context, clock stamp.Source) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.owner.mu.Lock()
	delay := c.limit.take(clock.Now())
	if delay > 0 {
		c.stat.Waits++
		c.stat.Waited += delay
	}
	c.owner.mu.Unlock()
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		c.owner.mu.Lock()
		defer c.owner.mu.Unlock()
		c.limit.tokens++
		return ctx.Err()
	}
}

// told counts an attempt and lets its outcome change the rate.
func (c call) told(err error, now time.Time) {
	c.owner.mu.Lock()
	defer c.owner.mu.Unlock()
	c.stat.Calls++
	if err == nil {
		return
	}
	c.stat.Errors++
	if throttled(err) {
		c.stat.Throttles++
		c.limit.slow(now)
	}
}

func throttled(err error) bool {
	if (retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}).IsErrorThrottle(err) == aws.TrueTernary {
		return true
	}
	e, ok := errors.AsType[*wire.Error](err)
	return ok && (e.Status == 429 || slices.Contains([]string{"RequestRateExceeded", "Client.RequestLimitExceeded"}, e.Code))
}

// limit is a token bucket whose rate follows what AWS allows. It is guarded by its owner.
type limit struct {
	rate   float64 // now
	goal   float64 // to which it recovers quickly; beyond it, it feels its way
	burst  float64
	tokens float64 // below 0: calls that wait
	last   time.Time
	slowed time.Time // when it was last halved
}

const (
	leastRate = 0.5
	mostRate  = 1000
	// recovery is how long it takes from half the goal back to it.
	recovery = 5 * time.Second
	// probing is by how much, at most, the rate grows in a second in which calls waited. It begins with nothing after a
	// refusal and comes to this within calm.
	probing = 0.05
	calm    = 15 * time.Second
	// halvedOnce: refusals of calls that were sent at the same rate halve it once.
	halvedOnce = time.Second
)

// take takes a token and tells how long to wait for it.
func (l *limit) take(now time.Time) time.Duration {
	if !l.last.IsZero() && now.After(l.last) {
		elapsed := now.Sub(l.last).Seconds()
		l.grow(elapsed, now)
		l.tokens = min(l.burst, l.tokens+elapsed*l.rate)
	}
	if now.After(l.last) {
		l.last = now
	}
	l.tokens--
	if l.tokens >= 0 {
		return 0
	}
	return time.Duration(-l.tokens / l.rate * float64(time.Second))
}

func (l *limit) grow(elapsed float64, now time.Time) {
	elapsed = min(elapsed, 60)
	switch {
	case l.rate < l.goal:
		l.rate = min(l.goal, l.rate+l.goal/2*elapsed/recovery.Seconds())
	case l.tokens < 0 && now.Sub(l.slowed) > halvedOnce:
		since := min(1, now.Sub(l.slowed).Seconds()/calm.Seconds())
		l.rate = min(mostRate, l.rate*(1+probing*since*min(elapsed, 1)))
		l.goal = l.rate
	}
}

// slow halves the rate. It recovers to a little less than what was too much.
func (l *limit) slow(now time.Time) {
	if now.Sub(l.slowed) < halvedOnce && !l.slowed.IsZero() {
		return
	}
	l.slowed = now
	l.goal = max(leastRate, l.rate*0.9)
	l.rate = max(leastRate, l.rate/2)
	l.tokens = min(l.tokens, 0)
}
