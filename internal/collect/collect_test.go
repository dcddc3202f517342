package collect_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// answers are by operation; an error code begins with "!". Others are refused.
type answers map[string]string

func (a answers) Call(_ context.Context, c automation.Call) (json.RawMessage, error) {
	text, ok := a[c.API]
	if code, refused := strings.CutPrefix(text, "!"); refused {
		return nil, &automation.APIError{Service: c.Service, API: c.API, Code: code}
	}
	if !ok || c.Role != "role" {
		return nil, errors.New("not expected: " + c.API + " as " + c.Role)
	}
	return json.RawMessage(text), nil
}

func TestRecord(t *testing.T) {
	bucket := answers{
		"HeadBucket": `{}`, "GetBucketVersioning": `{"Status":"Enabled"}`, "GetBucketLogging": `{}`, "GetBucketPolicy": "!NoSuchBucketPolicy", "GetBucketTagging": `{"TagSet":[{"Key":"team","Value":"a"}]}`,
		"GetBucketEncryption":  `{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":false}]}}`,
		"GetPublicAccessBlock": `{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":false}}`,
	}
	with := func(change answers) answers {
		out := answers{}
		for _, m := range []answers{bucket, change} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	for _, c := range []struct {
		name, typ string
		answers   answers
		want      []string // parts of the item
		not       string
		deleted   bool
		fails     string
	}{
		{
			name: "a bucket", typ: "AWS::S3::Bucket", answers: bucket, not: "policyText\":\"old",
			want: []string{`"restrictPublicBuckets":false`, `"blockPublicAcls":true`, `"status":"Enabled"`, `"sseAlgorithm":"AES256"`, `"team":"a"`, `"BucketReplicationConfiguration":{"kept":1}`, `"owner":"kept"`},
		},
		{name: "a bucket without a block", typ: "AWS::S3::Bucket", answers: with(answers{"GetPublicAccessBlock": "!NoSuchPublicAccessBlockConfiguration"}), not: "PublicAccessBlock"},
		{name: "a bucket that is gone", typ: "AWS::S3::Bucket", answers: answers{"HeadBucket": "!NotFound"}, deleted: true},
		{name: "a bucket that may not be read", typ: "AWS::S3::Bucket", answers: with(answers{"GetBucketPolicy": "!AccessDenied"}), want: []string{"old"}, fails: "AccessDenied"},
		{
			name: "a group", typ: "AWS::EC2::SecurityGroup",
			answers: answers{"DescribeSecurityGroups": `{"SecurityGroups":[{"GroupId":"x","GroupName":"g","VpcId":"vpc-1","Tags":[{"Key":"k","Value":"v"}],"IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"10.0.0.0/8","Description":"in"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}],"PrefixListIds":[{"PrefixListId":"pl-1"}],"UserIdGroupPairs":[{"GroupId":"sg-2","UserId":"1"}]},{"IpProtocol":"-1"}]}]}`},
			want: []string{
				`"ipRanges":["10.0.0.0/8"]`, `"cidrIp":"10.0.0.0/8"`, `"cidrIpv6":"::/0"`, `"prefixListId":"pl-1"`, `"groupId":"sg-2"`, `"fromPort":22`,
				`"ipPermissionsEgress":[]`, `"vpcId":"vpc-1"`, `"tags":{"k":"v"}`,
			},
		},
		{name: "a group that is gone", typ: "AWS::EC2::SecurityGroup", answers: answers{"DescribeSecurityGroups": "!InvalidGroup.NotFound"}, deleted: true},
		{name: "a type without a reader", typ: "AWS::EC2::Volume", fails: "cannot be read yet", want: []string{"old"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := storetest.Open(t)
			items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
			k := inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: c.typ, ID: "x"}
			_, err := inventory.Recorder{Store: items}.Observe(t.Context(), []inventory.Spec{{
				Key: k, Captured: env.Clock.Now(), Configuration: map[string]any{"owner": "kept"},
				Supplementary: map[string]any{"BucketPolicy": map[string]any{"policyText": "old"}, "PublicAccessBlockConfiguration": map[string]any{}, "BucketReplicationConfiguration": map[string]any{"kept": 1}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			env.Clock.Advance(time.Second)
			err = collect.New(c.answers, items, env.Clock).Record(t.Context(), k, "role")
			if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
				t.Errorf("recorded with %v", err)
			}
			var it *inventory.Item
			if err := items.Read(t.Context(), func(tx inventory.Tx) (err error) { it, err = tx.Item(k); return err }); err != nil {
				t.Fatal(err)
			}
			if it.Present() == c.deleted {
				t.Errorf("present: %v", it.Present())
			}
			text := strings.NewReplacer(" ", "", "\n", "").Replace(string(it.Raw()))
			for _, w := range c.want {
				if !strings.Contains(text, w) {
					t.Errorf("%s is not in %s", w, text)
				}
			}
			if c.not != "" && strings.Contains(text, c.not) {
				t.Errorf("%s is in %s", c.not, text)
			}
		})
	}
	env := storetest.Open(t)
	items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	err := collect.New(bucket, items, env.Clock).Record(t.Context(), inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "never"}, "role")
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("what was never recorded: %v", err)
	}
}
