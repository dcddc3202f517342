package connect

import (
	"cmp"
	"slices"
)

// Plan is what a complete reading calls, as far as it is known before: it is what --dry-run prints.
type Plan struct {
	Accounts int `json:"accounts"`
	Places   int `json:"places"` // accounts x regions
	Types    int `json:"types"`
	// AtLeast is the lower bound of all calls: each list has one page and no list has a resource.
	AtLeast int           `json:"atLeast"`
	Calls   []PlannedCall `json:"calls"`
}

// PlannedCall is an operation of a plan.
type PlannedCall struct {
	API string `json:"api"`
	// AtLeast is how often it is called when nothing is there; PerResource says that it is called for each resource, or
	// batch of them, too.
	AtLeast     int      `json:"atLeast"`
	PerResource bool     `json:"perResource,omitempty"`
	Types       []string `json:"types"`
}

// PlanOf plans a reading of the accounts that can be read.
func PlanOf(accounts []Account, kinds []Kind) Plan {
	p := Plan{Types: len(kinds), Calls: []PlannedCall{}}
	for _, a := range accounts {
		if a.Readable() {
			p.Accounts++
			p.Places += len(a.Regions)
		}
	}
	at := map[string]int{}
	for _, k := range kinds {
		for _, c := range k.Calls {
			i, ok := at[c.API]
			if !ok {
				i = len(p.Calls)
				at[c.API] = i
				p.Calls = append(p.Calls, PlannedCall{API: c.API})
			}
			call := &p.Calls[i]
			if !slices.Contains(call.Types, k.Name) {
				call.Types = append(call.Types, k.Name)
			}
			switch {
			case c.Each:
				call.PerResource = true
			case c.Once:
				call.AtLeast += p.Accounts
			default:
				call.AtLeast += p.Places
			}
		}
	}
	for _, c := range p.Calls {
		p.AtLeast += c.AtLeast
	}
	slices.SortFunc(p.Calls, func(a, b PlannedCall) int { return cmp.Compare(a.API, b.API) })
	return p
}
