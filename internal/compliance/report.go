package compliance

import (
	"cmp"
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// ReportBy is what one line of a report is about.
type ReportBy string

// The kinds of lines.
const (
	PerAccount ReportBy = "account" // an account in a region
	PerPack    ReportBy = "pack"
	PerRule    ReportBy = "rule"
)

// ReportKinds lists them.
var ReportKinds = []string{string(PerAccount), string(PerPack), string(PerRule)}

// ReportLine sums up an account in a region, a pack or a rule.
type ReportLine struct {
	Account, Region string
	// Name of the pack or rule; Identifier of the managed rule.
	Name, Identifier string
	// Compliance is AWS's roll-up. It passes only when Coverage is full.
	Compliance rule.Verdict
	Rules      Summary
	Counts     Counts // rule-resource pairs by verdict
	Coverage   Coverage
	// Reason says why a rule gives no verdicts.
	Reason string
}

// Report sums up what the rules of a scope say and how much of what should have been judged was. The lines are sorted
// by account, region and name.
func (p *Program) Report(ctx context.Context, s arn.Scope, by ReportBy) ([]ReportLine, error) {
	if !slices.Contains(ReportKinds, string(by)) {
		return nil, fault.Invalidf("by", "%q is not a kind of line: it must be account, pack or rule.", by)
	}
	return read(ctx, p, func(tx Tx) ([]ReportLine, error) {
		lines, err := reportLines(tx, s, by)
		slices.SortFunc(lines, func(a, b ReportLine) int {
			return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Name, b.Name))
		})
		return lines, err
	})
}

func reportLines(tx Tx, s arn.Scope, by ReportBy) ([]ReportLine, error) {
	if by == PerPack {
		return packLines(tx, s)
	}
	all, err := complianceIn(tx, s)
	if err != nil {
		return nil, err
	}
	var lines []ReportLine
	at := map[Place]int{}
	for _, c := range all {
		r := c.Rule
		place := Place{Account: r.Account, Region: r.Region}
		i, known := at[place]
		if by == PerRule || !known {
			i = len(lines)
			at[place] = i
			lines = append(lines, ReportLine{Account: r.Account, Region: r.Region})
		}
		l := &lines[i]
		l.Rules.add(c.Compliance)
		l.Counts, l.Coverage = l.Counts.Plus(c.Counts), l.Coverage.Plus(c.Coverage)
		l.Compliance = l.Counts.Rollup()
		if by == PerRule {
			l.Name, l.Identifier, l.Reason = r.Name, r.Identifier, c.Reason
		}
	}
	return lines, nil
}

func packLines(tx Tx, s arn.Scope) ([]ReportLine, error) {
	all, err := listPacks(tx, s, nil)
	if err != nil {
		return nil, err
	}
	sums, err := summarise(tx, s, all)
	lines := make([]ReportLine, len(sums))
	for i, c := range sums {
		lines[i] = ReportLine{Account: c.Pack.Account, Region: c.Pack.Region, Name: c.Pack.Name, Compliance: c.Compliance, Rules: c.Rules, Counts: c.Counts, Coverage: c.Coverage}
	}
	return lines, err
}
