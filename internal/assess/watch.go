package assess

import (
	"context"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// What the watch tells of.
const (
	EventFailing  = "Assessment Failing Evidence"
	EventOverdue  = "Evidence Request Overdue"
	EventExpiring = "Exception Expiring"
	EventExpired  = "Exception Expired"
)

const (
	watchEvery = time.Minute
	// warnBefore is how long before its end an exception is told of.
	warnBefore = 7 * 24 * time.Hour
	// mostCounted bounds the pieces that one digest counts, mostNews what one round tells of one assessment.
	mostCounted = 20_000
	mostNews    = 50
	// watcher stands as the author of what nobody has done.
	watcher = "tickmark"
)

// watched is what was told of one assessment.
type watched struct {
	// Leaf is the size of the log up to which failing evidence was told of, Hour when.
	Leaf int64     `json:"leaf"`
	Hour time.Time `json:"hour"`
	// Told are requests and exceptions, by what was told of them.
	Told map[string]string `json:"told,omitempty"`
}

var watches = docs.Collection[watched]{Kind: "audit-watch", Noun: "watch"}

// news is something to tell.
type news struct{ typ, set, text string }

// Watch is a round that tells what nobody does: new failing evidence, once an hour and assessment with its number and
// not piece by piece; requests that are overdue, and exceptions that end within a week or have ended, each once. It looks
// once a minute, however often it is called.
func (s *Service) Watch(ctx context.Context) error {
	now := s.o.IDs.Now()
	s.watchMu.Lock()
	due := now.Sub(s.watchedAt) >= watchEvery
	if due {
		s.watchedAt = now
	}
	s.watchMu.Unlock()
	if !due {
		return nil
	}
	all, err := read(ctx, s, func(tx Tx) ([]docs.Doc[Assessment], error) { return assessments.All(tx, arn.Everything()) })
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Value.Status != Active {
			continue
		}
		if err := s.watch(ctx, &all[i].Value); err != nil {
			return err
		}
	}
	return nil
}

// watch looks at one assessment, and writes only when there is something to note.
func (s *Service) watch(ctx context.Context, a *Assessment) error {
	changed, err := read(ctx, s, func(tx Tx) (bool, error) {
		_, _, changed, err := look(tx, a)
		return changed, err
	})
	if err != nil || !changed {
		return err
	}
	ids := s.newIDs(mostNews)
	var events []Event
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		events = nil
		d, told, _, err := look(tx, a)
		if err != nil {
			return struct{}{}, err
		}
		for i, n := range told {
			e, err := s.notify(tx, a, ids[i], Caller{Account: a.Owner, Principal: watcher}, n.typ, n.set, n.text)
			if err != nil {
				return struct{}{}, err
			}
			events = append(events, e)
		}
		if d.Revision == 0 {
			return struct{}{}, watches.Insert(tx, a.Owner, "", a.ID, "", d.Value)
		}
		return struct{}{}, watches.Update(tx, d)
	})
	if err == nil {
		s.tell(ctx, events...)
	}
	return err
}

// look finds what is to be told of an assessment, and what is then to be noted; changed tells whether that differs from
// what is noted.
func look(tx Tx, a *Assessment) (d docs.Doc[watched], told []news, changed bool, err error) {
	head, err := tx.Head(a.Owner)
	if err != nil {
		return d, nil, false, err
	}
	d, err = watches.Get(tx, a.Owner, "", a.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound: // what stands when an assessment is first looked at is no news
		d.Value, changed = watched{Leaf: head.Size, Hour: hour(tx.Now())}, true
	case err != nil:
		return d, nil, false, err
	}
	w := &d.Value
	if h := hour(tx.Now()); h.After(w.Hour) {
		failing, err := newFailures(tx, a, w, head.Size)
		if err != nil {
			return d, nil, false, err
		}
		told, changed = append(told, failing...), changed || head.Size != w.Leaf
		w.Leaf, w.Hour = head.Size, h
	}
	before := w.Told
	w.Told = map[string]string{}
	for _, find := range []func(Tx, *Assessment, *teller) error{overdue, expiring} {
		if err := find(tx, a, &teller{before, w.Told, &told}); err != nil {
			return d, nil, false, err
		}
	}
	changed = changed || len(before) != len(w.Told)
	for k, v := range w.Told {
		changed = changed || before[k] != v
	}
	return d, told, changed, nil
}

func hour(t time.Time) time.Time { return t.UTC().Truncate(time.Hour) }

// newFailures counts the failing pieces that were recorded since the last digest. What is recorded daily as unchanged is
// nothing new.
func newFailures(tx Tx, a *Assessment, w *watched, to int64) ([]news, error) {
	n, looked := 0, 0
	controls := map[[2]string]bool{}
	q := ledger.Query{Account: a.Owner, Assessment: a.ID, Before: to, Limit: pageSize}
	for after := w.Leaf - 1; w.Leaf < to && looked < mostCounted; {
		q.After = &after
		page, err := tx.Entries(q)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if e.Members == nil && !e.Backfilled && e.Class() == ledger.ClassNonCompliant {
				n++
				controls[[2]string{e.ControlSet, e.Control}] = true
			}
		}
		if looked += len(page); len(page) < pageSize {
			break
		}
		after = page[len(page)-1].LeafIndex
	}
	if n == 0 {
		return nil, nil
	}
	number := fmt.Sprint(n)
	if looked >= mostCounted {
		number = "At least " + number
	}
	return []news{{EventFailing, "", fmt.Sprintf("%s new pieces of failing evidence in %d controls since %s.", number, len(controls), w.Hour.Format("2006-01-02 15:04"))}}, nil
}

// teller notes what was told, and tells what was not.
type teller struct {
	before, now map[string]string
	out         *[]news
}

func (t *teller) tell(key, as string, n news) {
	switch {
	case t.before[key] == as:
		t.now[key] = as
	case len(*t.out) < mostNews:
		t.now[key] = as
		*t.out = append(*t.out, n)
	case t.before[key] != "": // the next round tells it
		t.now[key] = t.before[key]
	}
}

func overdue(tx Tx, a *Assessment, t *teller) error {
	all, err := requestsOf(tx, a)
	today := tx.Now().UTC().Format(time.DateOnly)
	for _, r := range all {
		if r.Overdue(today) {
			t.tell("request "+r.ID, RequestOpen, news{EventOverdue, r.ControlSet, "An evidence request was due on " + r.Due + ": " + r.Title})
		}
	}
	return err
}

func expiring(tx Tx, a *Assessment, t *teller) error {
	all, err := bearing(tx, a)
	for _, e := range all {
		what := fmt.Sprintf("%s in account %s, %s, for %s %s (%s)", e.Rule, e.Account, e.Region, e.Type, e.Resource, e.Owner)
		key, end := "exception "+e.Account+" "+e.Region+" "+e.Key(), e.Expires.UTC().Format(time.RFC3339)
		switch {
		case e.Expires.IsZero() || e.Active(tx.Now().Add(warnBefore)):
		case e.Active(tx.Now()):
			t.tell(key, "expires "+end, news{EventExpiring, "", "An exception ends at " + end + ": " + what})
		default:
			t.tell(key, "expired "+end, news{EventExpired, "", "An exception has expired at " + end + "; what it covered counts as failing: " + what})
		}
	}
	return err
}

func deleteWatch(tx Tx, a *Assessment) error {
	err := watches.Delete(tx, a.Owner, "", a.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}
