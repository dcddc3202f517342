package config_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	organizationsapi "github.com/tickmark/tickmark/internal/awsapi/organizations"
	ssmapi "github.com/tickmark/tickmark/internal/awsapi/ssm"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/recording"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/rollout"
	"github.com/tickmark/tickmark/internal/service/config"
	"github.com/tickmark/tickmark/internal/service/organizations"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/ssm"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// house is an installation with the items of testdata/items.jsonl, whose engine is idle before every request.
type house struct {
	env      *storetest.Env
	registry *awswire.Registry
	shelf    *object.Shelf
	topics   *notify.Directory
	courier  *delivery.Courier
	observer *recording.Observer
	items    store.Repo[inventory.Tx]
	program  *compliance.Program
	results  *invocation.Tokens
}

func open(t *testing.T) *house {
	t.Helper()
	env := storetest.Open(t)
	files, err := blob.Open(t.TempDir())
	check(t, err)
	h := &house{
		env:    env,
		shelf:  object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{files}),
		topics: notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://localhost", notify.Targets{}),
		items:  store.For(env.DB, func(tx *store.Tx) inventory.Tx { return compliance.ItemsOf(tx) }),
	}
	program := compliance.New(store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx }), env.Clock)
	h.courier = delivery.New(delivery.Parts{
		Store: store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx }), Shelf: h.shelf, Topics: h.topics, Remote: elsewhere, Clock: env.Clock,
	})
	h.observer = recording.New(store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx }), program.Notify)
	h.program, h.results = program, invocation.NewTokens([]byte("test"))
	engine, assessor := program.Engine(nil), program.Assessor(nil)
	org := organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, servicetest.Account)
	rollouts := rollout.New(store.For(env.DB, func(tx *store.Tx) rollout.Tx { return tx }), env.Clock, program, org)
	small := store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx })
	library := automation.NewLibrary(small, env.Clock, automation.Published{})
	library.Keep(automation.TypePack, func(content []byte) error { _, err := pack.Parse(content); return err })
	remedy := remediate.New(remediate.Options{Store: store.For(env.DB, func(tx *store.Tx) remediate.Tx { return tx }), Clock: env.Clock, Library: library})
	runner := automation.NewRunner(automation.Options{Store: small, Library: library, Clock: env.Clock, Caller: obliging{}, Observer: remedy})
	remedy.Use(runner)
	remediation(t, library, remedy)
	h.registry = awswire.NewRegistry(awswire.Config{Stamp: env.Clock, Authorize: func(ctx context.Context, service, _ string) error {
		if service == "config" {
			if err := rollouts.Drain(ctx); err != nil {
				return err
			}
		}
		if err := h.observer.Flush(ctx); err != nil {
			return err
		}
		if err := assessor.Drain(ctx); err != nil {
			return err
		}
		if err := engine.Drain(ctx, nil); err != nil {
			return err
		}
		for range 3 {
			if err := errors.Join(remedy.Drain(ctx), runner.Settle(ctx)); err != nil {
				return err
			}
		}
		return remedy.Drain(ctx)
	}}, api.Service, organizationsapi.Service, ssmapi.Service)
	config.New(config.Parts{
		Items: h.items, Program: program, Shelf: h.shelf, Topics: h.topics, Courier: h.courier, Observer: h.observer,
		Organization: org, Rollouts: rollouts, Runbooks: library,
		Tokens: awswire.NewTokens([]byte("test")), Results: h.results, Remediation: remedy, Offered: offered, Clock: env.Clock,
	}).Register(h.registry)
	ssm.New(library, runner, awswire.NewTokens([]byte("test"))).Register(h.registry)
	organizations.New(org, awswire.NewTokens([]byte("test"))).Register(h.registry)
	h.seed(t)
	return h
}

// obliging is a cloud that does whatever it is asked.
type obliging struct{}

func (obliging) Call(context.Context, automation.Call) (json.RawMessage, error) {
	return json.RawMessage("{}"), nil
}

// remediation enables the account of the stories, with a document that ends at once and one that waits an hour.
func remediation(t *testing.T, library *automation.Library, remedy *remediate.Program) {
	t.Helper()
	const head = `{"schemaVersion": "0.3", "assumeRole": "{{ AutomationAssumeRole }}", "parameters": {"AutomationAssumeRole": {"type": "String"}, "VolumeId": {"type": "String"}}, "mainSteps": [`
	for name, steps := range map[string]string{
		"fix":  `{"name": "delete", "action": "aws:executeAwsApi", "inputs": {"Service": "ec2", "Api": "DeleteVolume", "VolumeId": "{{ VolumeId }}"}}]}`,
		"slow": `{"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT1H"}}]}`,
	} {
		_, _, err := library.Create(t.Context(), automation.Place{Account: servicetest.Account, Region: servicetest.Region}, automation.New{Name: name, Content: head + steps})
		check(t, err)
	}
	for _, mode := range []string{remediate.DryRun, remediate.On} {
		_, err := remedy.Enable(t.Context(), servicetest.Account, mode, "")
		check(t, err)
	}
}

// elsewhere is another S3 with one bucket.
func elsewhere(_ context.Context, f delivery.File, body io.Reader) error {
	if f.Bucket != "central-logs" {
		return &fault.Error{Kind: fault.NotFound, Code: "NoSuchBucket", Message: "There is no bucket " + f.Bucket + " anywhere."}
	}
	if strings.HasSuffix(f.KMSKeyARN, "/disabled") {
		return &fault.Error{Kind: fault.Invalid, Code: "KMS.DisabledException", Field: "s3KmsKeyArn", Message: "The key " + f.KMSKeyARN + " is disabled."}
	}
	_, err := io.Copy(io.Discard, body)
	return err
}

// offered says that one function is missing.
func offered(_ compliance.Place, functionARN string) error {
	if strings.HasSuffix(functionARN, ":missing") {
		return errors.New("there is no such function")
	}
	return nil
}

func (h *house) seed(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("testdata/items.jsonl")
	check(t, err)
	var items []*inventory.Item
	for line := range bytes.Lines(text) {
		it, err := inventory.Decode(bytes.TrimSpace(line))
		check(t, err)
		items = append(items, it)
	}
	_, err = inventory.PutAll(context.Background(), h.items, items)
	check(t, err)
	ctx := context.Background()
	check(t, h.shelf.CreateBucket(ctx, servicetest.Account, servicetest.Region, "deliveries", h.env.Clock.Now()))
	check(t, h.shelf.CreateBucket(ctx, "444455556666", servicetest.Region, "their-bucket", h.env.Clock.Now()))
	_, err = h.topics.CreateTopic(ctx, notify.Topic{Account: servicetest.Account, Region: servicetest.Region, Name: "changes"})
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		h := open(t)
		return servicetest.Env{Registry: h.registry, Services: []*awswire.Service{api.Service, organizationsapi.Service, ssmapi.Service}, Clock: h.env.Clock}
	})
}

// A configuration may have 64 KB, and not a byte more.
func TestConfigurationLimit(t *testing.T) {
	h := open(t)
	h.record(t, map[string]any{"allSupported": true})
	for size, want := range map[int]int{64 << 10: 200, 64<<10 + 1: 400} {
		in := map[string]any{"ResourceType": "Acme::Thing::One", "SchemaVersionId": "1", "ResourceId": "t", "Configuration": `{"a":"` + strings.Repeat("x", size-8) + `"}`}
		status, code := h.call(t, "PutResourceConfig", in, nil)
		if status != want || want == 400 && code != "ValidationException" {
			t.Errorf("%d bytes: %d %s", size, status, code)
		}
	}
}
