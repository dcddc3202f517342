package sweep_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/sweep"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

var everything = arn.Everything()

func sorted(list []string) []string { slices.Sort(list); return list }

// following is a house whose account was swept and whose events are followed.
type following struct {
	*house
	events   *trailtest.Memory
	follower *sweep.Follower
	n        int
}

func follow(t *testing.T) *following {
	f := &following{house: open(t), events: trailtest.NewMemory()}
	f.stock()
	f.run(f.plan(one))
	f.env.Clock.Advance(time.Minute)
	byName := map[string]*collect.Type{}
	var named []string
	for _, typ := range types {
		byName[typ.Name], named = typ, append(named, typ.Name)
	}
	f.follower = &sweep.Follower{
		Events: f.events, Docs: store.For(f.env.DB, func(tx *store.Tx) docs.Tx { return tx }), Items: f.items, Clock: f.env.Clock, Pause: 20 * time.Millisecond,
		Types: func(n string) *collect.Type { return byName[n] }, Named: named,
		Reach: func(_ context.Context, account string) (sweep.Account, *sweep.Runner, bool, error) {
			return one, f.runner, account == alpha, nil
		},
	}
	return f
}

// begin runs the follower until the test ends; the end waits for it.
func (f *following) begin() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	place := trail.Follower{Name: "sweep", Events: f.events, Docs: f.follower.Docs}
	if _, err := place.Place(ctx); err != nil {
		f.Fatal(err)
	}
	go func() { done <- f.follower.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			f.Error(err)
		}
	}
}

func (f *following) happen(source, name, more string) {
	f.Helper()
	e := *decode(f.T, source, name, more)
	f.n++
	e.ID, e.Time = fmt.Sprint(f.n), f.env.Clock.Now()
	f.env.Clock.Advance(time.Second)
	if _, err := f.events.Append(context.Background(), trail.Batch{Events: []trail.Event{e}}); err != nil {
		f.Fatal(err)
	}
}

// until waits for something that must come.
func (f *following) until(what string, ok func() bool) {
	f.Helper()
	for range 2000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	f.Fatal(what + " did not come")
}

func (f *following) lists(api string) int {
	f.world.mu.Lock()
	defer f.world.mu.Unlock()
	return f.world.counts[alpha+"/"+ireland+"/"+api]
}

// What an event tells is recorded: a new resource, one that is no more, and one of a type that can only be listed.
func TestFollow(t *testing.T) {
	f := follow(t)
	defer f.begin()()
	before := f.lists("ec2:DescribeVolumes")
	f.world.put(alpha, ireland, "ec2:DescribeVolumes", append(numbered("vol", 29), "vol-new")...)
	f.happen("ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-new"}`)
	f.happen("ec2", "ModifyVolume", `"requestParameters":{"volumeId":"vol-new"}`)
	f.happen("ec2", "DeleteVolume", `"requestParameters":{"volumeId":"vol-000029"}`)
	f.happen("ec2", "DeleteVolume", `"requestParameters":{"volumeId":"never-known"}`)
	f.until("the new volume", func() bool { return f.has(volume.Name, "vol-new") && !f.has(volume.Name, "vol-000029") })
	if n := f.lists("ec2:DescribeVolumes") - before; n > 3 {
		t.Errorf("%d calls for two volumes", n)
	}
	// the type has no way to ask for one
	f.world.put(alpha, ireland, "sqs:ListQueues", numbered("q", 4)...)
	f.happen("sqs", "CreateQueue", `"requestParameters":{"queueName":"q-000003"}`)
	f.until("the listing", func() bool { f.env.Clock.Advance(time.Second); return f.has(queue.Name, "q-000003") })
	if n := f.lists("sqs:ListQueues"); n != 2 {
		t.Errorf("%d lists of queues", n)
	}
}

func (f *following) has(typ, id string) bool {
	f.Helper()
	found := false
	f.read(func(tx itemsTx) error {
		it, err := tx.Item(key(typ, id))
		found = err == nil && it.Present()
		return nil
	})
	return found
}

// Too many at once are one list; events of other accounts and of the time before the last list ask for nothing.
func TestFollowMany(t *testing.T) {
	f := follow(t)
	before := f.lists("ec2:DescribeVolumes")
	place := trail.Follower{Name: "sweep", Events: f.events, Docs: f.follower.Docs}
	if _, err := place.Place(t.Context()); err != nil {
		t.Fatal(err)
	}
	old := *decode(t, "ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-old"}`)
	other := *decode(t, "ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-other"}`)
	old.ID, old.Time, other.ID, other.Account, other.Time = "old", f.env.Clock.Now().Add(-time.Hour), "other", "999999999999", f.env.Clock.Now()
	if _, err := f.events.Append(t.Context(), trail.Batch{Events: []trail.Event{old, other}}); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		f.happen("ec2", "ModifyVolume", fmt.Sprintf(`"requestParameters":{"volumeId":"vol-%06d"}`, i%100))
	}
	f.world.put(alpha, ireland, "ec2:DescribeVolumes", numbered("vol", 100)...)
	defer f.begin()()
	f.until("the listing", func() bool { f.env.Clock.Advance(time.Second); return f.has(volume.Name, "vol-000099") })
	if n := f.lists("ec2:DescribeVolumes") - before; n != 1 {
		t.Errorf("%d calls for 100 volumes", n)
	}
}

// A place among the events moves only behind what was recorded: what a follower that ends did not do, the next one does.
func TestFollowGoesOn(t *testing.T) {
	f := follow(t)
	f.world.put(alpha, ireland, "ec2:DescribeVolumes", append(numbered("vol", 30), "vol-new")...)
	hang := make(chan struct{})
	f.world.answer = func(ctx context.Context, _ collect.Place, _ string, _ int) error {
		select {
		case hang <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return ctx.Err()
	}
	end := f.begin()
	f.happen("ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-new"}`)
	<-hang
	end()
	if f.has(volume.Name, "vol-new") {
		t.Fatal("it was read after all")
	}
	f.world.answer = nil
	defer f.begin()()
	f.until("the volume", func() bool { return f.has(volume.Name, "vol-new") })
}
