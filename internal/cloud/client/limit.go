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
		l.all[k] = newLimit(usual)
	}
	if l.seen[name] == nil {
		l.seen[name] = &Stat{}
	}
	return call{l, l.all[k], l.seen[name]}
}

// wait waits for its turn and for a token. Turns are in the order of coming, and only the first looks at the clock: when
// the rate changes, it does for all who wait.
func (c call) wait(ctx context.Context, clock stamp.Source) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case c.limit.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.limit.turn }()
	now := clock.Now()
	for first := true; ; first = false {
		c.owner.mu.Lock()
		delay := c.limit.take(now)
		if delay > 0 {
			c.stat.Waited += delay
			if first {
				c.stat.Waits++
			}
		}
		c.owner.mu.Unlock()
		if delay <= 0 {
			return nil
		}
		if err := pause(ctx, delay); err != nil {
			return err
		}
		if now = now.Add(delay); clock.Now().After(now) {
			now = clock.Now()
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
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

// limit is a token bucket whose rate follows what AWS allows. It is guarded by its owner, but for turn.
type limit struct {
	turn   chan struct{} // held by the call that waits for a token
	rate   float64       // now
	goal   float64       // to which it recovers quickly; beyond it, it feels its way
	burst  float64
	tokens float64
	last   time.Time
	fell   time.Time // when the rate fell last
	// pressed: a call has had to wait since the rate was looked at last.
	pressed bool
	// feeling: where the rate began is assumed and nothing was refused yet, so that it grows fast.
	feeling bool
}

func newLimit(r rate) *limit {
	return &limit{turn: make(chan struct{}, 1), rate: r.perSecond, goal: r.perSecond, burst: r.burst, tokens: r.burst, feeling: r.assumed}
}

const (
	leastRate = 0.5
	mostRate  = 1000
	// fall is what a refusal leaves of the rate, comeback the part of what was too much to which it then recovers, within
	// recovery. A refused call takes nothing of AWS's bucket: to stay far below costs more time than to be refused now and
	// then.
	fall     = 0.6
	comeback = 0.92
	recovery = 3 * time.Second
	// probing is by how much, at most, the rate grows in a second in which calls waited. It begins with nothing after a
	// refusal and comes to this within calm. A rate that was only assumed grows by feeling until the first refusal.
	probing = 0.05
	feeling = 1.0
	calm    = 15 * time.Second
	// fallsOnce: refusals of calls that were sent at the same rate lower it once.
	fallsOnce = time.Second
)

// take takes a token, or tells how long it takes until there is one.
func (l *limit) take(now time.Time) time.Duration {
	if !l.last.IsZero() && now.After(l.last) {
		elapsed := now.Sub(l.last).Seconds()
		l.grow(elapsed, now)
		l.tokens = min(l.burst, l.tokens+elapsed*l.rate)
	}
	if now.After(l.last) {
		l.last = now
	}
	if l.tokens >= 1 {
		l.tokens--
		return 0
	}
	l.pressed = true
	return time.Duration((1-l.tokens)/l.rate*float64(time.Second)) + time.Microsecond
}

func (l *limit) grow(elapsed float64, now time.Time) {
	elapsed = min(elapsed, 60)
	switch {
	case l.rate < l.goal:
		l.rate = min(l.goal, l.rate+l.goal*(1-fall/comeback)*elapsed/recovery.Seconds())
	case l.pressed && now.Sub(l.fell) > fallsOnce:
		step := probing * min(1, now.Sub(l.fell).Seconds()/calm.Seconds())
		if l.feeling {
			step = feeling
		}
		l.rate = min(mostRate, l.rate*(1+step*min(elapsed, 1)))
		l.goal = l.rate
	}
	l.pressed = false
}

// slow lowers the rate. It recovers to a little less than what was too much.
func (l *limit) slow(now time.Time) {
	l.feeling = false
	if now.Sub(l.fell) < fallsOnce && !l.fell.IsZero() {
		return
	}
	l.fell = now
	l.goal = max(leastRate, l.rate*comeback)
	l.rate = max(leastRate, l.rate*fall)
	l.tokens = min(l.tokens, 0)
}
