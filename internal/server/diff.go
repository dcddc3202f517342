package server

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// DiffQuery asks what differs between two moments: of one resource, or of all in the accounts and regions, page by
// page. A zero To is now; empty lists mean all.
type DiffQuery struct {
	From     time.Time      `json:"from"`
	To       time.Time      `json:"to,omitzero"`
	Resource *ResourceRef   `json:"resource,omitempty"`
	Accounts []string       `json:"accounts,omitempty"`
	Regions  []string       `json:"regions,omitempty"`
	Types    []string       `json:"types,omitempty"`
	Limit    int            `json:"limit,omitempty"`
	After    *inventory.Key `json:"after,omitempty"`
}

// DiffLine is a resource that differs. Before and After are the capture times of the two states.
type DiffLine struct {
	Place
	Before *time.Time `json:"before,omitempty"`
	After  *time.Time `json:"after,omitempty"`
	inventory.Difference
}

// DiffPage is one page of differences; Next continues behind it.
type DiffPage struct {
	Lines []DiffLine     `json:"lines"`
	Next  *inventory.Key `json:"next,omitempty"`
}

// maxDiff is how many resources are told at once.
const maxDiff = 1_000

// Diff compares two moments. Resources that hold other secrets and are alike otherwise are told without properties.
func (s *Server) Diff(ctx context.Context, q DiffQuery) (page DiffPage, err error) {
	if q.From.IsZero() {
		return page, fault.Invalidf("from", "the moment to compare from is missing: tell --from TIME.")
	}
	if q.Limit <= 0 || q.Limit > maxDiff {
		q.Limit = maxDiff
	}
	page.Lines = []DiffLine{}
	err = s.items.Read(ctx, func(tx inventory.Tx) error {
		if q.Resource != nil {
			return q.one(tx, &page)
		}
		return q.all(tx, &page)
	})
	return page, err
}

func (q DiffQuery) moments() (from, to inventory.AsOf) {
	return inventory.AsOf{At: q.From}, inventory.AsOf{At: q.To}
}

func (q DiffQuery) one(tx inventory.Tx, page *DiffPage) error {
	k, err := q.Resource.resolve(tx)
	if err != nil {
		return err
	}
	from, to := q.moments()
	d, differs, err := inventory.DeltaOf(tx, k, from, to)
	if err != nil || !differs {
		return err
	}
	return page.add(d)
}

func (q DiffQuery) all(tx inventory.Tx, page *DiffPage) error {
	var after inventory.Key
	if q.After != nil {
		after = *q.After
	}
	scope, sees := within(q.Accounts, q.Regions)
	from, to := q.moments()
	types := slices.Compact(slices.Sorted(slices.Values(q.Types)))
	for d, err := range inventory.Deltas(tx, scope, types, from, to, after) {
		if err != nil {
			return err
		}
		if !sees(d.Key) {
			continue
		}
		if len(page.Lines) == q.Limit {
			page.Next = &after
			return nil
		}
		if err := page.add(d); err != nil {
			return err
		}
		after = d.Key
	}
	return nil
}

func (p *DiffPage) add(d inventory.Delta) error {
	diff, err := d.Difference()
	if err != nil {
		return err
	}
	line := DiffLine{Place: placeOf(d.Key, d.After, d.Before), Difference: diff}
	if d.Before != nil {
		line.Before = &d.Before.Captured
	}
	if d.After != nil {
		line.After = &d.After.Captured
	}
	p.Lines = append(p.Lines, line)
	return nil
}
