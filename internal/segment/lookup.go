package segment

import (
	"context"
	"runtime"
	"slices"
	"sort"

	"golang.org/x/sync/errgroup"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Lookup implements trail.Store.
func (s *Store) Lookup(ctx context.Context, q trail.Query) (trail.Page, error) {
	if q.Limit < 1 {
		return trail.Page{}, fault.Invalidf("Limit", "The size of a page must be at least 1.")
	}
	var hot []trail.Event
	segments, _, done, err := s.snapshot(func() (err error) {
		hot, err = s.lookupHot(ctx, &q)
		return err
	})
	if err != nil {
		return trail.Page{}, err
	}
	defer done()
	// What the index finds by equal hashes alone is dropped after decoding; then more is needed to fill the page.
	for need := q.Limit + 1; ; need *= 2 {
		found, complete, err := s.lookupSealed(ctx, &q, segments, hot, need)
		if err != nil {
			return trail.Page{}, err
		}
		if len(found) > q.Limit {
			return trail.Page{Events: found[:q.Limit], Next: trail.CursorOf(&found[q.Limit-1])}, nil
		}
		if complete {
			return trail.Page{Events: found}, nil
		}
	}
}

// lookupHot finds among the waiting rows, complete up to one row more than the page.
func (s *Store) lookupHot(ctx context.Context, q *trail.Query) ([]trail.Event, error) {
	h := trail.HotQuery{Scope: q.Scope, Start: q.Start, End: q.End, Before: q.After}
	if q.Attribute != trail.Anything {
		h.AnyTerm = []int64{int64(term(q.Attribute, q.Value))}
	}
	if q.Category == "" {
		h.Limit = q.Limit + 1 // the category is only known after decoding
	}
	var found []trail.Event
	err := s.sql.Read(ctx, func(tx trail.Tx) (err error) {
		found, err = tx.HotEvents(h)
		return err
	})
	return slices.DeleteFunc(found, func(e trail.Event) bool { return !q.Matches(&e) }), err
}

// candidate is a row that the index offers.
type candidate struct {
	file *file
	row  int
	time int64 // milliseconds
}

// lookupSealed merges what segments hold with the hot events and returns at least need events in order, or all there
// are and true.
func (s *Store) lookupSealed(ctx context.Context, q *trail.Query, segments []trail.Segment, hot []trail.Event, need int) ([]trail.Event, bool, error) {
	var all []candidate
	complete := true
	for _, seg := range segments {
		if !mayHold(q, &seg) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		// Segments come latest first: once the page is full with later events, older segments cannot add to it.
		if len(all) >= need && all[need-1].time > seg.Last.UnixMilli() {
			complete = false
			break
		}
		f, err := s.files.get(seg)
		if err != nil {
			return nil, false, err
		}
		rows, more, err := f.newest(q, need)
		if err != nil {
			return nil, false, err
		}
		complete = complete && !more
		all = append(all, rows...)
		slices.SortStableFunc(all, laterFirst)
		// Of equal times the ids decide, which are not known yet: keep all that share the last one's time. Of one
		// segment these are at most need.
		if cut := need; cut < len(all) {
			for cut < len(all) && all[cut].time == all[need-1].time {
				cut++
			}
			complete = complete && cut == len(all)
			all = all[:cut]
		}
	}
	found, err := decodeAll(ctx, all)
	if err != nil {
		return nil, false, err
	}
	slices.SortFunc(found, newestFirst)
	if !complete {
		// A row that was not looked at stands behind at least need that were, in its own segment or by time: what
		// stands before the last of them is certain, hot or sealed.
		bound := trail.CursorOf(&found[need-1])
		hot = slices.DeleteFunc(slices.Clone(hot), func(e trail.Event) bool { return trail.CursorOf(&e).Compare(bound) < 0 })
		found = found[:need]
	}
	found = slices.DeleteFunc(append(found, hot...), func(e trail.Event) bool { return !q.Matches(&e) })
	slices.SortFunc(found, newestFirst)
	return found, complete, nil
}

func newestFirst(a, b trail.Event) int { return trail.CursorOf(&b).Compare(trail.CursorOf(&a)) }

func laterFirst(a, b candidate) int {
	switch {
	case a.time > b.time:
		return -1
	case a.time < b.time:
		return 1
	}
	return 0
}

// mayHold tells from the manifest row whether the segment can hold an answer.
func mayHold(q *trail.Query, s *trail.Segment) bool {
	return q.Scope.Sees(s.Account, s.Region) &&
		(q.Start.IsZero() || !s.Last.Before(q.Start)) && (q.End.IsZero() || !s.First.After(q.End)) &&
		(q.After.IsZero() || !s.First.After(q.After.Time)) && (q.Category == "" || slices.Contains(s.Categories, q.Category))
}

// newest returns up to need rows that the index offers behind the query's cursor, the latest first, and whether there
// are more.
func (f *file) newest(q *trail.Query, need int) (out []candidate, more bool, err error) {
	end := q.End
	if !q.After.IsZero() && (end.IsZero() || q.After.Time.Before(end)) {
		end = q.After.Time
	}
	lo, hi, err := f.between(q.Start, end)
	if err != nil {
		return nil, false, err
	}
	times, err := f.times()
	if err != nil {
		return nil, false, err
	}
	rows, err := f.offered(q, lo, hi)
	if err != nil {
		return nil, false, err
	}
	last := rows.len()
	if !q.After.IsZero() {
		if last, err = f.behind(q.After, times, rows); err != nil {
			return nil, false, err
		}
	}
	first := max(0, last-need)
	for i := last - 1; i >= first; i-- {
		row := rows.at(i)
		out = append(out, candidate{f, row, times[row]})
	}
	return out, first > 0, nil
}

// behind is the number of the rows, which are in the order of time and id, that stand behind a cursor in look-up
// order. Only the ids of rows at the cursor's own time have to be read, and of those a few.
func (f *file) behind(c trail.Cursor, times []int64, rows rowSet) (int, error) {
	ms := c.Time.UnixMilli()
	lo := sort.Search(rows.len(), func(i int) bool { return times[rows.at(i)] >= ms })
	hi := sort.Search(rows.len(), func(i int) bool { return times[rows.at(i)] > ms })
	var failed error
	n := sort.Search(hi-lo, func(i int) bool {
		e, err := f.events([]int{rows.at(lo + i)})
		if err != nil {
			failed = err
			return true
		}
		return trail.CursorOf(&e[0]).Compare(c) >= 0
	})
	return lo + n, failed
}

// rowSet is an ascending set of rows: a list, or a range when list is nil.
type rowSet struct {
	list   []int
	lo, hi int
}

func (r rowSet) len() int {
	if r.list != nil {
		return len(r.list)
	}
	return r.hi - r.lo
}

func (r rowSet) at(i int) int {
	if r.list != nil {
		return r.list[i]
	}
	return r.lo + i
}

// before is how many of the rows stand before a row.
func (r rowSet) before(row int) int {
	if r.list != nil {
		n, _ := slices.BinarySearch(r.list, row)
		return n
	}
	return min(max(row-r.lo, 0), r.hi-r.lo)
}

// slice is the i-th to the j-th row, without the j-th.
func (r rowSet) slice(i, j int) rowSet {
	if r.list != nil {
		return rowSet{list: r.list[i:j]}
	}
	return rowSet{lo: r.lo + i, hi: r.lo + j}
}

// offered is what the index finds for the query among the rows [lo, hi).
func (f *file) offered(q *trail.Query, lo, hi int) (rowSet, error) {
	out := rowSet{lo: lo, hi: hi}
	ix, err := f.index() // read even when nothing is asked of it: damage is told
	if err != nil {
		return out, err
	}
	switch q.Attribute {
	case trail.Anything:
	case trail.EventID:
		out = clip(rowsOfID(ix.ids, hash(q.Value)), lo, hi)
	default:
		out = clip(ix.rows(term(q.Attribute, q.Value)), lo, hi)
	}
	if q.Category == "" || len(f.Categories) == 1 {
		return out, nil
	}
	of := clip(ix.rows(term(categoryTerm, q.Category)), lo, hi)
	if out.list == nil {
		return of, nil
	}
	return rowSet{list: intersect(out.list, of.list)}, nil
}

func clip(rows []int, lo, hi int) rowSet {
	slices.Sort(rows) // those of an id come in any order
	i, _ := slices.BinarySearch(rows, lo)
	j, _ := slices.BinarySearch(rows, hi)
	return rowSet{list: append([]int{}, rows[i:j]...)}
}

func intersect(a, b []int) []int {
	out := []int{}
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// decodeAll reads the candidates' events, a page of a file at a time, with all processors.
func decodeAll(ctx context.Context, all []candidate) ([]trail.Event, error) {
	byFile := map[*file][]int{}
	for _, c := range all {
		byFile[c.file] = append(byFile[c.file], c.row)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	var parts []*[]trail.Event
	for f, rows := range byFile {
		slices.Sort(rows)
		err := f.byPage(rows, func(p int, rows []int) error {
			part := new([]trail.Event)
			parts = append(parts, part)
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return f.texts(p, rows, func(row int, raw []byte) error {
					e, err := f.decode(row, raw)
					*part = append(*part, e)
					return err
				})
			})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var out []trail.Event
	for _, p := range parts {
		out = append(out, *p...)
	}
	return out, nil
}
