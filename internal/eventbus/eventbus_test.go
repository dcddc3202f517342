package eventbus_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

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

func TestEventsOfServices(t *testing.T) {
	b := open(t)
	now := b.env.Clock.Now()
	e := eventbus.Emission{
		Place: here, ID: "e1", Source: "aws.auditmanager", DetailType: "Assessment Created", Resources: []string{"arn:a"}, Time: now, Detail: json.RawMessage(`{"eventName":"CREATE"}`),
	}
	b.must(b.Emit(t.Context(), e)) // nobody listens
	b.rule(eventbus.Rule{Name: "audit", Pattern: `{"source":["aws.auditmanager"],"detail":{"eventName":["CREATE"]}}`}, alert)
	b.must(b.Emit(t.Context(), e))
	e.ID, e.Region = "elsewhere", "us-west-2"
	b.must(b.Emit(t.Context(), e))
	e.ID, e.Region, e.Detail = "other", here.Region, json.RawMessage(`{"eventName":"DELETE"}`)
	b.must(b.Emit(t.Context(), e))
	e.Detail = json.RawMessage(`{`)
	if err := b.Emit(t.Context(), e); err == nil {
		t.Error("a detail that is no JSON was taken")
	}
	b.deliver(1)
	var got struct {
		ID, Source string
		Resources  []string
	}
	b.must(json.Unmarshal([]byte(b.messages[0].Text), &got))
	if got.ID != "e1" || got.Source != "aws.auditmanager" || len(got.Resources) != 1 {
		t.Errorf("event %s", b.messages[0].Text)
	}
}
