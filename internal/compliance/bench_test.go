package compliance_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
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

// benchPacks are the packs of the full evaluation's target.
var benchPacks = []string{
	"Operational-Best-Practices-for-CIS-AWS-v1.4-Level2", "Operational-Best-Practices-for-NIST-800-53-rev-5",
	"Operational-Best-Practices-for-PCI-DSS-v4.0-including-global-resourcetypes",
}

// perAccount is how many items of the estate are in one account.
const perAccount = 25_000

// BenchmarkEstate evaluates a generated estate by three packs, from and into the store: the full evaluation's target
// is 60 us an item. -items is how many there are at least; in the mix of the generator.
func BenchmarkEstate(b *testing.B) {
	var took time.Duration
	var total compliance.Progress
	items := 0
	var one time.Duration
	for range b.N {
		b.StopTimer()
		h := newHouse(b)
		items = 0
		var at compliance.Place
		for account := 0; items < *benchItems; account++ {
			at = compliance.Place{Account: fmt.Sprintf("%012d", 100_000_000_000+account), Region: region}
			h.recorder(at)
			items += h.estate(at, min(perAccount, *benchItems-items))
			for i, name := range benchPacks {
				_, err := h.DeployPack(context.Background(), at, compliance.PackInput{Name: fmt.Sprint("p", i), Published: name})
				h.ok(err)
			}
		}
		b.StartTimer()
		began := time.Now()
		total = h.drain()
		took += time.Since(began)
		b.StopTimer()
		one = h.change(at)
		b.StartTimer()
	}
	b.ReportMetric(float64(took.Microseconds())/float64(items)/float64(b.N), "us/item")
	b.ReportMetric(float64(total.Evaluations)/float64(items), "verdicts/item")
	b.ReportMetric(float64(rss())/(1<<20), "MB-peak")
	b.ReportMetric(float64(one.Microseconds())/1000, "ms/change-p50")
}

// change is the median time from an item on its way into the full store until the changed verdict can be read. The item
// is a function whose rule follows references to three subnets.
func (h *house) change(at compliance.Place) time.Duration {
	ctx := context.Background()
	var subnets []inventory.Spec
	for i := range 3 {
		s := h.spec(at.Account, at.Region, "AWS::EC2::Subnet", fmt.Sprint("subnet-", i), map[string]any{"subnetId": fmt.Sprint("subnet-", i), "availabilityZone": at.Region + string("aba"[i])})
		s.Zone = at.Region + string("aba"[i])
		subnets = append(subnets, s)
	}
	h.put(subnets...)
	_, err := h.PutRule(ctx, at, compliance.ConfigRule{Name: "zones", Owner: "AWS", Identifier: "LAMBDA_VPC_MULTI_AZ_CHECK", Scope: compliance.RuleScope{Types: []string{"AWS::Lambda::Function"}, ID: "fn"}})
	h.ok(err)
	var times []time.Duration
	for i := range 101 {
		ids := []any{"subnet-0", "subnet-1", "subnet-2"}
		if i%2 == 0 {
			ids = []any{"subnet-0", "subnet-2", "subnet-0"} // one zone
		}
		f := h.spec(at.Account, at.Region, "AWS::Lambda::Function", "fn", map[string]any{"functionName": "fn", "functionArn": "arn:aws:lambda:" + at.Region + ":" + at.Account + ":function:fn", "packageType": "Zip", "vpcConfig": map[string]any{"subnetIds": ids}})
		began := time.Now()
		h.put(f)
		h.drain()
		got, err := h.ComplianceByRule(ctx, at, "zones")
		h.ok(err)
		if i == 0 {
			continue // the rule's own first evaluation
		}
		times = append(times, time.Since(began))
		if failed := got[0].Counts.NonCompliant > 0; failed != (i%2 == 0) {
			h.t.Fatalf("change %d: %+v", i, got[0].Counts)
		}
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// estate fills a place with at least n generated items, and tells how many.
func (h *house) estate(at compliance.Place, n int) int {
	var some []*inventory.Item
	count := 0
	put := func() {
		h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error {
			for _, it := range some {
				if _, err := tx.PutItem(it); err != nil {
					return err
				}
			}
			return nil
		}))
		some = some[:0]
	}
	e := sample.Estate{Seed: 1, Accounts: []sample.Account{{ID: at.Account, Name: "bench"}}, Regions: []string{at.Region}, Stacks: n/90 + 1, Now: storetest.Start}
	for _, it := range e.Items() {
		if some = append(some, it); len(some) == 2000 {
			put()
		}
		if count++; count >= n {
			break
		}
	}
	put()
	return count
}

// rss is the greatest size of this process in memory, in bytes.
func rss() uint64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return uint64(use.Maxrss) * 1024
}
