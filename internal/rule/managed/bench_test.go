package managed

import (
	"strconv"
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
