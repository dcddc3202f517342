package eventbus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
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

const stopLogging = `{"source":["aws.cloudtrail"],"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventName":["StopLogging"]}}`

func TestEventsOfTrailsReachTargetsOnce(t *testing.T) {
	b := open(t)
	now := b.env.Clock.Now()
	b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, alert)
	b.rule(eventbus.Rule{Name: "off", Pattern: stopLogging, State: eventbus.Disabled}, alert)
	e := b.record("e1", "StopLogging", now, `,"requestParameters":{"name":"main"}`)
	b.arrive(e, b.record("e2", "StartLogging", now, ""))
	b.arrive(e) // a duplicate
	b.deliver(1)
	b.deliver(0)
	if len(b.messages) != 1 || b.messages[0].TopicARN != topicARN {
		t.Fatalf("messages %+v", b.messages)
	}
	var got map[string]any
	b.must(json.Unmarshal([]byte(b.messages[0].Text), &got))
	detail, _ := got["detail"].(map[string]any)
	if got["id"] != "e1" || got["source"] != "aws.cloudtrail" || got["account"] != here.Account || got["region"] != here.Region || got["version"] != "0" ||
		got["time"] != now.Format(time.RFC3339) || len(got["resources"].([]any)) != 0 || detail["eventID"] != "e1" {
		t.Errorf("event %v", got)
	}
}

func TestOnlyWhatHappenedSinceSetsSomethingOff(t *testing.T) {
	b := open(t)
	b.env.Clock.Advance(time.Hour)
	now := b.env.Clock.Now()
	b.rule(eventbus.Rule{Name: "all", Pattern: `{"source":["aws.cloudtrail"]}`}, alert)
	b.arrive(b.record("before", "StopLogging", now.Add(-time.Minute), ""), b.record("same-second", "StopLogging", now, ""))
	b.deliver(1)
	b.must(b.SetState(t.Context(), here, eventbus.Default, "all", eventbus.Disabled))
	b.env.Clock.Advance(time.Hour)
	b.must(b.SetState(t.Context(), here, eventbus.Default, "all", eventbus.Enabled))
	b.arrive(b.record("while-off", "StopLogging", now.Add(30*time.Minute), ""))
	b.deliver(0)
	b.env.Clock.Advance(48 * time.Hour)
	b.arrive(b.record("late", "StopLogging", b.env.Clock.Now().Add(-25*time.Hour), ""), b.record("fresh", "StopLogging", b.env.Clock.Now().Add(-23*time.Hour), ""))
	b.deliver(1)
	b.unlogged = true
	b.arrive(b.record("unlogged", "StopLogging", b.env.Clock.Now(), ""))
	b.deliver(0)
	if got := b.ids(); got != "same-second fresh" {
		t.Errorf("delivered %s", got)
	}
}

// ids are those of the events that the topic got.
func (b *bed) ids() string {
	var out []string
	for _, m := range b.messages {
		var e struct{ ID string }
		b.must(json.Unmarshal([]byte(m.Text), &e))
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

func TestKindsOfEvents(t *testing.T) {
	b := open(t)
	now := b.env.Clock.Now()
	b.rule(eventbus.Rule{Name: "changes", Pattern: `{"source":[{"prefix":"aws."}]}`}, alert)
	kind := func(id, typ, category string) trail.Event {
		e := b.record(id, "X"+id, now, `,"eventCategory":"`+category+`"`)
		e.Raw = []byte(strings.Replace(string(e.Raw), "AwsApiCall", typ, 1))
		e, err := trail.Decode(e.Raw)
		b.must(err)
		return e
	}
	b.arrive(
		b.record("read", "GetTrail", now, ""), b.record("data-read", "GetObject", now, `,"eventCategory":"Data"`),
		kind("signin", "AwsConsoleSignIn", "Management"), kind("insight", "AwsCloudTrailInsight", "Insight"), kind("service", "AwsServiceEvent", "Management"),
		kind("unknown", "AwsAggregatedEvent", "Aggregated"), b.record("big", "StopLogging", now, `,"requestParameters":{"x":"`+strings.Repeat("x", eventbus.MaxEvent)+`"}`),
	)
	b.deliver(4)
	types := map[string]string{}
	for _, m := range b.messages {
		var e struct {
			ID   string
			Type string `json:"detail-type"`
		}
		b.must(json.Unmarshal([]byte(m.Text), &e))
		types[e.ID] = e.Type
	}
	want := map[string]string{
		"data-read": "AWS API Call via CloudTrail", "signin": "AWS Console Sign In via CloudTrail", "insight": "AWS Insight via CloudTrail", "service": "AWS Service Event via CloudTrail",
	}
	if fmt.Sprint(types) != fmt.Sprint(want) {
		t.Errorf("events %v, want %v", types, want)
	}
	b.messages = nil
	b.rule(eventbus.Rule{Name: "changes", Pattern: `{"detail-type":["AWS Console Signin via CloudTrail","AWS API Call via CloudTrail"]}`, State: eventbus.EnabledForAll})
	b.arrive(b.record("read2", "GetTrail", now, ""), kind("signin2", "AwsConsoleSignIn", "Management"))
	b.deliver(2)
	if !strings.Contains(b.messages[1].Text+b.messages[0].Text, "AWS Console Signin via CloudTrail") {
		t.Errorf("messages %v", b.messages)
	}
}

func TestDeliveryIsTriedAgainAndGivenUp(t *testing.T) {
	b := open(t)
	b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, alert)
	b.fail = errors.New("out of order")
	b.arrive(b.record("e1", "StopLogging", b.env.Clock.Now(), ""))
	b.deliver(0)
	b.deliver(0) // not before its time
	b.fail = nil
	b.env.Clock.Advance(time.Second)
	b.deliver(1)

	retry := alert
	retry.Retry = &eventbus.Retry{MaxAge: time.Hour, MaxAttempts: 2}
	b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, retry)
	b.fail = errors.New("out of order")
	b.arrive(b.record("e2", "StopLogging", b.env.Clock.Now(), ""))
	for range 3 {
		b.deliver(0)
		b.env.Clock.Advance(time.Minute)
	}
	lost, err := b.Undelivered(t.Context(), arn.In(here.Account, here.Region))
	b.must(err)
	waiting, err := b.Pending(t.Context(), arn.Everything())
	b.must(err)
	if len(lost) != 1 || lost[0].Attempts != 3 || lost[0].LastError != "out of order" || len(waiting) != 0 {
		t.Errorf("given up %+v, waiting %+v", lost, waiting)
	}
	if other, err := b.Undelivered(t.Context(), arn.In("444455556666", here.Region)); err != nil || len(other) != 0 {
		t.Errorf("another account sees %v: %v", other, err)
	}
	b.fail = fault.Missing("topic", "x") // nothing can come of it
	b.arrive(b.record("e3", "StopLogging", b.env.Clock.Now(), ""))
	b.deliver(0)
	if lost, err := b.Undelivered(t.Context(), arn.Everything()); err != nil || len(lost) != 2 {
		t.Errorf("given up %+v: %v", lost, err)
	}
	b.env.Clock.Advance(15 * 24 * time.Hour)
	b.must(b.Forget(t.Context()))
	if lost, err := b.Undelivered(t.Context(), arn.Everything()); err != nil || len(lost) != 0 {
		t.Errorf("kept %+v: %v", lost, err)
	}
}

func TestQueueSurvivesARestart(t *testing.T) {
	b := open(t)
	b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, alert)
	b.arrive(b.record("e1", "StopLogging", b.env.Clock.Now(), ""))
	b.env.Reopen(t)
	p := eventbus.New(eventbus.Parts{Store: store.For(b.env.DB, func(tx *store.Tx) eventbus.Tx { return tx }), Clock: b.env.Clock, Topics: b})
	if n, err := p.Deliver(t.Context()); err != nil || n != 1 || b.ids() != "e1" {
		t.Errorf("%d deliveries of %q: %v", n, b.ids(), err)
	}
}

// TestCrashes: whichever write is the last of a process, before it does anything or after its commit, each target is
// reached once.
func TestCrashes(t *testing.T) {
	for n := 1; n <= 6; n++ {
		for _, after := range []bool{false, true} {
			b := open(t)
			b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, alert, eventbus.Target{
				ID: "doc", ARN: "arn:aws:ssm:eu-west-1:111122223333:automation-definition/Doc", RoleARN: "arn:aws:iam::111122223333:role/fixer", Input: "{}",
			})
			sound := b.Program
			b.Program = b.over(&storetest.Crashing[eventbus.Tx]{Transactions: b.store, Left: n, After: after})
			b.arrive(b.record("e1", "StopLogging", b.env.Clock.Now(), ""))
			if b.crashed == nil {
				_, _ = b.Deliver(t.Context()) // it crashes, or goes on without what failed
			}
			b.Program = sound
			b.follow()
			for range 3 {
				b.env.Clock.Advance(time.Minute)
				_, err := b.Deliver(t.Context())
				b.must(err)
			}
			waiting, err := b.Pending(t.Context(), arn.Everything())
			b.must(err)
			if len(b.messages) != 1 || len(b.runs) != 1 || len(waiting) != 0 {
				t.Errorf("write %d, committed %v: %d messages, %d executions, %d wait", n, after, len(b.messages), len(b.runs), len(waiting))
			}
		}
	}
}

func TestAutomationObeysTheModeOfTheAccount(t *testing.T) {
	b := open(t)
	b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, eventbus.Target{
		ID: "doc", ARN: "arn:aws:ssm:eu-west-1:111122223333:automation-definition/Doc:3", RoleARN: "arn:aws:iam::111122223333:role/fixer",
		Transformer: &eventbus.Transformer{Paths: map[string]string{"n": "$.detail.requestParameters.name"}, Template: `{"Name":[<n>]}`},
	})
	for i, mode := range []string{remediate.Off, remediate.DryRun, remediate.Review, remediate.On} {
		b.mode = mode
		b.arrive(b.record(fmt.Sprint("e", i), "StopLogging", b.env.Clock.Now(), `,"requestParameters":{"name":"main"}`))
		b.deliver(min(i, 1))
	}
	if len(b.runs) != 3 || !b.runs[0].DryRun || !b.runs[1].DryRun || b.runs[2].DryRun {
		t.Fatalf("started %+v", b.runs)
	}
	s := b.runs[2]
	if s.Document != "Doc" || s.Version != "3" || s.Place != automation.Place(here) || s.By != "arn:aws:iam::111122223333:role/fixer" || s.Token == "" ||
		fmt.Sprint(s.Parameters) != "map[AutomationAssumeRole:[arn:aws:iam::111122223333:role/fixer] Name:[main]]" {
		t.Errorf("started %+v", s)
	}
	lost, err := b.Undelivered(t.Context(), arn.Everything())
	b.must(err)
	if len(lost) != 1 || !strings.Contains(lost[0].LastError, "tickmark remediation enable") {
		t.Errorf("given up %+v", lost)
	}
	for i := range 10 { // a rule that sets itself off
		b.arrive(b.record(fmt.Sprint("loop", i), "StopLogging", b.env.Clock.Now(), ""))
	}
	b.deliver(eventbus.MaxRunsAnHour - 3)
	b.env.Clock.Advance(2 * time.Hour)
	b.arrive(b.record("later", "StopLogging", b.env.Clock.Now(), ""))
	b.deliver(1)
}

func TestFunctions(t *testing.T) {
	b := open(t)
	const fn = "arn:aws:lambda:eu-west-1:111122223333:function:restart"
	b.rule(eventbus.Rule{Name: "stop", Pattern: stopLogging}, eventbus.Target{ID: "fn", ARN: fn, InputPath: "$.detail.eventName"})
	b.arrive(b.record("e1", "StopLogging", b.env.Clock.Now(), ""))
	b.deliver(1)
	if len(b.calls) != 1 || b.calls[0].FunctionARN != fn || string(b.calls[0].Event) != `"StopLogging"` || b.calls[0].Account != here.Account {
		t.Fatalf("calls %+v", b.calls)
	}
	b.broken = &function.Failure{Type: "Error", Message: "boom"}
	b.arrive(b.record("e2", "StopLogging", b.env.Clock.Now(), ""))
	for range 5 {
		b.deliver(0)
		b.env.Clock.Advance(time.Hour)
	}
	lost, err := b.Undelivered(t.Context(), arn.Everything())
	b.must(err)
	if len(b.calls) != 4 || len(lost) != 1 || !strings.Contains(lost[0].LastError, "boom") {
		t.Errorf("%d calls, given up %+v", len(b.calls), lost)
	}
}

func TestChangesOfComplianceAreEvents(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	now := b.env.Clock.Now()
	b.judged("before", "COMPLIANT", "NON_COMPLIANT", now.Add(-time.Minute))
	b.rule(eventbus.Rule{Name: "failing", Pattern: `{"source":["aws.config"],"detail-type":["Config Rules Compliance Change"],"detail":{"newEvaluationResult":{"complianceType":["NON_COMPLIANT"]}}}`}, alert)
	b.judged("fails", "COMPLIANT", "NON_COMPLIANT", now)
	b.judged("right", "NON_COMPLIANT", "COMPLIANT", now)
	b.judged("unknown", "", "INSUFFICIENT_DATA", now)
	for i := range 300 {
		b.judged(fmt.Sprint("many", i), "", "COMPLIANT", now)
	}
	b.judged("old", "COMPLIANT", "NON_COMPLIANT", now.Add(-25*time.Hour))
	b.judged("last", "", "NON_COMPLIANT", now)
	for range 2 {
		b.must(b.Judge(ctx))
	}
	b.deliver(2)
	var got []string
	for _, m := range b.messages {
		var e struct {
			Account string
			Detail  struct{ ResourceID, ConfigRuleName, MessageType string }
		}
		b.must(json.Unmarshal([]byte(m.Text), &e))
		got = append(got, e.Account+" "+e.Detail.ConfigRuleName+" "+e.Detail.ResourceID+" "+e.Detail.MessageType)
	}
	slices.Sort(got)
	if strings.Join(got, ", ") != "111122223333 encrypted fails ComplianceChangeNotification, 111122223333 encrypted last ComplianceChangeNotification" {
		t.Errorf("events %v", got)
	}
}

func TestBusesHandOnOnce(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	_, err := b.CreateBus(ctx, eventbus.Bus{Place: here, Name: "central"})
	b.must(err)
	toBus := func(name string) eventbus.Target {
		return eventbus.Target{ID: "bus-" + name, ARN: "arn:aws:events:eu-west-1:111122223333:event-bus/" + name}
	}
	b.rule(eventbus.Rule{Name: "orders", Pattern: `{"source":["shop"]}`}, toBus("central"), toBus("nowhere"))
	b.rule(eventbus.Rule{Name: "orders", Bus: "central", Pattern: `{"source":["shop"]}`}, alert, toBus("default"))
	put, err := b.PutEvents(ctx, here, []eventbus.Entry{
		{Bus: eventbus.Default, Source: "shop", DetailType: "order", Detail: `{"n":1}`, Resources: []string{"r"}},
		{Bus: eventbus.Default, Source: "shop", DetailType: "order", Detail: `[1]`},
		{Bus: eventbus.Default, Source: "aws.ec2", DetailType: "order", Detail: `{}`},
		{Bus: "none", Source: "shop", DetailType: "order", Detail: `{}`},
		{Bus: eventbus.Default, DetailType: "order", Detail: `{}`},
	})
	b.must(err)
	var codes []string
	for _, p := range put {
		codes = append(codes, p.Code)
	}
	if put[0].ID == "" || strings.Join(codes, " ") != " MalformedDetail NotAuthorizedForSourceException ResourceNotFoundException InvalidArgument" {
		t.Fatalf("put %+v", put)
	}
	b.deliver(1) // to central
	b.deliver(1) // from there to the topic, but not back
	b.deliver(0)
	lost, err := b.Undelivered(ctx, arn.Everything())
	b.must(err)
	if len(b.messages) != 1 || !strings.Contains(b.messages[0].Text, `"resources":["r"],"detail":{"n":1}}`) || len(lost) != 2 {
		t.Errorf("messages %+v, given up %+v", b.messages, lost)
	}
	_, err = b.PutEvents(ctx, here, []eventbus.Entry{{Bus: eventbus.Default, Source: "shop", DetailType: "order", Detail: strings.Repeat(" ", eventbus.MaxEvent)}})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("too large: %v", err)
	}
}

func TestSchedulesFireOnce(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	b.rule(eventbus.Rule{Name: "hourly", Schedule: "rate(1 hour)"}, alert)
	b.must(b.Tick(ctx))
	b.deliver(0)
	b.env.Clock.Advance(3*time.Hour + time.Minute) // missed ones are made up for once
	for range 3 {
		b.must(b.Tick(ctx))
	}
	b.deliver(1)
	if !strings.Contains(b.messages[0].Text, `"detail-type":"Scheduled Event","source":"aws.events"`) || !strings.Contains(b.messages[0].Text, `:rule/hourly"],"detail":{}}`) {
		t.Errorf("event %s", b.messages[0].Text)
	}
	b.env.Clock.Advance(time.Hour)
	b.must(b.Tick(ctx))
	b.deliver(1)
	b.must(b.SetState(ctx, here, eventbus.Default, "hourly", eventbus.Disabled))
	b.env.Clock.Advance(2 * time.Hour)
	b.must(b.Tick(ctx))
	b.deliver(0)
}

func TestRulesAndBusesAreKept(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	refused := func(kind fault.Kind, err error) {
		t.Helper()
		if fault.KindOf(err) != kind {
			t.Errorf("error %v, want one that is %s", err, kind)
		}
	}
	put := func(r eventbus.Rule) error {
		r.Place = here
		_, err := b.PutRule(ctx, r)
		return err
	}
	refused(fault.Invalid, put(eventbus.Rule{Bus: eventbus.Default, Name: "x"}))
	refused(fault.Invalid, put(eventbus.Rule{Bus: eventbus.Default, Name: "x y", Pattern: `{"a":[1]}`}))
	refused(fault.Invalid, put(eventbus.Rule{Bus: eventbus.Default, Name: "x", Pattern: `{"a":1}`}))
	refused(fault.Invalid, put(eventbus.Rule{Bus: eventbus.Default, Name: "x", Schedule: "rate(1 week)"}))
	refused(fault.Invalid, put(eventbus.Rule{Bus: "own", Name: "x", Schedule: "rate(1 day)"}))
	refused(fault.NotFound, put(eventbus.Rule{Bus: "own", Name: "x", Pattern: `{"a":[1]}`}))
	_, err := b.CreateBus(ctx, eventbus.Bus{Place: here, Name: "own"})
	b.must(err)
	_, err = b.CreateBus(ctx, eventbus.Bus{Place: here, Name: "own"})
	refused(fault.Exists, err)
	_, err = b.CreateBus(ctx, eventbus.Bus{Place: here, Name: "default"})
	refused(fault.Exists, err)
	b.rule(eventbus.Rule{Bus: "own", Name: "x", Pattern: `{"a":[1]}`}, alert)
	refused(fault.Invalid, b.DeleteBus(ctx, here, "own"))
	refused(fault.Invalid, b.DeleteBus(ctx, here, "default"))
	refused(fault.Invalid, b.DeleteRule(ctx, here, "own", "x"))
	refused(fault.NotFound, b.DeleteRule(ctx, here, "none", "x"))
	refused(fault.NotFound, b.SetState(ctx, here, "own", "none", eventbus.Enabled))
	b.must(b.DeleteRule(ctx, here, "own", "none"))
	names, err := b.RulesOfTarget(ctx, here, "own", topicARN)
	b.must(err)
	missing, err := b.RemoveTargets(ctx, here, "own", "x", []string{"topic", "other"})
	b.must(err)
	if fmt.Sprint(names, missing) != "[x] [other]" {
		t.Errorf("rules %v, missing %v", names, missing)
	}
	six := make([]eventbus.Target, 6)
	for i := range six {
		six[i] = eventbus.Target{ID: fmt.Sprint(i), ARN: topicARN}
	}
	refused(fault.Quota, b.PutTargets(ctx, here, "own", "x", six))
	name := "arn:aws:events:eu-west-1:111122223333:rule/own/x"
	b.must(b.Tag(ctx, here, name, map[string]string{"team": "a", "cost": "b"}, nil))
	b.must(b.Tag(ctx, here, name, nil, []string{"cost"}))
	b.must(b.Tag(ctx, here, "arn:aws:events:eu-west-1:111122223333:event-bus/default", map[string]string{"k": "v"}, nil))
	refused(fault.Invalid, b.Tag(ctx, here, name, map[string]string{"aws:x": "a"}, nil))
	refused(fault.NotFound, b.Tag(ctx, here, name+"z", map[string]string{"x": "a"}, nil))
	refused(fault.NotFound, b.Tag(ctx, eventbus.Place{Account: "444455556666", Region: here.Region}, name, map[string]string{"x": "a"}, nil))
	refused(fault.Invalid, b.Tag(ctx, here, topicARN, nil, nil))
	tags, err := b.Tags(ctx, here, name)
	if b.must(err); fmt.Sprint(tags) != "map[team:a]" {
		t.Errorf("tags %v", tags)
	}
	if list, err := b.Buses(ctx, here); err != nil || len(list) != 2 {
		t.Errorf("buses %v: %v", list, err)
	}
	if other, err := b.Rules(ctx, eventbus.Place{Account: "444455556666", Region: here.Region}, eventbus.Default, ""); err != nil || len(other) != 0 {
		t.Errorf("another account sees %v: %v", other, err)
	}
	b.must(b.DeleteRule(ctx, here, "own", "x"))
	b.must(b.DeleteBus(ctx, here, "own"))
	b.must(b.DeleteBus(ctx, here, "own"))
}
