package assess_test

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
)

// TestCallOfSome: a call that lists only some items of a type is answered by these, and one whose answer the record
// does not hold whole says what is lacking.
func TestCallOfSome(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.APICall, "docdb_DescribeDBInstances")}, []catalog.Source{source(catalog.APICall, "rds_DescribeDbInstanceAutomatedBackups")})
	for id, engine := range map[string]string{"one": "docdb", "two": "mysql"} {
		h.configured(accountA, ireland, "AWS::RDS::DBInstance", id, `{"engine":"`+engine+`"}`, start.Add(-time.Hour))
	}
	a := h.assessment(f.ID)
	h.step()
	var documents, backups int
	for _, e := range h.all(a) {
		switch e.Produced.Call {
		case "docdb:DescribeDBInstances":
			documents++
			if e.Body.Attributes["engine"] != "docdb" || !e.Produced.Complete {
				t.Errorf("evidence %+v %+v", e.Body, e.Produced)
			}
		case "rds:DescribeDbInstanceAutomatedBackups":
			backups++
			if e.Produced.Complete || e.Produced.Gap == "" {
				t.Errorf("produced %+v", e.Produced)
			}
		}
	}
	if documents != 1 || backups != 2 {
		t.Errorf("%d of the one call, %d of the other", documents, backups)
	}
}

// TestEveryCall: each keyword is answered from what is recorded, one item a resource, in every account and region in
// scope; or it says that nothing answers it.
func TestEveryCall(t *testing.T) {
	h := newHouse(t)
	var sources []catalog.Source
	types := map[string]bool{}
	for _, k := range catalog.Keywords(catalog.APICall) {
		sources = append(sources, source(catalog.APICall, k))
		if c, _ := catalog.FindCall(k); c.Type != "" && !types[c.Type+c.Value] {
			types[c.Type+c.Value] = true
			member := c.Member
			if member == "" {
				member = "a"
			}
			for _, at := range [][2]string{{accountA, ireland}, {accountB, virginia}} {
				h.configured(at[0], at[1], c.Type, "id"+c.Value, `{"`+member+`":"`+c.Value+`"}`, start.Add(-time.Hour))
			}
		}
	}
	f, _ := h.framework(sources[:60], sources[60:])
	a := h.assessment(f.ID)
	h.step()
	states, err := h.Sources(ctx, owner, a.ID)
	h.ok(err)
	silent := 0
	for _, s := range states {
		if s.Never() {
			silent++
			if len(s.Problems) == 0 || s.Problems[0].Code != catalog.NotRecorded {
				t.Errorf("%s collects nothing and does not say why", s.Source.Keyword)
			}
		} else if s.Collected.Items < 2 || len(s.Problems) > 0 {
			t.Errorf("%s: %+v", s.Source.Keyword, s)
		}
	}
	if silent > 25 || len(states) != len(sources) {
		t.Errorf("%d of %d keywords have nothing that answers them", silent, len(states))
	}
}
