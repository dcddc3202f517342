package sweep

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/inventory"
)

// stale closes the gaps of an account that are about what a whole plan does not read any more: a region that was disabled,
// a type that was left out. Nobody would close them otherwise.
func (x *running) stale(ctx context.Context, a *Account) error {
	if !x.plan.Whole {
		return nil
	}
	planned := map[[2]string]bool{}
	x.plan.each(a, func(region string, t *collect.Type) { planned[[2]string{region, t.Name}] = true })
	type left struct{ region, what, typ string }
	var old []left
	err := x.Store.Read(ctx, func(tx inventory.Tx) error {
		old = nil
		items, err := tx.Items(arn.Scope{Accounts: []string{a.ID}}, inventory.Filter{Types: []string{inventory.GapType}}, inventory.Key{}, 0)
		if err != nil {
			return err
		}
		for _, it := range items {
			g, err := GapOf(it)
			if err != nil {
				return err
			}
			switch {
			case g.What == WhatAccount:
			case len(g.Types) == 0 && !planned[[2]string{it.Region, g.What}]:
				old = append(old, left{it.Region, g.What, ""})
			}
			for _, t := range g.Types {
				if !planned[[2]string{it.Region, t}] {
					old = append(old, left{it.Region, g.What, t})
				}
			}
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return err
	}
	now := x.Clock.Now()
	return x.Store.Write(ctx, func(tx inventory.Tx) error {
		for _, l := range old {
			if err := closeGap(tx, now, a.ID, l.region, l.what, l.typ); err != nil {
				return err
			}
		}
		return nil
	})
}
