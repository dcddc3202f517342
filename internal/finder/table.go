package finder

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// table is an account's evidence as a table that statements read.
type table struct {
	*Finder
	account string
	sight   Sight
}

// Table is what somebody who has a sight sees of an account's evidence.
func (f *Finder) Table(account string, s Sight) plan.Table { return &table{f, account, s} }

// Columns implements plan.Table.
func (t *table) Columns() []plan.Column { return planColumns }

// Scan implements plan.Table. First the columns are brought up to the log.
func (t *table) Scan(ctx context.Context, r *plan.ScanRequest, yield func(int, *plan.Batch) error) error {
	if err := t.follow(ctx, t.account); err != nil {
		return err
	}
	s := &scan{table: t, request: r, yield: yield, exact: true}
	for _, w := range r.Columns {
		s.readings = append(s.readings, readingOf(w))
	}
	for _, f := range r.Filters {
		s.filter(f)
	}
	if err := s.resolve(ctx); err != nil || len(s.names.assessments) == 0 {
		return err
	}
	return t.store.Read(ctx, func(tx Tx) error { return s.run(ctx, tx) })
}

// scan is one scan.
type scan struct {
	*table
	request  *plan.ScanRequest
	yield    func(int, *plan.Batch) error
	readings []reading
	// Filters on occurrences, resources and times. exact says that there are no others.
	occurrences, resources []filter
	times                  []plan.ColumnFilter
	exact                  bool
	names                  namer

	mu sync.Mutex // over tx, which one goroutine uses at a time
	tx Tx
	// resourceBlocks are in the order of their first rows.
	resourceBlocks []BlockInfo
	passMu         sync.Mutex
	passing        map[int][]bool // by place in resourceBlocks
	limitMu        sync.Mutex
	yielded        int64
}

// filter is a condition on a text.
type filter struct {
	field
	plan.ColumnFilter
}

// filter sorts a condition by where it is decided.
func (s *scan) filter(f plan.ColumnFilter) {
	r := readingOf(f.Wanted)
	switch r.from {
	case fromOccurrence:
		s.occurrences = append(s.occurrences, filter{r.field, f})
	case fromNames:
		s.occurrences = append(s.occurrences, nameFilter(r.field, f))
	case fromSubject, fromCategory:
		s.resources = append(s.resources, filter{r.field, f})
	case fromTimes:
		if r.column == oTime {
			s.times = append(s.times, f)
			return
		}
		s.exact = false
	default:
		s.exact = false
	}
}

// nameFilter is a condition on a name. Ids of evidence are looked for as they are stored.
func nameFilter(of field, f plan.ColumnFilter) filter {
	if of.column != "evidenceId" || f.Kind != plan.FilterIn {
		return filter{of, f}
	}
	ids := f.Values
	f.Values = nil
	for _, v := range ids {
		if raw, ok := rawID(v.(string)); ok {
			f.Values = append(f.Values, raw)
		}
	}
	return filter{field{of.name, of.typ, fromOccurrence, oID}, f}
}

// resolve finds the assessments that the scan can meet.
func (s *scan) resolve(ctx context.Context) error {
	ids := map[string]bool{}
	err := s.store.Read(ctx, func(tx Tx) error {
		infos, err := tx.FinderBlocks(s.account, Occurrences)
		if err != nil {
			return err
		}
		for i := range infos {
			z, err := zoneOf(&infos[i])
			if err != nil {
				return err
			}
			for _, id := range z.Assessments {
				ids[id] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var wanted []string
	for id := range ids {
		if s.mayPass(oAssessment, id) {
			wanted = append(wanted, id)
		}
	}
	found, err := s.seen(ctx, s.account, &s.sight, wanted, s.wantsControls())
	s.names = namer{account: s.account, assessments: found, domain: s.domain}
	return err
}

// wantsControls reports whether the definitions of controls are needed.
func (s *scan) wantsControls() bool {
	needed := func(f field) bool {
		return f.from == fromNames && (f.column == "controlName" || f.column == "controlDomainName" || f.column == "description") || f.from == fromRecord && f.column != "attributes"
	}
	return slices.ContainsFunc(s.readings, func(r reading) bool { return needed(r.field) }) ||
		slices.ContainsFunc(s.occurrences, func(f filter) bool { return needed(f.field) })
}

// mayPass reports whether the filters on a column of occurrences let a value pass.
func (s *scan) mayPass(column, v string) bool {
	for i := range s.occurrences {
		if f := &s.occurrences[i]; f.from == fromOccurrence && f.column == column && !f.holds(v) {
			return false
		}
	}
	return true
}

func zoneOf(b *BlockInfo) (z zone, err error) { return z, json.Unmarshal(b.Zone, &z) }

// mayHave reports whether a block can have rows that are wanted.
func (s *scan) mayHave(b *BlockInfo) (bool, error) {
	z, err := zoneOf(b)
	if err != nil {
		return false, err
	}
	for i := range s.times {
		if !overlaps(&s.times[i], z.From, z.To) {
			return false, nil
		}
	}
	return slices.ContainsFunc(z.Assessments, func(id string) bool { return s.names.assessments[id] != nil }), nil
}

// overlaps reports whether a condition on a time can hold between two times.
func overlaps(f *plan.ColumnFilter, from, to int64) bool {
	switch f.Kind {
	case plan.FilterIn:
		return slices.ContainsFunc(f.Values, func(v value.Value) bool { n, ok := v.(int64); return !ok || n >= from && n <= to })
	case plan.FilterRange:
		if low, ok := f.Low.(int64); ok && to < low {
			return false
		}
		if high, ok := f.High.(int64); ok && from > high {
			return false
		}
	}
	return true
}

// holds reports whether a text passes; the empty one is NULL.
func (f *filter) holds(v string) bool {
	switch {
	case v == "":
		return false
	case f.Type.Kind == value.Boolean:
		return holds(&f.ColumnFilter, v == "true")
	}
	return holds(&f.ColumnFilter, v)
}

func holds(f *plan.ColumnFilter, v value.Value) bool {
	switch f.Kind {
	case plan.FilterIn:
		return slices.Contains(f.Values, v)
	case plan.FilterRange:
		if f.Low != nil {
			if c := value.Compare(f.Type, v, f.Low); c < 0 || c == 0 && f.LowOpen {
				return false
			}
		}
		if f.High != nil {
			if c := value.Compare(f.Type, v, f.High); c > 0 || c == 0 && f.HighOpen {
				return false
			}
		}
	case plan.FilterPrefix:
		s, ok := v.(string)
		return ok && len(s) >= len(f.Prefix) && s[:len(f.Prefix)] == f.Prefix
	}
	return true
}

// visible tells for each assessment and control set of a block whether its rows are shown.
func (s *scan) visible(assessment, set string) bool {
	return s.names.assessments[assessment] != nil && s.sight.shows(assessment, set)
}

var _ Audit = (*assess.Service)(nil)
