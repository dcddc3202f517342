package selector

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/trail"
)

// Set is compiled selectors. It is safe for concurrent use.
type Set struct{ selectors []selector }

// selector takes the events that satisfy all it says.
type selector struct {
	category string
	readOnly string // "true", "false", or "" for both
	typ      string // of a resource; "" for any
	tests    []test
}

// test is what is wanted of a field.
type test struct {
	field       string
	column      trail.Column // where the event has it; Raw: in its record alone
	take, leave texts
}

// texts are alternatives.
type texts struct {
	exact              map[string]bool
	prefixes, suffixes []string
}

func newTexts(equals, starts, ends []string) texts {
	t := texts{prefixes: starts, suffixes: ends}
	if len(equals) > 0 {
		t.exact = make(map[string]bool, len(equals))
	}
	for _, v := range equals {
		t.exact[v] = true
	}
	return t
}

func (t *texts) empty() bool { return len(t.exact)+len(t.prefixes)+len(t.suffixes) == 0 }

func (t *texts) has(v string) bool {
	return t.exact[v] ||
		slices.ContainsFunc(t.prefixes, func(p string) bool { return strings.HasPrefix(v, p) }) ||
		slices.ContainsFunc(t.suffixes, func(s string) bool { return strings.HasSuffix(v, s) })
}

// columns are where events have the fields that are decoded.
var columns = map[string]trail.Column{
	"eventName": trail.ColumnName, "eventSource": trail.ColumnSource, "eventType": trail.ColumnType,
	"errorCode": trail.ColumnErrorCode, "userIdentity.arn": trail.ColumnPrincipal,
}

// add takes a field into the selector.
func (s *selector) add(f *Field) {
	switch f.Field {
	case "eventCategory":
	case "readOnly":
		s.readOnly = f.Equals[0]
	case "resources.type":
		s.typ = f.Equals[0]
	default:
		column, decoded := columns[f.Field]
		if !decoded {
			column = trail.ColumnRaw
		}
		s.tests = append(s.tests, test{f.Field, column, newTexts(f.Equals, f.StartsWith, f.EndsWith), newTexts(f.NotEquals, f.NotStartsWith, f.NotEndsWith)})
	}
}

// order puts what needs the record last.
func (s *selector) order() {
	slices.SortStableFunc(s.tests, func(a, b test) int { return raw(a.column) - raw(b.column) })
}

func raw(c trail.Column) int {
	if c == trail.ColumnRaw {
		return 1
	}
	return 0
}

// Match reports whether one of the selectors takes the event.
func (s *Set) Match(e *trail.Event) bool { return s.match(&row{event: e}) }

// MatchRow is Match for a row of a block that holds the set's Columns.
func (s *Set) MatchRow(b *trail.Block, i int) bool { return s.match(&row{block: b, i: i}) }

func (s *Set) match(r *row) bool {
	for i := range s.selectors {
		if s.selectors[i].match(r) {
			return true
		}
	}
	return false
}

// row is an event, in one piece or in columns.
type row struct {
	event *trail.Event
	block *trail.Block
	i     int
}

func (r *row) text(c trail.Column) string {
	if r.event != nil {
		return r.event.Text(c)
	}
	return r.block.Texts[c].At(r.i)
}

func (r *row) raw() []byte {
	if r.event != nil {
		return r.event.Raw
	}
	return r.block.Raw[r.i]
}

func (s *selector) match(r *row) bool {
	if r.text(trail.ColumnCategory) != s.category {
		return false
	}
	// A record that does not say is taken for a write: no change goes unseen.
	if s.readOnly != "" && (r.text(trail.ColumnReadOnly) == "true") != (s.readOnly == "true") {
		return false
	}
	named := s.typ == ""
	for i := range s.tests {
		t := &s.tests[i]
		if t.field == "resources.ARN" {
			named = true
			if !s.touches(r, t) {
				return false
			}
		} else if !t.match(t.value(r)) {
			return false
		}
	}
	return named || s.touches(r, &test{})
}

func (t *test) value(r *row) string {
	if t.column != trail.ColumnRaw {
		return r.text(t.column)
	}
	return trail.MemberText(r.raw(), t.field)
}

func (t *test) match(v string) bool {
	return !t.leave.has(v) && (t.take.empty() || t.take.has(v))
}

// touches looks at the resources of the selector's type that the record lists: one of them must be taken, and none left
// out.
func (s *selector) touches(r *row, t *test) (taken bool) {
	trail.Listed(r.raw(), func(res trail.Resource) bool {
		switch {
		case res.Type != s.typ:
		case t.leave.has(res.Name):
			taken = false
			return false
		case t.take.empty() || t.take.has(res.Name):
			taken = true
		}
		return true
	})
	return taken
}
