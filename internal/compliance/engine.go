package compliance

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// feedReader names the engine's cursors in the change feeds.
const feedReader = "compliance"

// Engine evaluates rules: it follows the inventory's change feeds, runs what is due, and evaluates all subjects of
// rules that are new, changed or started by hand. Everything it has done is durable; after a restart it goes on where
// it was, and repeats at most the batch that was not committed, to the same effect.
type Engine struct {
	p   *Program
	log *slog.Logger

	mu      sync.Mutex // one Drain at a time
	cursors map[inventory.Feed]int64
	checked bool               // rules were compared with the library
	loaded  map[string]*loaded // by account
}

// Engine is an engine over the program's store. There must be one at a time.
func (p *Program) Engine(log *slog.Logger) *Engine {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Engine{p: p, log: log, cursors: map[inventory.Feed]int64{}, loaded: map[string]*loaded{}}
}

// Progress tells how far a Drain is.
type Progress struct {
	Account, Region string
	// Subjects and Evaluations since the Drain began; Changed is how many of these were new verdicts or changes.
	Subjects, Evaluations, Changed int64
}

// idle is the longest time between two looks for work that nobody announced.
const idle = time.Minute

// Run evaluates until the context ends. It looks for work when Notify is called, when a rule is due, and every
// minute. A fault is logged and the work tried again.
func (e *Engine) Run(ctx context.Context) error {
	for {
		wait := idle
		if err := e.Drain(ctx, nil); err != nil && ctx.Err() == nil {
			e.log.Error("evaluation failed; it will be tried again", "error", err)
			wait = 5 * time.Second
		}
		if next := e.next(ctx); !next.IsZero() {
			wait = max(0, min(wait, next.Sub(e.p.ids.Now())))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-e.p.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// next is when a rule is due; zero when none is, or it cannot be told.
func (e *Engine) next(ctx context.Context) time.Time {
	var next time.Time
	err := e.p.store.Read(ctx, func(tx Tx) error {
		var err error
		_, next, err = tx.EvaluationWork(e.p.ids.Now())
		return err
	})
	if err != nil && ctx.Err() == nil {
		e.log.Error("reading the schedule failed", "error", err)
	}
	return next
}

// Drain does everything that is pending now. Progress, when given, is called after each committed batch.
func (e *Engine) Drain(ctx context.Context, progress func(Progress)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	d := &drain{e: e, progress: progress}
	worked := map[string]bool{}
	for {
		accounts, err := e.pending(ctx)
		if err != nil {
			return err
		}
		if len(accounts) == 0 && len(worked) == 0 {
			return nil
		}
		if len(accounts) == 0 { // at rest; what this writes is followed in another turn, which finds nothing to note
			for _, a := range slices.Sorted(maps.Keys(worked)) {
				if err := e.notePacks(ctx, a); err != nil {
					return fmt.Errorf("note the packs of account %s: %w", a, err)
				}
			}
			clear(worked)
		}
		for _, a := range accounts {
			worked[a] = true
			if err := d.account(ctx, a); err != nil {
				return fmt.Errorf("evaluate account %s: %w", a, err)
			}
		}
	}
}

// pending are the accounts in which there is something to do.
func (e *Engine) pending(ctx context.Context) ([]string, error) {
	var accounts []string
	err := e.p.store.Read(ctx, func(tx Tx) error {
		feeds, err := tx.ItemFeeds(arn.Everything())
		if err != nil {
			return err
		}
		for _, f := range feeds {
			at, err := e.cursor(tx, f)
			if err != nil {
				return err
			}
			if at < f.Last {
				accounts = append(accounts, f.Account)
			}
		}
		busy, _, err := tx.EvaluationWork(e.p.ids.Now())
		if err != nil {
			return err
		}
		accounts = append(accounts, busy...)
		if !e.checked {
			all, err := tx.RuleAccounts()
			if err != nil {
				return err
			}
			accounts = append(accounts, all...)
		}
		return nil
	})
	e.checked = e.checked || err == nil
	slices.Sort(accounts)
	return slices.Compact(accounts), err
}

// cursor is how far the engine has come in a feed. Only the engine moves it, so it is read from the store once.
func (e *Engine) cursor(tx Tx, f inventory.Feed) (int64, error) {
	k := inventory.Feed{Account: f.Account, Region: f.Region}
	at, ok := e.cursors[k]
	if ok {
		return at, nil
	}
	at, err := tx.FeedCursor(feedReader, f.Account, f.Region)
	if err == nil {
		e.cursors[k] = at
	}
	return at, err
}

// maxLoaded accounts keep their rules in memory.
const maxLoaded = 16

// loaded is what the engine keeps of an account between rounds.
type loaded struct {
	generation int64
	live       []*instance
	deleted    []RuleState
}

// load is the account's rules with their states; of these the counts and the time of the last evaluation are old.
func (e *Engine) load(tx Tx, account string) (*loaded, error) {
	generation, err := tx.RuleGeneration(account)
	if err != nil {
		return nil, err
	}
	if l := e.loaded[account]; l != nil && l.generation == generation {
		return l, nil
	}
	l, err := loadRules(tx, account)
	if err != nil {
		return nil, err
	}
	if len(e.loaded) >= maxLoaded {
		clear(e.loaded)
	}
	l.generation = generation
	e.loaded[account] = l
	return l, nil
}

func loadRules(tx Tx, account string) (*loaded, error) {
	s := arn.Scope{Accounts: []string{account}}
	ds, err := rules.All(tx, s)
	if err != nil {
		return nil, err
	}
	states, err := tx.RuleStates(s)
	if err != nil {
		return nil, err
	}
	l := &loaded{}
	byNumber := make(map[int64]RuleState, len(states))
	for _, st := range states {
		if st.Deleted {
			l.deleted = append(l.deleted, st)
		} else {
			byNumber[st.N] = st
		}
	}
	for _, d := range ds {
		if st, ok := byNumber[d.Value.N]; ok {
			in := newInstance(d.Value)
			in.state = st
			l.live = append(l.live, in)
		}
	}
	return l, nil
}
