package segment

import (
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
)

// What is known of a row and a condition. "and" and "or" of two are those of the numbers.
const (
	byHash = 1 // the index offers the row for the hash of a value
	surely = 3
)

// matching settles which rows between lo and hi match every list. Texts of which an event has one are compared in their
// columns, word by word of the dictionary; for ids and resources the index offers rows, and their bytes decide.
func (r *reader) matching() error {
	r.mask = resized(r.mask, r.hi-r.lo)
	for i, anyOf := range r.q.AllOf {
		mask := &r.mask
		if i > 0 {
			r.more = resized(r.more, r.hi-r.lo)
			mask = &r.more
		}
		found, err := r.mark(anyOf, *mask)
		if err != nil {
			return err
		}
		if !found {
			r.rows = rowSet{list: []int{}}
			return nil
		}
		if i > 0 {
			for j, m := range r.more {
				r.mask[j] &= m
			}
		}
	}
	return r.collect()
}

// collect lists the rows that the mask leaves.
func (r *reader) collect() error {
	list, doubtful := r.list[:0], []int(nil)
	for i, m := range r.mask {
		if m != 0 {
			list = append(list, r.lo+i)
		}
		if m == byHash {
			doubtful = append(doubtful, r.lo+i)
		}
	}
	r.list = list
	if len(list) == r.hi-r.lo && len(doubtful) == 0 {
		return nil // all of them
	}
	var wrong []int
	err := r.file.byPage(doubtful, func(p int, rows []int) error {
		return r.file.texts(p, rows, func(row int, raw []byte) error {
			e, err := r.file.decode(row, raw)
			if err == nil && !r.q.Matches(&e) {
				wrong = append(wrong, row)
			}
			return err
		})
	})
	if len(wrong) > 0 {
		list = slices.DeleteFunc(list, func(row int) bool {
			_, found := slices.BinarySearch(wrong, row)
			return found
		})
	}
	r.rows = rowSet{list: list}
	if list == nil {
		r.rows.list = []int{}
	}
	return err
}

// mark notes the rows that match one of a list, and tells whether there may be any.
func (r *reader) mark(anyOf []trail.Match, mask []uint8) (found bool, err error) {
	for i, m := range anyOf {
		c, single := m.Attribute.Column()
		var more bool
		switch {
		case m.Attribute == trail.Anything:
			for j := range mask {
				mask[j] = surely
			}
			return true, nil
		case m.Value == "": // nothing has it: an empty text is none
		case !single || c == trail.ColumnID:
			more, err = r.markOffered(m, mask)
		case slices.ContainsFunc(anyOf[:i], func(o trail.Match) bool { return o.Attribute == m.Attribute }): // done
		default:
			more, err = r.markWords(c, m.Attribute, anyOf, mask)
		}
		if err != nil {
			return false, err
		}
		found = found || more
	}
	return found, nil
}

// markOffered notes the rows that the index has for a value.
func (r *reader) markOffered(m trail.Match, mask []uint8) (bool, error) {
	rows, err := r.file.offered(&trail.Query{Attribute: m.Attribute, Value: m.Value}, r.lo, r.hi)
	if err != nil {
		return false, err
	}
	for i := range rows.len() {
		mask[rows.at(i)-r.lo] |= byHash
	}
	return rows.len() > 0, nil
}

// markWords notes the rows whose text in a column is one of those listed for its attribute.
func (r *reader) markWords(c trail.Column, a trail.Attribute, anyOf []trail.Match, mask []uint8) (bool, error) {
	t, err := r.ask(c)
	if err != nil {
		return false, err
	}
	values := map[string]bool{}
	for _, m := range anyOf {
		if m.Attribute == a && m.Value != "" {
			values[m.Value] = true
		}
	}
	wanted, found := make([]uint8, len(t.Words)), false
	for i, w := range t.Words {
		if values[w] {
			wanted[i], found = surely, true
		}
	}
	switch {
	case !found:
	case t.Of == nil:
		for i, w := range wanted {
			mask[i] |= w
		}
	default:
		for i, w := range t.Of {
			mask[i] |= wanted[w]
		}
	}
	return found, nil
}

// ask reads a column that a condition is about, of all rows between lo and hi.
func (r *reader) ask(c trail.Column) (*trail.Texts, error) {
	if r.asked[c] == nil {
		t, err := r.file.textsAt(columnOf[c], rowSet{lo: r.lo, hi: r.hi}, r.ofAsked[c])
		if err != nil {
			return nil, err
		}
		if t.Of != nil {
			r.ofAsked[c] = t.Of
		}
		r.asked[c] = &t
	}
	return r.asked[c], nil
}
