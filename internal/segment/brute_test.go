package segment_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// testEvents is how many events the longer tests work on: TICKMARK_TEST_EVENTS, or few enough for CI.
func testEvents(t *testing.T) int {
	t.Helper()
	s := os.Getenv("TICKMARK_TEST_EVENTS")
	if s == "" {
		return 20_000
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("TICKMARK_TEST_EVENTS: %v", err)
	}
	return n
}

// known is what brute force keeps of an event: all but the bytes, of which it keeps the hash.
type known struct {
	trail.Event
	sum [sha256.Size]byte
}

// brute looks up by looking at every event.
func brute(all []known, q trail.Query) (found []*known, next bool) {
	for i := range all {
		e := &all[i]
		if q.Matches(&e.Event) && (q.After.IsZero() || trail.CursorOf(&e.Event).Compare(q.After) < 0) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b *known) int { return trail.CursorOf(&b.Event).Compare(trail.CursorOf(&a.Event)) })
	if len(found) > q.Limit {
		return found[:q.Limit], true
	}
	return found, false
}

// trickled stores n generated events of three days and one account as they come in life: in batches, 2 % of them late,
// in small batches between those of later events, and 1 % twice.
func trickled(t *testing.T, s *segment.Store, n int, rnd *rand.Rand) []known {
	t.Helper()
	g := trailtest.NewGenerator(11)
	g.Step = 3 * 24 * time.Hour / time.Duration(n+1)
	all := make([]known, 0, n)
	var batch, late, again []trail.Event
	twice := 0
	store := func(events []trail.Event, again int) {
		a, err := s.Append(t.Context(), trail.Batch{Events: events})
		if err != nil || a.Stored != len(events)-again || a.Duplicates != again || len(a.Conflicts) != 0 {
			t.Fatalf("%d events, %d of them again: %+v, %v", len(events), again, a, err)
		}
	}
	for i := range n {
		e, err := trail.Decode(g.Record(nil))
		if err != nil {
			t.Fatal(err)
		}
		e.Origin = fmt.Sprint("file-", i/200)
		k := known{Event: e, sum: sha256.Sum256(e.Raw)}
		k.Raw = nil
		all = append(all, cloned(k))
		switch p := rnd.IntN(100); {
		case p < 2:
			late = append(late, e)
		case p == 2 && rnd.IntN(2) == 0: // in one batch
			batch = append(batch, e, e)
			twice++
		case p == 2: // and once more in the next
			batch = append(batch, e)
			again = append(again, e)
		default:
			batch = append(batch, e)
		}
		if len(batch) >= n/25 || i == n-1 {
			store(batch, twice)
			batch, again, twice = again, nil, len(again)
			for len(late) > 0 && (rnd.IntN(3) > 0 || i == n-1) {
				m := min(len(late), 1+rnd.IntN(300))
				store(late[:m], 0)
				late = late[m:]
			}
		}
	}
	return all
}

// cloned is k without a hold on the record that its texts are parts of.
func cloned(k known) known {
	for _, s := range []*string{&k.ID, &k.Account, &k.Region, &k.Name, &k.Source, &k.Category, &k.ReadOnly, &k.User, &k.AccessKeyID} {
		*s = strings.Clone(*s)
	}
	k.Type, k.Principal, k.SourceIP, k.ErrorCode, k.SharedID = "", "", "", "", ""
	k.Resources = slices.Clone(k.Resources)
	for i := range k.Resources {
		k.Resources[i] = trail.Resource{Type: strings.Clone(k.Resources[i].Type), Name: strings.Clone(k.Resources[i].Name)}
	}
	return k
}

// TestLookupByEachAttribute: whatever LookupEvents can search by, the pages are those that looking at every event gives.
func TestLookupByEachAttribute(t *testing.T) {
	n := testEvents(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	s := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB))
	all := trickled(t, s, n, rnd)
	compareLookups(t, s, all, rnd)
	if _, err := s.Seal(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Compact(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d files fewer, %v", n, err)
	}
	compareLookups(t, s, all, rnd)
}

func compareLookups(t *testing.T, s *segment.Store, all []known, rnd *rand.Rand) {
	t.Helper()
	for a := trail.Anything; a <= trail.AccessKeyID; a++ {
		for range 6 {
			q := trail.Query{Scope: arn.In("111122223333", "eu-west-1"), Limit: 50, Attribute: a}
			if a != trail.Anything {
				for q.Value == "" { // one that some event has
					all[rnd.IntN(len(all))].Values(a, func(v string) bool { q.Value = v; return rnd.IntN(2) == 0 })
				}
			}
			if rnd.IntN(2) == 0 {
				q.Start = all[rnd.IntN(len(all))].Time
			}
			if rnd.IntN(2) == 0 {
				q.End = all[rnd.IntN(len(all))].Time
			}
			for range 4 { // pages
				want, more := brute(all, q)
				got, err := s.Lookup(t.Context(), q)
				if err != nil || len(got.Events) != len(want) || got.Next.IsZero() == more {
					t.Fatalf("%+v: %d events, want %d, %v", q, len(got.Events), len(want), err)
				}
				for i, e := range got.Events {
					if e.ID != want[i].ID || sha256.Sum256(e.Raw) != want[i].sum {
						t.Fatalf("%+v: event %d is %s, want %s", q, i, e.ID, want[i].ID)
					}
				}
				if q.After = got.Next; q.After.IsZero() {
					break
				}
			}
		}
	}
}
