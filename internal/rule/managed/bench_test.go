package managed

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
)

// BenchmarkRule judges one decoded item by one simple rule; the target is 300 ns.
func BenchmarkRule(b *testing.B) {
	r := Lookup("ENCRYPTED_VOLUMES")
	params, _ := r.ParseParams("")
	item := volume(b, 1)
	now := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		if res, _, _ := rule.Evaluate(r, params, item, nil, now); res.Verdict != rule.Compliant {
			b.Fatal(res)
		}
	}
}

func volume(b *testing.B, n int) *inventory.Item {
	b.Helper()
	item, err := inventory.Build(inventory.Spec{
		Key:  inventory.Key{Account: casefile.Account, Region: casefile.Region, Type: "AWS::EC2::Volume", ID: "vol-" + strconv.Itoa(n)},
		Zone: "us-east-1c", Captured: time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC), Tags: map[string]string{"Name": "data"},
		Configuration: map[string]any{
			"attachments": []any{map[string]any{"volumeId": "vol-1", "instanceId": "i-29e75b19", "device": "/dev/xvda", "state": "attached", "deleteOnTermination": true}},
			"volumeId":    "vol-1", "size": 8, "snapshotId": "snap-2a2a8752", "availabilityZone": "us-east-1c", "state": "in-use", "iops": 100,
			"createTime": "2016-10-28T00:33:43.651Z", "tags": []any{}, "volumeType": "gp2", "encrypted": true, "kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1",
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return item
}

// BenchmarkEvaluate judges 1,000 resources in one account by every implemented rule that concerns them;
// the resources are those of the rules' own cases.
func BenchmarkEvaluate(b *testing.B) {
	b.Run("resources=1000/rules=80", func(b *testing.B) {
		type job struct {
			rule   *rule.Rule
			params rule.Params
		}
		rules := map[string][]job{}
		for _, r := range All()[:min(80, len(All()))] {
			params, err := r.ParseParams("")
			if err != nil {
				continue
			}
			for _, t := range r.Types {
				rules[t] = append(rules[t], job{r, params})
			}
		}
		estate := &rule.Estate{Region: casefile.Region, Complete: []string{"AWS::EC2::FlowLog", "AWS::SSM::ManagedInstanceInventory"}}
		subjects := benchSubjects(b)
		for i := range 1000 {
			estate.Items = append(estate.Items, clone(b, subjects[i%len(subjects)], i))
		}
		now := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
		b.ReportAllocs()
		verdicts := 0
		for b.Loop() {
			view := rule.NewIndex(estate)
			for _, it := range estate.Items {
				for _, j := range rules[it.Type] {
					if res, _, err := rule.Evaluate(j.rule, j.params, it, view, now); err != nil || res.Verdict == 0 {
						b.Fatal(res, err)
					}
					verdicts++
				}
			}
		}
		b.ReportMetric(float64(verdicts)/float64(b.N), "verdicts/op")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(verdicts), "ns/verdict")
	})
}

// benchSubjects takes the subject of each rule's first case.
func benchSubjects(b *testing.B) []*inventory.Item {
	var items []*inventory.Item
	for _, r := range All() {
		text, _, err := Cases(r)
		if err != nil || r.Subjects == rule.Account {
			continue
		}
		cases, err := casefile.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		s, err := cases[0].Setting(r)
		if err != nil {
			b.Fatal(err)
		}
		items = append(items, s.Subject)
	}
	return items
}

func clone(b *testing.B, it *inventory.Item, n int) *inventory.Item {
	b.Helper()
	raw := strings.Replace(string(it.Raw()), `"resourceId":"`, `"resourceId":"n`+strconv.Itoa(n)+`-`, 1)
	c, err := inventory.Decode([]byte(raw))
	if err != nil {
		b.Fatal(err)
	}
	return c
}
