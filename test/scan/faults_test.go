package scan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloudsim"
)

// TestFaults: under each fault a run comes to its end, tells what it could not read and why, deletes nothing that an
// earlier run has recorded, and lets no rule pass for what was not read.
func TestFaults(t *testing.T) {
	proxy, endpoint := simulator(t)
	const region, rule = "us-east-1", "ENCRYPTED_VOLUMES"
	args := []string{"--regions", region, "--rules", rule + ",S3_BUCKET_SSL_REQUESTS_ONLY"}
	for _, c := range []struct {
		name string
		// what is the gap that must be told, why a part of its reason; "" for a fault that leaves no gap.
		what, why string
		faults    []cloudsim.Fault
	}{
		{"throttled for ever", "AWS::EC2::Volume", "RequestLimitExceeded", []cloudsim.Fault{{Kind: cloudsim.Throttle, API: "ec2:DescribeVolumes"}}},
		{"throttled now and then", "", "", []cloudsim.Fault{{Kind: cloudsim.Throttle, Every: 3}}},
		{"denied", "AWS::EC2::Volume", "UnauthorizedOperation", []cloudsim.Fault{{Kind: cloudsim.Deny, API: "ec2:DescribeVolumes"}}},
		{"broken", "AWS::EC2::Volume", "500", []cloudsim.Fault{{Kind: cloudsim.Break, API: "ec2:DescribeVolumes"}}},
		{"broken once", "", "", []cloudsim.Fault{{Kind: cloudsim.Break, API: "ec2:DescribeVolumes", Times: 1}}},
		{"cut off", "AWS::EC2::Volume", "", []cloudsim.Fault{{Kind: cloudsim.Cut, API: "ec2:DescribeVolumes"}}},
		{"half a listing", "AWS::EC2::Volume", "InternalError", []cloudsim.Fault{{Kind: cloudsim.HalfPages, API: "ec2:DescribeVolumes"}}},
		{"endless pages", "AWS::EC2::Volume", "token", []cloudsim.Fault{{Kind: cloudsim.Endless, API: "ec2:DescribeVolumes"}}},
		{"slow", "", "", []cloudsim.Fault{{Kind: cloudsim.Slow, API: "ec2:DescribeVolumes", Delay: 2 * time.Second}}},
		{"disabled", "AWS::EC2::Volume", "AuthFailure", []cloudsim.Fault{{Kind: cloudsim.Disable, API: "ec2:DescribeVolumes", Region: region}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := t.TempDir()
			all := append([]string{"--data", data}, args...)
			proxy.Inject()
			whole := scan(t, endpoint, all...)
			before := items(t, data)
			proxy.Inject(c.faults...)
			got := scan(t, endpoint, all...)
			after := items(t, data)
			for _, i := range before {
				if !slices.Contains(after, i) {
					t.Errorf("%v is no longer recorded", i)
				}
			}
			found := slices.ContainsFunc(got.Gaps, func(g gap) bool {
				return g.What == c.what && g.Region == region && g.Account != "" && g.Why != "" && strings.Contains(strings.ToLower(g.Why), strings.ToLower(c.why))
			})
			switch {
			case c.what != "" && !found:
				t.Errorf("no gap tells of %s because of %q: %v", c.what, c.why, got.Gaps)
			case c.what == "" && len(got.Gaps) > len(whole.Gaps):
				t.Errorf("gaps %v", got.Gaps)
			}
			judge(t, c.what != "", rule, whole, got)
		})
	}
}

// judge holds the verdicts of a run with a fault against those of the run without.
func judge(t *testing.T, lost bool, rule string, whole, got result) {
	t.Helper()
	verdicts := func(r result) (all []string) {
		for _, e := range r.Evaluations {
			if e.Rule == rule {
				all = append(all, e.ID+" "+e.Compliance)
			}
		}
		slices.Sort(all)
		return all
	}
	if !lost {
		if a, b := verdicts(whole), verdicts(got); !slices.Equal(a, b) {
			t.Errorf("verdicts %v, without the fault %v", b, a)
		}
		return
	}
	before := verdicts(whole)
	for _, v := range verdicts(got) { // what was known before is judged as it was; nothing else passes
		if strings.HasSuffix(v, " COMPLIANT") && !slices.Contains(before, v) {
			t.Errorf("%s passes by what was not read: %s", rule, v)
		}
	}
	if got.code != failed && got.code != missing {
		t.Errorf("exit code %d", got.code)
	}
}

// TestDeniedDetail: what one denied call leaves unread makes the rules that need it undecided, and no others.
func TestDeniedDetail(t *testing.T) {
	proxy, endpoint := simulator(t)
	proxy.Inject(cloudsim.Fault{Kind: cloudsim.Deny, API: "s3:GetBucketPolicy"})
	got := scan(t, endpoint, "--regions", "us-east-1", "--rules", "S3_BUCKET_SSL_REQUESTS_ONLY,S3_BUCKET_VERSIONING_ENABLED")
	count := map[string]int{}
	for _, e := range got.Evaluations {
		count[e.Rule+" "+e.Compliance]++
	}
	if count["S3_BUCKET_SSL_REQUESTS_ONLY COMPLIANT"]+count["S3_BUCKET_SSL_REQUESTS_ONLY NON_COMPLIANT"] > 0 || count["S3_BUCKET_SSL_REQUESTS_ONLY INSUFFICIENT_DATA"] == 0 {
		t.Errorf("policies that were not read are judged: %v", count)
	}
	if count["S3_BUCKET_VERSIONING_ENABLED COMPLIANT"] == 0 || count["S3_BUCKET_VERSIONING_ENABLED NON_COMPLIANT"] == 0 {
		t.Errorf("versioning was read and is not judged: %v", count)
	}
}

// TestOnlyGaps: nothing fails, something is missing: exit code 4, or 0 when gaps are allowed.
func TestOnlyGaps(t *testing.T) {
	proxy, endpoint := simulator(t)
	proxy.Inject(cloudsim.Fault{Kind: cloudsim.Deny, API: "ec2:DescribeVolumes"})
	args := []string{"--regions", "us-east-1", "--rules", "ENCRYPTED_VOLUMES"}
	if got := scan(t, endpoint, args...); got.code != missing {
		t.Errorf("exit code %d, want %d: %v", got.code, missing, got.Gaps)
	}
	if got := scan(t, endpoint, append(args, "--allow-gaps")...); got.code != clean {
		t.Errorf("with --allow-gaps: exit code %d", got.code)
	}
}

// TestDisabledRegion: a region that the account has not enabled is told once for what it is, and the other one is judged.
func TestDisabledRegion(t *testing.T) {
	proxy, endpoint := simulator(t)
	proxy.Inject(cloudsim.Fault{Kind: cloudsim.Disable, Region: "eu-central-1"})
	got := scan(t, endpoint, "--regions", "us-east-1,eu-central-1", "--rules", "ENCRYPTED_VOLUMES")
	if !slices.ContainsFunc(got.Gaps, func(g gap) bool { return g.Region == "eu-central-1" && g.Why != "" }) {
		t.Errorf("no gap tells of the region: %v", got.Gaps)
	}
	if !slices.ContainsFunc(got.Evaluations, func(e evaluation) bool { return e.Region == "us-east-1" && e.Compliance == "COMPLIANT" }) {
		t.Error("the other region is not judged")
	}
}
