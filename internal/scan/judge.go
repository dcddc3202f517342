package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// Judge judges what a store holds.
type Judge struct {
	Store  compliance.Store
	Choice *Choice
	// Dir is where the evaluations are kept.
	Dir string
	Now time.Time
	// Exceptions cover failures; Baseline and FailOn tell which count.
	Exceptions []exception.Exception
	Baseline   *Baseline
	FailOn     FailOn
	// Log hears of rules that went wrong; it may be nil.
	Log func(error)
	// Progress is called with the number of places done, from several goroutines.
	Progress func(done, all int)
}

// Run judges places, each once. Gaps are added to the report by the caller and by ReadGaps.
func (j *Judge) Run(ctx context.Context, places []Place) (*Report, error) {
	places = slices.Clone(places)
	slices.SortFunc(places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	places = slices.Compact(places)
	s, err := newSpool(j.Dir)
	if err != nil {
		return nil, err
	}
	r := &Report{
		Choice: j.Choice.Title, LeftOut: j.Choice.LeftOut, Places: places, Rules: map[string]Rule{}, Baseline: j.Baseline != nil,
		ByService: map[string]Counts{}, BySeverity: map[string]Counts{}, spool: s,
	}
	if err := j.run(ctx, r); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return r, nil
}

// run gives the places to as many workers as there are processors.
func (j *Judge) run(ctx context.Context, r *Report) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	home := homes(r.Places)
	tasks := make(chan int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	done := 0
	for range min(runtime.GOMAXPROCS(0), len(r.Places)) {
		wg.Go(func() {
			for i := range tasks {
				part, err := j.place(ctx, r.spool.writer(i), r.Places[i], home[r.Places[i].Account] == r.Places[i].Region)
				if err != nil {
					cancel(fmt.Errorf("judge account %s in %s: %w", r.Places[i].Account, r.Places[i].Region, err))
				}
				mu.Lock()
				r.merge(part)
				if done++; j.Progress != nil {
					j.Progress(done, len(r.Places))
				}
				mu.Unlock()
			}
		})
	}
	for i := range r.Places {
		tasks <- i
	}
	close(tasks)
	wg.Wait()
	return context.Cause(ctx)
}

// homes are the regions from which each account's global items are judged: the partition's first, else the first by name.
func homes(places []Place) map[string]string {
	home := map[string]string{}
	for _, p := range places {
		if home[p.Account] == "" || slices.Contains([]string{"us-east-1", "us-gov-west-1", "cn-north-1"}, p.Region) {
			home[p.Account] = p.Region
		}
	}
	return home
}

// part is what one place adds to the report.
type part struct {
	counts     Counts
	failing    int64
	byService  map[string]Counts
	bySeverity map[string]Counts
	rules      map[string]Rule
}

func (r *Report) merge(p *part) {
	if p == nil {
		return
	}
	r.Counts.plus(p.counts)
	r.Failing += p.failing
	sum(r.ByService, p.byService)
	sum(r.BySeverity, p.bySeverity)
	for id, q := range p.rules {
		r.Rules[id] = q
	}
}

func sum(into, from map[string]Counts) {
	for k, c := range from {
		t := into[k]
		t.plus(c)
		into[k] = t
	}
}

func (j *Judge) place(ctx context.Context, w *spoolWriter, at Place, home bool) (*part, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	trial, err := j.Choice.in(at)
	if err != nil {
		return nil, err
	}
	p := &part{byService: map[string]Counts{}, bySeverity: map[string]Counts{}, rules: map[string]Rule{}}
	err = j.Store.Read(ctx, func(tx compliance.Tx) error {
		return trial.Run(ctx, tx, at, home, j.Now, func(v compliance.Judged) error {
			if v.Err != nil && j.Log != nil {
				j.Log(v.Err)
			}
			e := j.evaluation(&v)
			j.count(p, &e, &v)
			return w.add(&e)
		})
	})
	return p, errors.Join(err, w.flush())
}

func (j *Judge) evaluation(v *compliance.Judged) Evaluation {
	e := Evaluation{
		Rule: cmp.Or(v.Rule.Identifier, v.Rule.Name), Type: v.Subject.Type, ID: v.Subject.ID, Compliance: v.Verdict.String(), Annotation: v.Annotation(),
		Account: v.Subject.Account, Region: v.Region, Resource: v.Subject.Name, ARN: v.Subject.ARN, Controls: v.Rule.Controls,
	}
	if v.Rule.Name != e.Rule {
		e.Name = v.Rule.Name
	}
	if more := j.Choice.controls[v.Rule.Identifier]; more != nil {
		e.Controls = more
	}
	if v.Logic != nil && v.Logic.Severity != 0 {
		e.Severity = v.Logic.Severity.String()
	}
	if v.Verdict == rule.NonCompliant {
		e.Exception = covering(j.Exceptions, v.Rule, &e)
		e.New = j.Baseline != nil && !j.Baseline.has(&e)
	}
	return e
}

func (j *Judge) count(p *part, e *Evaluation, v *compliance.Judged) {
	p.counts.add(e)
	service := ServiceOf(e)
	s, t := p.byService[service], p.bySeverity[e.Severity]
	s.add(e)
	t.add(e)
	p.byService[service], p.bySeverity[e.Severity] = s, t
	if e.Failed() && j.FailOn.asks(e) {
		p.failing++
	}
	if _, ok := p.rules[e.Rule]; !ok {
		p.rules[e.Rule] = ruleOf(e, v)
	}
}

func ruleOf(e *Evaluation, v *compliance.Judged) Rule {
	r := Rule{Identifier: e.Rule, Title: title(e.Rule, v), Severity: e.Severity, Rationale: v.Rule.Description}
	if v.Logic != nil {
		r.Rationale, r.Remediation = cmp.Or(v.Logic.Rationale, r.Rationale), v.Logic.Remediation.Hint
	}
	for _, c := range managed.ControlsOf(e.Rule) {
		r.Controls = append(r.Controls, c.ID)
	}
	return r
}

// ServiceOf is the service an evaluation is about, as the resource type names it; an account's by its rule is "Account".
func ServiceOf(e *Evaluation) string {
	if e.Type == rule.AccountType {
		return "Account"
	}
	_, rest, _ := strings.Cut(e.Type, "::")
	name, _, _ := strings.Cut(rest, "::")
	return cmp.Or(name, e.Type)
}

// ReadGaps are the notes about what could not be collected in some accounts, by place and name: those that bear on the
// chosen rules, for a data directory may hold others, too.
func (c *Choice) ReadGaps(tx inventory.Tx, accounts []string) ([]Gap, error) {
	var out []Gap
	for it, err := range inventory.All(tx, arn.Scope{Accounts: accounts}, inventory.Filter{Types: []string{inventory.GapType}}) {
		if err != nil {
			return nil, err
		}
		n := it.Configuration()
		what := cmp.Or(n.Get("what").Str(), strings.TrimPrefix(it.ID, it.Account+"/"))
		var types []string
		for t := range n.Get("types").Elements {
			types = append(types, t.Str())
		}
		if strings.Contains(what, "::") {
			types = []string{what}
		}
		if !c.reads(types) {
			continue
		}
		out = append(out, Gap{it.Account, it.Region, what, strings.TrimSpace(n.Get("why").Str() + " " + n.Get("remedy").Str())})
	}
	return out, nil
}

// reads reports whether the rules read one of some types; what names none bears on all.
func (c *Choice) reads(types []string) bool {
	return len(types) == 0 || c.EveryType || slices.ContainsFunc(types, func(t string) bool { return slices.Contains(c.Types, t) })
}

// title tells a rule in a few words: from its identifier, or the name of one of the library's own or the user's.
func title(id string, v *compliance.Judged) string {
	if v.Logic != nil && v.Logic.Name != "" && strings.Contains(id, ".") {
		return catalog.RuleTitle(strings.ToUpper(strings.ReplaceAll(v.Logic.Name, "-", "_")))
	}
	if strings.ToUpper(id) != id {
		return id
	}
	return catalog.RuleTitle(id)
}
