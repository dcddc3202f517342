package assess

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/custom"
)

// An assertion gives what an API call answers a verdict: a CEL expression over each item, as in a custom rule. What is
// missing never passes. Evidence that was judged is a compliance check, and holds the expression's text beside the
// item, so that it can be judged again offline.

// checkAssertion checks the assertion of a mapping source.
func checkAssertion(m *catalog.Source) error {
	const f = "controlMappingSources.assertion"
	if m.Assertion == "" {
		return nil
	}
	if m.Type != catalog.APICall {
		return fault.Invalidf(f, "Only API calls take an assertion; the source type is %s, whose evidence has a verdict or has none by itself.", m.Type)
	}
	if err := length(f, m.Assertion, 1, 4000); err != nil {
		return err
	}
	if _, err := custom.Compile(custom.CEL, m.Assertion); err != nil {
		return fault.Invalidf(f, "The assertion on %s is no valid CEL expression: %s.", m.Keyword, err)
	}
	return nil
}

// keepAssertions takes over the assertions of sources that a caller could not name: those with the id and keyword they
// had before.
func keepAssertions(in, before []catalog.Source) {
	for i := range in {
		for _, old := range before {
			if in[i].Assertion == "" && in[i].ID == old.ID && in[i].Type == old.Type && in[i].Keyword == old.Keyword {
				in[i].Assertion = old.Assertion
			}
		}
	}
}

// assertion is a source's expression, ready to judge.
type assertion struct {
	rule *rule.Rule
	text raw // where the expression is kept
	// broken is why it cannot judge; empty when it can.
	broken string
}

// assertion compiles a source's expression over items of a type and keeps its text, both once for a pass.
func (p *pass) assertion(ctx context.Context, text, typ string) (*assertion, error) {
	key := typ + "\x00" + text
	if a, ok := p.assertions[key]; ok {
		return a, nil
	}
	a := &assertion{}
	policy, err := custom.Compile(custom.CEL, text)
	if err == nil {
		a.rule, err = policy.Of(typ)
	}
	if err != nil { // it was checked when it was stored, perhaps by another version
		a.broken = "The assertion cannot be read: " + err.Error() + "."
	}
	sha, _, err := p.Service.o.Blobs.Put(ctx, strings.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, err
	}
	h, err := ledger.ParseHash(sha)
	if err != nil {
		return nil, err
	}
	a.text = raw{h, RawPlace{"blob", sha}}
	if p.assertions == nil {
		p.assertions = map[string]*assertion{}
	}
	p.assertions[key] = a
	return a, nil
}

// judge gives the body of an item the assertion's verdict.
func (a *assertion) judge(keyword string, b ledger.Body, it *inventory.Item, at moment) (ledger.Body, error) {
	verdict, reason := ledger.InsufficientData, a.broken
	if a.rule != nil {
		res, _, err := rule.Evaluate(a.rule, rule.Params{}, it, rule.NewIndex(&rule.Estate{Region: it.Region, Items: []*inventory.Item{it}}), at.fact)
		if err != nil {
			return b, err
		}
		verdict, reason = ledger.Verdict(res.Verdict.String()), res.Reason
	}
	return a.found(keyword, b, verdict, reason), nil
}

// found is a body with a verdict of the assertion.
func (a *assertion) found(keyword string, b ledger.Body, verdict ledger.Verdict, reason string) ledger.Body {
	b.Type, b.Verdict, b.Reason, b.Inputs = ComplianceCheck, verdict, strings.ReplaceAll(reason, "The policy", "The assertion"), []ledger.Hash{a.text.hash}
	b.Rule = a.named(keyword)
	for i := range b.Subjects {
		b.Subjects[i].Verdict = verdict
	}
	return b
}

// named is how evidence names the assertion as what judged.
func (a *assertion) named(keyword string) *ledger.Rule {
	r := &ledger.Rule{ID: "assertion on " + keyword}
	if a.rule != nil {
		r.Version = a.rule.Version()
	}
	return r
}

// unrecorded is the body of an account of which the fact is not recorded that the assertion is about.
func (a *assertion) unrecorded(call catalog.Call, account string) ledger.Body {
	return a.found(call.Keyword, ledger.Body{
		Source: SourceAPI, Service: call.Source, Event: limited(call.Action, 100), Account: account,
		Subjects: []ledger.Subject{{ID: account, Type: call.Type}},
	}, ledger.InsufficientData, "There are no "+answeredFrom(call)+" of the account, so the assertion could not be judged.")
}
