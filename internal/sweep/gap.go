package sweep

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// WhatAccount is what a gap names when an account cannot be read at all.
const WhatAccount = inventory.EverythingGap

// Gap is something that could not be collected, as the item of type Tickmark::Account::Gap has it.
type Gap struct {
	What   string    `json:"what"`
	Why    string    `json:"why"`
	Code   string    `json:"code,omitempty"`
	Remedy string    `json:"remedy,omitempty"`
	Since  time.Time `json:"since"`
	// Types are the resource types that a detail's call leaves incomplete.
	Types []string `json:"types,omitempty"`
}

// GapOf reads a gap's item.
func GapOf(it *inventory.Item) (g Gap, err error) {
	return g, json.Unmarshal([]byte(it.Configuration().Raw()), &g)
}

// gapOf is the open gap of a place; nil when there is none.
func gapOf(tx inventory.Tx, k inventory.Key) (*Gap, error) {
	it, err := tx.Item(k)
	if err != nil && fault.KindOf(err) == fault.NotFound || err == nil && !it.Present() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	g, err := GapOf(it)
	return &g, err
}

func gapKey(account, region, what string) inventory.Key {
	return inventory.Key{Account: account, Region: region, Type: inventory.GapType, ID: inventory.GapID(account, what)}
}

// openGap writes a gap, or keeps one that is open for the same reason: messages carry request ids, which would make a
// new state of it with each run.
func openGap(tx inventory.Tx, now time.Time, account, region string, g Gap) error {
	k := gapKey(account, region, g.What)
	old, err := gapOf(tx, k)
	if err != nil {
		return err
	}
	g.Since = now.UTC()
	if old != nil {
		g.Since = old.Since
		if g.Types = slices.Concat(old.Types, g.Types); len(g.Types) > 0 {
			slices.Sort(g.Types)
			g.Types = slices.Compact(g.Types)
		}
		if old.Code == g.Code && old.Remedy == g.Remedy && slices.Equal(old.Types, g.Types) && (g.Code != "" || old.Why == g.Why) {
			return nil
		}
	}
	_, err = inventory.Observe(tx, inventory.Spec{Key: k, Status: inventory.OK, Captured: now, Configuration: g})
	return err
}

// closeGap ends a gap; with a type, only what it says of that type.
func closeGap(tx inventory.Tx, now time.Time, account, region, what, typ string) error {
	k := gapKey(account, region, what)
	old, err := gapOf(tx, k)
	if err != nil || old == nil {
		return err
	}
	if typ != "" {
		rest := slices.DeleteFunc(slices.Clone(old.Types), func(t string) bool { return t == typ })
		if len(rest) == len(old.Types) {
			return nil
		}
		if old.Types = rest; len(rest) > 0 {
			_, err = inventory.Observe(tx, inventory.Spec{Key: k, Status: inventory.OK, Captured: now, Configuration: old})
			return err
		}
	}
	_, err = inventory.Observe(tx, inventory.Spec{Key: k, Status: inventory.Deleted, Captured: now})
	return err
}

// settle writes, in one transaction, how a unit ended: its mark, and the gaps it opens and closes.
func (r *reading) settle(tx inventory.Tx, now time.Time, failure *collect.Failure) error {
	account, region, typ := r.u.account.ID, r.u.region, r.u.typ.Name
	mark := inventory.Collected{
		Account: account, Region: region, Type: typ, Run: r.run.id, Whole: failure == nil,
		Items: int64(len(r.seen.sums)), Calls: r.via.count.Load(), Spent: now.Sub(r.start),
	}
	if failure != nil {
		if err := openGap(tx, now, account, region, Gap{What: typ, Why: failure.Why, Code: failure.Code}); err != nil {
			return err
		}
	} else {
		mark.At = r.start
		if err := closeGap(tx, now, account, region, typ, ""); err != nil {
			return err
		}
		if err := closeGap(tx, now, account, arn.Global, WhatAccount, ""); err != nil {
			return err
		}
	}
	for api, f := range r.failed {
		if err := openGap(tx, now, account, region, Gap{What: api, Why: f.Why, Code: f.Code, Types: []string{typ}}); err != nil {
			return err
		}
	}
	for _, d := range r.u.typ.Details {
		if r.failed[d.API] == nil && failure == nil {
			if err := closeGap(tx, now, account, region, d.API, typ); err != nil {
				return err
			}
		}
	}
	return tx.PutCollected(mark)
}
