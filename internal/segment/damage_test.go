package segment_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// TestAnyBitDamaged: whichever bit of a segment is wrong, what is answered is right, or an error that names the file.
func TestAnyBitDamaged(t *testing.T) {
	root, db := filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB)
	if _, err := open(t, root, db).Append(t.Context(), batchOf(t, 7, 700)); err != nil {
		t.Fatal(err)
	}
	names := filesBelow(t, root)
	name := names[slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, ".parquet") })]
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var want [3]string
	for i, ask := range everyWay {
		if want[i], err = ask(t, open(t, root, db)); err != nil {
			t.Fatal(err)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for range 100 {
		bad := slices.Clone(good)
		at := rnd.IntN(len(bad))
		if rnd.IntN(2) == 0 {
			at = len(bad) - 1 - rnd.IntN(9000) // where the file tells what it holds
		}
		bad[at] ^= 1 << rnd.IntN(8)
		if err := os.WriteFile(name, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		for i, ask := range everyWay {
			got, err := ask(t, open(t, root, db))
			if err != nil {
				failed++
			}
			if err == nil && got != want[i] || err != nil && !strings.Contains(err.Error(), name) {
				t.Errorf("byte %d is wrong: question %d is answered with %s, %v", at, i, got, err)
			}
		}
	}
	if failed < 100 {
		t.Errorf("only %d questions failed", failed)
	}
}

// everyWay reads all events by columns, by rows and by look-up, and sums them up.
var everyWay = [3]func(*testing.T, *segment.Store) (string, error){
	func(t *testing.T, s *segment.Store) (string, error) {
		var columns []trail.Column
		for c := range trail.NumColumns {
			columns = append(columns, c)
		}
		sum := fnv.New64()
		err := s.Blocks(t.Context(), trail.BlockQuery{Scope: arn.Everything(), Columns: columns}, func(b *trail.Block) error {
			for i := range b.Rows {
				fmt.Fprint(sum, b.Seqs[i], b.Times[i], b.Raw[i])
				for _, c := range columns {
					if c != trail.ColumnSeq && c != trail.ColumnTime && c != trail.ColumnRaw {
						fmt.Fprint(sum, b.Texts[c].At(i))
					}
				}
			}
			return nil
		})
		return fmt.Sprint(sum.Sum64()), err
	},
	func(t *testing.T, s *segment.Store) (string, error) {
		sum := fnv.New64()
		err := s.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything()}, func(e *trail.Event) bool {
			fmt.Fprint(sum, *e)
			return true
		})
		return fmt.Sprint(sum.Sum64()), err
	},
	func(t *testing.T, s *segment.Store) (string, error) {
		p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 1000})
		return fmt.Sprint(p), err
	},
}
