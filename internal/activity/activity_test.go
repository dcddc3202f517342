package activity_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/activity"
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func call(id, operation string) *activity.Call {
	return &activity.Call{
		Time: noon, Account: "111122223333", Region: "eu-west-1", Service: "config", Operation: operation, ID: id, RequestID: "r-" + id,
		Identity: activity.Identity{Type: "IAMUser", AccountID: "111122223333", UserName: "ana", AccessKeyID: "AKIAANA"},
		SourceIP: "10.0.0.7", UserAgent: "aws-cli", Parameters: []byte(`{"configRuleName":"r<1>"}`), Response: []byte(`{"done":true}`),
	}
}

// failing is a store that fails while broken.
type failing struct {
	*trailtest.Memory
	mu     sync.Mutex
	broken bool
	calls  int
}

func (f *failing) set(broken bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = broken
}

func (f *failing) Append(ctx context.Context, b trail.Batch) (trail.Appended, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.broken {
		return trail.Appended{}, errors.New("disk full")
	}
	return f.Memory.Append(ctx, b)
}

func stored(t *testing.T, s trail.Store) []trail.Event {
	t.Helper()
	p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.In("111122223333", ""), Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return p.Events
}

func TestRecord(t *testing.T) {
	s := &failing{Memory: trailtest.NewMemory()}
	r := &activity.Recorder{Store: s, Log: slog.New(slog.DiscardHandler)}
	r.Record(call("1", "PutConfigRule"))
	got := stored(t, s)
	if len(got) != 1 {
		t.Fatalf("a call that changes something was answered before its event was stored: %d", len(got))
	}
	e := got[0]
	if e.ID != "1" || e.Name != "PutConfigRule" || e.Source != "config.amazonaws.com" || e.User != "ana" || e.AccessKeyID != "AKIAANA" || e.ReadOnly != "false" ||
		e.Category != trail.Management || e.Region != "eu-west-1" || !e.Time.Equal(noon) || e.Origin != activity.Origin || e.Adapted {
		t.Errorf("%+v", e)
	}
	if p := trail.MemberText(e.Raw, "requestParameters", "configRuleName"); p != "r<1>" {
		t.Errorf("parameters: %s", e.Raw)
	}
	if trail.MemberText(e.Raw, "responseElements", "done") != "true" {
		t.Errorf("response: %s", e.Raw)
	}
	if len(e.Resources) != 1 || e.Resources[0].Name != "r<1>" {
		t.Errorf("resources: %+v", e.Resources)
	}
	r.Record(call("2", "DescribeConfigRules"))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	got = stored(t, s)
	if len(got) != 2 || got[0].ID != "2" || trail.MemberText(got[0].Raw, "readOnly") != "true" {
		t.Fatalf("the call that only read is missing: %d", len(got))
	}
	if v, _ := trail.Member(got[0].Raw, "responseElements"); string(v) != "null" {
		t.Errorf("what a listing returned is in its record: %s", v)
	}
}

// TestTogether: calls of one moment share commits, each is stored once and none before its own event.
func TestTogether(t *testing.T) {
	s := &failing{Memory: trailtest.NewMemory()}
	r := &activity.Recorder{Store: s, Log: slog.New(slog.DiscardHandler)}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			id := fmt.Sprint("id-", i)
			r.Record(call(id, "PutConfigRule"))
			p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.In("111122223333", ""), Attribute: trail.EventID, Value: id, Limit: 2})
			if err != nil || len(p.Events) != 1 {
				t.Errorf("%s: %d, %v", id, len(p.Events), err)
			}
		})
	}
	wg.Wait()
}

// TestFullDisk: calls are answered, and their events stored when the store takes them again.
func TestFullDisk(t *testing.T) {
	s := &failing{Memory: trailtest.NewMemory()}
	s.set(true)
	r := &activity.Recorder{Store: s, Log: slog.New(slog.DiscardHandler)}
	for i := range 3 {
		r.Record(call(fmt.Sprint(i), "PutConfigRule"))
	}
	if n := len(stored(t, s)); n != 0 {
		t.Fatal(n)
	}
	s.set(false)
	r.Record(call("3", "PutConfigRule"))
	if n := len(stored(t, s)); n != 4 {
		t.Errorf("%d of 4 events", n)
	}
	s.set(true)
	r.Record(call("4", "PutConfigRule"))
	if err := r.Close(); err == nil || !strings.Contains(err.Error(), "1 calls") {
		t.Errorf("closing told nothing of the event that is lost: %v", err)
	}
}

func TestLimits(t *testing.T) {
	s := &failing{Memory: trailtest.NewMemory()}
	r := &activity.Recorder{Store: s, Log: slog.New(slog.DiscardHandler)}
	c := call("1", "PutConformancePack")
	c.Parameters = []byte(`{"templateBody":"` + strings.Repeat("x", 200<<10) + `"}`)
	c.UserAgent = strings.Repeat("é", 5000)
	c.Service = "organizations"
	r.Record(c)
	e := stored(t, s)[0]
	var p struct {
		RequestParameters struct {
			Omitted      bool
			OriginalSize int
		}
		UserAgent string
	}
	if err := json.Unmarshal(e.Raw, &p); err != nil {
		t.Fatal(err)
	}
	if !p.RequestParameters.Omitted || p.RequestParameters.OriginalSize != len(c.Parameters) || len(p.UserAgent) > 1024 || strings.Contains(p.UserAgent, "\uFFFD") {
		t.Errorf("%+v", p)
	}
	if e.Region != "us-east-1" {
		t.Errorf("a global service is recorded in %s", e.Region)
	}
}

// TestMemory: what waits while the store takes nothing is bounded by its size, too, and is stored later.
func TestMemory(t *testing.T) {
	s := &failing{Memory: trailtest.NewMemory()}
	s.set(true)
	r := &activity.Recorder{Store: s, Log: slog.New(slog.DiscardHandler)}
	const size, sent = 90 << 10, 1000
	for i := range sent {
		c := call(fmt.Sprint(i), "DescribeConfigRules")
		c.Parameters = []byte(`{"x":"` + strings.Repeat("x", size) + `"}`)
		r.Record(c)
	}
	s.set(false)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(stored(t, s)); n*size > 64<<20 || n*size < 60<<20 {
		t.Errorf("%d of %d events of %d bytes were kept", n, sent, size)
	}
}
