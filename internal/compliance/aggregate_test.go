package compliance_test

import (
	"context"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

// TestAggregate: an aggregator reads its own account, and others where they have authorized it.
func TestAggregate(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	there := compliance.Place{Account: accountB, Region: region}
	far := compliance.Place{Account: accountB, Region: "us-east-1"}
	h.put(h.instance(accountA, "i-1", false), h.instance(accountB, "i-1", true))
	for _, p := range []compliance.Place{here, there, far} {
		h.recorder(p)
		h.rule(p, "r", noPublicIP, "")
	}
	_, err := h.DeployPack(ctx, there, compliance.PackInput{Name: "p", Body: []byte(twoRules)})
	h.ok(err)
	h.drain()

	_, err = h.PutAggregator(ctx, here, compliance.Aggregator{Name: "all", Accounts: &compliance.AccountSource{IDs: []string{accountA, accountB}, AllRegions: true}}, nil)
	h.ok(err)
	groups := func() []compliance.Group {
		s, err := h.Sources(ctx, here, "all", nil)
		h.ok(err)
		cs, err := h.AggregateRules(ctx, s)
		h.ok(err)
		return compliance.Grouped(compliance.ByAccount, len(cs), func(i int) (compliance.Place, rule.Verdict) {
			return compliance.Place{Account: cs[i].Rule.Account, Region: cs[i].Rule.Region}, cs[i].Compliance
		})
	}
	if g := groups(); len(g) != 1 || g[0].Name != accountA || g[0].Compliant != 1 {
		t.Errorf("before it is authorized: %+v", g)
	}
	pending, err := h.PendingRequests(ctx, there)
	h.ok(err)
	if len(pending) != 1 || pending[0] != here {
		t.Errorf("pending requests %v", pending)
	}
	s, err := h.Sources(ctx, here, "all", nil)
	h.ok(err)
	_, err = h.AggregateDetails(ctx, s, there, "r", nil, compliance.Page{})
	wantCode(t, err, "ValidationException")

	_, err = h.Authorize(ctx, there, here)
	h.ok(err)
	if g := groups(); len(g) != 2 || g[1].Name != accountB || g[1].NonCompliant != 2 || g[1].Insufficient != 1 {
		t.Errorf("authorized in one region: %+v", g)
	}
	s, err = h.Sources(ctx, here, "all", nil)
	h.ok(err)
	ps, err := h.AggregatePacks(ctx, s)
	h.ok(err)
	if len(ps) != 1 || ps[0].Pack.Account != accountB || ps[0].Compliance != rule.NonCompliant {
		t.Errorf("packs %+v", ps)
	}
	l, err := h.AggregateDetails(ctx, s, there, "r", nil, compliance.Page{})
	h.ok(err)
	if len(l.Items) != 1 || l.Items[0].Verdict != rule.NonCompliant {
		t.Errorf("details %+v", l.Items)
	}
	if s.Sees(far.Account, far.Region) {
		t.Error("a region without authorization is open")
	}
	h.ok(h.Unauthorize(ctx, there, here))
	if g := groups(); len(g) != 1 {
		t.Errorf("after it was taken back: %+v", g)
	}
	h.ok(h.DeleteAggregator(ctx, here, "all"))
	wantCode(t, h.DeleteAggregator(ctx, here, "all"), "NoSuchConfigurationAggregatorException")
	_, err = h.Sources(ctx, here, "all", nil)
	wantCode(t, err, "NoSuchConfigurationAggregatorException")
}

func TestAggregatorRefused(t *testing.T) {
	h := newHouse(t)
	some := &compliance.AccountSource{IDs: []string{accountA}, AllRegions: true}
	org := &compliance.OrganizationSource{RoleARN: role, AllRegions: true}
	for _, c := range []struct {
		a    compliance.Aggregator
		code string
	}{
		{compliance.Aggregator{Name: "a b", Accounts: some}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a"}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a", Accounts: some, Organization: org}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a", Accounts: &compliance.AccountSource{AllRegions: true}}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a", Accounts: &compliance.AccountSource{IDs: []string{"1"}, AllRegions: true}}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a", Accounts: &compliance.AccountSource{IDs: []string{accountA}}}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a", Accounts: &compliance.AccountSource{IDs: []string{accountA}, AllRegions: true, Regions: []string{region}}}, "InvalidParameterValueException"},
		{compliance.Aggregator{Name: "a", Organization: &compliance.OrganizationSource{AllRegions: true}}, "InvalidRoleException"},
		{compliance.Aggregator{Name: "a", Organization: org}, "OrganizationAccessDeniedException"},
	} {
		_, err := h.PutAggregator(context.Background(), here, c.a, nil)
		wantCode(t, err, c.code)
	}
	_, err := h.PutAggregator(context.Background(), here, compliance.Aggregator{Name: "o", Organization: org}, []string{accountA, accountB})
	h.ok(err)
	s, err := h.Sources(context.Background(), here, "o", []string{accountA})
	h.ok(err)
	if !s.Sees(accountA, "anywhere") || s.Sees(accountB, region) {
		t.Error("an organization's aggregator sees other than its members")
	}
}
