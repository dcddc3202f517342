package segment

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
)

// blockRows is how many events a block holds.
const blockRows = 4096

// Blocks implements trail.Store.
func (s *Store) Blocks(ctx context.Context, q trail.BlockQuery, yield func(*trail.Block) error) error {
	scan := trail.ScanQuery{Scope: q.Scope, From: q.From, To: q.To, Raw: slices.Contains(q.Columns, trail.ColumnRaw) || len(q.AllOf) > 1}
	if len(q.AllOf) > 0 {
		scan.AnyOf = q.AllOf[0]
	}
	b := &trail.Block{}
	var failed error
	err := s.Scan(ctx, scan, func(e *trail.Event) bool {
		if len(q.AllOf) > 1 && !q.Matches(e) {
			return true
		}
		b.Add(e, q.Columns)
		if b.Rows < blockRows {
			return true
		}
		failed = yield(b)
		b = &trail.Block{}
		return failed == nil
	})
	if failed == nil && err == nil && b.Rows > 0 {
		failed = yield(b)
	}
	if failed != nil {
		return failed
	}
	return err
}
