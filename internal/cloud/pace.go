package cloud

import (
	"context"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/stamp"
)

// pace spaces the calls to one account and region evenly.
type pace struct {
	mu   sync.Mutex
	next time.Time
}

func (c *Cloud) pace(account, region string) *pace {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := key{account: account, region: region}
	if c.paces[k] == nil {
		c.paces[k] = &pace{}
	}
	return c.paces[k]
}

// wait takes the next free moment and waits for it.
func (p *pace) wait(ctx context.Context, clock stamp.Source) error {
	p.mu.Lock()
	now := clock.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(time.Second / perSecond)
	p.mu.Unlock()
	if !at.After(now) {
		return ctx.Err()
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
