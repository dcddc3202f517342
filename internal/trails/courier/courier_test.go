package courier_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
	"github.com/tickmark/tickmark/internal/trails/courier"
)

const management, member = "111122223333", "222233334444"

var here = trails.Place{Account: management, Region: "eu-west-1"}

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

// house is an installation with trails.
type house struct {
	t      *testing.T
	env    *storetest.Env
	events *segment.Store
	shelf  *object.Shelf
	topics *notify.Directory
	org    *organization.Directory
	trails *trails.Directory
	*courier.Courier
	parts courier.Parts
	away  map[string]error // what the other S3 says to buckets
	sent  map[string]delivery.File
	n     int
}

var oneKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func open(t *testing.T) *house {
	t.Helper()
	env := storetest.Open(t)
	dir, err := blob.Open(t.TempDir())
	h := &house{t: t, env: env, away: map[string]error{}, sent: map[string]delivery.File{}}
	h.ok(err)
	h.events, err = segment.Open(t.Context(), t.TempDir(), store.For(env.DB, func(tx *store.Tx) trail.Tx { return tx }), env.Clock)
	h.ok(err)
	h.shelf = object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{dir})
	h.topics = notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://localhost", notify.Targets{})
	h.org = organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, management)
	h.trails = trails.New(trails.Parts{Store: store.For(env.DB, func(tx *store.Tx) trails.Tx { return tx }), Shelf: h.shelf, Topics: h.topics, Organization: h.org, Remote: h.remote})
	h.ok(h.shelf.CreateBucket(t.Context(), management, "eu-west-1", "logs", env.Clock.Now()))
	h.parts = courier.Parts{
		Store: store.For(env.DB, func(tx *store.Tx) courier.Tx { return tx }), Trails: h.trails, Events: h.events, Shelf: h.shelf, Topics: h.topics,
		Remote: h.remote, Clock: env.Clock, NewKey: oneKey,
		OrganizationID: func(ctx context.Context) (string, error) { o, err := h.org.Describe(ctx); return o.ID, err },
	}
	h.Courier = courier.New(h.parts)
	return h
}

// remote is another S3, in which all buckets are there unless told otherwise.
func (h *house) remote(_ context.Context, f delivery.File, body io.Reader) error {
	if err := h.away[f.Bucket]; err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	h.sent[f.Key] = f
	return nil
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// logging makes a trail that logs.
func (h *house) logging(name string, s trails.Settings) trails.Trail {
	h.t.Helper()
	if s.Bucket == "" {
		s.Bucket = "logs"
	}
	s.GlobalEvents = true
	t, err := h.trails.Create(h.t.Context(), here, name, "", s, nil)
	h.ok(err)
	h.ok(h.trails.Start(h.t.Context(), here, name))
	return t
}

// event lets something happen now.
func (h *house) event(account, region, fields string) string {
	h.t.Helper()
	h.n++
	id := fmt.Sprintf("e%d", h.n)
	h.happened(h.env.Clock.Now(), account, region, id, fields)
	return id
}

func (h *house) happened(at time.Time, account, region, id, fields string) {
	h.t.Helper()
	if !strings.Contains(fields, "eventCategory") {
		fields = `,"eventCategory":"Management"` + fields
	}
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventVersion":"1.11", "eventTime":%q,"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":%q,"recipientAccountId":%q,"eventID":%q,"readOnly":false%s}`,
		at.UTC().Format(time.RFC3339), region, account, id, fields))
	h.ok(err)
	_, err = h.events.Append(h.t.Context(), trail.Batch{Events: []trail.Event{e}})
	h.ok(err)
}

// pass lets time pass and the courier work.
func (h *house) pass(d time.Duration) {
	h.t.Helper()
	h.env.Clock.Advance(d)
	h.ok(h.Round(h.t.Context()))
}

// keys are those of all files in the bucket.
func (h *house) keys() (out []string) {
	h.t.Helper()
	list, err := h.shelf.List(h.t.Context(), management, "logs", "", "", 10_000)
	h.ok(err)
	for _, o := range list {
		out = append(out, o.Key)
	}
	return out
}

func (h *house) text(key string) []byte {
	h.t.Helper()
	_, r, err := h.shelf.Get(h.t.Context(), management, "logs", key)
	h.ok(err)
	defer r.Close()
	text, err := logfile.Unpack(r, 1<<30)
	h.ok(err)
	return text
}

// delivered are the ids of the events in the log files, by folder, and each file's ids in order.
func (h *house) delivered() map[string][]string {
	h.t.Helper()
	out := map[string][]string{}
	for _, key := range h.keys() {
		n, ok := logfile.ParseKey(key)
		if !ok {
			h.t.Fatalf("the key %s", key)
		}
		if n.Folder == logfile.FolderDigest {
			continue
		}
		var f struct{ Records []struct{ EventID string } }
		h.ok(json.Unmarshal(h.text(key), &f))
		at := n.Account + " " + n.Folder + " " + n.Region
		for _, r := range f.Records {
			out[at] = append(out[at], r.EventID)
		}
	}
	return out
}

func (h *house) want(want map[string]string) {
	h.t.Helper()
	got := h.delivered()
	for at, ids := range want {
		slices.Sort(got[at])
		if s := strings.Join(got[at], " "); s != ids {
			h.t.Errorf("%s: %q, want %q", at, s, ids)
		}
		delete(got, at)
	}
	if len(got) > 0 {
		h.t.Errorf("delivered besides: %v", got)
	}
}

// bucket reads the bucket as a checker does.
type bucket struct{ *house }

func (b bucket) Open(ctx context.Context, name, key string) (io.ReadCloser, error) {
	_, r, err := b.shelf.Get(ctx, management, name, key)
	if fault.KindOf(err) == fault.NotFound {
		err = fs.ErrNotExist
	}
	return r, err
}

func (b bucket) Metadata(ctx context.Context, name, key string) (map[string]string, bool, error) {
	o, err := b.shelf.Head(ctx, management, name, key)
	return o.Metadata, true, err
}

func (h *house) audit() *logfile.Report {
	h.t.Helper()
	keys, err := h.Keys(h.t.Context())
	h.ok(err)
	r, err := (&logfile.Checker{Files: bucket{h}, Keys: keys, Bucket: "logs"}).Audit(h.t.Context(), h.keys())
	h.ok(err)
	return r
}

func (h *house) proven(digests, logs int) {
	h.t.Helper()
	r := h.audit()
	if !r.Authenticated() || r.Digests.Valid != digests || r.Logs.Valid != logs {
		h.t.Errorf("want %d digests and %d logs valid: %+v", digests, logs, r)
	}
}

func TestFiles(t *testing.T) {
	h := open(t)
	h.happened(h.env.Clock.Now(), management, "eu-west-1", "before", "")
	h.env.Clock.Advance(time.Minute)
	h.logging("trail", trails.Settings{MultiRegion: true, Prefix: "p"})
	h.happened(h.env.Clock.Now().Add(-30*time.Second), management, "eu-west-1", "older", "")
	a, b, c := h.event(management, "eu-west-1", ""), h.event(management, "eu-west-1", `,"x": 1.50`), h.event(management, "us-east-1", "")
	h.event(member, "eu-west-1", "")
	h.event(management, "eu-west-1", `,"eventCategory":"Data","managementEvent":false`)
	h.ok(h.Round(t.Context()))
	if k := h.keys(); len(k) != 0 {
		t.Errorf("delivered at once: %v", k)
	}
	h.pass(5 * time.Minute)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a + " " + b, management + " CloudTrail us-east-1": c})
	for _, key := range h.keys() {
		if !strings.HasPrefix(key, "p/AWSLogs/") {
			t.Errorf("key %s", key)
		}
	}
	if n := len(h.keys()); n != 2 {
		t.Errorf("%d files", n)
	}
	h.pass(5 * time.Minute)
	d := h.event(management, "eu-west-1", "")
	h.pass(5 * time.Minute)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a + " " + b + " " + d, management + " CloudTrail us-east-1": c})
	_, s, err := h.trails.Status(t.Context(), here, "trail")
	if err != nil || !s.Delivered.Equal(h.env.Clock.Now()) || s.Error != "" {
		t.Errorf("status %+v %v", s, err)
	}
}

// TestRecordsAsTheyCame: spaces, order and numbers of a record stay.
func TestRecordsAsTheyCame(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{})
	h.event(management, "eu-west-1", `,"x": 1.50`)
	h.pass(5 * time.Minute)
	if text := string(h.text(h.keys()[0])); !strings.HasPrefix(text, `{"Records":[{"eventVersion":"1.11", "eventTime"`) || !strings.HasSuffix(text, `,"x": 1.50}]}`) {
		t.Error(text)
	}
}

func TestFolders(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{})
	h.ok(h.env.Write(t.Context(), func(tx *store.Tx) error {
		all := docs.Collection[trails.Trail]{Kind: "trail"}
		d, err := all.Get(tx, here.Account, here.Region, "trail")
		d.Value.Insights = []trails.InsightSelector{{Type: "ApiCallRateInsight"}}
		return errors.Join(err, all.Update(tx, d))
	}))
	a := h.event(management, "eu-west-1", `,"eventCategory":"Insight","insightDetails":{"insightType":"ApiCallRateInsight"}`)
	h.event(management, "eu-west-1", `,"eventCategory":"Insight","insightDetails":{"insightType":"ApiErrorRateInsight"}`)
	h.pass(5 * time.Minute)
	h.want(map[string]string{management + " CloudTrail-Insight eu-west-1": a})
}

func TestMuchAtOnce(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{})
	var batch trail.Batch
	for i := range 20_050 {
		e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":%q,"eventSource":"s","eventName":"n","awsRegion":"eu-west-1","recipientAccountId":%q,"eventID":"m%d","eventCategory":"Management"}`, h.env.Clock.Now().Format(time.RFC3339), management, i))
		h.ok(err)
		batch.Events = append(batch.Events, e)
	}
	_, err := h.events.Append(t.Context(), batch)
	h.ok(err)
	h.ok(h.Round(t.Context()))
	if got := h.delivered(); len(h.keys()) != 1 || len(got[management+" CloudTrail eu-west-1"]) != 20_000 {
		t.Errorf("%d files", len(h.keys()))
	}
	h.pass(5 * time.Minute)
	if got := h.delivered(); len(h.keys()) != 2 || len(got[management+" CloudTrail eu-west-1"]) != 20_050 {
		t.Errorf("%d files", len(h.keys()))
	}
}

func TestDigests(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{Validation: true, MultiRegion: true})
	h.event(management, "eu-west-1", "")
	h.pass(5 * time.Minute)
	h.event(management, "us-east-1", "")
	h.pass(5 * time.Minute)
	h.pass(50 * time.Minute) // an hour has passed
	h.proven(2, 2)
	h.pass(time.Hour)
	h.proven(4, 2)
	h.event(management, "eu-west-1", "")
	h.pass(10 * time.Minute)
	r := h.audit()
	if r.Pending != 1 || !r.Authenticated() {
		t.Errorf("%+v", r)
	}
	h.pass(50 * time.Minute)
	h.proven(6, 3)
	if r := h.audit(); len(r.Problems) != 0 {
		t.Errorf("%+v", r.Problems)
	}
	_, s, err := h.trails.Status(t.Context(), here, "trail")
	if err != nil || !s.DigestDelivered.Equal(h.env.Clock.Now()) {
		t.Errorf("status %+v %v", s, err)
	}
}

// TestHoursMissed: a server that was down writes the digests of every hour, in one chain.
func TestHoursMissed(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{Validation: true})
	h.event(management, "eu-west-1", "")
	h.pass(10 * time.Minute)
	h.event(management, "eu-west-1", "")
	h.pass(5 * time.Hour)
	h.pass(time.Hour)
	h.proven(6, 2)
	if r := h.audit(); len(r.Problems) != 0 {
		t.Errorf("%+v", r.Problems)
	}
}

func TestStop(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{Validation: true})
	a := h.event(management, "eu-west-1", "")
	h.pass(time.Second)
	h.ok(h.trails.Stop(t.Context(), here, "trail"))
	b := h.event(management, "eu-west-1", "") // the stop itself
	h.pass(time.Second)
	h.env.Clock.Advance(10 * time.Second)
	h.event(management, "eu-west-1", "")
	h.ok(h.Round(t.Context()))
	h.want(map[string]string{management + " CloudTrail eu-west-1": a + " " + b})
	h.proven(1, 1)
	h.event(management, "eu-west-1", "")
	h.pass(2 * time.Hour)
	h.proven(1, 1)

	h.ok(h.trails.Start(t.Context(), here, "trail"))
	c := h.event(management, "eu-west-1", "")
	h.pass(time.Hour)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a + " " + b + " " + c})
	h.pass(time.Hour)
	r := h.audit()
	if !r.Authenticated() || r.Digests.Valid != 3 || r.Logs.Valid != 2 || len(r.Problems) != 1 || r.Problems[0].State != "notice" {
		t.Errorf("%+v", r)
	}
}

// TestStopAndStartAtOnce: the time before and the time after are told apart although the courier saw no stop.
func TestStopAndStartAtOnce(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{Validation: true})
	a := h.event(management, "eu-west-1", "")
	h.pass(time.Minute)
	h.ok(h.trails.Stop(t.Context(), here, "trail"))
	h.env.Clock.Advance(10 * time.Minute)
	h.event(management, "eu-west-1", "")
	h.env.Clock.Advance(time.Minute)
	h.ok(h.trails.Start(t.Context(), here, "trail"))
	b := h.event(management, "eu-west-1", "")
	h.pass(0)
	h.pass(10 * time.Minute)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a + " " + b})
	h.pass(time.Hour)
	if r := h.audit(); !r.Intact() || r.Digests.Valid != 2 || r.Logs.Valid != 2 {
		t.Errorf("%+v", r)
	}
}

func TestDelete(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{Validation: true})
	a := h.event(management, "eu-west-1", "")
	h.pass(time.Second)
	h.ok(h.trails.Delete(t.Context(), here, "trail"))
	h.pass(time.Second)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a})
	h.proven(1, 1)
	h.event(management, "eu-west-1", "")
	h.pass(2 * time.Hour)
	h.proven(1, 1)
	h.logging("trail", trails.Settings{})
	b := h.event(management, "eu-west-1", "")
	h.pass(time.Hour)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a + " " + b})
}

func TestValidationSwitched(t *testing.T) {
	h := open(t)
	h.logging("trail", trails.Settings{})
	h.event(management, "eu-west-1", "")
	h.pass(10 * time.Minute)
	set := func(on bool) {
		_, err := h.trails.Update(t.Context(), here, "trail", trails.Change{Validation: &on})
		h.ok(err)
	}
	set(true)
	h.pass(time.Minute)
	h.event(management, "eu-west-1", "")
	h.pass(10 * time.Minute)
	h.pass(time.Hour)
	if r := h.audit(); !r.Authenticated() || r.Digests.Valid != 1 || r.Logs.Valid != 1 || r.Pending != 1 {
		t.Errorf("%+v", r)
	}
	h.event(management, "eu-west-1", "")
	h.pass(10 * time.Minute)
	set(false)
	h.pass(time.Minute)
	h.proven(2, 2)
	h.pass(3 * time.Hour)
	h.proven(2, 2)
}

func TestTopic(t *testing.T) {
	h := open(t)
	topic, err := h.topics.CreateTopic(t.Context(), notify.Topic{Account: management, Region: "eu-west-1", Name: "told"})
	h.ok(err)
	_, err = h.trails.Create(t.Context(), here, "trail", "told", trails.Settings{Bucket: "logs"}, nil)
	h.ok(err)
	h.ok(h.trails.Start(t.Context(), here, "trail"))
	h.event(management, "eu-west-1", "")
	h.pass(5 * time.Minute)
	_, s, err := h.trails.Status(t.Context(), here, "trail")
	if err != nil || !s.NotifiedAt.Equal(h.env.Clock.Now()) || s.NotificationError != "" {
		t.Errorf("%+v %v", s, err)
	}
	h.ok(h.topics.DeleteTopic(t.Context(), topic))
	h.event(management, "eu-west-1", "")
	h.pass(5 * time.Minute)
	if _, s, _ = h.trails.Status(t.Context(), here, "trail"); s.NotificationError == "" || s.Error != "" || !s.Delivered.Equal(h.env.Clock.Now()) {
		t.Errorf("without the topic: %+v", s)
	}
}

// TestElsewhere: files for a bucket at another S3, which fails for a while and holds up nobody else.
func TestElsewhere(t *testing.T) {
	h := open(t)
	h.logging("far", trails.Settings{Bucket: "away", Validation: true})
	h.logging("near", trails.Settings{})
	h.away["away"] = fault.New(fault.Denied, "no").With("AccessDenied")
	a := h.event(management, "eu-west-1", "")
	h.env.Clock.Advance(5 * time.Minute)
	if err := h.Round(t.Context()); err == nil || !strings.Contains(err.Error(), "trail/far") {
		t.Errorf("the round says %v", err)
	}
	h.want(map[string]string{management + " CloudTrail eu-west-1": a})
	_, s, err := h.trails.Status(t.Context(), here, "far")
	if err != nil || s.Error != "AccessDenied" || s.Attempted.IsZero() || !s.Delivered.IsZero() {
		t.Errorf("%+v %v", s, err)
	}
	delete(h.away, "away")
	h.pass(time.Hour)
	logs, signed := 0, 0
	for key, f := range h.sent {
		if n, ok := logfile.ParseKey(key); ok && n.Folder == logfile.FolderDigest && f.Metadata["signature"] != "" {
			signed++
		} else if ok && n.Folder == logfile.FolderLog {
			logs++
		}
	}
	if logs != 1 || signed != 1 {
		t.Errorf("%d logs and %d digests: %v", logs, signed, h.sent)
	}
	if _, s, _ = h.trails.Status(t.Context(), here, "far"); s.Error != "" || s.Delivered.IsZero() || s.DigestDelivered.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestOrganization(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	o, err := h.org.Create(ctx, "ALL", "a@example.com")
	h.ok(err)
	h.ok(h.org.Join(ctx, organization.Account{ID: member, Name: "m", Email: "m@example.com"}))
	h.ok(h.org.Trust(ctx, trails.Principal))
	h.logging("trail", trails.Settings{Organization: true, Validation: true})
	a, b := h.event(management, "eu-west-1", ""), h.event(member, "eu-west-1", "")
	h.event("999999999999", "eu-west-1", "")
	h.pass(time.Hour)
	h.want(map[string]string{management + " CloudTrail eu-west-1": a, member + " CloudTrail eu-west-1": b})
	for _, key := range h.keys() {
		if !strings.HasPrefix(key, "AWSLogs/"+o.ID+"/") {
			t.Errorf("key %s", key)
		}
	}
	h.pass(time.Hour)
	h.proven(4, 2)
	keys, err := h.PublicKeys(ctx, here, h.env.Clock.Now(), time.Time{})
	if err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v: one key of the trail's account signs for its members", len(keys), err)
	}
}

func TestPublicKeys(t *testing.T) {
	h := open(t)
	h.parts.NewKey = func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }
	h.Courier = courier.New(h.parts)
	begin := h.env.Clock.Now()
	h.logging("trail", trails.Settings{Validation: true})
	h.pass(time.Hour)
	count := func(from, to time.Time) int {
		t.Helper()
		keys, err := h.PublicKeys(t.Context(), here, from, to)
		h.ok(err)
		for _, k := range keys {
			if len(k.Fingerprint) != 32 || k.From.After(begin) && len(keys) == 1 {
				t.Errorf("%+v", k)
			}
		}
		return len(keys)
	}
	if n := count(time.Time{}, time.Time{}); n != 1 {
		t.Errorf("%d keys", n)
	}
	if n := count(begin.Add(-48*time.Hour), begin.Add(-24*time.Hour)); n != 0 {
		t.Errorf("%d keys of the time before", n)
	}
	if keys, err := h.PublicKeys(t.Context(), trails.Place{Account: member, Region: here.Region}, begin, time.Time{}); len(keys) != 0 || err != nil {
		t.Errorf("another account has %d keys, %v", len(keys), err)
	}
	if _, err := h.PublicKeys(t.Context(), here, h.env.Clock.Now(), begin); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a turned range: %v", err)
	}
	h.ok(h.trails.Stop(t.Context(), here, "trail"))
	h.pass(370 * 24 * time.Hour)
	h.ok(h.trails.Start(t.Context(), here, "trail"))
	h.pass(time.Hour)
	h.pass(time.Hour)
	if n := count(begin, h.env.Clock.Now()); n != 2 {
		t.Errorf("%d keys after a year", n)
	}
	if r := h.audit(); !r.Authenticated() {
		t.Errorf("%+v", r)
	}
}

// TestCrash kills the courier at each of its writes and lets another one go on: what is in the bucket is the same as if
// nothing had happened.
func TestCrash(t *testing.T) {
	story := func(h *house, round func() error) {
		h.logging("trail", trails.Settings{Validation: true, MultiRegion: true})
		for i := range 4 {
			h.event(management, "eu-west-1", "")
			h.event(management, "us-east-1", "")
			h.env.Clock.Advance(20 * time.Minute)
			for n := 0; round() != nil; n++ {
				if n > 20 {
					t.Fatalf("step %d does not end", i)
				}
			}
		}
	}
	calm := open(t)
	story(calm, func() error { return calm.Round(t.Context()) })
	want := strings.Join(calm.keys(), "\n")
	total := 0
	for kill := 1; kill < 100; kill++ {
		h := open(t)
		writes, killed := 0, false
		p := h.parts
		fuse := func() error {
			if writes++; writes == kill && !killed {
				killed = true
				return errors.New("killed")
			}
			return nil
		}
		p.Store = fused{p.Store, fuse}
		h.Courier = courier.New(p)
		story(h, func() error {
			err := h.Round(t.Context())
			if err != nil {
				h.Courier = courier.New(p) // it rests no more
			}
			return err
		})
		if got := strings.Join(h.keys(), "\n"); got != want {
			t.Errorf("killed at write %d:\n%s\nwant\n%s", kill, got, want)
		}
		for _, key := range h.keys() {
			if !bytes.Equal(h.text(key), calm.text(key)) {
				t.Errorf("killed at write %d: %s differs", kill, key)
			}
		}
		if !killed {
			total = kill - 1
			break
		}
	}
	if total < 10 {
		t.Errorf("only %d writes were tried", total)
	}
}

// fused is a store whose writes may fail after they are done, as those of a process that dies before it is answered, or
// not be done at all.
type fused struct {
	courier.Store
	fuse func() error
}

func (f fused) Write(ctx context.Context, fn func(courier.Tx) error) error {
	if err := f.fuse(); err != nil {
		return err
	}
	// A transaction may be undone and run again: the second run must do the same.
	undone := errors.New("undone")
	if err := f.Store.Write(ctx, func(tx courier.Tx) error { return errors.Join(undone, fn(tx)) }); !errors.Is(err, undone) {
		return fmt.Errorf("it was not undone: %w", err)
	}
	if err := f.Store.Write(ctx, fn); err != nil {
		return err
	}
	return f.fuse()
}
