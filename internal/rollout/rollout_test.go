package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/rollout"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const (
	management = "111111111111"
	region     = "eu-west-1"
	periodic   = "IAM_PASSWORD_POLICY" // needs no recorder
	onChange   = "ENCRYPTED_VOLUMES"
)

var here = rollout.Place{Account: management, Region: region}

// house is an organization of the management account and two members.
type house struct {
	*rollout.Program
	t          testing.TB
	env        *storetest.Env
	compliance *compliance.Program
	org        *organization.Directory
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, env: storetest.Open(t)}
	h.org = organization.New(store.For(h.env.DB, func(tx *store.Tx) organization.Tx { return tx }), h.env.Clock, management)
	h.start(h.rolloutStore(), h.complianceStore())
	_, err := h.org.Create(context.Background(), "ALL", "")
	h.ok(err)
	h.join("222222222222")
	h.join("333333333333")
	return h
}

func (h *house) rolloutStore() rollout.Store {
	return store.For(h.env.DB, func(tx *store.Tx) rollout.Tx { return tx })
}

func (h *house) complianceStore() compliance.Store {
	return store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx })
}

func (h *house) start(r rollout.Store, c compliance.Store) {
	h.compliance = compliance.New(c, h.env.Clock)
	h.Program = rollout.New(r, h.env.Clock, h.compliance, h.org)
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) join(id string) {
	h.t.Helper()
	h.ok(h.org.Join(context.Background(), organization.Account{ID: id}))
}

func (h *house) rule(name, identifier string, excluded ...string) rollout.Rollout {
	h.t.Helper()
	r, err := h.PutRule(context.Background(), here, name, compliance.ConfigRule{Identifier: identifier}, excluded)
	h.ok(err)
	return r
}

const template = "Resources:\n  A:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: policy\n      Source: {Owner: AWS, SourceIdentifier: IAM_PASSWORD_POLICY}\n"

func (h *house) pack(name string, excluded ...string) rollout.Rollout {
	h.t.Helper()
	r, err := h.PutPack(context.Background(), here, name, compliance.PackInput{Body: []byte(template)}, excluded)
	h.ok(err)
	return r
}

// states are the state of a rollout, and of each account.
func (h *house) states(k *rollout.Kind, name string) map[string]string {
	h.t.Helper()
	list, err := h.List(context.Background(), here, k, name)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	h.ok(err)
	members, err := h.Members(context.Background(), here, k, name)
	h.ok(err)
	out := map[string]string{"": list[0].State}
	for _, m := range members {
		out[m.Account] = m.State
	}
	return out
}

// deployed are the rules in every account, pack rules too.
func (h *house) deployed() []string {
	h.t.Helper()
	list, err := h.compliance.RulesIn(context.Background(), arn.Everything())
	h.ok(err)
	out := []string{}
	for _, r := range list {
		out = append(out, fmt.Sprintf("%s/%s %s", r.Account, r.Region, r.Identifier))
	}
	slices.Sort(out)
	return out
}

func (h *house) drain() {
	h.t.Helper()
	h.ok(h.Drain(context.Background()))
}

func want[T any](t testing.TB, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		t.Errorf("%v, want code %s", err, code)
	}
}

// TestFollowsAccounts: who joins gets the rule, who is excluded loses it, and who comes back gets it again.
func TestFollowsAccounts(t *testing.T) {
	h := newHouse(t)
	h.rule("policy", periodic, management)
	want(t, h.states(rollout.Rules, "policy"), map[string]string{"": "CREATE_IN_PROGRESS"})
	h.drain()
	two := map[string]string{"": "CREATE_SUCCESSFUL", "222222222222": "CREATE_SUCCESSFUL", "333333333333": "CREATE_SUCCESSFUL"}
	want(t, h.states(rollout.Rules, "policy"), two)
	h.join("444444444444")
	h.drain()
	two["444444444444"] = "CREATE_SUCCESSFUL"
	want(t, h.states(rollout.Rules, "policy"), two)
	h.rule("policy", periodic, management, "222222222222")
	h.drain()
	want(t, h.states(rollout.Rules, "policy"), map[string]string{"": "UPDATE_SUCCESSFUL", "333333333333": "UPDATE_SUCCESSFUL", "444444444444": "UPDATE_SUCCESSFUL"})
	want(t, h.deployed(), []string{"333333333333/eu-west-1 IAM_PASSWORD_POLICY", "444444444444/eu-west-1 IAM_PASSWORD_POLICY"})
	h.ok(h.org.Leave(context.Background(), "333333333333"))
	h.rule("policy", periodic)
	h.drain()
	want(t, h.states(rollout.Rules, "policy"), map[string]string{"": "UPDATE_SUCCESSFUL", management: "CREATE_SUCCESSFUL", "222222222222": "CREATE_SUCCESSFUL", "444444444444": "UPDATE_SUCCESSFUL"})
	h.ok(h.org.Leave(context.Background(), "444444444444"))
	h.drain()
	want(t, h.deployed(), []string{management + "/eu-west-1 IAM_PASSWORD_POLICY", "222222222222/eu-west-1 IAM_PASSWORD_POLICY"})
	h.ok(h.Delete(context.Background(), here, rollout.Rules, "policy"))
	h.drain()
	want(t, h.states(rollout.Rules, "policy"), nil)
	want(t, h.deployed(), []string{})
}

// TestWaitsForRecorders: an account without a recorder is tried again for seven hours.
func TestWaitsForRecorders(t *testing.T) {
	for _, late := range []bool{false, true} {
		h := newHouse(t)
		h.rule("disks", onChange, management, "333333333333")
		h.drain()
		want(t, h.states(rollout.Rules, "disks"), map[string]string{"": "CREATE_FAILED", "222222222222": "CREATE_FAILED"})
		h.env.Clock.Advance(6 * time.Hour)
		if late {
			h.env.Clock.Advance(2 * time.Hour)
		}
		_, err := h.compliance.PutRecorder(context.Background(), rollout.Place{Account: "222222222222", Region: region},
			compliance.Recorder{RoleARN: "arn:aws:iam::222222222222:role/config", Group: compliance.RecordingGroup{AllSupported: true}})
		h.ok(err)
		h.drain()
		state := "CREATE_SUCCESSFUL"
		if late {
			state = "CREATE_FAILED"
		}
		want(t, h.states(rollout.Rules, "disks"), map[string]string{"": state, "222222222222": state})
	}
}

// TestBusy: what is under way can neither be changed nor deleted.
func TestBusy(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	h.pack("base")
	_, err := h.PutPack(ctx, here, "base", compliance.PackInput{Body: []byte(template)}, nil)
	wantCode(t, err, "ResourceInUseException")
	wantCode(t, h.Delete(ctx, here, rollout.Packs, "base"), "ResourceInUseException")
	h.drain()
	h.ok(h.Delete(ctx, here, rollout.Packs, "base"))
	wantCode(t, h.Delete(ctx, here, rollout.Packs, "base"), "ResourceInUseException")
	h.drain()
	wantCode(t, h.Delete(ctx, here, rollout.Packs, "base"), "NoSuchOrganizationConformancePackException")
	h.pack("base")
	h.drain()
}

func TestLimits(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for i := range 150 {
		h.rule(fmt.Sprintf("r%d", i), periodic)
	}
	_, err := h.PutRule(ctx, here, "one-more", compliance.ConfigRule{Identifier: periodic}, nil)
	wantCode(t, err, "MaxNumberOfOrganizationConfigRulesExceededException")
	_, err = h.PutRule(ctx, rollout.Place{Account: management, Region: "us-east-1"}, "elsewhere", compliance.ConfigRule{Identifier: periodic}, nil)
	h.ok(err)
	for i := range 50 {
		h.pack(fmt.Sprintf("p%d", i))
	}
	_, err = h.PutPack(ctx, here, "one-more", compliance.PackInput{Body: []byte(template)}, nil)
	wantCode(t, err, "MaxNumberOfOrganizationConformancePacksExceededException")
	_, err = h.PutPack(ctx, here, "p", compliance.PackInput{Body: []byte("Resources:\n  A: {Type: AWS::S3::Bucket}\n")}, nil)
	wantCode(t, err, "OrganizationConformancePackTemplateValidationException")
	_, err = h.PutRule(ctx, here, "many", compliance.ConfigRule{Identifier: periodic}, make([]string, 1001))
	wantCode(t, err, "InvalidParameterValueException")
	_, err = h.PutRule(ctx, here, "bad name", compliance.ConfigRule{Identifier: periodic}, nil)
	wantCode(t, err, "InvalidParameterValueException")
}

// TestDelegates: a delegated administrator rolls out too, and neither sees what the other has put.
func TestDelegates(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	there := rollout.Place{Account: "222222222222", Region: region}
	put := func() error {
		_, err := h.PutRule(ctx, there, "policy", compliance.ConfigRule{Identifier: periodic}, nil)
		return err
	}
	wantCode(t, put(), "OrganizationAccessDeniedException")
	h.ok(h.org.RegisterDelegate(ctx, "222222222222", "config.amazonaws.com"))
	wantCode(t, put(), "OrganizationAccessDeniedException")
	h.ok(h.org.RegisterDelegate(ctx, "222222222222", rollout.Owner))
	h.ok(put())
	h.drain()
	if n := len(h.deployed()); n != 3 {
		t.Errorf("%d rules are deployed", n)
	}
	list, err := h.List(ctx, here, rollout.Rules)
	h.ok(err)
	want(t, len(list), 0)
	_, err = h.Members(ctx, here, rollout.Rules, "policy")
	wantCode(t, err, "NoSuchOrganizationConfigRuleException")

	h.ok(h.org.DeregisterDelegate(ctx, "222222222222", rollout.Owner))
	h.ok(h.org.DeregisterDelegate(ctx, "222222222222", "config.amazonaws.com"))
	h.drain()
	want(t, len(h.deployed()), 3) // as in AWS, what it has rolled out stays
	h.ok(h.org.Leave(ctx, "222222222222"))
	h.drain()
	want(t, h.deployed(), []string{})
}

func TestConsolidatedBilling(t *testing.T) {
	env := storetest.Open(t)
	h := &house{t: t, env: env, org: organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, management)}
	h.start(h.rolloutStore(), h.complianceStore())
	_, err := h.PutRule(context.Background(), here, "r", compliance.ConfigRule{Identifier: periodic}, nil)
	wantCode(t, err, "NoAvailableOrganizationException")
	_, err = h.org.Create(context.Background(), "CONSOLIDATED_BILLING", "")
	h.ok(err)
	_, err = h.PutRule(context.Background(), here, "r", compliance.ConfigRule{Identifier: periodic}, nil)
	wantCode(t, err, "OrganizationAllFeaturesNotEnabledException")
	h.drain()
}
