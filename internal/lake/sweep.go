package lake

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/trails"
)

// Sweep removes what has served its time, and tells how much: data stores whose grace is over, queries, and results that
// belong to no query.
func (l *Lake) Sweep(ctx context.Context) (int, error) {
	a, err := l.sweepStores(ctx)
	b, err2 := l.sweepQueries(ctx)
	c, err3 := l.sweepResults(ctx)
	return a + b + c, errors.Join(err, err2, err3)
}

func (l *Lake) sweepStores(ctx context.Context) (removed int, err error) {
	return l.sweep(ctx, func(tx docs.Tx) (n int, err error) {
		all, err := stores.All(tx, arn.Everything())
		for i := range all {
			d := &all[i].Value
			if err == nil && d.Status == PendingDeletion && l.past(d.Deleted, Grace) {
				n++
				err = errors.Join(stores.Delete(tx, d.Account, d.Region, d.ID), trails.Forget(tx, d.ARN()))
			}
		}
		return n, err
	})
}

func (l *Lake) sweepQueries(ctx context.Context) (int, error) {
	return l.sweep(ctx, func(tx docs.Tx) (n int, err error) {
		all, err := queries.All(tx, arn.Everything())
		for i := range all {
			q := &all[i].Value
			if err == nil && q.Over() && q.Delivery != DeliveryPending && l.past(q.Created, Kept) {
				n++
				err = queries.Delete(tx, q.Account, q.Region, q.ID)
			}
		}
		return n, err
	})
}

// sweepResults removes the files of queries that are gone: the row goes first, so a query never lacks its results.
func (l *Lake) sweepResults(ctx context.Context) (removed int, err error) {
	entries, err := os.ReadDir(l.Dir)
	if errors.Is(err, os.ErrNotExist) || l.Dir == "" {
		return 0, nil
	}
	known := map[string]bool{}
	if err == nil {
		err = l.Docs.Read(ctx, func(tx docs.Tx) error {
			all, err := queries.All(tx, arn.Everything())
			for i := range all {
				known[all[i].ID] = true
			}
			return err
		})
	}
	for _, e := range entries {
		if id, _, _ := strings.Cut(e.Name(), "."); err == nil && !known[id] {
			removed++
			err = l.results.remove(id)
		}
	}
	return removed, err
}

func (l *Lake) sweep(ctx context.Context, fn func(docs.Tx) (int, error)) (removed int, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		removed, err = fn(tx)
		return err
	})
	return removed, err
}

func (l *Lake) past(t time.Time, age time.Duration) bool { return l.Clock.Now().Sub(t) >= age }
