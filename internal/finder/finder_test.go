package finder_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

const accountA, accountB = "111111111111", "222222222222"

var (
	ctx = context.Background()
	all = finder.Sight{All: true}
)

// audits are assessments by id.
type audits map[string]assess.Shown

func (a audits) Defined(_ context.Context, account, id string, _ bool) (assess.Shown, error) {
	x, ok := a[id]
	if !ok || x.Assessment.Owner != account {
		return x, fault.Missing("assessment", id)
	}
	return x, nil
}

func (a audits) Registered(_ context.Context, account string) (time.Time, bool, error) {
	return day, account == accountA, nil
}

// shown is an assessment of account A.
func shown(id string) assess.Shown {
	return assess.Shown{
		Assessment: assess.Assessment{ID: id, Owner: accountA, Name: "audit " + id, Framework: assess.FrameworkRef{ID: "fw", Name: "Frame"}},
		Controls:   assess.Snapshot{"c1": {ID: "c1", Name: "Control one", Description: "First."}, "c2": {ID: "c2", Name: "Control two"}},
	}
}

// house is a store with a finder.
type house struct {
	testing.TB
	env    *storetest.Env
	finder *finder.Finder
	audits audits
}

func newHouse(t testing.TB) *house {
	h := &house{TB: t, env: storetest.Open(t), audits: audits{"a1": shown("a1"), "a2": shown("a2")}}
	h.build()
	return h
}

// build makes the finder as a start does.
func (h *house) build() {
	h.finder = finder.New(store.For(h.env.DB, func(tx *store.Tx) finder.Tx { return tx }), h.audits, func(d *assess.Definition) string { return "Domain of " + d.ID })
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) write(fn func(*store.Tx) error) {
	h.Helper()
	h.ok(h.env.Write(ctx, fn))
}

var day = time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)

// occurrence is one in account A.
func occurrence(assessment, set, control string, at time.Time) ledger.Occurrence {
	return ledger.Occurrence{Owner: accountA, Assessment: assessment, ControlSet: set, Control: control, Collector: "test", ObservedAt: at, CollectedAt: at.Add(time.Minute)}
}

// bucket is the verdict of a rule on a bucket.
func bucket(n int, v ledger.Verdict) ledger.Body {
	arn := fmt.Sprintf("arn:aws:s3:::bucket-%d", n)
	return ledger.Body{
		Source: assess.SourceConfig, Type: assess.ComplianceCheck, Service: "config.amazonaws.com", Event: "S3_BUCKET_VERSIONING_ENABLED", Account: accountB,
		Region: "eu-west-1", Verdict: v, Attributes: map[string]string{"ruleName": "versioning", "n": fmt.Sprint(n)},
		Subjects: []ledger.Subject{{ARN: arn, ID: fmt.Sprintf("bucket-%d", n), Type: "AWS::S3::Bucket", Verdict: v}},
	}
}

// query runs a statement; rows are joined by bars.
func (h *house) query(sight finder.Sight, statement string) []string {
	h.Helper()
	rows, err := h.ask(accountA, sight, statement)
	h.ok(err)
	return rows
}

func (h *house) ask(account string, sight finder.Sight, statement string) ([]string, error) {
	p, err := engine.Prepare(statement, engine.Options{Now: day, Workers: 2, Catalog: func([]string) (plan.Table, error) {
		return h.finder.Table(account, sight), nil
	}})
	if err != nil {
		return nil, err
	}
	out := []string{}
	err = p.Run(ctx, func(rows int, columns []*value.Vector) error {
		for r := range rows {
			var cells []string
			for _, c := range columns {
				cell := "NULL"
				if v := c.Get(r); v != nil {
					cell = value.Format(c.Type, v)
				}
				cells = append(cells, cell)
			}
			out = append(out, strings.Join(cells, "|"))
		}
		return nil
	})
	return out, err
}

// record puts items into the log.
func (h *house) record(items ...ledger.Item) []ledger.Recorded {
	h.Helper()
	var out []ledger.Recorded
	h.write(func(tx *store.Tx) (err error) {
		out, err = ledger.Record(tx, items)
		return err
	})
	return out
}
