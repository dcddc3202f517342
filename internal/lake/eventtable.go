package lake

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// eventTable is a view as a table that statements read. What the event store keeps by columns is read from there; all
// else is taken out of the record, and only what a statement wants of it, for the rows that conditions leave.
//
// Known to differ from AWS, or chosen where AWS publishes nothing: texts that are empty in a column kept apart
// (errorCode, userIdentity.accessKeyId ...) are NULL; eventID of a record without one is the hash that stands for it;
// a JSON null in a map is NULL; eventJsonChecksum is the SHA-256 of eventJson in lower-case hexadecimal digits; there is
// one schema for all kinds of data stores, in which the columns that a kind has not are NULL.
type eventTable struct {
	view   *View
	events trail.Store
}

// Columns implements plan.Table.
func (t *eventTable) Columns() []plan.Column { return planColumns }

// Scan implements plan.Table.
func (t *eventTable) Scan(ctx context.Context, r *plan.ScanRequest, yield func(int, *plan.Batch) error) error {
	s := &eventScan{table: t, request: r, yield: yield}
	var columns []trail.Column
	add := func(c trail.Column) {
		if !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	for _, w := range r.Columns {
		d := readingOf(w)
		s.readings = append(s.readings, d)
		add(d.hot)
	}
	for _, f := range r.Filters {
		d := readingOf(f.Wanted)
		if d.hot != trail.ColumnRaw {
			s.filters = append(s.filters, hotFilter{d.hot, d.t, f})
			add(d.hot)
		}
	}
	q := t.view.Bound(columns...)
	narrow(&q, r.Filters)
	if !q.To.IsZero() && q.To.Before(q.From) {
		return nil
	}
	q.Parallel = r.Workers
	s.needs = textNeeds(t.view.needs)
	s.workers = make([]eventWorker, max(1, r.Workers))
	return t.events.Blocks(ctx, q, s.block)
}

// eventScan is one scan.
type eventScan struct {
	table    *eventTable
	request  *plan.ScanRequest
	yield    func(int, *plan.Batch) error
	readings []reading
	filters  []hotFilter
	// needs is the only column that the view must see of a row, when it is one text; 0 otherwise.
	needs   trail.Column
	workers []eventWorker
}

// eventWorker is what one goroutine remembers of words it met.
type eventWorker struct {
	words [trail.NumColumns]knownWords
	shown shownWords
	tests map[int]testedWords // by filter
	rows  []uint32
}

// block turns a block into a batch.
func (s *eventScan) block(b *trail.Block) error {
	w := &s.workers[b.Worker]
	s.count(b)
	rows, all := s.chosen(w, b)
	if len(rows) == 0 && !all {
		return nil
	}
	n := len(rows)
	if all {
		n, rows = b.Rows, nil
	}
	columns := make([]*value.Vector, len(s.readings))
	for i := range s.readings {
		if r := &s.readings[i]; r.hot != trail.ColumnRaw {
			columns[i] = w.hot(r, b, rows)
		}
	}
	return s.yield(b.Worker, plan.NewBatch(n, columns, func(i int, of []uint32) (*value.Vector, error) {
		return s.readings[i].column(b, rows, of, n), nil
	}))
}

// count adds to the statistics. Bytes are those of records that were read, else of the columns.
func (s *eventScan) count(b *trail.Block) {
	size := int64(0)
	for _, raw := range b.Raw {
		size += int64(len(raw))
	}
	if len(b.Raw) == 0 {
		for _, r := range s.readings {
			if r.hot == trail.ColumnTime {
				size += int64(8 * b.Rows)
			} else {
				size += int64(4 * b.Rows)
			}
		}
	}
	s.request.Statistics.Scanned.Add(int64(b.Rows))
	s.request.Statistics.Bytes.Add(size)
}

// column reads a column out of the records: of all the batch's rows, or of some.
func (r *reading) column(b *trail.Block, rows, some []uint32, n int) *value.Vector {
	at := func(i int) uint32 {
		if rows != nil {
			return rows[i]
		}
		return uint32(i)
	}
	if some != nil {
		n = len(some)
	}
	out := value.NewBuilder(r.t, n)
	for i := range n {
		row := i
		if some != nil {
			row = int(some[i])
		}
		out.Append(r.read(b.Raw[at(row)]))
	}
	return out.Vector()
}

// chosen are the rows that the view shows and the filters on kept columns let pass; all says that every one is.
func (s *eventScan) chosen(w *eventWorker, b *trail.Block) (rows []uint32, all bool) {
	rows = w.rows[:0]
	if s.needs != 0 {
		rows, all = s.shownByWord(w, b, rows)
	} else {
		rows = s.table.view.Shown(b, rows)
		all = len(rows) == b.Rows
	}
	for i := range s.filters {
		if all {
			rows = rows[:0]
			for r := range b.Rows {
				rows = append(rows, uint32(r))
			}
			all = false
		}
		if rows = s.filters[i].pass(w, i, b, rows); len(rows) == 0 {
			break
		}
	}
	w.rows = rows
	return rows, all || len(rows) == b.Rows
}

// textNeeds is the only column of a list, when it is a text; 0 otherwise.
func textNeeds(needs []trail.Column) trail.Column {
	out := trail.Column(0)
	for _, c := range needs {
		if c == trail.ColumnSeq || c == trail.ColumnTime || c == trail.ColumnRaw || out != 0 && c != out {
			return 0
		}
		out = c
	}
	return out
}

// shownWords is which words of a column make the view show a row.
type shownWords struct {
	of   []string
	show []bool
	some bool // not all
}

// shownByWord asks the view once for each word.
func (s *eventScan) shownByWord(w *eventWorker, b *trail.Block, rows []uint32) ([]uint32, bool) {
	t := b.Texts[s.needs]
	if !sameWords(w.shown.of, t.Words) {
		w.shown = shownWords{of: t.Words, show: make([]bool, len(t.Words))}
		one := trail.Block{Rows: 1}
		for i, word := range t.Words {
			one.Texts[s.needs] = trail.Texts{Words: []string{word}}
			w.shown.show[i] = s.table.view.shows(&one, 0)
			w.shown.some = w.shown.some || !w.shown.show[i]
		}
	}
	if !w.shown.some {
		return rows, true
	}
	for r := range b.Rows {
		at := r
		if t.Of != nil {
			at = int(t.Of[r])
		}
		if w.shown.show[at] {
			rows = append(rows, uint32(r))
		}
	}
	return rows, len(rows) == b.Rows
}

// sameWords reports whether two columns share their words.
func sameWords(a, b []string) bool {
	return len(a) > 0 && len(a) == len(b) && &a[0] == &b[0]
}
