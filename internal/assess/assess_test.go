package assess_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

const (
	accountA, accountB = "111111111111", "222222222222"
	ireland, virginia  = "eu-west-1", "us-east-1"
)

var ctx = context.Background()

// owner is an administrator of account A.
var owner = assess.Caller{Account: accountA, Region: ireland, Principal: "arn:aws:iam::111111111111:user/ana", Owner: true}

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, h string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, h)
}

// house is an installation with everything the audit reads from.
type house struct {
	testing.TB
	*assess.Service
	env    *storetest.Env
	events *segment.Store
	shelf  *object.Shelf
	hub    *finding.Hub
	told   []assess.Event
	// deaf is why nobody can be told.
	deaf   error
	limits assess.Limits
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseWith(t, assess.Limits{})
}

func newHouseWith(t testing.TB, limits assess.Limits) *house {
	t.Helper()
	h := &house{TB: t, env: storetest.Open(t), limits: limits}
	h.build()
	_, err := h.Register(ctx, owner, "", "")
	h.ok(err)
	return h
}

// build makes the services over the open store, as a start does.
func (h *house) build() {
	dir := h.TempDir()
	d, err := blob.Open(filepath.Join(dir, "blobs"))
	h.ok(err)
	db := h.env.DB
	h.shelf = object.New(store.For(db, func(tx *store.Tx) object.Tx { return tx }), blobs{d})
	h.hub = finding.NewHub(store.For(db, func(tx *store.Tx) finding.Tx { return tx }))
	h.events, err = segment.Open(ctx, filepath.Join(dir, "events"), store.For(db, func(tx *store.Tx) trail.Tx { return tx }), h.env.Clock)
	h.ok(err)
	h.Service = assess.New(assess.Options{
		Store: store.For(db, func(tx *store.Tx) assess.Tx { return tx }), IDs: h.env.Clock, Events: h.events, Shelf: h.shelf, Blobs: blobs{d},
		Tool:   "tickmark test",
		Limits: h.limits,
		Notify: func(_ context.Context, e assess.Event) error {
			if h.deaf != nil {
				return h.deaf
			}
			h.told = append(h.told, e)
			return nil
		},
	})
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, want fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want {
		t.Errorf("error %v, want one of the kind %v", err, want)
	}
}

// source is a mapping source.
func source(typ catalog.SourceType, keyword string) catalog.Source {
	return catalog.Source{Type: typ, Keyword: keyword}
}

// framework makes a custom framework with one set "Set one" of one control for each list of sources.
func (h *house) framework(lists ...[]catalog.Source) (assess.Framework, []string) {
	h.Helper()
	var ids []string
	for i, l := range lists {
		k, err := h.CreateControl(ctx, owner, assess.ControlInput{Name: fmt.Sprintf("control %d of %s", i, h.env.Clock.NewID()), Sources: l})
		h.ok(err)
		ids = append(ids, k.ID)
	}
	f, err := h.CreateFramework(ctx, owner, assess.FrameworkInput{Name: "framework " + h.env.Clock.NewID(), Sets: []assess.Set{{Name: setOne, Controls: ids}}})
	h.ok(err)
	return f, ids
}

const setOne = "Set one"

func input(framework string) assess.AssessmentInput {
	return assess.AssessmentInput{
		Name: "audit", FrameworkID: framework, Destination: assess.Destination{Type: "S3", Path: "s3://audit-reports/here"},
		Accounts: []assess.ScopeAccount{{ID: accountA}, {ID: accountB}},
		Roles:    []assess.Role{{Type: assess.ProcessOwner, ARN: "arn:aws:iam::111111111111:role/path/Owner"}},
	}
}

func (h *house) assessment(framework string) assess.Assessment {
	h.Helper()
	a, err := h.CreateAssessment(ctx, owner, input(framework))
	h.ok(err)
	return a
}

// collector makes a fresh one, as after a start.
func (h *house) step() {
	h.Helper()
	c := &assess.Collector{Service: h.Service}
	for range 20 {
		worked, err := c.Step(ctx)
		h.ok(err)
		if !worked {
			return
		}
	}
	h.Fatal("the collector does not come to rest")
}

// pause lets the clock go on to another day.
func (h *house) at(day string, hour int) {
	h.Helper()
	d, err := time.Parse(time.DateOnly, day)
	h.ok(err)
	h.env.Clock.Advance(d.Add(time.Duration(hour) * time.Hour).Sub(h.env.Clock.Now()))
}

// judge appends a verdict of a rule to the feed.
func (h *house) judge(account, region, identifier, subject, verdict string, at time.Time) {
	h.Helper()
	e := h.evaluation(account, region, identifier, subject, verdict, at)
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return tx.AppendEvaluations(account, region, []compliance.Evaluation{e}) }))
}

func (h *house) evaluation(account, region, identifier, subject, verdict string, at time.Time) compliance.Evaluation {
	sum := sha256.Sum256([]byte(subject + verdict))
	return compliance.Evaluation{
		RuleName: "rule-" + identifier, RuleID: "config-rule-" + identifier, Identifier: identifier, Logic: identifier + "@1", Parameters: `{"days":"90","n":1}`,
		Subject:    inventory.Key{Account: account, Region: region, Type: "AWS::EC2::Instance", ID: subject},
		SubjectARN: "arn:aws:ec2:" + region + ":" + account + ":instance/" + subject, StateID: 1, Captured: at, Hash: hex.EncodeToString(sum[:]),
		Verdict: verdict, Annotation: "why " + verdict, Ordering: at, Recorded: h.env.Clock.Now(),
	}
}

// act appends an event.
func (h *house) act(account, region, id, eventSource, name string, at time.Time, more string) {
	h.Helper()
	ev, err := trail.Decode(fmt.Appendf(nil, `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::%s:user/bob","accountId":%q,"userName":"bob"},"eventTime":%q,"eventSource":%q,"eventName":%q,"awsRegion":%q,"eventID":%q,"managementEvent":true,"eventCategory":"Management","recipientAccountId":%q%s}`,
		account, account, at.Format(time.RFC3339), eventSource, name, region, id, account, more))
	h.ok(err)
	_, err = h.events.Append(ctx, trail.Batch{Events: []trail.Event{ev}})
	h.ok(err)
}

// find imports a finding.
func (h *house) find(account, id, control, status string, at time.Time) {
	h.Helper()
	raw, err := json.Marshal(map[string]any{
		"SchemaVersion": "2018-10-08", "Id": id, "ProductArn": "arn:aws:securityhub:eu-west-1:" + account + ":product/" + account + "/default",
		"GeneratorId": "security-control/" + control, "AwsAccountId": account, "CreatedAt": at.Format(time.RFC3339), "UpdatedAt": at.Format(time.RFC3339),
		"Severity": map[string]any{"Label": "MEDIUM"}, "Title": "t", "Description": "d", "Compliance": map[string]any{"Status": status},
		"Resources": []any{map[string]any{"Type": "AwsEc2Instance", "Id": "arn:aws:ec2:eu-west-1:" + account + ":instance/i-1"}},
	})
	h.ok(err)
	r, err := h.hub.Import(ctx, account, ireland, []json.RawMessage{raw})
	h.ok(err)
	if len(r.Failed) > 0 {
		h.Fatal(r.Failed)
	}
}

// item records a configuration item.
func (h *house) item(account, region, typ, id, state string, at time.Time) {
	h.Helper()
	h.configured(account, region, typ, id, fmt.Sprintf(`{"state":%q,"password":"hush"}`, state), at)
}

// configured records a configuration item with the configuration as it is given.
func (h *house) configured(account, region, typ, id, configuration string, at time.Time) {
	h.Helper()
	it, err := inventory.Decode(fmt.Appendf(nil, `{"configurationItemVersion":"1.3","awsAccountId":%q,"awsRegion":%q,"resourceType":%q,"resourceId":%q,"resourceName":"name-%s","ARN":"arn:aws:iam::%s:user/%s","configurationItemCaptureTime":%q,"configurationItemStatus":"OK","configurationStateId":%d,"configuration":%s,"relationships":[],"tags":{}}`,
		account, region, typ, id, id, account, id, at.Format("2006-01-02T15:04:05.000Z"), at.UnixMilli(), configuration))
	h.ok(err)
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.PutItem(it)
		return err
	}))
}

// folders are all folders of an assessment by day and control, after checking what every folder promises.
func (h *house) folders(a assess.Assessment) map[string]assess.Folder {
	h.Helper()
	fs, err := h.Folders(ctx, owner, a.ID, "", "", nil, 0)
	h.ok(err)
	out := map[string]assess.Folder{}
	for _, f := range fs {
		if f.Total != f.Compliance+f.Configuration+f.Activity+f.ByHand {
			h.Errorf("folder %+v: the total is not the sum of the types", f)
		}
		if f.Selected < 0 || f.Selected > f.Total || f.Issues+f.Compliant > f.Total {
			h.Errorf("folder %+v does not add up", f)
		}
		es := h.evidence(a, f)
		if int64(len(es)) != f.Total {
			h.Errorf("folder of %s counts %d pieces and holds %d", f.Day, f.Total, len(es))
		}
		out[f.Day+" "+f.Control] = f
	}
	h.counted(a, fs)
	return out
}

// counted checks that the numbers of each control are the sums over its folders.
func (h *house) counted(a assess.Assessment, fs []assess.Folder) {
	h.Helper()
	sums := map[string]assess.ControlCount{}
	for _, f := range fs {
		n := sums[f.Control]
		n.Set, n.Control = f.Set, f.Control
		n.Total, n.Selected, n.ByHand, n.Issues, n.Excepted = n.Total+f.Total, n.Selected+f.Selected, n.ByHand+f.ByHand, n.Issues+f.Issues, n.Excepted+f.Excepted
		sums[f.Control] = n
	}
	counts, err := h.Counts(ctx, owner, a.ID)
	h.ok(err)
	for _, n := range counts {
		if sums[n.Control] != n {
			h.Errorf("control %s counts %+v, its folders %+v", n.Control, n, sums[n.Control])
		}
	}
	if len(counts) != len(sums) {
		h.Errorf("%d controls are counted, %d have folders", len(counts), len(sums))
	}
}

func (h *house) evidence(a assess.Assessment, f assess.Folder) []assess.Evidence {
	h.Helper()
	es, err := h.FolderEvidence(ctx, owner, a.ID, f.Set, f.ID(), nil, 0)
	h.ok(err)
	return es
}

// all is every piece of evidence of an assessment.
func (h *house) all(a assess.Assessment) []assess.Evidence {
	h.Helper()
	fs, err := h.Folders(ctx, owner, a.ID, "", "", nil, 0)
	h.ok(err)
	var out []assess.Evidence
	for _, f := range fs {
		out = append(out, h.evidence(a, f)...)
	}
	return out
}

// entries are the leaves of account A's log.
func (h *house) entries() []ledger.Entry {
	h.Helper()
	var out []ledger.Entry
	h.ok(h.env.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Entries(ledger.Query{Account: accountA})
		return err
	}))
	return out
}
