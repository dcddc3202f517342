package cloudsim

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/stamp"
)

// Rate is a limit: a bucket of tokens, filled at so many a second, for each account and region.
type Rate struct {
	// APIs is a glob of the calls that share the bucket, or, when Each is set, that have one each.
	APIs string
	Each bool
	// Burst is how many tokens the bucket holds.
	Burst, PerSecond float64
	// Published says where AWS tells the figure; "" is our assumption for a limit that AWS does not tell.
	Published string
}

// Rates are AWS's limits, the first that fits a call. Where AWS publishes none the figure is an assumption on the low side.
var Rates = []Rate{
	{"ec2:*", true, 100, 20, "Amazon EC2 developer guide, request throttling: non-mutating actions"},
	{"lambda:GetFunction", true, 100, 100, "Lambda developer guide, quotas"},
	{"lambda:GetPolicy", true, 15, 15, "Lambda developer guide, quotas"},
	{"lambda:*", false, 15, 15, "Lambda developer guide, quotas: control plane"},
	{"apigateway:*", false, 40, 10, "API Gateway developer guide, quotas: all management operations"},
	{"logs:DescribeLogGroups", true, 10, 10, "CloudWatch Logs user guide, quotas"},
	{"sns:GetTopicAttributes", true, 30, 30, "Service quotas of Amazon SNS"},
	{"sns:ListTopics", true, 30, 30, "Service quotas of Amazon SNS"},
	{"sns:ListTagsForResource", true, 10, 10, "Service quotas of Amazon SNS"},
	{"kms:ListKeys", true, 500, 500, "KMS developer guide, request quotas"},
	{"kms:GetKeyPolicy", true, 1000, 1000, "KMS developer guide, request quotas"},
	{"kms:GetKeyRotationStatus", true, 1000, 1000, "KMS developer guide, request quotas"},
	{"kms:*", true, 2000, 2000, "KMS developer guide, request quotas: DescribeKey, ListResourceTags"},
	{"dynamodb:DescribeTable", true, 2500, 2500, "DynamoDB developer guide, quotas"},
	{"s3:*", true, 100, 100, ""},
	{"sqs:*", true, 100, 100, ""},
	{"dynamodb:*", true, 50, 50, ""},
	{"sts:*", true, 600, 600, "IAM user guide, STS request quotas"},
	{"*", true, 50, 20, ""},
}

// rateOf is the limit of a call.
func rateOf(api string) *Rate {
	for i := range Rates {
		if ok, _ := path.Match(Rates[i].APIs, api); ok {
			return &Rates[i]
		}
	}
	return nil // the last fits everything
}

type bucketKey struct{ account, region, name string }

type bucket struct {
	rate   *Rate
	tokens float64
	at     time.Time
	taken  int // calls that were let through
	denied int
}

// buckets are the token buckets of a cloud.
type buckets struct {
	clock stamp.Source
	mu    sync.Mutex
	all   map[bucketKey]*bucket
}

// take takes a token for a call; false when there is none.
func (b *buckets) take(account, region, api string) bool {
	r := rateOf(api)
	k := bucketKey{account, region, r.APIs}
	if r.Each {
		k.name = api
	}
	now := b.clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.all[k]
	if t == nil {
		t = &bucket{rate: r, tokens: r.Burst, at: now}
		b.all[k] = t
	}
	t.tokens = min(r.Burst, t.tokens+now.Sub(t.at).Seconds()*r.PerSecond)
	t.at = now
	if t.tokens < 1 {
		t.denied++
		return false
	}
	t.tokens--
	t.taken++
	return true
}

// Bound is the least time in which the calls that were let through can be made within the limits, and the limit that sets
// it: "lambda:* us-east-1".
func (c *Cloud) Bound() (least time.Duration, by string) {
	c.buckets.mu.Lock()
	defer c.buckets.mu.Unlock()
	for k, t := range c.buckets.all {
		if d := time.Duration((float64(t.taken) - t.rate.Burst) / t.rate.PerSecond * float64(time.Second)); d > least {
			least, by = d, strings.TrimSpace(k.name+" "+k.region+" "+k.account)
		}
	}
	return least, by
}

// Calls are the calls that were let through, and those that were throttled.
func (c *Cloud) Calls() (taken, denied int) {
	c.buckets.mu.Lock()
	defer c.buckets.mu.Unlock()
	for _, t := range c.buckets.all {
		taken += t.taken
		denied += t.denied
	}
	return taken, denied
}

// Slowest tells the limits that take longest: what to ask AWS to raise first.
func (c *Cloud) Slowest(n int) (all []string) {
	type row struct {
		name    string
		seconds float64
		taken   int
		denied  int
	}
	var rows []row
	c.buckets.mu.Lock()
	for k, t := range c.buckets.all {
		rows = append(rows, row{strings.TrimSpace(k.name + " " + k.region), (float64(t.taken) - t.rate.Burst) / t.rate.PerSecond, t.taken, t.denied})
	}
	c.buckets.mu.Unlock()
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.seconds, a.seconds), cmp.Compare(a.name, b.name)) })
	for _, r := range rows[:min(n, len(rows))] {
		all = append(all, fmt.Sprintf("%-40s %6d calls, %5d throttled, at least %.1f s", r.name, r.taken, r.denied, r.seconds))
	}
	return all
}
