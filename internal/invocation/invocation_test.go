package invocation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const (
	account      = "111122223333"
	region       = "eu-west-1"
	arn          = "arn:aws:lambda:eu-west-1:111122223333:function:public"
	instanceType = "AWS::EC2::Instance"
)

var here = compliance.Place{Account: account, Region: region}

// house is a program with its engine and its worker, over a function that judges instances by their public address.
type house struct {
	*compliance.Program
	t      *testing.T
	env    *storetest.Env
	engine *compliance.Engine
	worker *invocation.Worker
	tokens *invocation.Tokens
	states int64

	mu     sync.Mutex
	events []event
	says   func(*event) (function.Answer, error) // nil: judge
}

type event struct {
	Version, InvokingEvent, RuleParameters, ResultToken, ExecutionRoleArn, ConfigRuleArn, ConfigRuleName, ConfigRuleId, AccountId string
	EventLeftScope                                                                                                                bool

	invoking struct {
		MessageType, NotificationCreationTime, RecordVersion, AwsAccountId, ConfigSnapshotId, S3Bucket, S3ObjectKey string
		ConfigurationItem                                                                                           *item
		ConfigurationItemDiff                                                                                       *struct {
			ChangeType        string
			ChangedProperties map[string]any
		}
		ConfigurationItemSummary *struct{ ResourceType, ResourceId, ChangeType string }
	}
}

type item struct {
	AwsAccountId, ResourceType, ResourceId, ConfigurationItemStatus, ConfigurationItemCaptureTime string
	Configuration                                                                                 struct{ PublicIpAddress string }
}

func open(t *testing.T) *house {
	h := &house{t: t, env: storetest.Open(t), tokens: invocation.NewTokens([]byte("secret"))}
	h.start()
	_, err := h.PutRecorder(t.Context(), here, compliance.Recorder{RoleARN: "arn:aws:iam::111122223333:role/config", Group: compliance.RecordingGroup{AllSupported: true}})
	h.ok(err)
	return h
}

// start makes everything anew, as a restart does.
func (h *house) start() {
	h.Program = compliance.New(store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx }), h.env.Clock)
	h.engine = h.Program.Engine(nil)
	h.worker = invocation.New(h.Program, h.tokens, h.env.Clock, h, slog.New(slog.DiscardHandler))
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// Invoke implements function.Invoker.
func (h *house) Invoke(ctx context.Context, in function.Invocation) (function.Answer, error) {
	var e event
	if err := json.Unmarshal(in.Event, &e); err != nil {
		return function.Answer{}, err
	}
	if err := json.Unmarshal([]byte(e.InvokingEvent), &e.invoking); err != nil {
		return function.Answer{}, err
	}
	h.mu.Lock()
	h.events = append(h.events, e)
	says := h.says
	h.mu.Unlock()
	if in.Account != account || in.Region != region || in.FunctionARN != arn {
		return function.Answer{}, fmt.Errorf("invoked %s %s %s", in.Account, in.Region, in.FunctionARN)
	}
	if says != nil {
		return says(&e)
	}
	it := e.invoking.ConfigurationItem
	g := compliance.Given{Type: "AWS::::Account", ID: account, Verdict: "COMPLIANT", Ordering: h.env.Clock.Now()}
	if it != nil {
		captured, err := time.Parse(time.RFC3339, it.ConfigurationItemCaptureTime)
		if err != nil {
			return function.Answer{}, err
		}
		g = compliance.Given{Type: it.ResourceType, ID: it.ResourceId, Verdict: "COMPLIANT", Ordering: captured}
		if it.Configuration.PublicIpAddress != "" {
			g.Verdict, g.Annotation = "NON_COMPLIANT", "It has a public address."
		}
		if e.EventLeftScope || it.ConfigurationItemStatus == "ResourceDeleted" {
			g.Verdict = "NOT_APPLICABLE"
		}
	}
	failed, err := h.give(e.ResultToken, g)
	if err == nil && len(failed) > 0 {
		err = fmt.Errorf("failed evaluations: %v", failed)
	}
	return function.Answer{Payload: json.RawMessage("null")}, err
}

func (h *house) give(token string, list ...compliance.Given) ([]compliance.Given, error) {
	c, err := h.tokens.Read(token, h.env.Clock.Now())
	if err != nil {
		return nil, err
	}
	return h.PutEvaluations(context.Background(), compliance.Place{Account: c.Account, Region: c.Region}, c.Rule, c.Revision, list)
}

// settle lets the engine and the worker do everything, and gives the events that were sent.
func (h *house) settle() []event {
	h.t.Helper()
	h.mu.Lock()
	h.events = nil
	h.mu.Unlock()
	h.ok(h.engine.Drain(context.Background(), nil))
	_, err := h.worker.Drain(context.Background())
	h.ok(err)
	slices.SortFunc(h.events, func(a, b event) int { return strings.Compare(a.InvokingEvent, b.InvokingEvent) })
	return h.events
}

func (h *house) put(id string, public bool, tags map[string]string) {
	h.t.Helper()
	c := map[string]any{"instanceId": id, "state": map[string]any{"name": "running"}}
	if public {
		c["publicIpAddress"] = "198.51.100.7"
	}
	h.item(inventory.Spec{Key: inventory.Key{Account: account, Region: region, Type: instanceType, ID: id}, Configuration: c, Tags: tags})
}

func (h *house) delete(id string) {
	h.t.Helper()
	h.item(inventory.Spec{Key: inventory.Key{Account: account, Region: region, Type: instanceType, ID: id}, Status: inventory.Deleted})
}

func (h *house) item(s inventory.Spec) {
	h.t.Helper()
	h.states++
	s.Captured = storetest.Start.Add(time.Duration(h.states) * time.Second)
	it, err := inventory.Build(s)
	h.ok(err)
	h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.PutItem(it); return err }))
	h.env.Clock.Advance(time.Second)
}

func (h *house) rule(r compliance.ConfigRule, messages ...string) {
	h.t.Helper()
	r.Owner, r.Identifier = compliance.OwnerLambda, arn
	for _, m := range messages {
		r.Details = append(r.Details, compliance.SourceDetail{Message: m})
	}
	_, err := h.PutRule(context.Background(), here, r)
	h.ok(err)
}

// want compares all verdicts of a rule, in the form id=verdict.
func (h *house) want(name string, want ...string) {
	h.t.Helper()
	views, err := h.Rules(context.Background(), here, name)
	h.ok(err)
	got := map[string]bool{}
	h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
		l, err := compliance.VerdictsOf(tx, views[0].ConfigRule, compliance.Page{})
		for _, r := range l.Items {
			got[r.Subject.ID+"="+r.Verdict.String()] = true
		}
		return err
	}))
	if list := slices.Sorted(maps.Keys(got)); !slices.Equal(list, want) {
		h.t.Errorf("verdicts of %s: %v, want %v", name, list, want)
	}
}

func TestChanges(t *testing.T) {
	h := open(t)
	h.put("i-1", false, nil)
	h.put("i-2", true, nil)
	h.rule(compliance.ConfigRule{Name: "public", Parameters: `{"a":"b"}`, Scope: compliance.RuleScope{Types: []string{instanceType}}}, compliance.ItemChanged)

	events := h.settle()
	h.want("public", "i-1=COMPLIANT", "i-2=NON_COMPLIANT")
	if len(events) != 2 {
		t.Fatalf("%d events, want 2", len(events))
	}
	e := events[0]
	if e.Version != "1.0" || e.RuleParameters != `{"a":"b"}` || e.ConfigRuleName != "public" || e.AccountId != account || e.ExecutionRoleArn != "arn:aws:iam::111122223333:role/config" || e.EventLeftScope ||
		!strings.Contains(e.ConfigRuleArn, e.ConfigRuleId) {
		t.Errorf("event %+v", e)
	}
	if i := e.invoking; i.MessageType != compliance.ItemChanged || i.ConfigurationItemDiff != nil || i.ConfigurationItem.ConfigurationItemStatus != "OK" || i.RecordVersion != "1.3" {
		t.Errorf("invoking event %s", e.InvokingEvent)
	}

	h.put("i-1", true, nil) // twice: the function is asked about the current state
	h.put("i-1", true, map[string]string{"team": "a"})
	events = h.settle()
	h.want("public", "i-1=NON_COMPLIANT", "i-2=NON_COMPLIANT")
	if len(events) != 1 || events[0].invoking.ConfigurationItemDiff == nil || events[0].invoking.ConfigurationItemDiff.ChangedProperties["Tags.0"] == nil {
		t.Errorf("events of a change: %+v", events)
	}

	h.delete("i-2")
	events = h.settle()
	h.want("public", "i-1=NON_COMPLIANT")
	if len(events) != 1 || events[0].EventLeftScope || events[0].invoking.ConfigurationItem.ConfigurationItemStatus != "ResourceDeleted" || events[0].invoking.ConfigurationItemDiff.ChangeType != "DELETE" {
		t.Errorf("events of a deletion: %+v", events)
	}
	if events = h.settle(); len(events) != 0 {
		t.Errorf("events of nothing: %+v", events)
	}
}

func TestScopes(t *testing.T) {
	h := open(t)
	h.put("i-1", false, map[string]string{"team": "a"})
	h.rule(compliance.ConfigRule{Name: "tagged", Scope: compliance.RuleScope{TagKey: "team"}}, compliance.ItemChanged)
	h.rule(compliance.ConfigRule{Name: "all"}, compliance.ItemChanged)
	h.settle()
	h.want("tagged", "i-1=COMPLIANT")
	h.want("all", "i-1=COMPLIANT")

	h.put("i-1", false, nil)
	h.put("i-2", true, nil)
	left := 0
	for _, e := range h.settle() {
		if e.EventLeftScope {
			left++
			if e.ConfigRuleName != "tagged" || e.invoking.ConfigurationItem.ResourceId != "i-1" {
				t.Errorf("left the scope: %+v", e)
			}
		}
	}
	h.want("tagged", "i-1=NOT_APPLICABLE")
	h.want("all", "i-1=COMPLIANT", "i-2=NON_COMPLIANT")
	if left != 1 {
		t.Errorf("%d events tell that a resource has left the scope, want 1", left)
	}
}

func TestSchedule(t *testing.T) {
	h := open(t)
	h.put("i-1", false, nil)
	h.rule(compliance.ConfigRule{Name: "hourly", Details: []compliance.SourceDetail{{Message: compliance.Scheduled, Frequency: "One_Hour"}}})
	h.rule(compliance.ConfigRule{Name: "both", Details: []compliance.SourceDetail{{Message: compliance.Scheduled, Frequency: "One_Hour"}}}, compliance.ItemChanged)
	h.rule(compliance.ConfigRule{Name: "snapshots"}, compliance.SnapshotMessage)
	kinds := func() string {
		n := map[string]int{}
		for _, e := range h.settle() {
			n[e.ConfigRuleName+" "+e.invoking.MessageType]++
		}
		return fmt.Sprint(n)
	}
	if got, want := kinds(), "map[both ConfigurationItemChangeNotification:1 both ScheduledNotification:1 hourly ScheduledNotification:1]"; got != want {
		t.Errorf("at first %s, want %s", got, want)
	}
	h.want("hourly", account+"=COMPLIANT")
	h.want("both", account+"=COMPLIANT", "i-1=COMPLIANT")
	h.env.Clock.Advance(30 * time.Minute)
	if got := kinds(); got != "map[]" {
		t.Errorf("after half an hour %s", got)
	}
	h.env.Clock.Advance(31 * time.Minute)
	if got, want := kinds(), "map[both ScheduledNotification:1 hourly ScheduledNotification:1]"; got != want {
		t.Errorf("after an hour %s, want %s", got, want)
	}
	h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error {
		return compliance.SnapshotDelivered(tx, here, compliance.Delivered{ID: "s-1", Bucket: "b", Key: "k"})
	}))
	events := h.settle()
	if len(events) != 1 || events[0].ConfigRuleName != "snapshots" || events[0].invoking.ConfigSnapshotId != "s-1" || events[0].invoking.S3Bucket != "b" || events[0].invoking.S3ObjectKey != "k" {
		t.Errorf("events of a snapshot %+v", events)
	}
}

func TestOversized(t *testing.T) {
	h := open(t)
	large := inventory.Spec{Key: inventory.Key{Account: account, Region: region, Type: instanceType, ID: "i-1"}, Configuration: map[string]any{"notes": strings.Repeat("x", 260<<10)}}
	h.rule(compliance.ConfigRule{Name: "both"}, compliance.ItemChanged, compliance.OversizedChanged)
	h.rule(compliance.ConfigRule{Name: "small"}, compliance.ItemChanged)
	h.settle()
	h.item(large)
	h.says = func(*event) (function.Answer, error) { return function.Answer{}, nil }
	events := h.settle()
	if len(events) != 1 || events[0].ConfigRuleName != "both" || events[0].invoking.MessageType != compliance.OversizedChanged || events[0].invoking.ConfigurationItemSummary.ResourceId != "i-1" {
		t.Errorf("events %+v", events)
	}
	status, err := h.Status(t.Context(), here, "small")
	h.ok(err)
	if !strings.Contains(status[0].Error, compliance.OversizedChanged) {
		t.Errorf("status %+v", status[0])
	}
}

func TestFailures(t *testing.T) {
	for name, says := range map[string]func(*event) (function.Answer, error){
		"thrown": func(*event) (function.Answer, error) {
			return function.Answer{Failure: &function.Failure{Type: "TypeError", Message: "x is undefined"}}, nil
		},
		"returned": func(*event) (function.Answer, error) {
			return function.Answer{Payload: json.RawMessage(`{"internalErrorMessage":"i","internalErrorDetails":"d","customerErrorCode":"TypeError","customerErrorMessage":"x is undefined"}`)}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.put("i-1", false, nil)
			h.rule(compliance.ConfigRule{Name: "public", Scope: compliance.RuleScope{Types: []string{instanceType}}}, compliance.ItemChanged)
			h.settle()
			h.want("public", "i-1=COMPLIANT")

			h.says = says
			h.put("i-1", true, nil)
			asked := len(h.settle())
			h.start() // the question outlives a restart
			for range 5 {
				h.env.Clock.Advance(3 * time.Minute)
				asked += len(h.settle())
			}
			if asked != 3 {
				t.Errorf("asked %d times, want 3", asked)
			}
			h.want("public", "i-1=INSUFFICIENT_DATA")
			status, err := h.Status(t.Context(), here, "public")
			h.ok(err)
			if s := status[0]; s.ErrorCode != "TypeError" || s.Error != "x is undefined" || s.Failed.IsZero() {
				t.Errorf("status %+v", s)
			}

			h.says = nil
			h.put("i-1", false, nil)
			h.settle()
			h.want("public", "i-1=COMPLIANT")
		})
	}
}

func TestPutEvaluations(t *testing.T) {
	h := open(t)
	h.put("i-1", false, nil)
	h.rule(compliance.ConfigRule{Name: "public", Details: []compliance.SourceDetail{{Message: compliance.Scheduled}}})
	token := h.settle()[0].ResultToken
	at := h.env.Clock.Now()
	one := func(id, verdict string, ordering time.Time) compliance.Given {
		return compliance.Given{Type: instanceType, ID: id, Verdict: verdict, Ordering: ordering}
	}
	give := func(list ...compliance.Given) {
		t.Helper()
		failed, err := h.give(token, list...)
		h.ok(err)
		if len(failed) > 0 {
			t.Errorf("failed %v", failed)
		}
		h.env.Clock.Advance(time.Second)
	}
	account := account + "=COMPLIANT"
	give() // an empty list is legal
	give(one("i-1", "NON_COMPLIANT", at), one("elsewhere", "COMPLIANT", at))
	h.want("public", account, "elsewhere=COMPLIANT", "i-1=NON_COMPLIANT")
	give(one("i-1", "COMPLIANT", at.Add(-time.Minute))) // older
	h.want("public", account, "elsewhere=COMPLIANT", "i-1=NON_COMPLIANT")
	give(one("i-1", "NOT_APPLICABLE", at), one("elsewhere", "NOT_APPLICABLE", at)) // as old: the later one counts
	h.want("public", account, "i-1=NOT_APPLICABLE")
	give(one("i-1", "COMPLIANT", at.Add(2*time.Second)), one("i-1", "NON_COMPLIANT", at.Add(time.Second)))
	h.want("public", account, "i-1=COMPLIANT")

	for field, g := range map[string]compliance.Given{
		"Evaluations[0].ComplianceType":       one("i-1", "INSUFFICIENT_DATA", at),
		"Evaluations[0].OrderingTimestamp":    one("i-1", "COMPLIANT", at.Add(time.Hour)),
		"Evaluations[0].ComplianceResourceId": one("", "COMPLIANT", at),
		"Evaluations[0].Annotation":           {Type: instanceType, ID: "i-1", Verdict: "COMPLIANT", Annotation: strings.Repeat("x", 257), Ordering: at},
	} {
		if _, err := h.give(token, g); err == nil || !strings.Contains(fmt.Sprintf("%#v", err), field) {
			t.Errorf("%s: %v", field, err)
		}
	}

	// An answer to the rule as it was no longer counts, and says so.
	h.rule(compliance.ConfigRule{Name: "public", Parameters: `{"a":"b"}`, Details: []compliance.SourceDetail{{Message: compliance.Scheduled}}})
	failed, err := h.give(token, one("i-1", "NON_COMPLIANT", h.env.Clock.Now()))
	h.ok(err)
	if len(failed) != 1 {
		t.Errorf("an answer to the former rule: failed %v", failed)
	}
	h.settle()
	h.want("public", account, "i-1=COMPLIANT")
	h.ok(h.DeleteRule(t.Context(), here, "public"))
	if _, err := h.give(token, one("i-1", "COMPLIANT", at)); err == nil {
		t.Error("an answer for a deleted rule was taken")
	}
}

func TestTokens(t *testing.T) {
	tokens, now := invocation.NewTokens([]byte("secret")), time.Unix(1_800_000_000, 0)
	token, err := tokens.Make(invocation.Claim{Account: account, Region: region, Rule: "config-rule-abcdef"}, now)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := tokens.Read(token, now.Add(23*time.Hour)); err != nil || c.Rule != "config-rule-abcdef" {
		t.Errorf("%+v %v", c, err)
	}
	for name, read := range map[string]func() error{
		"expired":                 func() error { _, err := tokens.Read(token, now.Add(25*time.Hour)); return err },
		"altered":                 func() error { _, err := tokens.Read("x"+token, now); return err },
		"cut":                     func() error { _, err := tokens.Read(token[:len(token)-2], now); return err },
		"none":                    func() error { _, err := tokens.Read("", now); return err },
		"TESTMODE":                func() error { _, err := tokens.Read("TESTMODE", now); return err },
		"of another installation": func() error { _, err := invocation.NewTokens([]byte("other")).Read(token, now); return err },
	} {
		if err := read(); err == nil || !strings.Contains(err.Error(), "result token is not valid") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRole: a place without a recorder has the role of AWS Config itself, and a service's recorder does not give its own.
func TestRole(t *testing.T) {
	h := open(t)
	elsewhere := compliance.Place{Account: account, Region: "cn-north-1"}
	r := compliance.ConfigRule{Name: "daily", Owner: compliance.OwnerLambda, Identifier: arn, Details: []compliance.SourceDetail{{Message: compliance.Scheduled}}}
	for _, at := range []compliance.Place{here, elsewhere} {
		_, err := h.PutRule(t.Context(), at, r)
		h.ok(err)
		_, err = h.PutLinked(t.Context(), at, "observabilityadmin.amazonaws.com")
		h.ok(err)
	}
	h.ok(h.engine.Drain(t.Context(), nil))
	due, _, err := h.Questions(t.Context(), docs.Key{}, 10)
	h.ok(err)
	roles := map[string]string{}
	for _, q := range due {
		roles[q.Region] = q.Role
	}
	want := map[string]string{
		region:           "arn:aws:iam::111122223333:role/config",
		elsewhere.Region: "arn:aws-cn:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
	}
	if !maps.Equal(roles, want) {
		t.Errorf("roles %v, want %v", roles, want)
	}
}
