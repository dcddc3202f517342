package sweep_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sweep"
)

const (
	alpha   = "111111111111"
	ireland = "eu-west-1"
	home    = "us-east-1"
)

var one = sweep.Account{ID: alpha, Role: "arn:aws:iam::111111111111:role/r", Regions: []string{ireland, home}}

// stock fills the account of the tests: 30 volumes and 3 queues in Ireland, 2 roles.
func (h *house) stock() {
	h.world.put(alpha, ireland, "ec2:DescribeVolumes", numbered("vol", 30)...)
	h.world.put(alpha, ireland, "sqs:ListQueues", numbered("q", 3)...)
	h.world.put(alpha, home, "iam:ListRoles", numbered("r", 2)...)
}

func TestRun(t *testing.T) {
	h := open(t)
	h.stock()
	p := h.run(h.plan(one))
	if p.Units != 5 || p.Done != 5 || p.Failed != 0 || p.Items != 35 || p.Written != 35 || p.Gaps != 0 || p.Read != 1 {
		t.Errorf("%+v", p)
	}
	if n := h.present(alpha, ireland, volume.Name); n != 30 {
		t.Errorf("%d volumes", n)
	}
	if n := h.present(alpha, arn.Global, role.Name); n != 2 {
		t.Errorf("%d roles", n)
	}
	// a type without resources is marked as collected
	if m := h.mark(alpha, home, volume.Name); !m.Whole || m.At.IsZero() || m.Items != 0 {
		t.Errorf("mark %+v", m)
	}
	// what is unchanged is not written again, what is gone is deleted, in its own place only
	h.world.put(alpha, ireland, "ec2:DescribeVolumes", numbered("vol", 29)...)
	p = h.run(h.plan(one))
	if p.Written != 0 || p.Deleted != 1 || h.present(alpha, ireland, volume.Name) != 29 || h.present(alpha, ireland, queue.Name) != 3 {
		t.Errorf("%+v", p)
	}
}

// That a type without resources is recorded from now on is told once, also when the run was killed before it could.
func TestBare(t *testing.T) {
	h := open(t)
	h.stock()
	var told []string
	h.runner.Bare = func(_ context.Context, account, region string) error {
		told = append(told, account+" "+region)
		return nil
	}
	h.run(h.plan(one))
	want := []string{alpha + " " + home}
	if !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
	told = nil
	h.run(h.plan(one))
	if len(told) > 0 {
		t.Errorf("told again of %v", told)
	}
}

// A list that has become empty is asked for again before many resources are said to be gone.
func TestEmptyListIsConfirmed(t *testing.T) {
	for name, again := range map[string]int{"it was a mistake": 30, "it is true": 0} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.stock()
			h.run(h.plan(one))
			h.world.put(alpha, ireland, "ec2:DescribeVolumes")
			lists := 0
			h.world.answer = func(_ context.Context, at collect.Place, api string, _ int) error {
				if api == "ec2:DescribeVolumes" && at.Region == ireland {
					if lists++; lists == 2 {
						h.world.put(alpha, ireland, api, numbered("vol", again)...)
					}
				}
				return nil
			}
			p := h.run(h.plan(one))
			if n := h.present(alpha, ireland, volume.Name); n != again || lists != 2 || p.Deleted != int64(30-again) {
				t.Errorf("%d volumes after %d lists, %+v", n, lists, p)
			}
		})
	}
}

// Each fault leaves the run finished, the gap told and nothing deleted; when it passes the gap is closed.
func TestFaults(t *testing.T) {
	only := func(err error) func(context.Context, collect.Place, string, int) error {
		return func(_ context.Context, at collect.Place, api string, _ int) error {
			if api == "ec2:DescribeVolumes" && at.Region == ireland {
				return err
			}
			return nil
		}
	}
	for _, c := range []struct {
		name   string
		answer func(context.Context, collect.Place, string, int) error
		code   string
		why    string
		most   int // calls of the list
	}{
		{"throttled for ever", only(apiError("DescribeVolumes", "RequestLimitExceeded", true)), "RequestLimitExceeded", "said", 6},
		{"denied", only(apiError("DescribeVolumes", "UnauthorizedOperation", false)), "UnauthorizedOperation", "said", 1},
		{"a fault of the service", only(apiError("DescribeVolumes", "InternalError", true)), "InternalError", "said", 6},
		{"a disabled region", only(apiError("DescribeVolumes", "OptInRequired", false)), "OptInRequired", "said", 1},
		{"no answer", only(fmt.Errorf("connection refused")), "", "connection refused", 3},
		{"half the pages", func(_ context.Context, at collect.Place, api string, n int) error {
			if api == "ec2:DescribeVolumes" && at.Region == ireland && n%2 == 0 {
				return apiError(api, "ServiceUnavailable", true)
			}
			return nil
		}, "ServiceUnavailable", "said", 6},
		{"too slow", func(ctx context.Context, at collect.Place, api string, _ int) error {
			if api == "ec2:DescribeVolumes" && at.Region == ireland {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}, "", "no answer within", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			h.stock()
			h.run(h.plan(one))
			h.world.put(alpha, ireland, "ec2:DescribeVolumes", numbered("other", 25)...)
			h.world.size, h.world.answer, h.world.counts = 20, c.answer, nil
			h.runner.Limits.Patience = 50 * time.Millisecond
			p := h.run(h.plan(one))
			g := h.gap(alpha, ireland, volume.Name)
			if p.Done != 5 || p.Failed != 1 || p.Gaps != 1 || g == nil || g.Code != c.code || !strings.Contains(g.Why, c.why) || g.Since.IsZero() {
				t.Fatalf("%+v, gap %+v", p, g)
			}
			if n := h.world.counts[alpha+"/"+ireland+"/ec2:DescribeVolumes"]; n > c.most || p.Deleted != 0 || h.present(alpha, ireland, volume.Name) < 30 {
				t.Errorf("%d lists, %+v, %d volumes", n, p, h.present(alpha, ireland, volume.Name))
			}
			if m := h.mark(alpha, ireland, volume.Name); m.Whole || m.At.IsZero() {
				t.Errorf("mark %+v: the complete list before it still counts", m)
			}
			since := g.Since
			p = h.run(h.plan(one))
			if g := h.gap(alpha, ireland, volume.Name); g == nil || !g.Since.Equal(since) {
				t.Errorf("the gap became %+v", g)
			}
			h.world.answer = nil
			p = h.run(h.plan(one))
			if g := h.gap(alpha, ireland, volume.Name); g != nil || p.Deleted != 30 || h.present(alpha, ireland, volume.Name) != 25 {
				t.Errorf("after it passed: %+v, gap %+v", p, g)
			}
		})
	}
}

// endless gives the same page again and again.
type endless struct{ *world }

func (e endless) Pages(ctx context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	if api != "ec2:DescribeVolumes" {
		return e.world.Pages(ctx, at, api, in, page)
	}
	for {
		if err := page(collect.Object{"Items": []any{collect.Object{"Id": "v"}}, "NextToken": "same"}); err != nil {
			return err
		}
	}
}

func TestEndlessList(t *testing.T) {
	h := open(t)
	h.stock()
	h.runner.Caller = endless{h.world}
	p := h.run(h.plan(one))
	if g := h.gap(alpha, home, volume.Name); p.Done != 5 || p.Failed != 2 || g == nil || !strings.Contains(g.Why, "again and again") {
		t.Errorf("%+v, gap %+v", p, g)
	}
}

// A detail that is denied is noted in the item and told once for the account, region and API.
func TestFailedDetail(t *testing.T) {
	h := open(t)
	h.stock()
	h.world.answer = func(_ context.Context, _ collect.Place, api string, _ int) error {
		if api == "sqs:GetQueueAttributes" {
			return apiError(api, "AccessDenied", false)
		}
		return nil
	}
	p := h.run(h.plan(one))
	g := h.gap(alpha, ireland, "sqs:GetQueueAttributes")
	if p.Gaps != 1 || p.Failed != 0 || g == nil || g.Code != "AccessDenied" || len(g.Types) != 1 || h.present(alpha, ireland, queue.Name) != 3 {
		t.Errorf("%+v, gap %+v", p, g)
	}
	if m := h.mark(alpha, ireland, queue.Name); !m.Whole {
		t.Errorf("the list was whole: %+v", m)
	}
	h.world.answer = nil
	if p = h.run(h.plan(one)); p.Gaps != 0 || h.gap(alpha, ireland, "sqs:GetQueueAttributes") != nil {
		t.Errorf("the gap stays: %+v", p)
	}
}

// 200 accounts, of which 10 cannot be read: the others are recorded, those named with what to do.
func TestManyAccounts(t *testing.T) {
	h := open(t)
	var accounts []sweep.Account
	broken := func(i int) bool { return i%20 == 7 }
	for i := range 200 {
		id := fmt.Sprintf("%012d", 100000000000+i)
		accounts = append(accounts, sweep.Account{ID: id, Role: "arn:aws:iam::" + id + ":role/r", Regions: []string{ireland, home, "ap-south-1"}})
		h.world.put(id, ireland, "ec2:DescribeVolumes", numbered("vol", 5)...)
		h.world.put(id, home, "iam:ListRoles", numbered("role", 2)...)
	}
	known := 27 // whose problem the connection has found before
	accounts[known].Problem = &sweep.Problem{Code: "AccessDenied", Why: "The role cannot be assumed.", Remedy: "Create it."}
	h.world.answer = func(_ context.Context, at collect.Place, _ string, _ int) error {
		var i int
		_, _ = fmt.Sscan(at.Account, &i)
		if broken(i - 100000000000) {
			return &fault.Error{Kind: fault.Denied, Type: "role", ID: at.Role, Message: "The role could not be assumed", Err: apiError("AssumeRole", "AccessDenied", false)}
		}
		return nil
	}
	p := h.run(h.plan(accounts...))
	if p.Accounts != 200 || p.Read != 190 || p.Refused != 10 || p.Items != 190*7 || p.Done != p.Units {
		t.Errorf("%+v", p)
	}
	for i, a := range accounts {
		g := h.gap(a.ID, arn.Global, sweep.WhatAccount)
		if broken(i) != (g != nil) || g != nil && (g.Remedy == "" || g.Why == "" || g.Code != "AccessDenied") {
			t.Errorf("account %d: gap %+v", i, g)
		}
		if want := 5; !broken(i) && h.present(a.ID, ireland, volume.Name) != want {
			t.Errorf("account %d has not been read", i)
		}
	}
	if most := h.world.most.Load(); most > 64 {
		t.Errorf("%d calls at once", most)
	}
	h.world.answer, accounts[known].Problem = nil, nil
	if p := h.run(h.plan(accounts...)); p.Refused != 0 || h.gap(accounts[7].ID, arn.Global, sweep.WhatAccount) != nil || h.gap(accounts[known].ID, arn.Global, sweep.WhatAccount) != nil {
		t.Errorf("after the roles were made: %+v", p)
	}
}

// A region where a service is not offered is passed over.
func TestNotOffered(t *testing.T) {
	h := open(t)
	h.stock()
	plan := h.plan(one)
	plan.Offered = func(service, region string) bool { return service != "sqs" || region != home }
	if p := h.run(plan); p.Units != 4 || h.world.counts[alpha+"/"+home+"/sqs:ListQueues"] != 0 || h.mark(alpha, home, queue.Name).Whole {
		t.Errorf("%+v", p)
	}
}

// A resource that cannot be stored does not take the others with it, and the list is not complete then.
func TestBadResource(t *testing.T) {
	h := open(t)
	h.stock()
	h.run(h.plan(one))
	h.world.put(alpha, ireland, "ec2:DescribeVolumes", "good", "bad\x00id")
	p := h.run(h.plan(one))
	if g := h.gap(alpha, ireland, volume.Name); g == nil || h.present(alpha, ireland, volume.Name) != 31 || p.Deleted != 0 {
		t.Errorf("%+v, gap %+v", p, g)
	}
}

// What is seen after the list began is not said to be gone.
func TestSeenMeanwhile(t *testing.T) {
	h := open(t)
	h.stock()
	h.world.answer = func(_ context.Context, at collect.Place, api string, _ int) error {
		if api != "ec2:DescribeVolumes" || at.Region != ireland {
			return nil
		}
		h.env.Clock.Advance(time.Second)
		_, err := inventory.Recorder{Store: h.items}.Observe(context.Background(), []inventory.Spec{{
			Key: inventory.Key{Account: alpha, Region: ireland, Type: volume.Name, ID: "new"}, Captured: h.env.Clock.Now(),
		}})
		return err
	}
	if p := h.run(h.plan(one)); p.Deleted != 0 || h.present(alpha, ireland, volume.Name) != 31 {
		t.Errorf("%+v", p)
	}
}

// A service that is down in a region costs a few calls, not a few for each of its types; every type has its gap.
func TestServiceDown(t *testing.T) {
	h := open(t)
	plan := h.plan(one)
	plan.Types = nil
	for i := range 60 {
		plan.Types = append(plan.Types, &collect.Type{
			Name: fmt.Sprintf("AWS::Tail::Type%d", i), ID: "{Id}", Find: []collect.Step{{API: "cloudcontrol:ListResources", Input: collect.Object{"TypeName": i}, Each: "Items"}},
		})
	}
	h.world.answer = func(_ context.Context, at collect.Place, api string, _ int) error {
		if at.Region == ireland {
			return apiError(api, "InternalFailure", true)
		}
		return nil
	}
	p := h.run(plan)
	if n := h.world.counts[alpha+"/"+ireland+"/cloudcontrol:ListResources"]; p.Done != 120 || p.Failed != 60 || n > 150 {
		t.Errorf("%d calls, %+v", n, p)
	}
	if g := h.gap(alpha, ireland, "AWS::Tail::Type59"); g == nil || g.Code != "InternalFailure" {
		t.Errorf("gap %+v", g)
	}
	h.world.answer = nil
	if p := h.run(plan); p.Failed != 0 || h.gap(alpha, ireland, "AWS::Tail::Type59") != nil {
		t.Errorf("%+v", p)
	}
}

// A gap of what is not read any more is closed by the next whole run, and by no other.
func TestStaleGap(t *testing.T) {
	h := open(t)
	h.stock()
	h.world.answer = func(_ context.Context, at collect.Place, api string, _ int) error {
		if at.Region == ireland {
			return apiError(api, "OptInRequired", false)
		}
		return nil
	}
	h.run(h.plan(one))
	shrunk := one
	shrunk.Regions = []string{home}
	plan := h.plan(shrunk)
	if h.run(plan); h.gap(alpha, ireland, volume.Name) == nil {
		t.Error("a part of the plan closes a gap of the rest")
	}
	plan.Whole = true
	if h.run(plan); h.gap(alpha, ireland, volume.Name) != nil || h.gap(alpha, ireland, queue.Name) != nil {
		t.Error("the gaps of a region that is not read stay")
	}
}

// An account is given up when STS says no, and when it goes on not answering; one pause of the network costs no account.
func TestRefusal(t *testing.T) {
	refuse := func(err error) error {
		return &fault.Error{Kind: fault.Denied, Type: "role", Message: "The role could not be assumed", Err: err}
	}
	for _, c := range []struct {
		name    string
		err     error
		until   int // the calls that fail
		refused int64
		remedy  string
	}{
		{"denied", apiError("AssumeRole", "AccessDenied", false), 1 << 30, 1, "trust policy"},
		{"expired", apiError("AssumeRole", "ExpiredToken", false), 1 << 30, 1, "renew"},
		{"no answer", fmt.Errorf("connection refused"), 1 << 30, 1, "network"},
		{"no answer for once", fmt.Errorf("connection reset"), 1, 0, ""},
		{"throttled for once", apiError("AssumeRole", "Throttling", true), 2, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			h.stock()
			h.world.answer = func(_ context.Context, _ collect.Place, _ string, n int) error {
				if n <= c.until {
					return refuse(c.err)
				}
				return nil
			}
			p := h.run(h.plan(one))
			g := h.gap(alpha, arn.Global, sweep.WhatAccount)
			if p.Refused != c.refused || p.Done != p.Units || (g != nil) != (c.refused > 0) || g != nil && !strings.Contains(g.Remedy, c.remedy) {
				t.Errorf("%+v, gap %+v", p, g)
			}
			if c.refused == 0 && (p.Failed > 0 || h.present(alpha, ireland, volume.Name) != 30) {
				t.Errorf("%+v", p)
			}
		})
	}
}
