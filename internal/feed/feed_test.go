package feed_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/feed"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func TestFiles(t *testing.T) {
	s3 := func(records string) string { return `{"Records":[` + records + `]}` }
	record := func(event, bucket, key string) string {
		return fmt.Sprintf(`{"eventName":%q,"s3":{"bucket":{"name":%q},"object":{"key":%q}}}`, event, bucket, key)
	}
	for name, c := range map[string]struct{ body, want string }{
		"S3":          {s3(record("ObjectCreated:Put", "b", "a/b+c%C3%A9.json.gz") + "," + record("ObjectRemoved:Delete", "b", "x") + "," + record("s3:ObjectCreated:Copy", "b", "d")), "s3://b/a/b cé.json.gz s3://b/d"},
		"S3 tries":    {`{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}`, ""},
		"CloudTrail":  {`{"s3Bucket":"b","s3ObjectKey":["a+1","c"]}`, "s3://b/a+1 s3://b/c"},
		"SNS":         {`{"Type":"Notification","Message":"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}"}`, "s3://b/k"},
		"SNS of S3":   {fmt.Sprintf(`{"Type":"Notification","Message":%q}`, s3(record("ObjectCreated:Put", "b", "k"))), "s3://b/k"},
		"EventBridge": {`{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"k k"}}}`, "s3://b/k k"},
	} {
		all, err := feed.Files(c.body)
		var got []string
		for _, o := range all {
			got = append(got, "s3://"+o.Bucket+"/"+o.Key)
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, body := range map[string]string{
		"no JSON": "hello", "something else": `{"a":1}`, "no key": s3(record("ObjectCreated:Put", "b", "")), "a bucket that is none": `{"s3Bucket":"a/b","s3ObjectKey":["k"]}`,
		"a bad escape": s3(record("ObjectCreated:Put", "b", "%zz")), "packed too deep": `{"Type":"Notification","Message":"{\"Type\":\"Notification\",\"Message\":\"{\\\"Type\\\":\\\"Notification\\\",\\\"Message\\\":\\\"{}\\\"}\"}"}`,
		"too large": `{"s3Bucket":"` + strings.Repeat("b", 2<<20) + `"}`,
	} {
		if got, err := feed.Files(body); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzFiles(f *testing.F) {
	f.Add(`{"s3Bucket":"b","s3ObjectKey":["a"]}`)
	f.Add(`{"Type":"Notification","Message":"{\"Records\":[{\"eventName\":\"ObjectCreated:Put\"}]}"}`)
	f.Fuzz(func(t *testing.T, body string) {
		all, err := feed.Files(body)
		for _, o := range all {
			if b, k, failed := object.ParseURI("s3://" + o.Bucket + "/" + o.Key); err != nil || failed != nil || b != o.Bucket || k != o.Key {
				t.Errorf("%q, %v, %v", o, err, failed)
			}
		}
	})
}

// house is a feed over a bucket in memory.
type house struct {
	*feed.Feed
	bucket *trailtest.Bucket
	events *trailtest.Memory
	clock  *stamp.Fixed
}

func newHouse(t *testing.T) *house {
	h := &house{bucket: &trailtest.Bucket{}, events: trailtest.NewMemory(), clock: stamp.NewFixed(time.Date(2024, 3, 5, 12, 0, 0, 0, time.UTC))}
	h.Feed = &feed.Feed{
		Store: store.For(storetest.Open(t).DB, func(tx *store.Tx) docs.Tx { return tx }), Clock: h.clock, Log: slog.New(slog.DiscardHandler),
		Import: func(ctx context.Context, src trail.Source) (trail.Result, error) {
			return (&trail.Importer{Store: h.events, Clock: h.clock}).From(ctx, src)
		},
		Buckets: func(_ context.Context, name string) (trail.Bucket, error) {
			if name == "gone" {
				return nil, errors.New("no such bucket")
			}
			return h.bucket, nil
		},
	}
	return h
}

func (h *house) put(day, id string) string {
	key := "AWSLogs/111122223333/CloudTrail/eu-west-1/" + day + "/" + id + ".json"
	h.bucket.Put(key, fmt.Appendf(nil, `{"Records":[{"eventTime":"2024-03-05T08:00:00Z","eventName":"N","eventSource":"s","eventID":%q,"awsRegion":"eu-west-1","recipientAccountId":"111122223333"}]}`, id))
	return key
}

func (h *house) ids(t *testing.T) string {
	t.Helper()
	p, err := h.events.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range p.Events {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, "")
}

// once lets the folder be looked at once.
func (h *house) once(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	inner := h.Import
	h.Import = func(ctx context.Context, src trail.Source) (trail.Result, error) {
		r, err := inner(ctx, src)
		time.AfterFunc(50*time.Millisecond, cancel)
		return r, err
	}
	if err := h.Folder(ctx, "s3://trails/AWSLogs", time.Hour, time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	h.Import = inner
}

func TestFolder(t *testing.T) {
	h := newHouse(t)
	h.put("2024/01/01", "a")
	h.put("2024/01/02", "b")
	broken := h.put("2024/03/04", "c")
	h.bucket.Broken = map[string]bool{broken: true}
	h.once(t)
	if got := h.ids(t); got != "b" {
		t.Errorf("the first look found %s", got)
	}
	h.clock.Advance(48 * time.Hour)
	h.bucket.Broken = nil
	h.once(t) // the look before was not finished: all of it again
	if got := h.ids(t); got != "bc" {
		t.Errorf("then %s", got)
	}
	h.put("2024/03/06", "d")
	h.put("2024/03/04", "e") // too old to be looked for again
	h.clock.Advance(time.Hour)
	h.bucket.Listed = nil
	h.once(t)
	if got := h.ids(t); got != "bcd" || slices.ContainsFunc(h.bucket.Listed, func(p string) bool { return strings.Contains(p, "2024/01") }) {
		t.Errorf("at last %s; looked into %v", got, h.bucket.Listed)
	}
}

// queue gives its messages until they are done; then it ends the test's context.
type queue struct {
	messages []feed.Message
	done     []string
	rounds   int
	cancel   func()
	fail     error
}

func (q *queue) Receive(context.Context) ([]feed.Message, error) {
	if q.rounds--; q.rounds < 0 {
		q.cancel()
	}
	return slices.Clone(q.messages), q.fail
}

func (q *queue) Done(_ context.Context, m feed.Message) error {
	q.done = append(q.done, m.ID)
	q.messages = slices.DeleteFunc(q.messages, func(x feed.Message) bool { return x.ID == m.ID })
	return nil
}

// TestQueue: a message leaves when its files are stored; what is not understood, or cannot be read yet, stays.
func TestQueue(t *testing.T) {
	h := newHouse(t)
	tells := func(keys ...string) string {
		return fmt.Sprintf(`{"s3Bucket":"trails","s3ObjectKey":["%s"]}`, strings.Join(keys, `","`))
	}
	broken := h.put("2024/03/05", "c")
	h.bucket.Broken = map[string]bool{broken: true}
	q := &queue{rounds: 1, messages: []feed.Message{
		{ID: "1", Body: tells(h.put("2024/03/05", "a"), h.put("2024/03/05", "b"))},
		{ID: "2", Body: tells(broken)},
		{ID: "3", Body: "nonsense"},
		{ID: "4", Body: `{"Event":"s3:TestEvent"}`},
		{ID: "5", Body: `{"s3Bucket":"gone","s3ObjectKey":["x"]}`},
	}}
	run := func() {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		q.cancel = cancel
		if err := h.Queue(ctx, "q", q); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	run()
	if got := h.ids(t); got != "ab" || strings.Join(q.done, "") != "14" {
		t.Errorf("stored %s, done %v", got, q.done)
	}
	h.bucket.Broken, q.rounds = nil, 2
	run()
	if got := h.ids(t); got != "abc" || strings.Join(q.done, "") != "142" {
		t.Errorf("then stored %s, done %v", got, q.done)
	}
}
