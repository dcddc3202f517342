package report

import (
	"context"
	"iter"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// LedgerSource reads an assessment's evidence from the ledger, page by page.
type LedgerSource struct {
	Store ledger.Store
	// Account owns the assessment, Assessment is its id.
	Account, Assessment string
	// Size is the size of the report's checkpoint; later evidence is not part of the report.
	Size int64
	// FromDay and ToDay, both included, narrow to the days of a frozen period; empty means every day.
	FromDay, ToDay string
	// Selected tells whether the evidence of an id was selected.
	Selected func(id string) bool
	// SelectedAt tells it by the leaf, in place of Selected; nil: it does not.
	SelectedAt func(leaf int64) bool
	// Objects opens raw objects by their hash; NotFound when one is no longer kept.
	Objects func(ctx context.Context, h ledger.Hash) (Raw, error)
}

// pageSize is how many entries are read in one transaction.
const pageSize = 500

// Evidence implements Source: day by day, in the order of the log.
func (s LedgerSource) Evidence(ctx context.Context, controlSet, control string) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		q := ledger.Query{Account: s.Account, Assessment: s.Assessment, ControlSet: controlSet, Control: control, FromDay: s.FromDay, ToDay: s.ToDay, Before: s.Size, Limit: pageSize}
		days, err := s.days(ctx, q)
		if err != nil {
			yield(Item{}, err)
			return
		}
		for _, q.Day = range days {
			for q.After = nil; ; {
				page, err := s.page(ctx, q)
				if err != nil {
					yield(Item{}, err)
					return
				}
				for _, it := range page {
					if !yield(it, nil) {
						return
					}
				}
				if len(page) < pageSize {
					break
				}
				q.After = &page[len(page)-1].LeafIndex
			}
		}
	}
}

func (s LedgerSource) selects(e *ledger.Entry) bool {
	if s.SelectedAt != nil {
		return s.SelectedAt(e.LeafIndex)
	}
	return s.Selected(e.ID)
}

// days lists the days on which the control has evidence.
func (s LedgerSource) days(ctx context.Context, q ledger.Query) ([]string, error) {
	if s.Size == 0 {
		return nil, nil
	}
	seen := map[string]bool{}
	err := s.Store.Read(ctx, func(tx ledger.Tx) error {
		folders, err := tx.Folders(q)
		for _, f := range folders {
			seen[f.Day] = true
		}
		return err
	})
	return slices.Sorted(maps.Keys(seen)), err
}

func (s LedgerSource) page(ctx context.Context, q ledger.Query) ([]Item, error) {
	var out []Item
	err := s.Store.Read(ctx, func(tx ledger.Tx) error {
		entries, err := tx.Entries(q)
		if err != nil {
			return err
		}
		for _, e := range entries {
			it := Item{Entry: e, Selected: s.selects(&e)}
			if it.Selected {
				if it.Body, err = ledger.ReadBody(tx, s.Account, e.Body); err != nil {
					return err
				}
				if !e.Produced.IsZero() {
					p, err := ledger.ReadProduced(tx, s.Account, e.Produced)
					if err != nil {
						return err
					}
					it.Produced = &p
				}
			}
			out = append(out, it)
		}
		return nil
	})
	return out, err
}

// Members implements Source.
func (s LedgerSource) Members(ctx context.Context, m ledger.Members) iter.Seq2[ledger.Body, error] {
	return func(yield func(ledger.Body, error) bool) {
		var hashes []ledger.Hash
		err := s.Store.Read(ctx, func(tx ledger.Tx) (err error) {
			hashes, err = ledger.ReadMembers(tx, s.Account, m)
			return err
		})
		for len(hashes) > 0 && err == nil {
			n := min(pageSize, len(hashes))
			var bodies []ledger.Body
			err = s.Store.Read(ctx, func(tx ledger.Tx) error {
				for _, h := range hashes[:n] {
					b, err := ledger.ReadBody(tx, s.Account, h)
					if err != nil {
						return err
					}
					bodies = append(bodies, b)
				}
				return nil
			})
			for _, b := range bodies {
				if err == nil && !yield(b, nil) {
					return
				}
			}
			hashes = hashes[n:]
		}
		if err != nil {
			yield(ledger.Body{}, err)
		}
	}
}

// Raw implements Source.
func (s LedgerSource) Raw(ctx context.Context, h ledger.Hash) (Raw, error) { return s.Objects(ctx, h) }

// Hashes implements Source.
func (s LedgerSource) Hashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		err = s.Store.Read(ctx, func(tx ledger.Tx) error {
			out, err = ledger.Reader(tx, s.Account).ReadHashes(indexes)
			return err
		})
		return out, err
	})
}
