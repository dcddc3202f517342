package remediate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const (
	account = "111122223333"
	role    = "arn:aws:iam::" + account + ":role/fix"
	bucket  = "AWS::S3::Bucket"
	ruleOf  = "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED"
)

var here = remediate.Place{Account: account, Region: "eu-west-1"}

// cloud is buckets that can be closed, and records what it is asked.
type cloud struct {
	mu    sync.Mutex
	made  []string
	fails map[string]bool
	house *house
}

func (c *cloud) Call(_ context.Context, call automation.Call) (json.RawMessage, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, call.API+" "+string(call.Inputs)+" as "+call.Role)
	var in struct{ Bucket string }
	if err := json.Unmarshal(call.Inputs, &in); err != nil {
		return nil, err
	}
	if c.fails[in.Bucket] {
		return nil, &automation.APIError{Service: call.Service, API: call.API, Code: "AccessDenied", Message: "no"}
	}
	return json.RawMessage(`{}`), nil
}

// Record is the collector's part: the bucket is closed when a call said so.
func (c *cloud) Record(ctx context.Context, k inventory.Key, as string) error {
	if as != role {
		return fault.New(fault.Denied, "recorded as %q.", as)
	}
	closed := slices.ContainsFunc(c.made, func(s string) bool {
		return strings.HasPrefix(s, "PutPublicAccessBlock") && strings.Contains(s, `"`+k.ID+`"`)
	})
	if c.fails[k.ID] {
		closed = false
	}
	_, err := inventory.Recorder{Store: c.house.items}.Observe(ctx, []inventory.Spec{c.house.spec(k.ID, closed)})
	return err
}

type house struct {
	*remediate.Program
	t       *testing.T
	env     *storetest.Env
	cloud   *cloud
	items   store.Repo[inventory.Tx]
	rules   *compliance.Program
	engine  *compliance.Engine
	runner  *automation.Runner
	library *automation.Library
	events  []remediate.Event
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, env: storetest.Open(t)}
	h.cloud = &cloud{fails: map[string]bool{}, house: h}
	h.start()
	ctx := t.Context()
	_, err := h.rules.PutRecorder(ctx, here, compliance.Recorder{RoleARN: "arn:aws:iam::" + account + ":role/config", Group: compliance.RecordingGroup{AllSupported: true}})
	h.ok(err)
	h.document("fix", `
assumeRole: "{{ AutomationAssumeRole }}"
parameters: {AutomationAssumeRole: {type: String}, BucketName: {type: String}, AdminPassword: {type: String, default: hunter22}}
mainSteps:
- {name: look, action: aws:executeAwsApi, inputs: {Service: s3, Api: HeadBucket, Bucket: "{{ BucketName }}"}}
- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutPublicAccessBlock, Bucket: "{{ BucketName }}", Password: "{{ AdminPassword }}"}}
`)
	h.document("slow", `
assumeRole: "{{ AutomationAssumeRole }}"
parameters: {AutomationAssumeRole: {type: String}, BucketName: {type: String}}
mainSteps:
- {name: wait, action: aws:sleep, inputs: {Duration: PT1H}}
- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutPublicAccessBlock, Bucket: "{{ BucketName }}"}}
`)
	return h
}

// start makes everything anew over the same store, as a restart does.
func (h *house) start() {
	h.items = store.For(h.env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	small := store.For(h.env.DB, func(tx *store.Tx) docs.Tx { return tx })
	h.rules = compliance.New(store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx }), h.env.Clock)
	h.engine = h.rules.Engine(nil)
	h.library = automation.NewLibrary(small, h.env.Clock, automation.Published{})
	h.Program = remediate.New(remediate.Options{
		Store: store.For(h.env.DB, func(tx *store.Tx) remediate.Tx { return tx }), Clock: h.env.Clock, Library: h.library, Recorder: h.cloud,
		Notify: func(_ context.Context, e remediate.Event) { h.events = append(h.events, e) }, Tool: "tickmark test",
	})
	h.runner = automation.NewRunner(automation.Options{Store: small, Library: h.library, Clock: h.env.Clock, Caller: h.cloud, Observer: h.Program})
	h.Use(h.runner)
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) document(name, body string) {
	h.t.Helper()
	_, _, err := h.library.Create(h.t.Context(), automation.Place(here), automation.New{Name: name, Content: "schemaVersion: '0.3'\n" + body})
	h.ok(err)
}

func (h *house) spec(id string, closed bool) inventory.Spec {
	h.env.Clock.Advance(time.Millisecond)
	return inventory.Spec{
		Key: inventory.Key{Account: account, Region: here.Region, Type: bucket, ID: id}, Name: id, Captured: h.env.Clock.Now(), Configuration: map[string]any{"name": id},
		Supplementary: map[string]any{"PublicAccessBlockConfiguration": map[string]any{"blockPublicAcls": closed, "ignorePublicAcls": closed, "blockPublicPolicy": closed, "restrictPublicBuckets": closed}},
	}
}

// buckets puts buckets, open or closed.
func (h *house) buckets(closed bool, ids ...string) {
	h.t.Helper()
	var specs []inventory.Spec
	for _, id := range ids {
		specs = append(specs, h.spec(id, closed))
	}
	_, err := inventory.Recorder{Store: h.items}.Observe(h.t.Context(), specs)
	h.ok(err)
}

// sound are enough closed buckets for n open ones to be a tenth.
func (h *house) sound(n int) {
	h.t.Helper()
	var ids []string
	for i := range n * 10 {
		ids = append(ids, fmt.Sprintf("sound-%03d", i))
	}
	h.buckets(true, ids...)
}

// rule puts the rule with its remediation; change may change the configuration.
func (h *house) rule(automatic bool, change func(*compliance.RemediationConfig)) {
	h.t.Helper()
	_, err := h.rules.PutRule(h.t.Context(), here, compliance.ConfigRule{Name: "closed", Owner: "AWS", Identifier: ruleOf})
	h.ok(err)
	h.config(automatic, change)
}

func (h *house) config(automatic bool, change func(*compliance.RemediationConfig)) {
	h.t.Helper()
	c := compliance.RemediationConfig{
		Rule: "closed", TargetType: "SSM_DOCUMENT", TargetID: "fix", Automatic: automatic,
		Parameters: map[string]compliance.RemediationParameter{"AutomationAssumeRole": {Values: []string{role}}, "BucketName": {ResourceID: true}},
	}
	if change != nil {
		change(&c)
	}
	h.ok(h.rules.PutRemediations(h.t.Context(), here, []compliance.RemediationConfig{c}))
}

func (h *house) enable(mode string) {
	h.t.Helper()
	_, err := h.Enable(h.t.Context(), account, remediate.DryRun, "")
	h.ok(err)
	if mode != remediate.DryRun {
		_, err = h.Enable(h.t.Context(), account, mode, "")
		h.ok(err)
	}
}

// settle lets everything happen that can happen at this time.
func (h *house) settle() {
	h.t.Helper()
	ctx := h.t.Context()
	for range 12 {
		h.ok(h.engine.Drain(ctx, nil))
		h.ok(h.Drain(ctx))
		h.ok(h.runner.Settle(ctx))
	}
	h.ok(h.Drain(ctx))
	h.ok(h.engine.Drain(ctx, nil))
}

// states are the runs of the rule in one line.
func (h *house) states() string {
	h.t.Helper()
	list, err := h.Statuses(h.t.Context(), here, "closed", nil)
	h.ok(err)
	var out []string
	for _, r := range list {
		out = append(out, r.Subject.ID+"="+r.State)
	}
	return strings.Join(out, " ")
}

func (h *house) want(what, got, want string) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func (h *house) run(id string) remediate.Run {
	h.t.Helper()
	list, err := h.Statuses(h.t.Context(), here, "closed", []remediate.Key{{Type: bucket, ID: id}})
	h.ok(err)
	if len(list) != 1 {
		h.t.Fatalf("%d runs of %s", len(list), id)
	}
	return list[0]
}

// verdict is AWS's name of the rule's verdict on a bucket.
func (h *house) verdict(id string) string {
	h.t.Helper()
	list, err := h.rules.DetailsByResource(h.t.Context(), here, bucket, id, nil)
	h.ok(err)
	if len(list) == 0 {
		return ""
	}
	return list[0].Verdict.String()
}

// leaves are the phases of the leaves of the account's ledger.
func (h *house) leaves() (phases []string, bodies []ledger.Body) {
	h.t.Helper()
	h.ok(h.env.Read(h.t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Entries(ledger.Query{Account: account})
		if err != nil {
			return err
		}
		for _, e := range entries {
			b, err := ledger.ReadBody(tx, account, e.Body)
			if err != nil {
				return err
			}
			phases, bodies = append(phases, b.Attributes["phase"]), append(bodies, b)
		}
		return nil
	}))
	return phases, bodies
}

func (h *house) keys(ids ...string) (out []remediate.Key) {
	for _, id := range ids {
		out = append(out, remediate.Key{Type: bucket, ID: id})
	}
	return out
}

func (h *house) guard() remediate.Guard {
	h.t.Helper()
	list, err := h.Guards(h.t.Context())
	h.ok(err)
	if len(list) != 1 {
		h.t.Fatalf("%d guards", len(list))
	}
	return list[0]
}
