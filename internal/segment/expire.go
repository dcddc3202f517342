package segment

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// Expire removes the events of every UTC day before that of a time, with all that is kept of them but the marks of
// their files: those are not read again, so that importing a bucket once more does not bring its past back. An old
// event that a new file brings is stored, and goes with the next Expire. It tells how many events it removed. Each
// account, region and day goes in one transaction; followers that have not come to an event will not see it.
func (s *Store) Expire(ctx context.Context, before time.Time) (events int, err error) {
	first := before.UTC().Format(time.DateOnly)
	s.appends.Lock()
	defer s.appends.Unlock()
	if err := s.reload(ctx); err != nil {
		return 0, err
	}
	due := map[partition][]trail.Segment{}
	for _, seg := range s.segments {
		if seg.Day < first {
			p := partition{seg.Account, seg.Region, seg.Day}
			due[p] = append(due[p], seg)
		}
	}
	var days []partition
	for p := range due {
		days = append(days, p)
	}
	for p := range s.waiting {
		if p.day < first && due[p] == nil {
			days = append(days, p)
		}
	}
	slices.SortFunc(days, comparePartitions)
	for _, p := range days {
		n, err := s.expireDay(ctx, p, due[p])
		events += n
		if err != nil {
			return events, err
		}
	}
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return events, err
	}
	return events, s.sql.Write(ctx, func(tx trail.Tx) error {
		_, err := tx.DeleteEventConflicts(day)
		return err
	})
}

// expireDay removes the segments of an account, region and day, and its waiting rows.
func (s *Store) expireDay(ctx context.Context, p partition, segments []trail.Segment) (events int, err error) {
	from, err := time.Parse(time.DateOnly, p.day)
	if err != nil {
		return 0, err
	}
	to := from.AddDate(0, 0, 1)
	var rows []trail.Event
	if s.waiting[p] > 0 {
		err := s.sql.Read(ctx, func(tx trail.Tx) (err error) {
			rows, err = tx.HotEvents(trail.HotQuery{Scope: arn.Scope{Accounts: []string{p.account}, Regions: []string{p.region}}, Start: from, End: to.Add(-time.Millisecond)})
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	last := s.head
	err = s.commit(ctx, change{head: last, gone: segments, write: func(tx trail.Tx) error {
		_, err := tx.DeleteHotEvents(p.account, p.region, from, to, last)
		return err
	}})
	if err != nil {
		return 0, err
	}
	s.forgetHot(p, rows)
	for _, seg := range segments {
		events += seg.Rows
	}
	return events + len(rows), nil
}

// forgetHot takes rows that are gone out of what is known of waiting events.
func (s *Store) forgetHot(p partition, rows []trail.Event) {
	delete(s.waiting, p)
	for i := range rows {
		delete(s.hot[p.account], hash(rows[i].ID))
	}
}
