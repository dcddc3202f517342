package eventbus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// bed is a program whose targets write down what they get.
type bed struct {
	*eventbus.Program
	t        *testing.T
	env      *storetest.Env
	events   *segment.Store
	follower *trail.Follower
	// what the targets got, and what they answer.
	mu       sync.Mutex
	messages []notify.Message
	calls    []function.Invocation
	runs     []automation.Start
	fail     error
	broken   *function.Failure
	mode     string
	unlogged bool
	verdicts []compliance.Evaluation
	// store is what the program runs on, seen the last event that was taken, crashed why one was not.
	store   eventbus.Store
	seen    int64
	crashed error
}

func (b *bed) Publish(_ notify.Tx, m notify.Message) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return "", b.fail
	}
	b.messages = append(b.messages, m)
	return "id", nil
}
func (b *bed) Wake() {}

func (b *bed) Invoke(_ context.Context, in function.Invocation) (function.Answer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, in)
	return function.Answer{Failure: b.broken}, b.fail
}

func (b *bed) Start(_ context.Context, s automation.Start) (automation.ExecutionID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.ContainsFunc(b.runs, func(o automation.Start) bool { return o.Token == s.Token }) {
		b.runs = append(b.runs, s)
	}
	return "id", b.fail
}

func (b *bed) LastEvaluation(context.Context, compliance.Place) (int64, error) {
	return int64(len(b.verdicts)), nil
}

func (b *bed) EvaluationsSince(_ context.Context, at compliance.Place, after int64, limit int) ([]compliance.Evaluation, error) {
	if at != compliance.Place(here) {
		return nil, nil
	}
	rest := b.verdicts[after:]
	return rest[:min(limit, len(rest))], nil
}

// judged adds a change of compliance.
func (b *bed) judged(bucket, previous, verdict string, at time.Time) {
	b.verdicts = append(b.verdicts, compliance.Evaluation{
		Seq: int64(len(b.verdicts)) + 1, RuleName: "encrypted", RuleID: "config-rule-x", Subject: inventory.Key{Type: "AWS::S3::Bucket", ID: bucket},
		Previous: previous, Verdict: verdict, Recorded: at, Ordering: at,
	})
}

const runbook = `
schemaVersion: "0.3"
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole: {type: String}
  Name: {type: String, default: ""}
mainSteps:
  - {name: wait, action: "aws:sleep", inputs: {Duration: PT1S}}
`

func (b *bed) Get(_ context.Context, _ automation.Place, name, _, _ string) (automation.Runbook, automation.Version, error) {
	if name != "Doc" {
		return automation.Runbook{}, automation.Version{}, fault.Missing("document", name)
	}
	return automation.Runbook{}, automation.Version{Content: runbook}, nil
}

func open(t *testing.T) *bed {
	t.Helper()
	b := &bed{t: t, env: storetest.Open(t), mode: remediate.On}
	b.start()
	return b
}

func (b *bed) start() {
	b.t.Helper()
	kept := store.For(b.env.DB, func(tx *store.Tx) docs.Tx { return tx })
	var err error
	if b.events, err = segment.Open(b.t.Context(), b.t.TempDir(), store.For(b.env.DB, func(tx *store.Tx) trail.Tx { return tx }), b.env.Clock); err != nil {
		b.t.Fatal(err)
	}
	b.follower = &trail.Follower{Name: "rules", Events: b.events, Docs: kept}
	b.store = store.For(b.env.DB, func(tx *store.Tx) eventbus.Tx { return tx })
	b.Program = b.over(b.store)
	// The follower begins with the next event that arrives.
	ctx, stop := context.WithTimeout(b.t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := b.follower.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		b.t.Fatal(err)
	}
}

func (b *bed) over(s eventbus.Store) *eventbus.Program {
	return eventbus.New(eventbus.Parts{
		Store: s, Clock: b.env.Clock, Topics: b, Runner: b, Library: b, Functions: b,
		Verdicts: b,
		Mode:     func(context.Context, string) (string, error) { return b.mode, nil },
		Logged: func(context.Context) (func(*trail.Event) bool, error) {
			return func(*trail.Event) bool { return !b.unlogged }, nil
		},
	})
}

func (b *bed) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bed) rule(r eventbus.Rule, targets ...eventbus.Target) {
	b.t.Helper()
	r.Place = here
	if r.Bus == "" {
		r.Bus = eventbus.Default
	}
	_, err := b.PutRule(b.t.Context(), r)
	b.must(err)
	if len(targets) > 0 {
		b.must(b.PutTargets(b.t.Context(), here, r.Bus, r.Name, targets))
	}
}

// record is an event of CloudTrail.
func (b *bed) record(id, name string, at time.Time, more string) trail.Event {
	b.t.Helper()
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventVersion":"1.08","eventTime":%q,"eventSource":"cloudtrail.amazonaws.com","eventName":%q,"awsRegion":"eu-west-1","eventID":%q,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333"%s}`,
		at.UTC().Format(time.RFC3339), name, id, more))
	b.must(err)
	return e
}

// arrive stores events and takes them to the rules.
func (b *bed) arrive(events ...trail.Event) {
	b.t.Helper()
	_, err := b.events.Append(b.t.Context(), trail.Batch{Events: events})
	b.must(err)
	b.follow()
}

// follow takes what has arrived, and nothing else, to the rules.
func (b *bed) follow() {
	b.t.Helper()
	for {
		head, err := b.events.Head(b.t.Context())
		b.must(err)
		if head == b.seen {
			return
		}
		ctx, stop := context.WithTimeout(b.t.Context(), 2*time.Second)
		s, err := b.follower.Next(ctx)
		stop()
		if errors.Is(err, context.DeadlineExceeded) {
			return // taken before a crash
		}
		b.must(err)
		if err := b.Take(b.t.Context(), &s); err != nil {
			b.crashed = err
			return
		}
		for _, e := range s.Events {
			b.seen = max(b.seen, e.Seq)
		}
	}
}

func (b *bed) deliver(want int) {
	b.t.Helper()
	n, err := b.Deliver(b.t.Context())
	b.must(err)
	if n != want {
		b.t.Fatalf("%d deliveries, want %d", n, want)
	}
}

var alert = eventbus.Target{ID: "topic", ARN: topicARN}
