package connect

import (
	"cmp"
	"slices"
	"strings"
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

// PlanOf plans a reading of the accounts that can be read, as if every region had every service.
func PlanOf(accounts []Account, kinds []Kind) Plan { return PlanWhere(accounts, kinds, nil) }

// PlanWhere is PlanOf where offered tells which service is in which region; nil: each in all.
func PlanWhere(accounts []Account, kinds []Kind, offered func(service, region string) bool) Plan {
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
			if c.Each {
				call.PerResource = true
			} else {
				call.AtLeast += c.places(accounts, offered)
			}
		}
	}
	for _, c := range p.Calls {
		p.AtLeast += c.AtLeast
	}
	slices.SortFunc(p.Calls, func(a, b PlannedCall) int { return cmp.Compare(a.API, b.API) })
	return p
}

// places is in how many places a call is made.
func (c *Call) places(accounts []Account, offered func(service, region string) bool) (n int) {
	service, _, _ := strings.Cut(c.API, ":")
	in := func(region string) bool { return offered == nil || offered(service, region) }
	for _, a := range accounts {
		if !a.Readable() || len(a.Regions) == 0 {
			continue
		}
		if c.Once {
			if in(cmp.Or(c.Home, homeRegion(partitionOf(a.Regions[0]), ""))) {
				n++
			}
			continue
		}
		for _, r := range a.Regions {
			if in(r) {
				n++
			}
		}
	}
	return n
}
