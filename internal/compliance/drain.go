package compliance

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// drain is one run of the engine.
type drain struct {
	e        *Engine
	progress func(Progress)
	total    Progress
}

// roundTime bounds a read transaction: an old snapshot keeps a store from tidying up.
const roundTime = 2 * time.Second

// account does one round for an account. Changes come before full evaluations, so that a rule that is new does not
// judge the backlog twice: it follows changes from the beginning of its first full evaluation on.
func (d *drain) account(ctx context.Context, account string) error {
	var wanted bool
	var deleted []RuleState
	followed, err := d.round(ctx, account, func(r *round) (bool, error) {
		deleted = r.rules.deleted
		for _, in := range r.rules.live {
			wanted = wanted || in.wants(r.tx.Now())
		}
		return r.followAll()
	})
	if err != nil || !followed {
		return err
	}
	if len(deleted) > 0 {
		if err := d.e.purge(ctx, account, deleted); err != nil {
			return err
		}
	}
	if wanted {
		if err := d.e.p.store.Write(ctx, func(tx Tx) error { return begin(tx, account) }); err != nil {
			return err
		}
	}
	_, err = d.round(ctx, account, (*round).passes)
	return err
}

// round runs work on one snapshot. It reports whether the work was done within roundTime.
func (d *drain) round(ctx context.Context, account string, work func(*round) (bool, error)) (bool, error) {
	w := &writer{ctx: ctx, store: d.e.p.store}
	var done bool
	err := d.e.p.store.Read(ctx, func(tx Tx) error {
		l, err := d.e.load(tx, account)
		if err != nil {
			return err
		}
		feeds, err := tx.ItemFeeds(arn.Scope{Accounts: []string{account}})
		if err != nil {
			return err
		}
		r := &round{d: d, tx: tx, ctx: ctx, account: account, rules: l, feeds: feeds, w: w, view: newAccountView(tx, account, feeds)}
		r.end, r.cancel = context.WithTimeout(ctx, roundTime)
		defer func() { r.cancel() }()
		done, err = work(r)
		return err
	})
	// The last batch is still being written when the snapshot is closed.
	if werr := w.wait(); err == nil {
		err = werr
	}
	if err != nil {
		clear(d.e.cursors) // some may be ahead of what was committed
	}
	return done && err == nil, err
}

// round is work for one account on one snapshot.
type round struct {
	d       *drain
	ctx     context.Context
	tx      Tx
	account string
	rules   *loaded
	feeds   []inventory.Feed
	view    *accountView
	w       *writer
	end     context.Context // ends with the round's time
	cancel  context.CancelFunc
	spent   int // of what the view has listed
}

// late reports whether the round is over. A view that was dear to build is used for longer: what it listed buys time, ten
// times what it took.
func (r *round) late() bool {
	if r.end.Err() == nil {
		return false
	}
	bought := time.Duration(r.view.listed-r.spent) * perListed
	if bought == 0 || r.ctx.Err() != nil {
		return true
	}
	r.spent = r.view.listed
	r.cancel()
	r.end, r.cancel = context.WithTimeout(r.ctx, min(bought, longestRound))
	return false
}

const (
	// perListed is what a listed item buys; to read and decode it takes a tenth.
	perListed    = 200 * time.Microsecond
	longestRound = 30 * time.Second
)

// instance finds a live rule by number; nil when there is none.
func (r *round) instance(n int64) *instance {
	for _, in := range r.rules.live {
		if in.N == n {
			return in
		}
	}
	return nil
}

// writer commits batches in order, one behind the evaluation of the next.
type writer struct {
	ctx     context.Context
	store   Store
	pending chan error
}

// submit commits fn after what was submitted before; it waits for that, not for fn. After runs once fn is committed.
func (w *writer) submit(fn func(Tx) error, after func()) error {
	if err := w.wait(); err != nil {
		return err
	}
	w.pending = make(chan error, 1)
	go func(done chan<- error) {
		err := w.store.Write(w.ctx, fn)
		if err == nil && after != nil {
			after()
		}
		done <- err
	}(w.pending)
	return nil
}

func (w *writer) wait() error {
	if w.pending == nil {
		return nil
	}
	err := <-w.pending
	w.pending = nil
	return err
}
