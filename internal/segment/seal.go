package segment

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// Seal moves the waiting rows of every account, region and day that has at least atLeast of them into segments, and
// tells how many it moved. It changes no answer: an event keeps its place in every order.
func (s *Store) Seal(ctx context.Context, atLeast int) (int, error) {
	s.appends.Lock()
	defer s.appends.Unlock()
	if err := s.reload(ctx); err != nil {
		return 0, err
	}
	return s.seal(ctx, atLeast)
}

func (s *Store) sealFull(ctx context.Context) error {
	_, err := s.seal(ctx, maxWaiting)
	return err
}

func (s *Store) seal(ctx context.Context, atLeast int) (int, error) {
	var due []partition
	for p, n := range s.waiting {
		if n >= atLeast {
			due = append(due, p)
		}
	}
	slices.SortFunc(due, comparePartitions)
	moved := 0
	for _, p := range due {
		n, err := s.sealPartition(ctx, p)
		moved += n
		if err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// sealPartition moves one partition's rows. The manifest row appears and the rows go in one transaction.
func (s *Store) sealPartition(ctx context.Context, p partition) (int, error) {
	from, err := time.Parse("2006-01-02", p.day)
	if err != nil {
		return 0, err
	}
	to := from.AddDate(0, 0, 1)
	var rows []trail.Event
	err = s.sql.Read(ctx, func(tx trail.Tx) (err error) {
		scope := arn.Scope{Accounts: []string{p.account}, Regions: []string{p.region}}
		rows, err = tx.HotEvents(trail.HotQuery{Scope: scope, Start: from, End: to.Add(-time.Millisecond)})
		return err
	})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	events := make([]*trail.Event, len(rows))
	for i := range rows {
		events[i] = &rows[i]
	}
	slices.SortFunc(events, byTime)
	var segments []trail.Segment
	for chunk := range slices.Chunk(events, maxRows) {
		seg, err := s.sealed(p, chunk)
		if err != nil {
			return 0, err
		}
		segments = append(segments, seg)
	}
	last := s.head
	err = s.commit(ctx, change{head: last, segments: segments, write: func(tx trail.Tx) error {
		_, err := tx.DeleteHotEvents(p.account, p.region, from, to, last)
		return err
	}})
	if err != nil {
		return 0, err
	}
	s.forgetHot(p, rows)
	return len(events), nil
}

func comparePartitions(a, b partition) int {
	return slices.Compare([]string{a.account, a.region, a.day}, []string{b.account, b.region, b.day})
}
