package compliance_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const (
	accountA = "111111111111"
	accountB = "222222222222"
	region   = "eu-west-1"
)

var here = compliance.Place{Account: accountA, Region: region}

// house is a program over an empty store, with its engine.
type house struct {
	*compliance.Program
	t      testing.TB
	env    *storetest.Env
	engine *compliance.Engine
	states int64
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, env: storetest.Open(t)}
	h.start()
	return h
}

// start makes program and engine anew, as a restart does.
func (h *house) start() {
	s := store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx })
	h.Program = compliance.New(s, h.env.Clock)
	h.engine = h.Program.Engine(nil)
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) drain() compliance.Progress {
	h.t.Helper()
	var last compliance.Progress
	h.ok(h.engine.Drain(context.Background(), func(p compliance.Progress) { last = p }))
	return last
}

// recorder puts a recorder into the place, which change rules need.
func (h *house) recorder(at compliance.Place) {
	h.t.Helper()
	_, err := h.PutRecorder(context.Background(), at, compliance.Recorder{RoleARN: "arn:aws:iam::" + at.Account + ":role/config", Group: compliance.RecordingGroup{AllSupported: true, IncludeGlobal: true}})
	h.ok(err)
}

func (h *house) rule(at compliance.Place, name, identifier, parameters string) compliance.RuleView {
	h.t.Helper()
	v, err := h.PutRule(context.Background(), at, compliance.ConfigRule{Name: name, Owner: "AWS", Identifier: identifier, Parameters: parameters})
	h.ok(err)
	return v
}

// spec is an item; every call is captured a second later than the one before.
func (h *house) spec(account, region, typ, id string, configuration any) inventory.Spec {
	h.states++
	return inventory.Spec{Key: inventory.Key{Account: account, Region: region, Type: typ, ID: id}, Captured: storetest.Start.Add(time.Duration(h.states) * time.Second), Configuration: configuration}
}

func (h *house) put(specs ...inventory.Spec) {
	h.t.Helper()
	h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error {
		for _, s := range specs {
			it, err := inventory.Build(s)
			if err != nil {
				return err
			}
			if _, err := tx.PutItem(it); err != nil {
				return err
			}
		}
		return nil
	}))
	h.env.Clock.Advance(time.Second)
}

const instanceType, ssmType = "AWS::EC2::Instance", "AWS::SSM::ManagedInstanceInventory"

// instance is a running EC2 instance, public or not.
func (h *house) instance(account, id string, public bool) inventory.Spec {
	c := map[string]any{"instanceId": id, "state": map[string]any{"code": 16, "name": "running"}, "networkInterfaces": []any{}}
	if public {
		c["publicIpAddress"] = "198.51.100.7"
	}
	return h.spec(account, region, instanceType, id, c)
}

func (h *house) managed(account, id, status string) inventory.Spec {
	s := h.spec(account, region, ssmType, id, map[string]any{})
	s.Supplementary = map[string]any{"instanceStatus": status}
	return s
}

func (h *house) gone(s inventory.Spec) inventory.Spec {
	d := h.spec(s.Account, s.Region, s.Type, s.ID, nil)
	d.Status = inventory.Deleted
	return d
}

// verdicts are all current verdicts of a place by rule and subject, in the form "rule type/id": verdict.
func (h *house) verdicts(at compliance.Place) map[string]string {
	h.t.Helper()
	out := map[string]string{}
	views, err := h.Rules(context.Background(), at)
	h.ok(err)
	for _, v := range views {
		h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
			l, err := compliance.VerdictsOf(tx, v.ConfigRule, compliance.Page{Limit: 1000})
			for _, r := range l.Items {
				out[r.Rule.Name+" "+r.Subject.ID] = r.Verdict.String()
			}
			return err
		}))
	}
	return out
}

func (h *house) want(at compliance.Place, want map[string]string) {
	h.t.Helper()
	if got := h.verdicts(at); fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Errorf("verdicts\n%v, want\n%v", got, want)
	}
}

// evaluations is the number of verdict changes in the sequence of a place.
func (h *house) evaluations(at compliance.Place) []compliance.Evaluation {
	h.t.Helper()
	var out []compliance.Evaluation
	h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
		var err error
		out, err = tx.EvaluationsSince(at.Account, at.Region, 0, 0)
		return err
	}))
	return out
}
