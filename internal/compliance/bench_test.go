package compliance_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

var benchItems = flag.Int("items", 5000, "items of BenchmarkDrain")

// mix fills a house with items of six types and gives it the rules of a published pack.
func mix(b *testing.B, n int) *house {
	h := newHouse(b)
	h.recorder(here)
	var specs []inventory.Spec
	for i := range n {
		id := fmt.Sprintf("%07d", i)
		switch i % 6 {
		case 0:
			specs = append(specs, h.instance(accountA, "i-"+id, i%5 == 0))
		case 1:
			specs = append(specs, h.managed(accountA, fmt.Sprintf("i-%07d", i-1), "Active"))
		case 2:
			s := h.spec(accountA, region, "AWS::S3::Bucket", "bucket-"+id, map[string]any{"name": "bucket-" + id, "owner": map[string]any{"id": "x"}})
			s.Supplementary = map[string]any{"BucketVersioningConfiguration": map[string]any{"status": "Enabled"}, "PublicAccessBlockConfiguration": map[string]any{"blockPublicAcls": true, "ignorePublicAcls": true, "blockPublicPolicy": true, "restrictPublicBuckets": true}}
			specs = append(specs, s)
		case 3:
			specs = append(specs, h.spec(accountA, region, "AWS::EC2::SecurityGroup", "sg-"+id, map[string]any{"groupId": "sg-" + id, "groupName": "g", "ipPermissions": []any{map[string]any{"fromPort": 443, "toPort": 443, "ipProtocol": "tcp", "ipv4Ranges": []any{map[string]any{"cidrIp": "10.0.0.0/8"}}}}, "ipPermissionsEgress": []any{}}))
		case 4:
			specs = append(specs, h.spec(accountA, region, "AWS::EC2::Volume", "vol-"+id, map[string]any{"volumeId": "vol-" + id, "encrypted": i%4 == 0, "state": "in-use", "attachments": []any{map[string]any{"instanceId": fmt.Sprintf("i-%07d", i-4)}}}))
		case 5:
			s := h.spec(accountA, "global", "AWS::IAM::User", "AIDA"+id, map[string]any{"userName": "u" + id, "arn": "arn:aws:iam::111111111111:user/u" + id, "attachedManagedPolicies": []any{}, "userPolicyList": []any{}})
			s.Name = "u" + id
			specs = append(specs, s)
		}
		if len(specs) == 1000 || i == n-1 {
			h.put(specs...)
			specs = specs[:0]
		}
	}
	_, err := h.DeployPack(context.Background(), here, compliance.PackInput{Name: "p", Published: "Operational-Best-Practices-for-NIST-CSF"})
	h.ok(err)
	return h
}

// BenchmarkDrain evaluates all items by all rules of a pack, from and into the store.
func BenchmarkDrain(b *testing.B) {
	var took time.Duration
	var evaluations int64
	for range b.N {
		b.StopTimer()
		h := mix(b, *benchItems)
		b.StartTimer()
		began := time.Now()
		evaluations += h.drain().Evaluations
		took += time.Since(began)
	}
	b.ReportMetric(float64(evaluations)/took.Seconds(), "evaluations/s")
	b.ReportMetric(float64(took.Microseconds())/float64(*benchItems)/float64(b.N), "us/item")
}

// BenchmarkIncremental is the time from the commit of a changed item until its compliance can be read.
func BenchmarkIncremental(b *testing.B) {
	h := mix(b, *benchItems)
	h.drain()
	public := false
	for b.Loop() {
		b.StopTimer()
		public = !public
		h.put(h.instance(accountA, "i-0000000", public))
		b.StartTimer()
		h.drain()
	}
}

// BenchmarkAgain is a run of the schedule that finds nothing new.
func BenchmarkAgain(b *testing.B) {
	h := mix(b, *benchItems)
	h.drain()
	for b.Loop() {
		h.env.Clock.Advance(24 * time.Hour)
		h.drain()
	}
}
