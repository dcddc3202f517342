package sweep_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/sweep"
)

// The types of the tests: one in each region, one with a detail, one read once in an account.
var (
	volume = &collect.Type{
		Name: "AWS::EC2::Volume", ID: "{Id}",
		Find: []collect.Step{{API: "ec2:DescribeVolumes", Each: "Items", Only: "Ids[]"}}, Gone: []string{"InvalidVolume.NotFound"},
	}
	queue = &collect.Type{
		Name: "AWS::SQS::Queue", ID: "{Id}",
		Find:    []collect.Step{{API: "sqs:ListQueues", Each: "Items"}},
		Details: []collect.Detail{{API: "sqs:GetQueueAttributes", From: map[string]string{"Id": "Id"}, Key: "Attributes"}},
	}
	role = &collect.Type{
		Name: "AWS::IAM::Role", ID: "{Id}", Region: arn.Global,
		Find: []collect.Step{{API: "iam:ListRoles", Each: "Items"}},
	}
	types = []*collect.Type{volume, queue, role}
)

// world is a simulated AWS: what there is, and what goes wrong.
type world struct {
	mu   sync.Mutex
	ids  map[string][]string // "account/region/api" -> ids
	size int                 // of pages
	// answer, if it gives an error, is what a call gets; n counts the calls of the api in the place.
	answer func(ctx context.Context, at collect.Place, api string, n int) error
	counts map[string]int
	calls  atomic.Int64
	most   atomic.Int64 // calls at once
	now    atomic.Int64
}

func place(at collect.Place, api string) string { return at.Account + "/" + at.Region + "/" + api }

func (w *world) enter(ctx context.Context, at collect.Place, api string) error {
	w.calls.Add(1)
	w.most.Store(max(w.most.Load(), w.now.Add(1)))
	defer w.now.Add(-1)
	w.mu.Lock()
	if w.counts == nil {
		w.counts = map[string]int{}
	}
	w.counts[place(at, api)]++
	n, answer := w.counts[place(at, api)], w.answer
	w.mu.Unlock()
	if answer == nil {
		return nil
	}
	return answer(ctx, at, api, n)
}

func (w *world) Call(ctx context.Context, at collect.Place, api string, in collect.Object) (collect.Object, error) {
	var out collect.Object
	err := w.Pages(ctx, at, api, in, func(o collect.Object) error { out = o; return nil })
	return out, err
}

func (w *world) Pages(ctx context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	if err := w.enter(ctx, at, api); err != nil {
		return err
	}
	if api == "sqs:GetQueueAttributes" {
		return page(collect.Object{"Name": in["Id"]})
	}
	w.mu.Lock()
	ids := w.ids[place(at, api)]
	w.mu.Unlock()
	if only, ok := in["Ids"].([]any); ok {
		for _, id := range ids {
			if id == only[0] {
				return page(collect.Object{"Items": []any{collect.Object{"Id": id}}})
			}
		}
		return apiError(api, "InvalidVolume.NotFound", false)
	}
	size := max(w.size, 1)
	for first := true; first || len(ids) > 0; first = false {
		n := min(size, len(ids))
		var list []any
		for _, id := range ids[:n] {
			list = append(list, collect.Object{"Id": id})
		}
		ids = ids[n:]
		if err := page(collect.Object{"Items": list, "NextToken": fmt.Sprint(len(ids))}); err != nil {
			return err
		}
		if len(ids) > 0 {
			if err := w.enter(ctx, at, api); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) put(account, region, api string, ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ids == nil {
		w.ids = map[string][]string{}
	}
	w.ids[account+"/"+region+"/"+api] = ids
}

func apiError(api, code string, retryable bool) error {
	return &automation.APIError{Service: "x", API: api, Code: code, Message: "said " + code, Retryable: retryable}
}

func numbered(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s-%06d", prefix, i)
	}
	return ids
}

// house is a store with a runner over a world.
type house struct {
	*testing.T
	env    *storetest.Env
	world  *world
	items  inventory.Store
	runner *sweep.Runner
	runs   int
}

func open(t *testing.T) *house {
	h := &house{T: t, env: storetest.Open(t), world: &world{size: 100}}
	h.start()
	return h
}

func (h *house) start() {
	h.items = store.For(h.env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	h.runner = &sweep.Runner{
		Caller: h.world, Store: h.items, Sink: inventory.Recorder{Store: h.items}, Clock: h.env.Clock,
		Limits: sweep.Limits{Rest: time.Millisecond, MaxRest: 2 * time.Millisecond},
	}
}

func (h *house) plan(accounts ...sweep.Account) sweep.Plan {
	return sweep.Plan{Accounts: accounts, Types: types}
}

// run runs a plan whole, under a new id, a minute later.
func (h *house) run(p sweep.Plan) sweep.Progress {
	h.Helper()
	h.runs++
	h.env.Clock.Advance(time.Minute)
	got, err := h.runner.Run(h.Context(), fmt.Sprint("run", h.runs), p, sweep.Progress{}, nil)
	if err != nil {
		h.Fatal(err)
	}
	return got
}

func (h *house) present(account, region, typ string) (n int) {
	h.Helper()
	h.read(func(tx inventory.Tx) error {
		for _, err := range inventory.All(tx, arn.Scope{Accounts: []string{account}, Regions: []string{region}}, inventory.Filter{Types: []string{typ}}) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n
}

func (h *house) gap(account, region, what string) *sweep.Gap {
	h.Helper()
	var gap *sweep.Gap
	h.read(func(tx inventory.Tx) error {
		it, err := tx.Item(inventory.Key{Account: account, Region: region, Type: inventory.GapType, ID: inventory.GapID(account, what)})
		if fault.KindOf(err) == fault.NotFound && err != nil || err == nil && !it.Present() {
			return nil
		}
		if err == nil {
			var g sweep.Gap
			g, err = sweep.GapOf(it)
			gap = &g
		}
		return err
	})
	return gap
}

func (h *house) mark(account, region, typ string) (c inventory.Collected) {
	h.Helper()
	h.read(func(tx inventory.Tx) error {
		all, err := tx.Collected(arn.Scope{Accounts: []string{account}, Regions: []string{region}}, typ)
		if len(all) > 0 {
			c = all[0]
		}
		return err
	})
	return c
}

func (h *house) read(fn func(inventory.Tx) error) {
	h.Helper()
	if err := h.items.Read(context.Background(), fn); err != nil {
		h.Fatal(err)
	}
}

type itemsTx = inventory.Tx

func key(typ, id string) inventory.Key {
	return inventory.Key{Account: alpha, Region: ireland, Type: typ, ID: id}
}
