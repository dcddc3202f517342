package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	hub "github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/store"
)

var findingTests = map[string]func(*testing.T, *Env){
	"Findings/PutAndScope": findingPut,
	"Findings/Pages":       findingPages,
	"Findings/Feed":        findingFeed,
}

func sampleFinding(account, id string, severity int) hub.Finding {
	return hub.Finding{
		Key:         hub.Key{Account: account, Region: "eu-west-1", ProductArn: "arn:aws:securityhub:eu-west-1:" + account + ":product/a/b", ID: id},
		GeneratorID: "g", Title: "t " + id, ControlID: "EC2.4", Severity: "LOW", Normalized: severity,
		Status:  hub.Status{Compliance: "FAILED", Workflow: "NEW", Record: "ACTIVE"},
		Created: Start, Updated: Start.Add(time.Duration(severity) * time.Second), Raw: []byte(`{"a":1}`), Custom: []byte(`{}`),
	}
}

func findingPut(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	f := sampleFinding(a, "1", 5)
	write(t, e, func(tx *store.Tx) error { return tx.PutFinding(f) })
	f.Title, f.Custom = "changed", nil
	write(t, e, func(tx *store.Tx) error { return tx.PutFinding(f) })
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.Finding(f.Key)
		if err != nil {
			return err
		}
		if got.Title != "changed" || string(got.Raw) != `{"a":1}` || got.Status != f.Status || !got.Updated.Equal(f.Updated) || len(got.Custom) != 0 {
			t.Errorf("read %+v", got)
		}
		if _, err = tx.FindingIn(arn.In(a, "eu-west-1"), f.ProductArn, "1"); err != nil {
			t.Error(err)
		}
		for _, s := range []arn.Scope{arn.In(b, "eu-west-1"), arn.In(a, "us-east-1"), {}} {
			_, err = tx.FindingIn(s, f.ProductArn, "1")
			wantKind(t, err, fault.NotFound)
			if fs, err := tx.Findings(hub.Query{Scope: s}); err != nil || len(fs) != 0 {
				t.Errorf("scope %+v sees %d findings, %v", s, len(fs), err)
			}
		}
		return nil
	})
}

func findingPages(t *testing.T, e *Env) {
	const a = "111111111111"
	write(t, e, func(tx *store.Tx) error {
		for i := range 7 {
			if err := tx.PutFinding(sampleFinding(a, fmt.Sprint(i), 10-i%3)); err != nil {
				return err
			}
		}
		return nil
	})
	for sort, want := range map[hub.Sort]string{
		{}: "0123456", {By: hub.NormalizedAttr, Descending: true}: "6304152", {By: hub.UpdatedAttr}: "2514036",
		{By: hub.IDAttr, Descending: true}: "6543210", {By: hub.TitleAttr}: "0123456",
	} {
		read(t, e, func(tx *store.Tx) error {
			var got strings.Builder
			q := hub.Query{Scope: arn.In(a, ""), Sort: sort, Limit: 2, Equal: map[hub.Attribute][]string{hub.SeverityAttr: {"LOW", "HIGH"}, hub.ControlAttr: {"EC2.4"}}}
			for {
				page, err := tx.Findings(q)
				if err != nil {
					return err
				}
				for _, f := range page {
					got.WriteString(f.ID)
				}
				if len(page) < 2 {
					break
				}
				last := sort.PlaceOf(&page[1])
				q.After = &last
			}
			if got.String() != want {
				t.Errorf("sorted by %+v: %s, want %s", sort, got.String(), want)
			}
			return nil
		})
	}
	read(t, e, func(tx *store.Tx) error {
		fs, err := tx.Findings(hub.Query{Scope: arn.In(a, ""), Equal: map[hub.Attribute][]string{hub.WorkflowAttr: {"RESOLVED"}}})
		if len(fs) != 0 {
			t.Errorf("%d findings are resolved", len(fs))
		}
		return err
	})
}

func findingFeed(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	add := func(account, control string, at time.Time) {
		f := sampleFinding(account, "1", 1)
		write(t, e, func(tx *store.Tx) error {
			return tx.AddFindingChange(hub.Change{Key: f.Key, ControlID: control, Status: f.Status, At: at, Recorded: tx.Now(), Document: []byte(control)})
		})
	}
	add(a, "EC2.4", Start)
	add(b, "EC2.4", Start)
	add(a, "S3.1", Start.Add(time.Hour))
	e.Reopen(t)
	add(a, "EC2.4", Start.Add(2*time.Hour))
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			q    hub.ChangeQuery
			want string
		}{
			{hub.ChangeQuery{Scope: arn.Everything()}, "1 2 3 4"},
			{hub.ChangeQuery{Scope: arn.In(a, "")}, "1 3 4"},
			{hub.ChangeQuery{Scope: arn.In(a, "us-east-1")}, ""},
			{hub.ChangeQuery{Scope: arn.In(a, ""), Controls: []string{"EC2.4"}, After: 1}, "4"},
			{hub.ChangeQuery{Scope: arn.In(a, ""), From: Start, To: Start.Add(time.Hour)}, "1 3"},
			{hub.ChangeQuery{Scope: arn.In(a, ""), Limit: 2}, "1 3"},
		} {
			cs, err := tx.FindingChanges(c.q)
			if err != nil {
				return err
			}
			var got []string
			for _, x := range cs {
				got = append(got, fmt.Sprint(x.Seq))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%+v: changes %s, want %s", c.q, s, c.want)
			}
		}
		k := sampleFinding(a, "1", 1).Key
		c, err := tx.FindingChangeBefore(k, Start.Add(90*time.Minute))
		if err != nil || c.Seq != 3 || string(c.Document) != "S3.1" || c.Compliance != "FAILED" {
			t.Errorf("change before: %+v, %v", c, err)
		}
		_, err = tx.FindingChangeBefore(k, Start.Add(-time.Second))
		wantKind(t, err, fault.NotFound)
		return nil
	})
}
