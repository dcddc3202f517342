package tickmark_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	auditservice "github.com/tickmark/tickmark/internal/service/auditmanager"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/tickmark"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, h string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, h)
}

// exported are the buckets of the installation that was opened last.
var exported *object.Shelf

// open is an installation with the audit, in both its APIs; what waits is done when a story lets time pass.
func open(t *testing.T) servicetest.Env {
	env, dir := storetest.Open(t), t.TempDir()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	kept, err := blob.Open(filepath.Join(dir, "blobs"))
	must(err)
	signer, err := ledger.OpenSigner(dir, env.Clock)
	must(err)
	shelf := object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{kept})
	audit := assess.New(assess.Options{
		Store: store.For(env.DB, func(tx *store.Tx) assess.Tx { return tx }), IDs: env.Clock, Shelf: shelf, Blobs: blobs{kept}, Tool: "tickmark test",
	})
	log := store.For(env.DB, func(tx *store.Tx) ledger.Tx { return tx })
	collector := &assess.Collector{Service: audit}
	reporter := &assess.Reporter{Service: audit, Publisher: ledger.NewPublisher(log, signer), Signer: signer, Ledger: log}
	r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service, auditmanager.Service)
	tokens := awswire.NewTokens([]byte("test"))
	channels := notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "", notify.Targets{})
	found := finder.New(store.For(env.DB, func(tx *store.Tx) finder.Tx { return tx }), audit, nil)
	questions := lake.New(lake.Parts{
		Docs: store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), Clock: env.Clock, Shelf: shelf, Dir: filepath.Join(dir, "lake"),
		Organization: organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, servicetest.Account),
		Engine:       &lake.Trino{Clock: env.Clock}, Evidence: finder.Stores{Finder: found},
		Keys: func(context.Context, string, string) (*rsa.PrivateKey, error) {
			return rsa.GenerateKey(rand.Reader, 2048)
		},
	})
	exported = shelf
	must(shelf.CreateBucket(t.Context(), servicetest.Account, servicetest.Region, "exports", env.Clock.Now()))
	tickmark.New(tickmark.Parts{Audit: audit, Tokens: tokens, Finder: found, Lake: questions, Channels: channels}).Register(r)
	auditservice.New(auditservice.Options{
		Audit: audit, Tokens: tokens, Signer: signer,
		Presign: func(_ context.Context, method, bucket, key string, _ time.Duration) (string, error) {
			return "https://localhost/" + bucket + "/" + key, nil
		},
	}).Register(r)
	return servicetest.Env{
		Registry: r, Services: []*awswire.Service{api.Service, auditmanager.Service}, Clock: env.Clock,
		Work: func(ctx context.Context) error {
			if _, err := collector.Step(ctx); err != nil {
				return err
			}
			if _, err := reporter.Pending(ctx); err != nil {
				return err
			}
			return questions.Work(ctx)
		},
	}
}

// TestExport: an export is packed CSV without formulas, and a manifest that signs it, in a folder of the query's name.
func TestExport(t *testing.T) {
	env := open(t)
	call := func(target, body string) map[string]any {
		t.Helper()
		method, path := http.MethodPost, "/"
		if a, b, ok := strings.Cut(target, " "); ok {
			method, path = a, b
		}
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		name := "auditmanager"
		if path == "/" {
			name = "tickmark"
			r.Header.Set("X-Amz-Target", api.Service.TargetPrefix+"."+target)
			r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		} else {
			r.Header.Set("Content-Type", "application/json")
		}
		who := authz.Anyone(servicetest.Account, "TKIAEXAMPLE")
		w := httptest.NewRecorder()
		env.Registry.Serve(w, r.WithContext(authz.WithCaller(r.Context(), who)), name, awswire.Caller{Account: servicetest.Account, Region: servicetest.Region, PrincipalARN: who.ARN()})
		var out map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		return out
	}
	id := func(m map[string]any, path ...string) string {
		for _, p := range path[:len(path)-1] {
			m = m[p].(map[string]any)
		}
		return m[path[len(path)-1]].(string)
	}
	call("POST /account/registerAccount", "{}")
	control := id(call("POST /controls", `{"name": "Keys", "controlMappingSources": [{"sourceName": "MANUAL", "sourceType": "MANUAL", "sourceSetUpOption": "Procedural_Controls_Mapping"}]}`), "control", "id")
	framework := id(call("POST /assessmentFrameworks", `{"name": "Ours", "controlSets": [{"name": "Data", "controls": [{"id": "`+control+`"}]}]}`), "framework", "id")
	a := id(call("POST /assessments", `{"name": "Q1", "frameworkId": "`+framework+`", "assessmentReportsDestination": {"destinationType": "S3", "destination": "s3://audit-reports"}, "scope": {"awsAccounts": [{"id": "111122223333"}]}, "roles": [{"roleType": "PROCESS_OWNER", "roleArn": "arn:aws:iam::111122223333:role/Owner"}]}`), "assessment", "metadata", "id")
	call("POST /assessments/"+a+"/controlSets/Data/controls/"+control+"/evidence", `{"manualEvidence": [{"textResponse": "=HYPERLINK(1)"}]}`)
	folder := strings.TrimPrefix(id(call("StartEvidenceExport", `{"filter": {"assessmentId": "`+a+`"}, "destination": "s3://exports/found/"}`), "destination"), "s3://exports/")
	if err := env.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		t.Helper()
		_, r, err := exported.Get(t.Context(), servicetest.Account, "exports", folder+name)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	packed := read("result.csv.gz")
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil || len(rows) != 2 || !slices.Contains(rows[1], "'=HYPERLINK(1)") {
		t.Errorf("rows %q, %v", rows, err)
	}
	var manifest lake.Manifest
	if err := json.Unmarshal(read("result_sign.json"), &manifest); err != nil || len(manifest.Files) != 1 || manifest.Files[0].Name != "result.csv.gz" ||
		manifest.Files[0].Hash != fmt.Sprintf("%x", sha256.Sum256(packed)) {
		t.Errorf("manifest %+v, %v", manifest, err)
	}
}

func TestStories(t *testing.T) { servicetest.Run(t, "testdata", open) }

// TestServed: the whole model is served, and every operation has a story in which it succeeds and one in which it refuses.
func TestServed(t *testing.T) {
	r := awswire.NewRegistry(awswire.Config{}, api.Service)
	tickmark.New(tickmark.Parts{}).Register(r)
	if n := servicetest.Cover(t, "testdata", api.Service, r); n != len(api.Service.Operations) {
		t.Errorf("%d of %d operations are served", n, len(api.Service.Operations))
	}
}
