package automation_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// TestRunWaits: Run reads what is due and leaves the rest alone; a stop reaches an execution that waits long.
func TestRunWaits(t *testing.T) {
	h := newHouse(t, nil)
	h.document("long", "mainSteps:\n- {name: nap, action: aws:sleep, inputs: {Duration: PT1H}}\n")
	h.document("short", "mainSteps:\n- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}\n")
	h.document("outer", "mainSteps:\n- {name: inner, action: aws:executeAutomation, inputs: {DocumentName: short}}\n")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	counted := &countingStore{Store: h.store}
	h.options.Store = counted
	r := automation.NewRunner(h.options)
	begin := func(name string) string {
		id, err := r.Start(t.Context(), automation.Start{Place: here, Document: name})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	long := begin("long") // before Run, as a process before has left it
	go func() { done <- r.Run(ctx) }()
	await(t, r, begin("short"))
	before := counted.reads.Load()
	time.Sleep(2500 * time.Millisecond)
	if n := counted.reads.Load() - before; n > 0 {
		t.Errorf("%d reads while nothing was due", n)
	}
	outer := begin("outer")
	for range 100 { // the parent looks again after a second of the house's clock
		time.Sleep(20 * time.Millisecond)
		h.clock.Advance(100 * time.Millisecond)
	}
	await(t, r, outer)
	if err := r.Stop(t.Context(), here, long, automation.Cancel); err != nil {
		t.Fatal(err)
	}
	await(t, r, long)
	h.want(long, "Cancelled nap=Cancelled")
	h.want(outer, "Success inner=Success")
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

type countingStore struct {
	automation.Store
	reads atomic.Int64
}

func (c *countingStore) Read(ctx context.Context, fn func(docs.Tx) error) error {
	c.reads.Add(1)
	return c.Store.Read(ctx, fn)
}

// TestFollow drives one execution and its child, and leaves another alone.
func TestFollow(t *testing.T) {
	h := newHouse(t, nil)
	h.document("nap", "mainSteps:\n- {name: nap, action: aws:sleep, inputs: {Duration: PT1S}}\n- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}\n")
	h.document("outer", "mainSteps:\n- {name: inner, action: aws:executeAutomation, inputs: {DocumentName: nap}}\n- {name: ask, action: aws:pause, inputs: {}}\n")
	h.options.Clock = stamp.System
	r := automation.NewRunner(h.options)
	var ids []string
	for _, name := range []string{"nap", "outer"} {
		id, err := r.Start(t.Context(), automation.Start{Place: here, Document: name})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	e, err := r.Follow(t.Context(), here, ids[1])
	if err != nil || e.Status != automation.Waiting {
		t.Fatal(e.Status, err)
	}
	if err := r.Signal(t.Context(), here, ids[1], automation.Signal{Type: "Resume", By: "arn:aws:iam::111122223333:root"}); err != nil {
		t.Fatal(err)
	}
	if e, err = r.Follow(t.Context(), here, ids[1]); err != nil || e.Status != automation.Success {
		t.Fatal(e.Status, err)
	}
	h.want(ids[1], "Success inner=Success ask=Success")
	h.want(ids[0], "Pending")
	h.calls("s3:PutX {}")
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Follow(short, here, ids[0]); err == nil {
		t.Error("an interruption is no error")
	}
	if _, err := r.Follow(t.Context(), here, "none"); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// TestForget: what ended more than 30 days ago goes, with its steps; what is under way stays however old it is.
func TestForget(t *testing.T) {
	h := newHouse(t, nil)
	h.document("doc", "mainSteps:\n- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}\n")
	h.document("pause", "mainSteps:\n- {name: pause, action: aws:pause, timeoutSeconds: 2592000, inputs: {}}\n")
	open := h.start(automation.Start{Document: "pause"})
	old := h.start(automation.Start{})
	h.clock.Advance(20 * 24 * time.Hour)
	young := h.start(automation.Start{})
	h.clock.Advance(11 * 24 * time.Hour)
	if n, err := h.runner.Forget(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if _, _, err := h.runner.Execution(t.Context(), here, old); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	h.want(open, "Waiting pause=Waiting")
	h.want(young, "Success put=Success")
	err := h.store.Read(t.Context(), func(tx docs.Tx) error {
		n, err := tx.CountDocs(scope(), "automation-step")
		if n != 2 {
			t.Errorf("%d step runs are left, not 2", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
