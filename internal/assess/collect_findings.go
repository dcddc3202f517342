package assess

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/tree"
)

const findingCursor = "findings"

// followFindings records what the feed of findings has brought.
func (c *Collector) followFindings(ctx context.Context, t *targets) (bool, error) {
	scope := t.accounts()
	if len(t.hub) == 0 {
		return false, nil
	}
	at, err := c.cursor(ctx, findingCursor)
	if err != nil {
		return false, err
	}
	excepted, err := c.exceptions(ctx, scope)
	if err != nil {
		return false, err
	}
	worked := false
	for {
		// The feed is the installation's and so is its cursor; the scope of the assessments is applied piece by piece.
		cs, err := c.findingChanges(ctx, finding.ChangeQuery{Scope: everywhere, After: at, Limit: pageSize / 4})
		if err != nil || len(cs) == 0 {
			return worked, err
		}
		var pieces []piece
		for i := range cs {
			if !scope.Sees(cs[i].Account, cs[i].Region) {
				continue
			}
			ps, err := c.findingPieces(t, &cs[i], excepted, c.Service.o.IDs.Now(), true)
			if err != nil {
				return worked, err
			}
			pieces = append(pieces, ps...)
		}
		to := cs[len(cs)-1].Seq
		if _, err := c.store(ctx, t, pieces, &move{findingCursor, at, to}); err != nil {
			return worked, err
		}
		at, worked = to, true
	}
}

func (c *Collector) findingChanges(ctx context.Context, q finding.ChangeQuery) ([]finding.Change, error) {
	return read(ctx, c.Service, func(tx Tx) ([]finding.Change, error) { return tx.FindingChanges(q) })
}

// findings records the changes of the period, and for each finding the state it had when the period began.
func (p *pass) findings(ctx context.Context) error {
	if len(p.targets.hub) == 0 {
		return nil
	}
	p.tell("findings", 0, 0)
	begin, end := p.targets.audiences[0].since(), startOf(p.to).AddDate(0, 0, 1).Add(-time.Microsecond)
	before := map[finding.Key]finding.Change{}
	q := finding.ChangeQuery{Scope: p.targets.accounts(), Controls: slices.Sorted(maps.Keys(p.targets.hub)), To: end, Limit: pageSize / 4}
	now := p.Service.o.IDs.Now()
	var err error
	if p.excepted, err = p.exceptions(ctx, q.Scope); err != nil {
		return err
	}
	for {
		cs, err := p.findingChanges(ctx, q)
		if err != nil {
			return err
		}
		for i := range cs {
			if cs[i].At.Before(begin) {
				if old, ok := before[cs[i].Key]; !ok || !cs[i].At.Before(old.At) {
					before[cs[i].Key] = cs[i]
				}
				continue
			}
			if err := p.addFinding(ctx, &cs[i], now); err != nil {
				return err
			}
		}
		if len(cs) < q.Limit {
			break
		}
		q.After = cs[len(cs)-1].Seq
	}
	for _, k := range slices.SortedFunc(maps.Keys(before), compareFindings) {
		x := before[k]
		if err := p.addFinding(ctx, &x, now); err != nil {
			return err
		}
	}
	return p.flush(ctx)
}

func compareFindings(a, b finding.Key) int {
	return slices.Compare([]string{a.Account, a.Region, a.ProductArn, a.ID}, []string{b.Account, b.Region, b.ProductArn, b.ID})
}

func (p *pass) addFinding(ctx context.Context, x *finding.Change, now time.Time) error {
	ps, err := p.findingPieces(p.targets, x, p.excepted, now, false)
	if err != nil {
		return err
	}
	for _, y := range ps {
		if err := p.add(ctx, y); err != nil {
			return err
		}
	}
	return nil
}

func (c *Collector) findingPieces(t *targets, x *finding.Change, ex excepted, now time.Time, live bool) ([]piece, error) {
	wanted := t.hub[x.ControlID]
	if len(wanted) == 0 || x.ControlID == "" {
		return nil, nil
	}
	body, err := findingBody(x)
	if err != nil {
		return nil, err
	}
	var out []piece
	for _, y := range wanted {
		if !y.scope[x.Account] || live && x.At.Before(y.since()) && y.covered(x.At, x.Recorded) {
			continue
		}
		made := c.produced(x.Account, x.Region, "securityhub:BatchImportFindings")
		made.Parameters = map[string]string{"product": x.ProductArn, "finding": x.ID}
		at := x.At
		if from := y.since(); at.Before(from) {
			made.Parameters["standingSince"] = at.Format(time.RFC3339)
			at = from
		}
		o := y.occurrence(x.Account, x.Region, "findings", at, now)
		o.Exception = ex.finding(x, &body, o.Day, now)
		out = append(out, piece{
			fact: y.fact("finding", strconv.FormatInt(x.Seq, 10)),
			item: ledger.Item{Body: body, Produced: y.via(made), Occurrence: o},
			note: y.note(), raws: []raw{{body.Raw, RawPlace{"finding", strconv.FormatInt(x.Seq, 10)}}},
		})
	}
	return out, nil
}

func findingBody(x *finding.Change) (ledger.Body, error) {
	d, err := tree.Parse(x.Document)
	if err != nil {
		return ledger.Body{}, err
	}
	n := d.Root()
	verdict, reason := findingVerdict(x.Status)
	b := ledger.Body{
		Source: SourceSecurityHub, Type: ComplianceCheck, Service: "securityhub.amazonaws.com", Event: limited(x.ControlID, 100),
		Account: x.Account, Region: x.Region, Verdict: verdict, Reason: reason, Raw: ledger.Hash(sha256.Sum256(x.Document)),
		Attributes: map[string]string{},
	}
	for k, v := range map[string]string{
		"findingId": x.ID, "productArn": x.ProductArn, "generatorId": n.Get("GeneratorId").Str(), "title": n.Get("Title").Str(),
		"severity": n.Get("Severity", "Label").Str(), "complianceStatus": x.Compliance, "workflowStatus": x.Workflow, "recordState": x.Record,
	} {
		if v != "" {
			b.Attributes[k] = attribute(v, b.Raw)
		}
	}
	for r := range n.Get("Resources").Elements {
		s := ledger.Subject{ID: r.Get("Id").Str(), Type: r.Get("Type").Str(), Verdict: verdict}
		if isARN(s.ID) {
			s.ARN = s.ID
		}
		b.Subjects = append(b.Subjects, s)
	}
	return b, nil
}

// findingVerdict is what a finding's status says. One that is suppressed or archived is evidence too, of just that.
func findingVerdict(s finding.Status) (ledger.Verdict, string) {
	switch {
	case s.Record == "ARCHIVED":
		return ledger.NoVerdict, "The finding is archived."
	case s.Workflow == "SUPPRESSED":
		return ledger.NoVerdict, "SUPPRESSED"
	case s.Compliance == "PASSED":
		return ledger.Compliant, ""
	case s.Compliance == "FAILED":
		return ledger.NonCompliant, ""
	case s.Compliance == "WARNING":
		return ledger.NonCompliant, "WARNING"
	case s.Compliance == "NOT_AVAILABLE":
		return ledger.InsufficientData, "NOT_AVAILABLE"
	}
	return ledger.NoVerdict, ""
}
