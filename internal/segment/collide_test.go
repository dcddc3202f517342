package segment_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// The 48 bits by which the index knows a text are the same for these two.
const heads, tails = "n24754092", "n21430393"

// TestEqualHashes: texts that the index cannot tell apart are told apart.
func TestEqualHashes(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		t.Run(fmt.Sprint("sealed=", sealed), func(t *testing.T) {
			s := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB))
			for _, v := range []string{heads, tails} {
				e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":"2024-03-05T00:00:00Z","eventName":%q,"recipientAccountId":"111122223333","eventID":%q,"resources":[{"ARN":%q}],"userIdentity":{"userName":%q}}`, v, v, v, v))
				if err != nil {
					t.Fatal(err)
				}
				if a, err := s.Append(t.Context(), trail.Batch{Events: []trail.Event{e}}); err != nil || a.Stored != 1 {
					t.Fatalf("%+v, %v", a, err)
				}
				if sealed {
					if _, err := s.Seal(t.Context(), 1); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, a := range []trail.Attribute{trail.EventID, trail.EventName, trail.ResourceName, trail.Username} {
				m := trail.Match{Attribute: a, Value: heads}
				one := func(how string, ids []string, err error) {
					if err != nil || len(ids) != 1 || ids[0] != heads {
						t.Errorf("%s by attribute %d: %q, %v", how, a, ids, err)
					}
				}
				p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Attribute: a, Value: heads, Limit: 1})
				if len(p.Events) == 1 {
					one("look-up", []string{p.Events[0].ID}, err)
				} else {
					one("look-up", nil, err)
				}
				var ids []string
				err = s.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything(), AnyOf: []trail.Match{m}}, func(e *trail.Event) bool {
					ids = append(ids, e.ID)
					return true
				})
				one("scan", ids, err)
				ids = nil
				err = s.Blocks(t.Context(), trail.BlockQuery{Scope: arn.Everything(), AllOf: [][]trail.Match{{m}}, Columns: []trail.Column{trail.ColumnID}}, func(b *trail.Block) error {
					for i := range b.Rows {
						ids = append(ids, b.Texts[trail.ColumnID].At(i))
					}
					return nil
				})
				one("blocks", ids, err)
			}
		})
	}
}
