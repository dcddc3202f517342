package delivery_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
)

// far is another S3 with all buckets, which may be out of order.
type far struct {
	mu    sync.Mutex
	files map[string]string
	keys  map[string]string // KMS keys of files
	tries int
	fails *fault.Error
	hangs chan struct{} // until it is closed, or the caller has gone
}

func newFar() *far { return &far{files: map[string]string{}, keys: map[string]string{}} }

func (r *far) put(ctx context.Context, f delivery.File, body io.Reader) error {
	r.mu.Lock()
	r.tries++
	fails, hangs := r.fails, r.hangs
	r.mu.Unlock()
	if hangs != nil {
		select {
		case <-hangs:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if fails != nil {
		return fails
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files[f.Bucket+"/"+f.Key], r.keys[f.Key] = string(text), f.KMSKeyARN
	return nil
}

func (r *far) set(fails *fault.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fails, r.tries = fails, 0
}

func (r *far) tried() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tries
}

// openFar is a house whose channel delivers elsewhere.
func openFar(t *testing.T, c compliance.Channel) (*house, *far) {
	t.Helper()
	h, r := open(t, compliance.Channel{}), newFar()
	h.remote = r.put
	h.restart(h.store)
	c.Bucket, c.Remote = "central", true
	h.check(h.program.PutChannel(context.Background(), at, c))
	return h, r
}

func (h *house) ask() {
	h.Helper()
	_, err := h.courier.AskSnapshot(context.Background(), at)
	h.check(err)
}

// Snapshots, history and files of oversized items go to the other S3, encrypted as the channel says, and not here.
func TestElsewhere(t *testing.T) {
	const key = "arn:aws:kms:eu-west-1:111122223333:key/k"
	h, r := openFar(t, compliance.Channel{TopicARN: topicARN, KMSKeyARN: key})
	h.subscribe()
	h.round()
	h.put("AWS::EC2::Volume", "big", map[string]any{"text": strings.Repeat("x", delivery.MaxMessage)})
	h.ask()
	h.env.Clock.Advance(7 * time.Hour)
	h.round()
	kinds := map[string]int{}
	for k := range r.files {
		for _, kind := range []string{"/ConfigSnapshot/", "/ConfigHistory/", "/OversizedChangeNotification/"} {
			if strings.HasPrefix(k, "central/AWSLogs/111122223333/Config/eu-west-1/") && strings.Contains(k, kind) {
				kinds[kind]++
			}
		}
	}
	if len(kinds) != 3 || len(r.files) != 3 {
		t.Errorf("%v of %d files", kinds, len(r.files))
	}
	for k, v := range r.keys {
		if v != key {
			t.Errorf("%s is encrypted with %q", k, v)
		}
	}
	if list, err := h.shelf.List(context.Background(), account, "deliveries", "", "", 10); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	told := h.heard()
	if s := told["ConfigurationSnapshotDeliveryCompleted"]; len(s) != 1 || s[0]["s3Bucket"] != "central" {
		t.Errorf("%v", s)
	}
	if s := told["OversizedConfigurationItemChangeNotification"]; len(s) != 1 {
		t.Errorf("%v", told)
	}
}

// What may pass is tried again, after longer and longer rests, and told in the status; in the end the snapshot is given up.
func TestUnreachable(t *testing.T) {
	h, r := openFar(t, compliance.Channel{TopicARN: topicARN})
	h.subscribe()
	h.round()
	h.put("AWS::EC2::Volume", "v", map[string]any{"a": 1})
	r.set(&fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Later."})
	h.ask()
	h.heard()
	var rests []int
	begun, last := h.env.Clock.Now(), 0
	for range 60 {
		err := h.courier.Round(context.Background())
		if n := r.tried(); n > last {
			last = n
			rests = append(rests, int(h.env.Clock.Now().Sub(begun).Minutes()))
			if st := h.channel().Snapshot; st.Status != "Failure" || st.ErrorCode != "SlowDown" || st.ErrorMessage != "Later." {
				t.Errorf("%+v", st)
			}
			if n < 5 && err == nil {
				t.Errorf("try %d is no error", n)
			}
		}
		h.env.Clock.Advance(time.Minute)
	}
	if want := []int{0, 1, 3, 7, 15}; len(rests) != len(want) || rests[1] != want[1] || rests[2] != want[2] || rests[3] != want[3] || rests[4] != want[4] {
		t.Errorf("tried after %v minutes, want %v", rests, want)
	}
	if m := h.heard()["ConfigurationSnapshotDeliveryFailed"]; len(m) != 1 || m[0]["errorCode"] != "SlowDown" {
		t.Errorf("%v", m)
	}
	r.set(&fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Later."})
	h.ask()
	_ = h.courier.Round(context.Background())
	_ = h.courier.Round(context.Background())
	if n := r.tried(); n != 1 {
		t.Errorf("tried %d times without a rest", n)
	}
	r.set(nil)
	h.check(h.courier.Attach(context.Background(), at)) // as putting the channel does
	h.round()
	if st := h.channel().Snapshot; st.Status != "Success" || st.ErrorCode != "" || len(r.files) != 1 {
		t.Errorf("%+v, %d files", st, len(r.files))
	}
}

// History is tried until it gets through; nothing of it is lost.
func TestHistoryWaits(t *testing.T) {
	h, r := openFar(t, compliance.Channel{})
	h.round()
	h.put("AWS::EC2::Volume", "v", map[string]any{"a": 1})
	r.set(&fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Message: "Later."})
	h.env.Clock.Advance(7 * time.Hour)
	for range 90 {
		_ = h.courier.Round(context.Background())
		h.env.Clock.Advance(time.Minute)
	}
	if st := h.channel().History; st.Status != "Failure" || st.ErrorCode != "ServiceUnavailable" || r.tried() < 10 || r.tried() > 15 {
		t.Errorf("%+v after %d tries", st, r.tried())
	}
	r.set(nil)
	h.env.Clock.Advance(10 * time.Minute)
	h.round()
	if st := h.channel().History; st.Status != "Success" || len(r.files) != 1 {
		t.Errorf("%+v, %d files", st, len(r.files))
	}
}

// The message of an oversized item waits for its file, and tells in the end that there is none.
func TestOversizeUnreachable(t *testing.T) {
	h, r := openFar(t, compliance.Channel{TopicARN: topicARN})
	h.subscribe()
	h.round()
	h.put("AWS::EC2::Volume", "big", map[string]any{"text": strings.Repeat("x", delivery.MaxMessage)})
	r.set(&fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Message: "Later."})
	if err := h.courier.Round(context.Background()); err == nil || len(h.heard()) > 0 {
		t.Errorf("told too early: %v", err)
	}
	for range 30 {
		h.env.Clock.Advance(time.Minute)
		_ = h.courier.Round(context.Background())
	}
	if m := h.heard(); len(m["OversizedConfigurationItemChangeDeliveryFailed"]) != 1 || len(m) != 1 || r.tried() != 5 {
		t.Errorf("%d tries, %v", r.tried(), m)
	}
}

// What only the owner can mend ends a snapshot at once.
func TestRefusedElsewhere(t *testing.T) {
	h, r := openFar(t, compliance.Channel{})
	r.set(&fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "No."})
	h.ask()
	h.round()
	if st := h.channel().Snapshot; st.Status != "Failure" || st.ErrorCode != "AccessDenied" || r.tried() != 1 {
		t.Errorf("%+v after %d tries", st, r.tried())
	}
	h.round()
	if r.tried() != 1 {
		t.Errorf("%d tries", r.tried())
	}
}

// Without the other S3 the channel's status says what to do.
func TestNoOtherS3(t *testing.T) {
	h, _ := openFar(t, compliance.Channel{})
	h.remote = nil
	h.restart(h.store)
	h.ask()
	h.round()
	if st := h.channel().Snapshot; st.Status != "Failure" || st.ErrorCode != "NoSuchBucket" || !strings.Contains(st.ErrorMessage, "--delivery-s3-profile") {
		t.Errorf("%+v", st)
	}
}

// An S3 that hangs holds up no other channel, and no end of the server.
func TestHanging(t *testing.T) {
	h, r := openFar(t, compliance.Channel{})
	r.hangs = make(chan struct{})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	h.ask()
	go func() {
		defer close(ended)
		h.courier.Run(ctx, slog.New(slog.DiscardHandler))
	}()
	wait := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	wait("nothing is sent", func() bool { return r.tried() == 1 })
	other := compliance.Place{Account: account, Region: "us-west-2"}
	h.record(other, compliance.Channel{})
	_, err := h.courier.AskSnapshot(context.Background(), other)
	h.check(err)
	wait("the other channel is held up", func() bool { return len(h.files("ConfigSnapshot")) == 1 })
	if r.tried() != 1 {
		t.Errorf("sent %d times", r.tried())
	}
	stop()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the worker does not end")
	}
	close(r.hangs)
	h.restart(h.store)
	h.round()
	if len(r.files) != 1 {
		t.Errorf("%d files after the restart", len(r.files))
	}
}

// The errors of the other S3 have the codes of AWS Config when a channel is put.
func TestProbe(t *testing.T) {
	h, r := openFar(t, compliance.Channel{})
	ctx := context.Background()
	for want, fails := range map[string]*fault.Error{
		"NoSuchBucketException":               {Kind: fault.NotFound, Code: "NoSuchBucket"},
		"InsufficientDeliveryPolicyException": {Kind: fault.Denied, Code: "AccessDenied"},
		"InvalidS3KmsKeyArnException":         {Kind: fault.Invalid, Field: "s3KmsKeyArn", Code: "KMS.NotFoundException"},
		"InvalidS3KeyPrefixException":         {Kind: fault.Invalid, Field: "s3KeyPrefix", Code: "KeyTooLongError"},
	} {
		r.set(fails)
		err := h.courier.Probe(ctx, at, compliance.Channel{Bucket: "central", Remote: true})
		if f, ok := err.(*fault.Error); !ok || f.Code != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	r.set(&fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Message: "It does not answer."})
	err := h.courier.Probe(ctx, at, compliance.Channel{Bucket: "central", Remote: true})
	if f, ok := err.(*fault.Error); !ok || f.Code != "InsufficientDeliveryPolicyException" || f.Message != "It does not answer." {
		t.Errorf("%v", err)
	}
	if err := h.courier.Probe(ctx, at, compliance.Channel{Bucket: "nowhere"}); err == nil || err.Error() != `There is no bucket "nowhere" here: make it first.` {
		t.Errorf("%v", err)
	}
	r.set(nil)
	h.check(h.courier.Probe(ctx, at, compliance.Channel{Bucket: "central", Prefix: "p", Remote: true}))
	if _, ok := r.files["central/p/AWSLogs/111122223333/Config/ConfigWritabilityCheckFile"]; !ok {
		t.Errorf("%v", r.files)
	}
}
