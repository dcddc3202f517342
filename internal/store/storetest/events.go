package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trail"
)

var eventTests = map[string]func(*testing.T, *Env){
	"Events/Head":      eventHead,
	"Events/Hot":       hotEvents,
	"Events/HotOrder":  hotOrder,
	"Events/Manifest":  eventManifest,
	"Events/Conflicts": eventConflicts,
}

// hotEvent is the n-th event of an account: n seconds after Start, found by the term n%3.
func hotEvent(t *testing.T, account string, n int) trail.HotEvent {
	t.Helper()
	at := Start.Add(time.Duration(n) * time.Second)
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":%q,"eventName":"N","eventID":"id-%02d","awsRegion":"eu-west-1","recipientAccountId":%q}`, at.Format(time.RFC3339), n, account))
	if err != nil {
		t.Fatal(err)
	}
	e.Seq, e.Origin = int64(n), "file"
	return trail.HotEvent{Event: e, Terms: []int64{int64(n % 3), -7}}
}

func eventHead(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error { return tx.MoveEventHead(0, 10) })
	wantKind(t, e.Write(t.Context(), func(tx *store.Tx) error { return tx.MoveEventHead(0, 20) }), fault.Conflict)
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		if seq, err := tx.EventHead(); err != nil || seq != 10 {
			t.Errorf("head %d, %v; want 10", seq, err)
		}
		return nil
	})
}

func ids(events []trail.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, e.ID)
	}
	return out
}

func hotEvents(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	write(t, e, func(tx *store.Tx) error {
		return tx.PutHotEvents([]trail.HotEvent{hotEvent(t, a, 1), hotEvent(t, a, 2), hotEvent(t, b, 3), hotEvent(t, a, 4)})
	})
	wantKind(t, e.Write(t.Context(), func(tx *store.Tx) error { return tx.PutHotEvents([]trail.HotEvent{hotEvent(t, a, 1)}) }), fault.Exists)
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			name string
			q    trail.HotQuery
			want []string
		}{
			{"all of an account", trail.HotQuery{Scope: arn.In(a, "eu-west-1")}, []string{"id-04", "id-02", "id-01"}},
			{"other region", trail.HotQuery{Scope: arn.In(a, "us-east-1")}, nil},
			{"no scope", trail.HotQuery{}, nil},
			{"installation", trail.HotQuery{Scope: arn.Everything(), Limit: 2}, []string{"id-04", "id-03"}},
			{"term", trail.HotQuery{Scope: arn.In(a, ""), AnyTerm: []int64{1, 99}}, []string{"id-04", "id-01"}},
			{"term of another account", trail.HotQuery{Scope: arn.In(a, ""), AnyTerm: []int64{0}}, nil},
			{"times", trail.HotQuery{Scope: arn.In(a, ""), Start: Start.Add(2 * time.Second), End: Start.Add(2 * time.Second)}, []string{"id-02"}},
			{"cursor", trail.HotQuery{Scope: arn.In(a, ""), Before: trail.Cursor{Time: Start.Add(2 * time.Second), ID: "id-02", Account: a}}, []string{"id-01"}},
		} {
			got, err := tx.HotEvents(c.q)
			if err != nil || !slices.Equal(ids(got), c.want) {
				t.Errorf("%s: %v, %v; want %v", c.name, ids(got), err, c.want)
			}
		}
		since, err := tx.HotEventsSince(arn.In(a, ""), 1, 1)
		if err != nil || !slices.Equal(ids(since), []string{"id-02"}) || since[0].Origin != "file" || since[0].Seq != 2 {
			t.Errorf("since: %v, %v", since, err)
		}
		if _, ok, err := tx.HotEvent(b, "id-01"); ok || err != nil {
			t.Errorf("an event of another account was found (%v)", err)
		}
		keys, err := tx.HotKeys()
		if err != nil || len(keys) != 4 || !keys[0].Time.Equal(Start.Add(time.Second)) {
			t.Errorf("keys %v, %v", keys, err)
		}
		return nil
	})
	write(t, e, func(tx *store.Tx) error {
		n, err := tx.DeleteHotEvents(a, "eu-west-1", Start, Start.Add(4*time.Second), 3)
		if err == nil && n != 2 {
			t.Errorf("deleted %d, want 2", n)
		}
		return err
	})
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.HotEvents(trail.HotQuery{Scope: arn.Everything(), AnyTerm: []int64{-7}})
		if err != nil || !slices.Equal(ids(got), []string{"id-04", "id-03"}) {
			t.Errorf("left over: %v, %v", ids(got), err)
		}
		return nil
	})
}

// hotOrder: equal times are ordered by the bytes of the id, whatever the locale of the engine.
func hotOrder(t *testing.T, e *Env) {
	want := []string{"a", "_", "Z", "B", "A", "0", "-"}
	write(t, e, func(tx *store.Tx) error {
		for i, id := range want {
			h := hotEvent(t, "111111111111", 5)
			h.ID, h.Seq = id, int64(i)
			if err := tx.PutHotEvents([]trail.HotEvent{h}); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, e, func(tx *store.Tx) error {
		keys, err := tx.HotKeys()
		slices.Reverse(keys)
		if err != nil || !slices.Equal(ids(keys), want) {
			t.Errorf("order %v, %v; want %v", ids(keys), err, want)
		}
		return nil
	})
}

func eventManifest(t *testing.T, e *Env) {
	s := trail.Segment{
		ID: "s1", Account: "111111111111", Region: "eu-west-1", Day: "2026-01-15", Rows: 3, First: Start, Last: Start.Add(time.Hour),
		FirstSeq: 1, LastSeq: 3, InOrder: true, Categories: []string{trail.Data, trail.Management}, Bytes: 99,
	}
	write(t, e, func(tx *store.Tx) error {
		if err := tx.PutFileMarks([]trail.FileMark{{Sum: "aa", Name: "f", Records: 3}}); err != nil {
			return err
		}
		if err := tx.PutFileMarks([]trail.FileMark{{Sum: "aa", Name: "other", Records: 3}}); err != nil {
			return err
		}
		return tx.PutSegment(s)
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.Segments()
		if err != nil || len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(s) {
			t.Errorf("segments %v, %v; want %v", got, err, s)
		}
		m, err := tx.FileMarks([]string{"bb", "aa"})
		if err != nil || len(m) != 1 || m[0].Name != "f" || m[0].Records != 3 {
			t.Errorf("marks %v, %v", m, err)
		}
		return nil
	})
	wantKind(t, e.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteSegment("222222222222", "s1") }), fault.Conflict)
	write(t, e, func(tx *store.Tx) error { return tx.DeleteSegment(s.Account, s.ID) })
	wantKind(t, e.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteSegment(s.Account, s.ID) }), fault.Conflict)
	read(t, e, func(tx *store.Tx) error {
		if got, err := tx.Segments(); err != nil || len(got) != 0 {
			t.Errorf("segments %v, %v", got, err)
		}
		return nil
	})
}

func eventConflicts(t *testing.T, e *Env) {
	ev := hotEvent(t, "111111111111", 1).Event
	for range 2 {
		write(t, e, func(tx *store.Tx) error { return tx.PutEventConflicts([]trail.Event{ev}) })
	}
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.HotEvents(trail.HotQuery{Scope: arn.Everything()})
		if err != nil || len(got) != 0 {
			t.Errorf("a conflicting event is found: %v, %v", got, err)
		}
		return nil
	})
	for i, want := range []int{0, 1, 0} { // those before the event, those up to it, and none are left
		write(t, e, func(tx *store.Tx) error {
			if n, err := tx.DeleteEventConflicts(ev.Time.Add(time.Duration(min(i, 1)) * time.Microsecond)); err != nil || n != want {
				t.Errorf("deleted %d conflicts, want %d, %v", n, want, err)
			}
			return nil
		})
	}
}
