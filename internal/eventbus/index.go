package eventbus

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/eventbus/pattern"
)

// index is the rules that are enabled, compiled.
type index struct {
	changes   int64
	byBus     map[busKey][]compiled
	scheduled []Rule
}

type busKey struct {
	Place
	bus string
}

type compiled struct {
	Rule
	pattern *pattern.Pattern
}

// rulesNow gives the rules as they are, reading them only when something has changed. This process alone writes them.
func (p *Program) rulesNow(ctx context.Context) (*index, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.changes.Load()
	if p.index != nil && p.index.changes == n {
		return p.index, nil
	}
	x := &index{changes: n, byBus: map[busKey][]compiled{}}
	err := p.Store.Read(ctx, func(tx Tx) error {
		list, err := rules.All(tx, arn.Everything())
		for _, d := range list {
			x.add(d.Value)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.index = x
	return x, nil
}

func (x *index) add(r Rule) {
	if r.State == Disabled {
		return
	}
	if r.Schedule != "" {
		x.scheduled = append(x.scheduled, r)
	}
	if r.Pattern == "" {
		return
	}
	if c, err := pattern.Parse(r.Pattern); err == nil { // checked when it was put
		k := busKey{r.Place, r.Bus}
		x.byBus[k] = append(x.byBus[k], compiled{r, c})
	}
}

// any tells whether a place has rules on a bus at all.
func (x *index) any(at Place, bus string) bool { return len(x.byBus[busKey{at, bus}]) > 0 }

// route gives the deliveries of an event.
func (x *index) route(h *happening, now time.Time) []Delivery {
	var out []Delivery
	all := x.byBus[busKey{h.Place, h.bus}]
	for i := range all {
		r := &all[i]
		if h.reading && r.State != EnabledForAll || h.at.Before(r.Since.Truncate(time.Second)) {
			continue // event times are whole seconds
		}
		for j, d := range h.docs {
			if r.pattern.Matches(d.Root()) {
				out = append(out, r.deliveries(h, h.texts[j], now)...)
				break
			}
		}
	}
	return out
}

// deliveries are those of an event to the targets of the rule.
func (r *Rule) deliveries(h *happening, event string, now time.Time) []Delivery {
	var out []Delivery
	for _, t := range r.Targets {
		age := maxAge
		if t.Retry != nil {
			age = t.Retry.MaxAge
		}
		v := Delivery{Place: r.Place, Rule: r.ARN(), Event: h.id, Target: t, Expires: now.Add(age), Next: now, Hop: h.hop}
		input, err := t.input(r, event, now)
		if err != nil {
			v.LastError = err.Error()
		}
		v.Input = input
		out = append(out, v)
	}
	return out
}

// enqueue puts deliveries into the queue.
func (p *Program) enqueue(tx Tx, list []Delivery) error {
	for _, v := range list {
		if err := queue.Insert(tx, v.Account, v.Region, p.Clock.NewID(), "", v); err != nil {
			return err
		}
	}
	return nil
}
