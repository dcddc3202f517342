package finder_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// failing loses a write, or the answer to one that is stored.
type failing struct {
	store.Repo[finder.Tx]
	left   int
	stored bool
}

var errLost = errors.New("lost")

func (f *failing) Write(ctx context.Context, fn func(finder.Tx) error) error {
	if f.left--; f.left != 0 {
		return f.Repo.Write(ctx, fn)
	}
	if f.stored {
		return errors.Join(f.Repo.Write(ctx, fn), errLost)
	}
	return errLost
}

// TestInterrupted: whichever write is lost, or whose answer is, what is found afterwards is whole and not doubled.
func TestInterrupted(t *testing.T) {
	for _, stored := range []bool{false, true} {
		for at := 1; ; at++ {
			h := newHouse(t)
			var members []ledger.Hash
			for i := range 3 {
				b := bucket(i, ledger.Compliant)
				hash, err := b.Hash()
				h.ok(err)
				members = append(members, hash)
				h.record(ledger.Item{Body: b, Occurrence: occurrence("a1", "s1", "c1", day)})
			}
			h.record(ledger.Item{Body: ledger.Body{Source: "AWS Config", Type: "Compliance check"}, Occurrence: occurrence("a1", "s1", "c2", day), Members: members})
			f := &failing{Repo: store.For(h.env.DB, func(tx *store.Tx) finder.Tx { return tx }), left: at, stored: stored}
			err := finder.New(f, h.audits, nil).Follow(ctx, accountA)
			if err == nil {
				if at < 3 {
					t.Fatalf("%d writes were made", at-1)
				}
				break
			}
			if !errors.Is(err, errLost) {
				t.Fatal(err)
			}
			h.build()
			h.same(h.query(all, `SELECT eventData.controlId, count(*), count(DISTINCT eventData.resourceArn) FROM x GROUP BY 1`), "c1|3|3", "c2|3|3")
		}
	}
}
