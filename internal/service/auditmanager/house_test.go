package auditmanager_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	cloudtrailapi "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/service/auditcaller"
	"github.com/tickmark/tickmark/internal/service/auditmanager"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

const account = servicetest.Account

// house is an installation whose estate has something of every data source.
type house struct {
	testing.TB
	env       *storetest.Env
	registry  *awswire.Registry
	audit     *assess.Service
	shelf     *object.Shelf
	events    *segment.Store
	hub       *finding.Hub
	collector *assess.Collector
	reporter  *assess.Reporter
	lake      *lake.Lake
	// wake has what waits done at once, instead of when the test calls work.
	wake bool
}

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, h string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, h)
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseWith(t, assess.Limits{CustomFrameworks: 2, ManualPerDay: 3})
}

func newHouseWith(t testing.TB, limits assess.Limits) *house {
	t.Helper()
	h := &house{TB: t, env: storetest.Open(t)}
	db, dir := h.env.DB, t.TempDir()
	kept, err := blob.Open(filepath.Join(dir, "blobs"))
	h.ok(err)
	h.shelf = object.New(store.For(db, func(tx *store.Tx) object.Tx { return tx }), blobs{kept})
	h.hub = finding.NewHub(store.For(db, func(tx *store.Tx) finding.Tx { return tx }))
	h.events, err = segment.Open(t.Context(), filepath.Join(dir, "events"), store.For(db, func(tx *store.Tx) trail.Tx { return tx }), h.env.Clock)
	h.ok(err)
	// The key is always the same, so that stories can tell of it.
	key, _, err := note.GenerateKey(strings.NewReader(strings.Repeat("k", 32)), "tickmark/"+h.env.Clock.NewID())
	h.ok(err)
	h.ok(os.WriteFile(filepath.Join(dir, "ledger.key"), []byte(key+"\n"), 0o600))
	signer, err := ledger.OpenSigner(dir, h.env.Clock)
	h.ok(err)
	h.audit = assess.New(assess.Options{
		Store: store.For(db, func(tx *store.Tx) assess.Tx { return tx }), IDs: h.env.Clock, Events: h.events, Shelf: h.shelf, Blobs: blobs{kept},
		Tool: "tickmark test", Limits: limits,
		Organization: func(context.Context, string) (string, error) { return account, nil },
		Wake: func() {
			if h.wake {
				h.work()
			}
		},
	})
	log := store.For(db, func(tx *store.Tx) ledger.Tx { return tx })
	h.collector = &assess.Collector{Service: h.audit}
	found := finder.New(store.For(db, func(tx *store.Tx) finder.Tx { return tx }), h.audit, nil)
	h.reporter = &assess.Reporter{
		Service: h.audit, Publisher: ledger.NewPublisher(log, signer), Signer: signer, Ledger: log,
		Find: func(ctx context.Context, account, assessment, statement string) (func(int64) bool, error) {
			chosen, err := found.ForReport(ctx, account, assessment, statement)
			if err != nil {
				return nil, err
			}
			return chosen.Has, nil
		},
	}
	h.lake = lake.New(lake.Parts{
		Docs: store.For(db, func(tx *store.Tx) docs.Tx { return tx }), Events: h.events, Clock: h.env.Clock, Shelf: h.shelf, Dir: filepath.Join(dir, "lake"),
		Organization: organization.New(store.For(db, func(tx *store.Tx) organization.Tx { return tx }), h.env.Clock, account),
		Engine:       &lake.Trino{Events: h.events, Clock: h.env.Clock}, Evidence: finder.Stores{Finder: found},
	})
	tokens := awswire.NewTokens([]byte("test"))
	h.registry = awswire.NewRegistry(awswire.Config{Stamp: h.env.Clock}, api.Service, cloudtrailapi.Service)
	cloudtrail.New(cloudtrail.Parts{Events: h.events, Lake: h.lake, Tokens: tokens, Sight: func(ctx context.Context) (finder.Sight, error) {
		return auditcaller.Sight(ctx, h.audit)
	}}).Register(h.registry)
	auditmanager.New(auditmanager.Options{
		Audit: h.audit, Tokens: tokens, Signer: signer, Finder: found,
		Presign: func(_ context.Context, method, bucket, key string, expires time.Duration) (string, error) {
			return "http://localhost:4780/" + bucket + "/" + url.PathEscape(key) + "?method=" + method + "&seconds=" + fmt.Sprint(expires.Seconds()), nil
		},
		OrganizationID: func(context.Context) (string, error) { return "o-exampleorgid", nil },
	}).Register(h.registry)
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// estate records a sign-in, a finding, a user and a verdict, all at the present.
func (h *house) estate() {
	h.Helper()
	ctx, now := h.Context(), h.env.Clock.Now()
	event, err := trail.Decode(fmt.Appendf(nil, `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::%s:user/bob","accountId":%q,"userName":"bob"},"eventTime":%q,"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","eventID":"e-1","managementEvent":true,"eventCategory":"Management","recipientAccountId":%q,"responseElements":{"ConsoleLogin":"Success"}}`,
		account, account, now.Format(time.RFC3339), account))
	h.ok(err)
	_, err = h.events.Append(ctx, trail.Batch{Events: []trail.Event{event}})
	h.ok(err)

	raw, err := json.Marshal(map[string]any{
		"SchemaVersion": "2018-10-08", "Id": "f-1", "ProductArn": "arn:aws:securityhub:eu-west-1:" + account + ":product/" + account + "/default",
		"GeneratorId": "security-control/EC2.4", "AwsAccountId": account, "CreatedAt": now.Format(time.RFC3339), "UpdatedAt": now.Format(time.RFC3339),
		"Severity": map[string]any{"Label": "MEDIUM"}, "Title": "t", "Description": "d", "Compliance": map[string]any{"Status": "FAILED"},
		"Resources": []any{map[string]any{"Type": "AwsEc2Instance", "Id": "arn:aws:ec2:eu-west-1:" + account + ":instance/i-1"}},
	})
	h.ok(err)
	done, err := h.hub.Import(ctx, account, servicetest.Region, []json.RawMessage{raw})
	h.ok(err)
	if done.Stored != 1 {
		h.Fatalf("findings: %+v", done)
	}

	user, err := inventory.Decode(fmt.Appendf(nil, `{"configurationItemVersion":"1.3","awsAccountId":%q,"awsRegion":"global","resourceType":"AWS::IAM::User","resourceId":"AIDABOB","resourceName":"bob","ARN":"arn:aws:iam::%s:user/bob","configurationItemCaptureTime":%q,"configurationItemStatus":"OK","configurationStateId":1,"configuration":{"userName":"bob"},"relationships":[],"tags":{}}`,
		account, account, now.Format("2006-01-02T15:04:05.000Z")))
	h.ok(err)
	sum := sha256.Sum256([]byte("verdict"))
	verdict := compliance.Evaluation{
		RuleName: "encryption", RuleID: "config-rule-1", Identifier: "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", Logic: "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED@1",
		Subject:    inventory.Key{Account: account, Region: servicetest.Region, Type: "AWS::S3::Bucket", ID: "logs"},
		SubjectARN: "arn:aws:s3:::logs", StateID: 1, Captured: now, Hash: hex.EncodeToString(sum[:]),
		Verdict: "NON_COMPLIANT", Annotation: "The bucket has no default encryption.", Ordering: now, Recorded: now,
	}
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.PutItem(user); err != nil {
			return err
		}
		return tx.AppendEvaluations(account, servicetest.Region, []compliance.Evaluation{verdict})
	}))
}

// work collects until nothing is waiting, writes the reports that were asked for and copies accepted frameworks.
func (h *house) work() {
	h.Helper()
	h.ok(h.audit.Replicate(h.Context()))
	for range 20 {
		worked, err := h.collector.Step(h.Context())
		h.ok(err)
		if !worked {
			_, err := h.reporter.Pending(h.Context())
			h.ok(err)
			return
		}
	}
	h.Fatal("the collector does not come to rest")
}

// setName is a name that no path takes as it is.
const setName = "Zugänge / sign-ins: who's who"
