package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const account, region = "111122223333", "eu-west-1"

var loopback = notify.Targets{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

type fixture struct {
	*notify.Directory
	env   *storetest.Env
	hook  *receiver
	topic string
}

func open(t *testing.T) fixture {
	t.Helper()
	env := storetest.Open(t)
	d := notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://tickmark.example:4780", loopback)
	topic, err := d.CreateTopic(t.Context(), notify.Topic{Account: account, Region: region, Name: "alerts"})
	must(t, err)
	return fixture{d, env, receive(t), topic}
}

// receiver is a webhook that keeps what it is sent.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []*http.Request
	bodies []string
}

func receive(t *testing.T) *receiver {
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got, r.bodies = append(r.got, req), append(r.bodies, string(body))
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.Field != field {
		t.Errorf("error %v, want one about %s", err, field)
	}
}

func (f fixture) deliver(t *testing.T, want int) {
	t.Helper()
	n, err := f.Deliver(t.Context())
	must(t, err)
	if n != want {
		t.Fatalf("%d deliveries, want %d", n, want)
	}
}

func (f fixture) publish(t *testing.T, m notify.Message) string {
	t.Helper()
	var id string
	err := f.env.Write(t.Context(), func(tx *store.Tx) (err error) {
		id, err = f.Publish(tx, m)
		return err
	})
	must(t, err)
	return id
}

// subscribe goes through the handshake as an endpoint does.
func (f fixture) subscribe(t *testing.T, path string, attributes map[string]string) notify.Subscription {
	t.Helper()
	s, err := f.Subscribe(t.Context(), f.topic, "http", f.hook.URL+path, attributes)
	must(t, err)
	f.deliver(t, 1)
	var body struct{ Type, Token, TopicArn, SubscribeURL string }
	must(t, json.Unmarshal([]byte(f.hook.bodies[len(f.hook.bodies)-1]), &body))
	u, err := url.Parse(body.SubscribeURL)
	must(t, err)
	if body.Type != "SubscriptionConfirmation" || u.Host != "tickmark.example:4780" || u.Query().Get("Action") != "ConfirmSubscription" {
		t.Fatalf("confirmation %+v", body)
	}
	got, err := f.Confirm(t.Context(), u.Query().Get("TopicArn"), u.Query().Get("Token"), false)
	must(t, err)
	if got.ARN() != s.ARN() || !got.Confirmed {
		t.Fatalf("confirmed %+v", got)
	}
	return got
}

func TestPublishReachesConfirmedWebhooks(t *testing.T) {
	f := open(t)
	s := f.subscribe(t, "/a", nil)
	f.subscribe(t, "/raw", map[string]string{"RawMessageDelivery": "true"})
	if _, err := f.Subscribe(t.Context(), f.topic, "http", f.hook.URL+"/pending", nil); err != nil {
		t.Fatal(err)
	}
	f.deliver(t, 1) // the third one's confirmation, which it ignores
	before := len(f.hook.bodies)
	id := f.publish(t, notify.Message{
		TopicARN: f.topic, Subject: "Control failed", Text: "standard",
		ByProtocol: map[string]string{"http": "for http"}, Attributes: map[string]notify.Attribute{"severity": {Type: "String", Value: "high"}},
	})
	f.deliver(t, 2)
	f.deliver(t, 0)
	bodies := map[string]string{}
	for i, r := range f.hook.got[before:] {
		bodies[r.URL.Path] = f.hook.bodies[before+i]
		if r.Header.Get("X-Amz-Sns-Message-Type") != "Notification" || r.Header.Get("X-Amz-Sns-Message-Id") != id ||
			r.Header.Get("X-Amz-Sns-Topic-Arn") != f.topic || (r.URL.Path == "/raw") != (r.Header.Get("X-Amz-Sns-Rawdelivery") == "true") {
			t.Errorf("headers of %s: %v", r.URL.Path, r.Header)
		}
	}
	if len(bodies) != 2 || bodies["/raw"] != "for http" {
		t.Fatalf("bodies %q", bodies)
	}
	var got map[string]any
	must(t, json.Unmarshal([]byte(bodies["/a"]), &got))
	for member, want := range map[string]any{
		"Type": "Notification", "MessageId": id, "TopicArn": f.topic, "Subject": "Control failed", "Message": "for http", "Timestamp": "2026-01-15T12:00:00.000Z",
		"UnsubscribeURL": "http://tickmark.example:4780/?Action=Unsubscribe&SubscriptionArn=" + url.QueryEscape(s.ARN()) + "&Version=2010-03-31",
	} {
		if got[member] != want {
			t.Errorf("%s is %v, want %v", member, got[member], want)
		}
	}
	if _, signed := got["SignatureVersion"]; signed {
		t.Error("an unsigned message claims a signature")
	}
}

func TestNothingIsSentWhenTheTransactionFails(t *testing.T) {
	f := open(t)
	f.subscribe(t, "/", nil)
	failure := errors.New("changed my mind")
	err := f.env.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := f.Publish(tx, notify.Message{TopicARN: f.topic, Text: "x"}); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Fatal(err)
	}
	f.deliver(t, 0)
}

func TestOutboxSurvivesARestart(t *testing.T) {
	f := open(t)
	f.subscribe(t, "/", nil)
	f.publish(t, notify.Message{TopicARN: f.topic, Text: "x"})
	f.env.Reopen(t)
	d := notify.New(store.For(f.env.DB, func(tx *store.Tx) notify.Tx { return tx }), f.env.Clock, "", loopback)
	if n, err := d.Deliver(t.Context()); err != nil || n != 1 {
		t.Errorf("%d deliveries: %v", n, err)
	}
}

func TestFailedDeliveriesAreTriedAgainAndGivenUp(t *testing.T) {
	f := open(t)
	f.subscribe(t, "/", nil)
	everything := arn.Everything()
	for _, status := range []int{http.StatusInternalServerError, http.StatusFound} {
		f.hook.answer(status)
		f.publish(t, notify.Message{TopicARN: f.topic, Text: "x"})
		before := len(f.hook.got)
		f.deliver(t, 0)
		f.deliver(t, 0) // not before its time
		if n := len(f.hook.got) - before; n != 1 {
			t.Fatalf("%d requests after an answer of %d, want 1: no hurry and no redirect", n, status)
		}
		f.env.Clock.Advance(time.Second)
		f.hook.answer(http.StatusNoContent)
		f.deliver(t, 1)
	}
	f.hook.answer(http.StatusInternalServerError)
	f.publish(t, notify.Message{TopicARN: f.topic, Text: "lost"})
	attempts := 0
	for n, err := f.Pending(t.Context(), everything); n > 0; n, err = f.Pending(t.Context(), everything) {
		must(t, err)
		f.deliver(t, 0)
		f.env.Clock.Advance(8 * time.Hour)
		if attempts++; attempts > 50 {
			t.Fatal("never given up")
		}
	}
	lost, err := f.Undelivered(t.Context(), arn.In(account, region))
	must(t, err)
	if len(lost) != 1 || lost[0].Attempts != attempts || !strings.Contains(lost[0].LastError, "500") {
		t.Errorf("undelivered %+v after %d attempts", lost, attempts)
	}
	if other, err := f.Undelivered(t.Context(), arn.In("444455556666", region)); err != nil || len(other) != 0 {
		t.Errorf("another account sees %v: %v", other, err)
	}
}

func TestOnlyAllowedTargets(t *testing.T) {
	f := open(t)
	strict := notify.New(store.For(f.env.DB, func(tx *store.Tx) notify.Tx { return tx }), f.env.Clock, "", notify.Targets{})
	for _, endpoint := range []string{
		"http://127.0.0.1/", "http://localhost:80/", "http://10.1.2.3/", "http://192.168.0.1/", "http://172.16.0.1/", "http://169.254.169.254/latest",
		"http://100.64.1.1/", "http://0.0.0.0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fd00::1]/", "http://[fe80::1]/", "http://[64:ff9b::a00:1]/", "http://224.0.0.1/",
		"http://", "https://example.com/", "ftp://example.com/", "example.com", "http:///path", "http://%zz/",
	} {
		_, err := strict.Subscribe(t.Context(), f.topic, "http", endpoint, nil)
		wantInvalid(t, err, "Endpoint")
	}
	for _, protocol := range []string{"email", "sqs", "lambda", "sms", ""} {
		_, err := strict.Subscribe(t.Context(), f.topic, protocol, "http://example.com/", nil)
		wantInvalid(t, err, "Protocol")
	}
	// A name is checked when it is looked up, whatever it meant at the time of subscribing.
	f.subscribe(t, "/", nil)
	f.publish(t, notify.Message{TopicARN: f.topic, Text: "x"})
	before := len(f.hook.got)
	if n, err := strict.Deliver(t.Context()); err != nil || n != 0 || len(f.hook.got) != before {
		t.Errorf("%d deliveries to loopback, %v", n, err)
	}
}

func TestSubscriptions(t *testing.T) {
	f := open(t)
	ctx := t.Context()
	s := f.subscribe(t, "/", nil)
	again, err := f.Subscribe(ctx, f.topic, "http", f.hook.URL+"/", nil)
	must(t, err)
	if again.ARN() != s.ARN() {
		t.Errorf("subscribed twice: %s and %s", s.ARN(), again.ARN())
	}
	f.deliver(t, 0) // it is confirmed: nothing to ask
	_, confirmed, pending, err := f.Topic(ctx, f.topic)
	must(t, err)
	if confirmed != 1 || pending != 0 {
		t.Errorf("%d confirmed, %d pending", confirmed, pending)
	}
	_, err = f.Confirm(ctx, f.topic, "wrong", false)
	wantInvalid(t, err, "Token")
	_, err = f.Confirm(ctx, f.topic, "", false)
	wantInvalid(t, err, "Token")
	wantInvalid(t, f.SetSubscriptionAttribute(ctx, s.ARN(), "FilterPolicy", "{}"), "AttributeName")
	wantInvalid(t, f.SetSubscriptionAttribute(ctx, s.ARN(), "RawMessageDelivery", "yes"), "RawMessageDelivery")
	must(t, f.SetSubscriptionAttribute(ctx, s.ARN(), "RawMessageDelivery", "true"))
	if got, err := f.Subscription(ctx, s.ARN()); err != nil || !got.Raw {
		t.Errorf("%+v: %v", got, err)
	}
	for scope, want := range map[string]int{account: 1, "444455556666": 0} {
		list, err := f.Subscriptions(ctx, arn.In(scope, region), "")
		must(t, err)
		topics, err := f.Topics(ctx, arn.In(scope, region))
		must(t, err)
		if len(list) != want || len(topics) != want {
			t.Errorf("%s sees %d subscriptions and %d topics, want %d", scope, len(list), len(topics), want)
		}
	}

	f.publish(t, notify.Message{TopicARN: f.topic, Text: "x"})
	must(t, f.Unsubscribe(ctx, s.ARN(), false))
	must(t, f.Unsubscribe(ctx, s.ARN(), false))
	f.deliver(t, 0)
	if n, err := f.Pending(ctx, arn.Everything()); err != nil || n != 0 {
		t.Errorf("%d wait for a subscription that is gone: %v", n, err)
	}

	signed := f.subscribe(t, "/signed", nil)
	must(t, f.Unsubscribe(ctx, signed.ARN(), true))
	s2, err := f.Subscribe(ctx, f.topic, "http", f.hook.URL+"/2", nil)
	must(t, err)
	_, err = f.Confirm(ctx, f.topic, s2.Token, true)
	must(t, err)
	if err := f.Unsubscribe(ctx, s2.ARN(), false); fault.KindOf(err) != fault.Denied {
		t.Errorf("unsigned: %v", err)
	}
}

func TestTopics(t *testing.T) {
	f := open(t)
	ctx := t.Context()
	for _, name := range []string{"", "a b", "x.fifo", strings.Repeat("x", 257), "a:b"} {
		_, err := f.CreateTopic(ctx, notify.Topic{Account: account, Region: region, Name: name})
		wantInvalid(t, err, "Name")
	}
	again, err := f.CreateTopic(ctx, notify.Topic{Account: account, Region: region, Name: "alerts"})
	must(t, err)
	if again != f.topic || again != "arn:aws:sns:eu-west-1:111122223333:alerts" {
		t.Errorf("topic %s", again)
	}
	_, err = f.CreateTopic(ctx, notify.Topic{Account: account, Region: region, Name: "alerts", Attributes: map[string]string{"DisplayName": "x"}})
	wantInvalid(t, err, "Attributes")
	_, err = f.CreateTopic(ctx, notify.Topic{Account: account, Region: region, Name: "y", Attributes: map[string]string{"KmsMasterKeyId": "x"}})
	wantInvalid(t, err, "AttributeName")
	must(t, f.SetTopicAttribute(ctx, f.topic, "DisplayName", "Alerts"))
	if topic, _, _, err := f.Topic(ctx, f.topic); err != nil || topic.Attributes["DisplayName"] != "Alerts" {
		t.Errorf("%+v: %v", topic, err)
	}
	_, _, _, err = f.Topic(ctx, "arn:aws:sns:eu-west-1:111122223333:none")
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("missing topic: %v", err)
	}
	_, _, _, err = f.Topic(ctx, "alerts")
	wantInvalid(t, err, "TopicArn")
	f.subscribe(t, "/", nil)
	must(t, f.DeleteTopic(ctx, f.topic))
	must(t, f.DeleteTopic(ctx, f.topic))
	if list, err := f.Subscriptions(ctx, arn.Everything(), ""); err != nil || len(list) != 0 {
		t.Errorf("subscriptions of a deleted topic: %v, %v", list, err)
	}
}

func TestMessagesAreChecked(t *testing.T) {
	f := open(t)
	for field, m := range map[string]notify.Message{
		"Message":  {TopicARN: f.topic},
		"Subject":  {TopicARN: f.topic, Text: "x", Subject: "two\nlines"},
		"TopicArn": {TopicARN: "x", Text: "x"},
	} {
		err := f.env.Write(t.Context(), func(tx *store.Tx) error { _, err := f.Publish(tx, m); return err })
		wantInvalid(t, err, field)
	}
	err := f.env.Write(t.Context(), func(tx *store.Tx) error {
		_, err := f.Publish(tx, notify.Message{TopicARN: f.topic, Text: strings.Repeat("x", 256<<10+1)})
		return err
	})
	wantInvalid(t, err, "Message")
	for _, text := range []string{"", "[]", `{"http":"x"}`, `{"default":1}`} {
		_, _, err := notify.ParseStructure(text)
		wantInvalid(t, err, "Message")
	}
	standard, by, err := notify.ParseStructure(`{"default":"a","http":"b"}`)
	if err != nil || standard != "a" || by["http"] != "b" || len(by) != 1 {
		t.Errorf("%q %v %v", standard, by, err)
	}
}

func TestRunDeliversWhenWoken(t *testing.T) {
	f := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		f.Run(ctx, slog.New(slog.DiscardHandler))
		close(done)
	}()
	_, err := f.Subscribe(ctx, f.topic, "http", f.hook.URL, nil)
	must(t, err)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		f.hook.mu.Lock()
		n := len(f.hook.got)
		f.hook.mu.Unlock()
		if n == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing delivered")
		}
	}
	cancel()
	<-done
}
