package compliance

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// Result is the current verdict of a rule for a subject.
type Result struct {
	Rule       ConfigRule
	Subject    inventory.Key
	Verdict    rule.Verdict
	Annotation string
	// Since is when the verdict became what it is. Recorded is when it was written, Evaluated when it was last
	// found to hold, Ordering the time of the event that led to it.
	Since, Recorded, Evaluated, Ordering time.Time
}

// Page selects a part of a list that is ordered by subject: up to Limit entries behind After. Limit 0 means 100.
type Page struct {
	After inventory.Key
	Limit int
}

func (p Page) limit() int {
	if p.Limit <= 0 {
		return 100
	}
	return p.Limit
}

// Listing is one page of results. Next continues; nil at the end. A page may hold fewer than were asked for, even
// none, and still have a next one.
type Listing[T any] struct {
	Items []T
	Next  *inventory.Key
}

// maxScanned records are looked at for one page.
const maxScanned = 5000

// shown are the verdicts that AWS lists when no filter is given.
var shown = []rule.Verdict{rule.Compliant, rule.NonCompliant}

// filterOf is the verdicts to list; INSUFFICIENT_DATA never is.
func filterOf(verdicts []rule.Verdict) []rule.Verdict {
	if len(verdicts) == 0 {
		return shown
	}
	return slices.DeleteFunc(slices.Clone(verdicts), func(v rule.Verdict) bool { return v == rule.InsufficientData })
}

func (in *instance) result(k inventory.Key, e *Entry) Result {
	r := Result{Rule: in.ConfigRule, Subject: k, Verdict: e.Verdict, Annotation: e.Annotation, Since: e.Since, Recorded: e.At, Evaluated: e.At, Ordering: e.Ordering}
	if in.state.Full.After(r.Evaluated) {
		r.Evaluated = in.state.Full
	}
	return r
}

// DetailsByRule are the results of a rule, of some verdicts when any are given; those that are INSUFFICIENT_DATA
// are not in it. Fault: NoSuchConfigRuleException.
func (p *Program) DetailsByRule(ctx context.Context, at Place, name string, verdicts []rule.Verdict, page Page) (Listing[Result], error) {
	return read(ctx, p, func(tx Tx) (Listing[Result], error) {
		in, err := oneInstance(tx, at, name)
		if err != nil {
			return Listing[Result]{}, err
		}
		return detailsOf(tx, in, filterOf(verdicts), page)
	})
}

// oneInstance is a rule with its state, by name.
func oneInstance(tx Tx, at Place, name string) (*instance, error) {
	d, err := oneRule(tx, at, name)
	if err != nil {
		return nil, err
	}
	in := newInstance(d.Value)
	in.state, err = ruleState(tx, at, in.N)
	return in, err
}

func detailsOf(tx Tx, in *instance, verdicts []rule.Verdict, page Page) (Listing[Result], error) {
	if slices.Equal(verdicts, []rule.Verdict{rule.NonCompliant}) {
		return failuresOf(tx, in, page)
	}
	return scan(tx, arn.In(in.Account, in.Region), in.judged(), page, func(r *Record) (Result, bool) {
		e := r.entry(in.N)
		if e == nil || !slices.Contains(verdicts, e.Verdict) {
			return Result{}, false
		}
		return in.result(r.Key, e), true
	})
}

// failuresOf goes by the list of failures, however rare they are.
func failuresOf(tx Tx, in *instance, page Page) (Listing[Result], error) {
	var out Listing[Result]
	keys, err := tx.Failures(in.Account, in.N, page.After, page.limit())
	if err != nil {
		return out, err
	}
	records, err := tx.Verdicts(in.Account, keys)
	if err != nil {
		return out, err
	}
	for _, k := range keys {
		r := records[k]
		if e := r.entry(in.N); e != nil {
			out.Items = append(out.Items, in.result(k, e))
		}
	}
	if len(keys) == page.limit() {
		out.Next = &keys[len(keys)-1]
	}
	return out, nil
}

// scan walks records in order and keeps what pick takes.
func scan[T any](tx Tx, s arn.Scope, types []string, page Page, pick func(*Record) (T, bool)) (Listing[T], error) {
	var out Listing[T]
	after := page.After
	for scanned := 0; scanned < maxScanned; {
		const step = 250
		records, err := tx.VerdictPage(s, types, after, step)
		if err != nil {
			return out, err
		}
		for i := range records {
			after = records[i].Key
			if v, ok := pick(&records[i]); ok {
				out.Items = append(out.Items, v)
				if len(out.Items) == page.limit() {
					out.Next = &after
					return out, nil
				}
			}
		}
		if len(records) < step {
			return out, nil
		}
		scanned += len(records)
	}
	out.Next = &after
	return out, nil
}

// DetailsByResource are the results of all rules of the place for one resource, by rule name; INSUFFICIENT_DATA ones
// are not in it.
func (p *Program) DetailsByResource(ctx context.Context, at Place, typ, id string, verdicts []rule.Verdict) ([]Result, error) {
	return read(ctx, p, func(tx Tx) ([]Result, error) {
		want := filterOf(verdicts)
		instances, err := numbered(tx, own(at))
		if err != nil {
			return nil, err
		}
		records, err := tx.Verdicts(at.Account, []inventory.Key{
			{Account: at.Account, Region: at.Region, Type: typ, ID: id}, {Account: at.Account, Region: arn.Global, Type: typ, ID: id},
		})
		if err != nil {
			return nil, err
		}
		var out []Result
		for k, r := range records {
			for i := range r.Entries {
				e := &r.Entries[i]
				if in := instances[e.N]; in != nil && slices.Contains(want, e.Verdict) {
					out = append(out, in.result(k, e))
				}
			}
		}
		slices.SortFunc(out, func(a, b Result) int { return strings.Compare(a.Rule.Name, b.Rule.Name) })
		return out, nil
	})
}

// numbered are the live instances in a scope by number.
func numbered(tx Tx, s arn.Scope) (map[int64]*instance, error) {
	ds, err := rules.All(tx, s)
	if err != nil {
		return nil, err
	}
	states, err := tx.RuleStates(s)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]*instance, len(ds))
	for _, d := range ds {
		out[d.Value.N] = newInstance(d.Value)
	}
	for _, st := range states {
		if in := out[st.N]; in != nil && !st.Deleted {
			in.state = st
		}
	}
	return out, nil
}

// ResourceCompliance is the summary of one resource over the rules of a place.
type ResourceCompliance struct {
	Subject    inventory.Key
	Compliance rule.Verdict
	Counts     Counts // rules by verdict
}

// ComplianceByResource summarises resources: all, of a type, or one; of some summaries when any are given.
// Resources without a rule that applies are not in it.
// Fault: InvalidParameterValueException (an id without its type).
func (p *Program) ComplianceByResource(ctx context.Context, at Place, typ, id string, verdicts []rule.Verdict, page Page) (Listing[ResourceCompliance], error) {
	if id != "" && typ == "" {
		return Listing[ResourceCompliance]{}, badRule("ResourceId", "A resource id needs its resource type.")
	}
	return read(ctx, p, func(tx Tx) (Listing[ResourceCompliance], error) {
		instances, err := numbered(tx, own(at))
		if err != nil {
			return Listing[ResourceCompliance]{}, err
		}
		pick := func(r *Record) (ResourceCompliance, bool) {
			c, some := summary(r, instances)
			return c, some && (len(verdicts) == 0 || slices.Contains(verdicts, c.Compliance)) && (id == "" || r.ID == id)
		}
		if id != "" {
			return oneResource(tx, at, typ, id, pick)
		}
		var types []string
		if typ != "" {
			types = []string{typ}
		}
		return scan(tx, scope(at), types, page, pick)
	})
}

func oneResource(tx Tx, at Place, typ, id string, pick func(*Record) (ResourceCompliance, bool)) (Listing[ResourceCompliance], error) {
	var out Listing[ResourceCompliance]
	records, err := tx.Verdicts(at.Account, []inventory.Key{
		{Account: at.Account, Region: at.Region, Type: typ, ID: id}, {Account: at.Account, Region: arn.Global, Type: typ, ID: id},
	})
	for _, r := range records {
		if c, ok := pick(&r); ok {
			out.Items = append(out.Items, c)
		}
	}
	slices.SortFunc(out.Items, func(a, b ResourceCompliance) int { return a.Subject.Compare(b.Subject) })
	return out, err
}

// summary counts a record's verdicts of the given instances that apply to the resource.
func summary(r *Record, instances map[int64]*instance) (ResourceCompliance, bool) {
	c := ResourceCompliance{Subject: r.Key}
	for _, e := range r.Entries {
		if instances[e.N] != nil {
			c.Counts.Add(e.Verdict, 1)
		}
	}
	c.Compliance = c.Counts.Rollup()
	return c, c.Counts.Total() > c.Counts.NotApplicable
}

// TypeSummary is how many resources of a type are compliant and not.
type TypeSummary struct {
	Type                    string
	Compliant, NonCompliant int64
}

// SummaryByType counts the resources of a place by type, of some types when any are given, and their summaries.
func (p *Program) SummaryByType(ctx context.Context, at Place, types []string) ([]TypeSummary, error) {
	return read(ctx, p, func(tx Tx) ([]TypeSummary, error) {
		byType := map[string]*TypeSummary{}
		add := func(typ string, v rule.Verdict, n int64) {
			if len(types) > 0 && !slices.Contains(types, typ) || v == rule.InsufficientData {
				return
			}
			s := byType[typ]
			if s == nil {
				s = &TypeSummary{Type: typ}
				byType[typ] = s
			}
			if v == rule.Compliant {
				s.Compliant += n
			} else {
				s.NonCompliant += n
			}
		}
		counts, err := tx.Rollups(own(at))
		if err != nil {
			return nil, err
		}
		for _, c := range counts {
			add(c.Type, c.Rollup, c.Subjects)
		}
		if err := globalSummaries(tx, at, add); err != nil {
			return nil, err
		}
		out := make([]TypeSummary, 0, len(byType))
		for _, s := range byType {
			out = append(out, *s)
		}
		slices.SortFunc(out, func(a, b TypeSummary) int { return cmp.Compare(a.Type, b.Type) })
		return out, nil
	})
}

// globalSummaries adds global resources, whose records hold the verdicts of rules in every region.
func globalSummaries(tx Tx, at Place, add func(typ string, v rule.Verdict, n int64)) error {
	instances, err := numbered(tx, own(at))
	if err != nil {
		return err
	}
	s := arn.Scope{Accounts: []string{at.Account}, Regions: []string{arn.Global}}
	after := inventory.Key{}
	for {
		records, err := tx.VerdictPage(s, nil, after, batchSize)
		if err != nil {
			return err
		}
		for i := range records {
			if c, some := summary(&records[i], instances); some {
				add(c.Subject.Type, c.Compliance, 1)
			}
			after = records[i].Key
		}
		if len(records) < batchSize {
			return nil
		}
	}
}
