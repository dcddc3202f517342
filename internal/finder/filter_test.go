package finder_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
)

const assessment = "0190a000-0000-7000-8000-000000000001"

// found are the resources that a filter finds, or the rows when it groups.
func (h *house) found(q finder.Filter) ([]string, error) {
	out := []string{}
	at := -1
	err := h.finder.Find(ctx, accountA, all, q, 2, func(columns []string) error {
		for i, c := range columns {
			if c == "resourceId" && len(q.GroupBy) == 0 {
				at = i
			}
		}
		return nil
	}, func(row []*string) error {
		var cells []string
		for i, c := range row {
			if at >= 0 && i != at {
				continue
			}
			cell := "NULL"
			if c != nil {
				cell = *c
			}
			cells = append(cells, cell)
		}
		out = append(out, strings.Join(cells, "|"))
		return nil
	})
	return out, err
}

// TestFilter: AND between criteria, OR within one.
func TestFilter(t *testing.T) {
	h := newHouse(t)
	x := shown(assessment)
	x.Controls["0190a000-0000-7000-8000-0000000000c1"] = assess.Definition{ID: "0190a000-0000-7000-8000-0000000000c1", Name: "It's one"}
	h.audits[assessment] = x
	for i := range 4 {
		v := []ledger.Verdict{ledger.Compliant, ledger.NonCompliant, ledger.InsufficientData, ledger.NonCompliant}[i]
		b := bucket(i, v)
		if i == 3 {
			b.Account, b.Subjects[0].Type, b.Subjects[0].ARN = accountA, "AWS::EC2::Instance", "arn:aws:ec2:eu-west-1:1:instance/i-3"
		}
		control := "c2"
		if i < 2 {
			control = "0190a000-0000-7000-8000-0000000000c1"
		}
		h.record(ledger.Item{Body: b, Occurrence: occurrence(assessment, "s", control, day.AddDate(0, 0, i))})
	}
	h.record(ledger.Item{Body: bucket(9, ledger.NonCompliant), Occurrence: occurrence("a1", "s", "c2", day)})
	for _, c := range []struct {
		name string
		q    finder.Filter
		want []string
	}{
		{"all", finder.Filter{}, []string{"bucket-0", "bucket-1", "bucket-2", "bucket-3"}},
		{"from", finder.Filter{From: day.AddDate(0, 0, 1)}, []string{"bucket-1", "bucket-2", "bucket-3"}},
		{"from and to", finder.Filter{From: day.AddDate(0, 0, 1), To: day.AddDate(0, 0, 3)}, []string{"bucket-1", "bucket-2"}},
		{"compliant", finder.Filter{Compliance: []string{"COMPLIANT"}}, []string{"bucket-0"}},
		{"not compliant", finder.Filter{Compliance: []string{"non-compliant"}}, []string{"bucket-1", "bucket-3"}},
		{"inconclusive", finder.Filter{Compliance: []string{"INCONCLUSIVE"}}, []string{"bucket-2"}},
		{"either", finder.Filter{Compliance: []string{"COMPLIANT", "INCONCLUSIVE"}}, []string{"bucket-0", "bucket-2"}},
		{"control by name", finder.Filter{Controls: []string{"It's one"}}, []string{"bucket-0", "bucket-1"}},
		{"control by id", finder.Filter{Controls: []string{"0190a000-0000-7000-8000-0000000000c1"}}, []string{"bucket-0", "bucket-1"}},
		{"controls by both", finder.Filter{Controls: []string{"0190a000-0000-7000-8000-0000000000c1", "Control two"}}, []string{"bucket-0", "bucket-1", "bucket-2", "bucket-3"}},
		{"domain", finder.Filter{Domains: []string{"Domain of 0190a000-0000-7000-8000-0000000000c1"}}, []string{"bucket-0", "bucket-1"}},
		{"account", finder.Filter{Accounts: []string{accountA}}, []string{"bucket-3"}},
		{"type", finder.Filter{ResourceTypes: []string{"AWS::EC2::Instance", "AWS::S3::Bucket"}, Accounts: []string{accountB}}, []string{"bucket-0", "bucket-1", "bucket-2"}},
		{"service", finder.Filter{Services: []string{"ec2"}}, []string{"bucket-3"}},
		{"category", finder.Filter{ServiceCategories: []string{"Storage"}, Compliance: []string{"NON_COMPLIANT"}}, []string{"bucket-1"}},
		{"resource", finder.Filter{ResourceARNs: []string{"arn:aws:s3:::bucket-1", "arn:aws:s3:::bucket-9"}}, []string{"bucket-1"}},
		{"event", finder.Filter{EventNames: []string{"RunInstances"}}, nil},
		{"source", finder.Filter{DataSources: []string{"AWS Config", "Manual"}, Limit: 2}, []string{"bucket-0", "bucket-1"}},
		{"second page", finder.Filter{Limit: 2, Offset: 2}, []string{"bucket-2", "bucket-3"}},
		{"by service", finder.Filter{GroupBy: []string{"service", "compliance"}}, []string{
			"ec2|NON_COMPLIANT|1|1|0|0", "s3|COMPLIANT|1|0|1|0", "s3|INSUFFICIENT_DATA|1|0|0|1", "s3|NON_COMPLIANT|1|1|0|0",
		}},
	} {
		c.q.Assessment = assessment
		got, err := h.found(c.q)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		h.same(got, c.want...)
		if t.Failed() {
			t.Fatal(c.name)
		}
	}
}

// TestFilterRefused: what cannot be asked for is refused, and says why.
func TestFilterRefused(t *testing.T) {
	h := newHouse(t)
	for _, q := range []finder.Filter{
		{},
		{Assessment: "' OR 1 = 1"},
		{Assessment: assessment, Compliance: []string{"FINE"}},
		{Assessment: assessment, GroupBy: []string{"colour"}},
		{Assessment: assessment, From: day, To: day.Add(-time.Hour)},
		{Assessment: assessment, Limit: -1},
		{Assessment: assessment, Services: make([]string, 1001)},
	} {
		if _, err := h.found(q); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", fmt.Sprintf("%+.100v", q), err)
		}
	}
}
