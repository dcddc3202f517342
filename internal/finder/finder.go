package finder

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

// Audit is what the finder asks the audit for.
type Audit interface {
	// Defined is an assessment with the definitions of its controls when they are wanted; NotFound when it is deleted.
	Defined(ctx context.Context, account, id string, controls bool) (assess.Shown, error)
	// Registered reports whether the account has the audit enabled, and when it first had.
	Registered(ctx context.Context, account string) (since time.Time, is bool, err error)
}

// Finder is the evidence finder of an installation.
type Finder struct {
	audit Audit
	// domain names the domain of a control.
	domain func(*assess.Definition) string
	follower
	cache cache
}

// New is a finder over a store and an audit. domain names the domain of a control, "" where it is not known; nil: of none.
func New(store Store, audit Audit, domain func(*assess.Definition) string) *Finder {
	f := &Finder{audit: audit, domain: domain, cache: cache{limit: cacheBytes}}
	f.follower = follower{store: store, forgot: f.cache.forget}
	return f
}

// Follow takes what an account's log has beyond the columns.
func (f *Finder) Follow(ctx context.Context, account string) error { return f.follow(ctx, account) }

// Behind is how many pieces of an account are not in columns yet.
func (f *Finder) Behind(ctx context.Context, account string) (n int64, err error) {
	err = f.store.Read(ctx, func(tx Tx) error {
		h, err := tx.FinderHead(account)
		if err != nil {
			return err
		}
		log, err := tx.Head(account)
		n = max(0, log.Size-h.Leaves)
		return err
	})
	return n, err
}

// followEvery is how often new evidence is taken when nobody asks for it.
const followEvery = 20 * time.Second

// Run keeps the columns of all accounts close to their logs, until ctx ends.
func (f *Finder) Run(ctx context.Context, log *slog.Logger) error {
	t := time.NewTicker(followEvery)
	defer t.Stop()
	for {
		if err := f.followAll(ctx); err != nil && ctx.Err() == nil {
			log.Error("evidence could not be made ready for the evidence finder; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

func (f *Finder) followAll(ctx context.Context) error {
	var accounts []string
	err := f.store.Read(ctx, func(tx Tx) (err error) {
		accounts, err = tx.LedgerAccounts()
		return err
	})
	for _, a := range accounts {
		if err == nil {
			err = f.follow(ctx, a)
		}
	}
	return err
}

// category is the category of a service by its short name.
func category(service string) string {
	list := catalog.Services()
	i, ok := slices.BinarySearchFunc(list, service, func(s catalog.Service, name string) int { return strings.Compare(s.Name, name) })
	if !ok {
		return ""
	}
	return list[i].Category
}

// seen are the assessments among ids that exist and that a sight shows something of.
func (f *Finder) seen(ctx context.Context, account string, sight *Sight, ids []string, controls bool) (map[string]*assess.Shown, error) {
	out := map[string]*assess.Shown{}
	for _, id := range ids {
		if _, ok := sight.Assessments[id]; !ok && !sight.All {
			continue
		}
		a, err := f.audit.Defined(ctx, account, id, controls)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[id] = &a
	}
	return out, nil
}
