package server

import (
	"context"
	"maps"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// maxPaced bounds how many pairs of caller and operation are watched; those at rest are forgotten first.
const maxPaced = 10_000

// maxRates is the largest factor of rates.
const maxRates = 1e6

// pace holds the callers of CloudTrail to the rates that AWS documents, times a factor: each account, region and
// operation has its own, and may use up a second's requests at once.
type pace struct {
	factor float64
	clock  stamp.Source

	mu   sync.Mutex
	left map[paced]allowance
}

type paced struct{ account, region, operation string }

// allowance is how many requests were left at a time.
type allowance struct {
	requests float64
	at       time.Time
}

// documented is how many requests a second AWS allows for an operation of CloudTrail; 0 for other services.
func documented(service, operation string) float64 {
	switch {
	case service == "cloudtrail-data":
		return 100
	case service != "cloudtrail":
		return 0
	case operation == "LookupEvents", operation == "ListInsightsData":
		return 2
	case strings.HasPrefix(operation, "Get"), strings.HasPrefix(operation, "List"), strings.HasPrefix(operation, "Describe"):
		return 10
	}
	return 1
}

// admit refuses a request that comes too soon. Without a factor all are admitted.
func (p *pace) admit(ctx context.Context, service, operation string) error {
	rate := documented(service, operation) * p.factor
	if rate == 0 {
		return nil
	}
	c := awswire.CallerFrom(ctx)
	k, full, now := paced{c.Account, c.Region, operation}, math.Max(rate, 1), p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	a, known := p.left[k]
	if !known {
		p.forget(now)
		a = allowance{full, now}
	}
	a.requests, a.at = math.Min(full, a.requests+rate*now.Sub(a.at).Seconds()), now
	if a.requests < 1 {
		p.left[k] = a
		return fault.New(fault.Throttled, "Rate exceeded: %s is answered %g times a second for an account in a region. Wait and try again.", operation, rate).With("ThrottlingException")
	}
	a.requests--
	p.left[k] = a
	return nil
}

// forget makes room when there is none. Whoever has not asked for a while has all requests left again; in a crowd that
// asks all the time everybody begins anew.
func (p *pace) forget(now time.Time) {
	if len(p.left) < maxPaced {
		return
	}
	maps.DeleteFunc(p.left, func(k paced, a allowance) bool {
		return now.Sub(a.at) > time.Duration(float64(time.Second)*math.Max(1, 1/p.factor))
	})
	if len(p.left) >= maxPaced {
		clear(p.left)
	}
}

// authorize is what a request must pass: the caller's grants, then the rates.
func (s *Server) authorize(ctx context.Context, service, operation string) error {
	if err := authorize(ctx, service, operation); err != nil {
		return err
	}
	return s.pace.admit(ctx, service, operation)
}
