package forensic

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
)

// maxActs is how many events about a resource are told.
const maxActs = 10_000

// About are the events that name a resource by one of its names (id, name, ARN), the latest first, and whether there
// are more. Calls that only read are left out unless they are asked for.
func (i *Investigator) About(ctx context.Context, names []string, w Window, reads bool, limit int) (acts []Act, more bool, err error) {
	if err := w.check(); err != nil {
		return nil, false, err
	}
	if limit <= 0 || limit > maxActs {
		limit = maxActs
	}
	seen := map[trail.Cursor]bool{}
	acts = []Act{}
	for _, name := range names {
		got, cut, err := i.named(ctx, name, w, reads, limit, seen)
		if err != nil {
			return nil, false, err
		}
		acts, more = append(acts, got...), more || cut
	}
	slices.SortFunc(acts, func(a, b Act) int {
		return trail.Cursor{Time: b.Time, ID: b.ID, Account: b.Account}.Compare(trail.Cursor{Time: a.Time, ID: a.ID, Account: a.Account})
	})
	if len(acts) > limit {
		acts, more = acts[:limit], true
	}
	return acts, more, nil
}

func (i *Investigator) named(ctx context.Context, name string, w Window, reads bool, limit int, seen map[trail.Cursor]bool) (acts []Act, more bool, err error) {
	if name == "" {
		return nil, false, nil
	}
	q := trail.Query{Scope: w.Scope, Attribute: trail.ResourceName, Value: name, Start: w.From, End: w.To, Limit: 200}
	for {
		p, err := i.Events.Lookup(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for k := range p.Events {
			e := &p.Events[k]
			if c := trail.CursorOf(e); w.In(e.Region) && (reads || e.ReadOnly != "true") && !seen[c] {
				if len(acts) == limit {
					return acts, true, nil
				}
				seen[c] = true
				acts = append(acts, ActOf(e))
			}
		}
		if q.After = p.Next; p.Next.IsZero() {
			return acts, false, nil
		}
	}
}
