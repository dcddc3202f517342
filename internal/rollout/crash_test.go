package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rollout"
)

var errCrash = errors.New("crash")

// crash fails the n-th write of either store: before it does anything, or after its commit, when the answer is lost.
type crash struct {
	left  int
	after bool
}

func (c *crash) around(write func() error) error {
	if c.left--; c.left != 0 {
		return write()
	}
	if c.after {
		if err := write(); err != nil {
			return err
		}
	}
	return errCrash
}

type rollouts struct {
	rollout.Store
	*crash
}

func (s rollouts) Write(ctx context.Context, fn func(rollout.Tx) error) error {
	return s.around(func() error { return s.Store.Write(ctx, fn) })
}

type programs struct {
	compliance.Store
	*crash
}

func (s programs) Write(ctx context.Context, fn func(compliance.Tx) error) error {
	return s.around(func() error { return s.Store.Write(ctx, fn) })
}

// story rolls out, changes, and takes back; the work stops at one write and begins again, as after a restart.
func story(t *testing.T, n int, after bool) (writes int, deployed []string, states []map[string]string) {
	h := newHouse(t)
	c := &crash{left: n, after: after}
	again := func() {
		h.start(rollouts{h.rolloutStore(), c}, programs{h.complianceStore(), c})
		if err := h.Drain(context.Background()); err != nil && !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
		h.start(h.rolloutStore(), h.complianceStore())
		h.drain()
	}
	h.rule("policy", periodic)
	h.pack("base", management)
	h.rule("away", "IAM_USER_MFA_ENABLED")
	again()
	h.rule("policy", "IAM_USER_UNUSED_CREDENTIALS_CHECK", "222222222222")
	h.pack("base", "333333333333")
	h.ok(h.Delete(context.Background(), here, rollout.Rules, "away"))
	again()
	h.ok(h.Delete(context.Background(), here, rollout.Packs, "base"))
	again()
	h.pack("base")
	again()
	return n - c.left, h.deployed(), []map[string]string{h.states(rollout.Rules, "policy"), h.states(rollout.Packs, "base"), h.states(rollout.Rules, "away")}
}

// TestCrash stops the work at each of its writes, once with nothing stored and once with the answer lost.
func TestCrash(t *testing.T) {
	writes, deployed, states := story(t, 1<<30, false)
	if writes < 40 {
		t.Fatalf("the story takes %d writes only", writes)
	}
	want(t, len(deployed), 5)
	for n := 1; n <= writes; n++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d of %d, after %v", n, writes, after), func(t *testing.T) {
				t.Parallel()
				_, d, s := story(t, n, after)
				want(t, d, deployed)
				want(t, s, states)
			})
		}
	}
}
