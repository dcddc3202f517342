package collect_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// answers are by operation; an error code begins with "!". What is not named answers nothing.
type answers map[string]string

func (a answers) Call(_ context.Context, at collect.Place, api string, _ collect.Object) (out collect.Object, err error) {
	_, name, _ := strings.Cut(api, ":")
	if at != (collect.Place{Account: "111122223333", Region: "eu-west-1", Role: "role"}) && name != "ListBuckets" {
		return nil, fault.New(fault.Internal, "called at %+v", at)
	}
	if code, refused := strings.CutPrefix(a[name], "!"); refused {
		return nil, &automation.APIError{Service: "x", API: name, Code: code}
	}
	if a[name] == "" {
		return collect.Object{}, nil
	}
	return out, json.Unmarshal([]byte(a[name]), &out)
}

func (a answers) Pages(ctx context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	out, err := a.Call(ctx, at, api, in)
	if err != nil {
		return err
	}
	return page(out)
}

func TestRecord(t *testing.T) {
	const list = `{"Buckets":[{"Name":"x","BucketRegion":"eu-west-1"},{"Name":"xy","BucketRegion":"eu-west-1"}]}`
	for _, c := range []struct {
		name, typ string
		answers   answers
		want      []string // parts of the item
		deleted   bool
		fails     string
	}{
		{
			name: "a bucket", typ: "AWS::S3::Bucket", want: []string{`"blockPublicAcls":true`, `"BucketPolicy":{"policyText":null}`},
			answers: answers{
				"ListBuckets": list, "GetBucketPolicy": "!NoSuchBucketPolicy",
				"GetPublicAccessBlock": `{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true}}`,
			},
		},
		{name: "a bucket that is gone", typ: "AWS::S3::Bucket", answers: answers{"ListBuckets": `{"Buckets":[{"Name":"xy","BucketRegion":"eu-west-1"}]}`}, deleted: true},
		{name: "a bucket that may not be read whole", typ: "AWS::S3::Bucket", answers: answers{"ListBuckets": list, "GetBucketPolicy": "!AccessDenied"}, want: []string{"old"}, fails: "AccessDenied"},
		{name: "a list that is denied", typ: "AWS::S3::Bucket", answers: answers{"ListBuckets": "!AccessDenied"}, want: []string{"old"}, fails: "AccessDenied"},
		{
			name: "a volume", typ: "AWS::EC2::Volume", want: []string{`"volumeId":"x"`, `"tags":{"k":"v"}`},
			answers: answers{"DescribeVolumes": `{"Volumes":[{"VolumeId":"x","Tags":[{"Key":"k","Value":"v"}]}]}`},
		},
		{name: "a volume that is gone", typ: "AWS::EC2::Volume", answers: answers{"DescribeVolumes": "!InvalidVolume.NotFound"}, deleted: true},
		{name: "a type without a collector", typ: "AWS::Nothing::AtAll", fails: "no collector", want: []string{"old"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := storetest.Open(t)
			items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
			k := inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: c.typ, ID: "x"}
			_, err := inventory.Recorder{Store: items}.Observe(t.Context(), []inventory.Spec{{
				Key: k, Captured: env.Clock.Now(), Supplementary: map[string]any{"BucketPolicy": map[string]any{"policyText": "old"}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			env.Clock.Advance(time.Second)
			err = collect.New(c.answers, aws.Of, items, env.Clock).Record(t.Context(), k, "role")
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
		})
	}
	env := storetest.Open(t)
	items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	err := collect.New(answers{}, aws.Of, items, env.Clock).Record(t.Context(), inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "never"}, "role")
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("what was never recorded: %v", err)
	}
}
