package remediate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// Guard watches the automatic remediation of one rule.
type Guard struct {
	Place
	Rule, RuleID string
	// Suspended is why nothing begins any more until the rule is resumed; Since is when that was.
	Suspended string    `json:",omitempty"`
	Since     time.Time `json:",omitzero"`
	// InARow counts executions that failed since one succeeded. Failing are the resources whose last execution failed.
	InARow  int      `json:",omitempty"`
	Failing []string `json:",omitempty"`
	// Begun are the resources changed within the last hour.
	Begun []begun `json:",omitempty"`
	// Swept names the configuration and setting for which what failed already was queued; After is how far that got.
	Swept string        `json:",omitempty"`
	After inventory.Key `json:",omitzero"`
}

type begun struct {
	Run string
	At  time.Time
}

var guards = docs.Collection[Guard]{Kind: "remediation-guard", Noun: "remediation of a rule"}

// guardOf reads the guard of a rule, or makes one.
func guardOf(tx docs.Tx, r compliance.ConfigRule) (docs.Doc[Guard], error) {
	d, err := guards.Get(tx, r.Account, r.Region, r.ID)
	if fault.KindOf(err) == fault.NotFound {
		g := Guard{Place: Place{Account: r.Account, Region: r.Region}, Rule: r.Name, RuleID: r.ID}
		if err := guards.Insert(tx, r.Account, r.Region, r.ID, "", g); err != nil {
			return d, err
		}
		return guards.Get(tx, r.Account, r.Region, r.ID)
	}
	return d, err
}

func (g *Guard) suspend(now time.Time, format string, args ...any) {
	g.Suspended, g.Since = fmt.Sprintf(format, args...), now
}

// allow asks whether a run may begin that changes something, and notes it. Another attempt on the same resource counts
// once. One that may not suspends the rule.
func (g *Guard) allow(run string, resources int64, now time.Time) bool {
	if g.Suspended != "" {
		return false
	}
	g.Begun = slices.DeleteFunc(g.Begun, func(b begun) bool { return now.Sub(b.At) >= window })
	if slices.ContainsFunc(g.Begun, func(b begun) bool { return b.Run == run }) {
		return true
	}
	share := max(1, resources*MaxShare/100)
	switch n := int64(len(g.Begun)); {
	case n >= MaxAnHour:
		g.suspend(now, "%d resources were remediated within an hour, which is the limit", n)
	case n >= share:
		g.suspend(now, "%d of %d resources of the rule were remediated within an hour, and %d %% is the limit", n, resources, MaxShare)
	default:
		g.Begun = append(g.Begun, begun{run, now})
		return true
	}
	return false
}

// ended notes how an execution ended. ErrorPercentage is of the resources that fail the rule, as AWS counts.
func (g *Guard) ended(run string, ok bool, failing, errorPercent int64, now time.Time) {
	g.Failing = slices.DeleteFunc(g.Failing, func(s string) bool { return s == run })
	if ok {
		g.InARow = 0
		return
	}
	g.InARow++
	g.Failing = append(g.Failing, run)
	if errorPercent == 0 {
		errorPercent = 50
	}
	switch n := int64(len(g.Failing)); {
	case g.InARow >= MaxInARow:
		g.suspend(now, "%d executions failed in a row", g.InARow)
	case n > 1 && n > failing*errorPercent/100:
		g.suspend(now, "executions failed for %d resources, more than the ErrorPercentage %d of %d failing resources", n, errorPercent, failing)
	}
}

// atOnce is how many resources of a rule may be remediated at the same time.
func atOnce(percent, failing int64) int64 {
	if percent == 0 {
		percent = 10
	}
	return max(1, failing*percent/100)
}

// Guards are the guards of a scope.
func (p *Program) Guards(ctx context.Context) ([]Guard, error) {
	return read(ctx, p, func(tx Tx) ([]Guard, error) {
		list, err := guards.All(tx, arn.Everything())
		out := make([]Guard, len(list))
		for i, d := range list {
			out[i] = d.Value
		}
		return out, err
	})
}

// Resume lets the automatic remediation of rules of a name go on, in one account and region when they are given. What
// fails by then is looked at anew. Fault: NotFound when none was suspended.
func (p *Program) Resume(ctx context.Context, rule, account, region string) (resumed int, err error) {
	err = p.write(ctx, func(tx Tx) error {
		resumed = 0
		list, err := guards.All(tx, arn.Everything())
		if err != nil {
			return err
		}
		for _, d := range list {
			g := &d.Value
			if g.Rule != rule || g.Suspended == "" || account != "" && account != g.Account || region != "" && region != g.Region {
				continue
			}
			g.Suspended, g.Since, g.InARow, g.Failing, g.Begun, g.Swept, g.After = "", time.Time{}, 0, nil, nil, "", inventory.Key{}
			if err := guards.Update(tx, d); err != nil {
				return err
			}
			resumed++
		}
		if resumed == 0 {
			return fault.New(fault.NotFound, "The automatic remediation of no rule %q is suspended.", rule)
		}
		return nil
	})
	return resumed, err
}
