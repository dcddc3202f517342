package insight_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

const (
	ours, theirs = "111122223333", "444455556666"
	place        = "eu-west-1"
)

// now is when the tests play: a Wednesday at noon.
var now = time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)

// bench is a worker with what it stands on.
type bench struct {
	*testing.T
	events trail.Store
	store  insight.Store
	clock  *stamp.Fixed
	asked  []insight.Selection
	worker *insight.Worker
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, events: trailtest.NewMemory(), clock: stamp.NewFixed(now)}
	b.store = store.For(storetest.Open(t).DB, func(tx *store.Tx) insight.Tx { return tx })
	b.asked = everyType(ours)
	b.restart()
	return b
}

func everyType(account string) (all []insight.Selection) {
	for _, typ := range []string{insight.CallRate, insight.ErrorRate} {
		for _, category := range []string{trail.Management, trail.Data} {
			all = append(all, insight.Selection{Account: account, Type: typ, Category: category})
		}
	}
	return all
}

// restart makes another worker, as a new process does.
func (b *bench) restart() {
	b.worker = insight.New(insight.Parts{
		Store: b.store, Events: b.events, Clock: b.clock, Log: slog.New(slog.DiscardHandler),
		Selected: func(context.Context) ([]insight.Selection, error) { return slices.Clone(b.asked), nil },
	})
}

func (b *bench) catch() {
	b.Helper()
	if err := b.worker.Catch(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// call is one kind of event.
type call struct {
	account, region, source, name, fields string
}

var (
	run    = call{ours, place, "ec2.amazonaws.com", "RunInstances", `"readOnly":false,"userAgent":"aws-cli/2","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"}`}
	runBot = call{ours, place, "ec2.amazonaws.com", "RunInstances", `"readOnly":false,"userAgent":"Boto3/1","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/i-0123"}`}
	denied = call{ours, place, "s3.amazonaws.com", "GetBucketPolicy", `"readOnly":true,"errorCode":"AccessDenied","userAgent":"curl/8","userIdentity":{"type":"AWSService","invokedBy":"config.amazonaws.com"}`}
	put    = call{ours, place, "s3.amazonaws.com", "PutObject", `"readOnly":false,"managementEvent":false,"eventCategory":"Data","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"}`}
	read   = call{ours, place, "ec2.amazonaws.com", "DescribeInstances", `"readOnly":true`}
)

// at is an event at a time; its id tells one from another.
func (b *bench) at(c call, t time.Time, id string) trail.Event {
	b.Helper()
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":%q,"eventID":%q,"awsRegion":%q,"recipientAccountId":%q,"eventSource":%q,"eventName":%q,%s}`,
		t.UTC().Format(time.RFC3339), c.name+id, c.region, c.account, c.source, c.name, c.fields))
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// usually is nine days of a call every so often.
func (b *bench) usually(c call, every time.Duration) (out []trail.Event) {
	for t := now.AddDate(0, 0, -9); t.Before(now); t = t.Add(every) {
		out = append(out, b.at(c, t, t.Format("0102150405")))
	}
	return out
}

// burst is n calls from a time on, some seconds apart.
func (b *bench) burst(c call, t time.Time, n int, apart time.Duration) (out []trail.Event) {
	for i := range n {
		out = append(out, b.at(c, t.Add(time.Duration(i)*apart), fmt.Sprint("burst", t.Unix(), "-", i)))
	}
	return out
}

func (b *bench) append(events ...trail.Event) {
	b.Helper()
	if _, err := b.events.Append(b.Context(), trail.Batch{Events: events}); err != nil {
		b.Fatal(err)
	}
}

// told are the Insights events of an account, the oldest first.
func (b *bench) told(account string) []trail.Event {
	b.Helper()
	p, err := b.events.Lookup(b.Context(), trail.Query{Scope: arn.In(account, place), Category: trail.Insight, Limit: 1000})
	if err != nil {
		b.Fatal(err)
	}
	slices.Reverse(p.Events)
	return p.Events
}

// states is what happened of which API, in order.
func (b *bench) states(account string) (out string) {
	for _, e := range b.told(account) {
		out += trail.MemberText(e.Raw, "insightDetails", "state") + " " + e.Name + trail.MemberText(e.Raw, "insightDetails", "errorCode") + " " + e.Time.Format("15:04") + "; "
	}
	return out
}

// morning is what the tests are about: a usual week, and bursts of three kinds today.
func (b *bench) morning() (out []trail.Event) {
	out = append(out, b.usually(run, 23*time.Minute)...)
	out = append(out, b.usually(denied, 10*time.Hour)...)
	out = append(out, b.usually(put, time.Minute)...)
	out = append(out, b.usually(read, 30*time.Minute)...)
	out = append(out, b.burst(runBot, time.Date(2026, 1, 14, 8, 10, 5, 0, time.UTC), 15, 20*time.Second)...)
	out = append(out, b.burst(denied, time.Date(2026, 1, 14, 9, 30, 1, 0, time.UTC), 18, time.Second)...)
	out = append(out, b.burst(put, time.Date(2026, 1, 14, 10, 0, 1, 0, time.UTC), 400, time.Second)...)
	return append(out, b.burst(read, time.Date(2026, 1, 14, 11, 0, 1, 0, time.UTC), 400, time.Second)...)
}

const morning = "Start RunInstances 08:10; End RunInstances 08:15; Start GetBucketPolicyAccessDenied 09:30; " +
	"End GetBucketPolicyAccessDenied 09:31; Start PutObject 10:00; End PutObject 10:07; "

// TestMorning: the bursts become events, with everything they tell; calls that only read are not counted.
func TestMorning(t *testing.T) {
	b := newBench(t)
	b.append(b.morning()...)
	b.catch()
	if got := b.states(ours); got != morning {
		t.Errorf("told %s\nwant %s", got, morning)
	}
	var list []json.RawMessage
	for _, e := range b.told(ours) {
		list = append(list, e.Raw)
	}
	got, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "morning.json")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != string(got)+"\n" {
		t.Errorf("%v: the events are not those of %s (UPDATE=1 writes them):\n%s", err, golden, got)
	}
}

// TestShuffled: the order in which events arrive, in how many parts, and what is told in between change nothing in the
// end.
func TestShuffled(t *testing.T) {
	b := newBench(t)
	events := b.morning()
	r := rand.New(rand.NewPCG(3, 4))
	slices.SortFunc(events, func(a, b trail.Event) int { return b.Time.Compare(a.Time) }) // the baseline comes last
	for i := 0; i < len(events); {
		n := min(len(events)-i, 1+r.IntN(4000))
		b.append(events[i : i+n]...)
		b.append(events[max(0, i-10) : i+n]...) // repeats count once
		i += n
		b.catch()
		if r.IntN(2) == 0 {
			b.restart()
		}
	}
	got := b.states(ours)
	if got != morning {
		t.Errorf("told %s\nwant %s", got, morning)
	}
}

// TestCrashes ends the worker before and after every write in turn: counts are the same, and each event comes once.
func TestCrashes(t *testing.T) {
	b := newBench(t)
	events := append(b.burst(runBot, time.Date(2026, 1, 14, 8, 10, 5, 0, time.UTC), 15, 20*time.Second), b.usually(run, 2*time.Hour)...)
	slices.SortFunc(events, func(a, b trail.Event) int { return a.Time.Compare(b.Time) })
	const want = "Start RunInstances 08:10; End RunInstances 08:15; "
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			b := newBench(t)
			b.append(events...)
			sound := b.store
			crashing := &storetest.Crashing[insight.Tx]{Transactions: sound, Left: n, After: after}
			b.store = crashing
			b.restart()
			err := b.worker.Catch(t.Context())
			if err != nil && !errors.Is(err, storetest.ErrCrash) {
				t.Fatal(err)
			}
			b.store = sound
			b.restart()
			b.catch()
			if got := b.states(ours); got != want {
				t.Errorf("crash at write %d (after it: %v): told %s", n, after, got)
			}
			if total := b.total(run); total != len(events) {
				t.Errorf("crash at write %d (after it: %v): %d calls are counted of %d", n, after, total, len(events))
			}
			if err == nil {
				if n < 4 {
					t.Errorf("only %d writes", n)
				}
				break
			}
		}
	}
}

func (b *bench) total(c call) (n int) {
	b.Helper()
	m := insight.Metric{Account: c.account, Region: c.region, Category: trail.Management, Source: c.source, Name: c.name}
	err := b.store.Read(b.Context(), func(tx insight.Tx) error {
		counts, err := tx.InsightCounts(m, 0, insight.MinuteOf(now)+1e6)
		for _, c := range counts {
			n += c.N
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// TestAsked: nothing is told that is not asked for; who asks is told of the day before, and each account of its own.
func TestAsked(t *testing.T) {
	b := newBench(t)
	b.asked = nil
	elsewhere := run
	elsewhere.account = theirs
	b.append(b.usually(run, time.Hour)...)
	b.append(b.usually(elsewhere, time.Hour)...)
	b.append(b.burst(run, now.Add(-26*time.Hour), 30, time.Second)...)
	b.append(b.burst(run, now.Add(-time.Hour), 30, time.Second)...)
	b.append(b.burst(elsewhere, now.Add(-2*time.Hour), 30, time.Second)...)
	b.catch()
	if got := b.states(ours) + b.states(theirs); got != "" {
		t.Errorf("unasked: %s", got)
	}
	b.asked = []insight.Selection{{Account: ours, Region: "us-east-1", Type: insight.CallRate, Category: trail.Management}, {Account: ours, Type: insight.ErrorRate, Category: trail.Management}}
	b.catch()
	if got := b.states(ours) + b.states(theirs); got != "" {
		t.Errorf("of another region or type: %s", got)
	}
	b.asked = append(b.asked, insight.Selection{Account: ours, Region: place, Type: insight.CallRate, Category: trail.Management})
	b.catch()
	const want = "Start RunInstances 11:00; End RunInstances 11:01; "
	if got := b.states(ours); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	if got := b.states(theirs); got != "" {
		t.Errorf("told another: %s", got)
	}
}

// TestLive: a burst is told when its minutes have been waited for, its end when it is over; what comes late counts.
func TestLive(t *testing.T) {
	b := newBench(t)
	b.append(b.usually(run, 20*time.Minute)...)
	b.append(b.burst(runBot, now, 60, 10*time.Second)[:50]...) // until 12:08
	b.catch()
	for _, c := range []struct {
		minutes int
		want    string
	}{
		{15, ""},
		{17, "Start RunInstances 12:00; "},
		{24, "Start RunInstances 12:00; "},
		{29, "Start RunInstances 12:00; "},
		{30, "Start RunInstances 12:00; End RunInstances 12:10; "},
		{60, "Start RunInstances 12:00; End RunInstances 12:10; "},
	} {
		b.clock.Advance(now.Add(time.Duration(c.minutes) * time.Minute).Sub(b.clock.Now()))
		if c.minutes == 24 {
			b.append(b.burst(runBot, now, 60, 10*time.Second)[50:]...) // until 12:10
		}
		b.catch()
		if got := b.states(ours); got != c.want {
			t.Errorf("after %d minutes: %s, want %s", c.minutes, got, c.want)
		}
	}
}
