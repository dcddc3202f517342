package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Production tells how a list of selected evidence was produced, which is what an auditor has to know of
// information that the audited entity produced itself.
type Production struct {
	Source string `json:"source"`
	// Call is the API call, or the step of the program, that gave the items.
	Call string `json:"call,omitempty"`
	// Logic is the version of the rule that judged, RuleSource the SHA-256 of its source.
	Logic      string      `json:"logic,omitempty"`
	RuleSource ledger.Hash `json:"ruleSource,omitzero"`
	Tool       string      `json:"tool,omitempty"`
	Caller     string      `json:"caller,omitempty"`
}

// Made is a way of production with what it gave.
type Made struct {
	Production
	// Items are pieces of evidence; Records the leaves behind them.
	Items   int64 `json:"items"`
	Records int64 `json:"records"`
	// Incomplete are records whose collection left something out; Gap is what the first of them left out.
	Incomplete int64  `json:"incomplete"`
	Gap        string `json:"gap,omitempty"`
	// Accounts and Regions are numbers of places the items come from.
	Accounts int `json:"accounts"`
	Regions  int `json:"regions"`
	// First and Last are the times of collection.
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

type making struct {
	Made
	accounts, regions map[string]bool
}

// otherWays stands for all ways of production beyond the ones that are shown apart.
const otherWays = "other ways, see the items"

// wayOf is a call without what names the single item: events of one kind, and one rule in many packs, are one way.
func wayOf(call string) string {
	if strings.HasPrefix(call, "cloudtrail event ") {
		return "cloudtrail event"
	}
	rule, _, _ := strings.Cut(call, "-conformance-pack-")
	return rule
}

func (t *tally) production(f *evidenceFile) {
	o := f.Occurrence
	p := Production{Source: o.Source, Logic: o.LogicVersion}
	if f.Produced != nil {
		p.Call, p.RuleSource, p.Tool, p.Caller = wayOf(f.Produced.Call), f.Produced.RuleSource, f.Produced.Tool, f.Produced.Caller
	}
	m := t.made[p]
	if m == nil && len(t.made) >= shownProduction {
		p = Production{Source: o.Source, Call: otherWays}
		m = t.made[p]
	}
	if m == nil {
		m = &making{Made: Made{Production: p, First: o.CollectedAt, Last: o.CollectedAt}, accounts: map[string]bool{}, regions: map[string]bool{}}
		t.made[p] = m
	}
	m.Items += o.Weight()
	m.Records++
	if f.Produced != nil && !f.Produced.Complete {
		m.Incomplete++
		if m.Gap == "" {
			m.Gap = cut(f.Produced.Gap, shownText)
		}
	}
	if o.CollectedAt.Before(m.First) {
		m.First = o.CollectedAt
	}
	if o.CollectedAt.After(m.Last) {
		m.Last = o.CollectedAt
	}
	if o.Account != "" {
		m.accounts[o.Account] = true
	}
	if o.Region != "" {
		m.regions[o.Region] = true
	}
}

func (t *tally) productions() []Made {
	var out []Made
	for m := range maps.Values(t.made) {
		m.Accounts, m.Regions = len(m.accounts), len(m.regions)
		out = append(out, m.Made)
	}
	slices.SortFunc(out, func(a, b Made) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Call, b.Call), strings.Compare(a.Logic, b.Logic), strings.Compare(a.Tool, b.Tool),
			strings.Compare(a.Caller, b.Caller), strings.Compare(a.RuleSource.String(), b.RuleSource.String()))
	})
	return out
}
