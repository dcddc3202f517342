package sigma

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/tree"
)

// Event is a record that rules are matched against. What rules look at is read once.
type Event struct{ e event }

// event is a record with the fields that were looked at.
type event struct {
	raw  []byte
	doc  *tree.Doc
	seen map[string][]value
	all  []string // every text of the record, for keywords
}

// value is a value of a field.
type value struct {
	text string
	null bool
}

// NewEvent is an event to match rules against.
func NewEvent(e *trail.Event) *Event { return &Event{event{raw: e.Raw, seen: map[string][]value{}}} }

// Matches reports whether the rule is true of the event.
func (r *Rule) Matches(e *Event) bool { return r.condition.match(&e.e) }

func (a allOf) match(e *event) bool {
	for _, n := range a {
		if !n.match(e) {
			return false
		}
	}
	return true
}

func (a anyOf) match(e *event) bool {
	for _, n := range a {
		if n.match(e) {
			return true
		}
	}
	return false
}

func (n not) match(e *event) bool { return !n.of.match(e) }

func (f field) match(e *event) bool {
	values := e.values(f.path)
	if len(values) == 0 {
		return f.absent
	}
	for _, v := range values {
		if f.is(v) {
			return true
		}
	}
	return false
}

func (s sameAs) match(e *event) bool {
	for _, a := range e.values(s.path) {
		for _, b := range e.values(s.other) {
			if !a.null && !b.null && (a.text == b.text || !s.cased && strings.EqualFold(a.text, b.text)) {
				return true
			}
		}
	}
	return false
}

func (k keyword) match(e *event) bool {
	for _, t := range e.texts() {
		if k.is(t) {
			return true
		}
	}
	return false
}

// values are a field's values in the record: those of an object are its JSON text, those of an array its elements'.
func (e *event) values(path string) []value {
	if v, ok := e.seen[path]; ok {
		return v
	}
	var out []value
	if doc := e.document(); doc != nil {
		collect(doc.Root(), strings.Split(path, "."), &out)
	}
	e.seen[path] = out
	return out
}

func (e *event) document() *tree.Doc {
	if e.doc == nil {
		e.doc, _ = tree.Parse(e.raw) // the event was decoded, so its record is JSON
	}
	return e.doc
}

// maxValues bounds what one field can have.
const maxValues = 1000

func collect(n tree.Node, path []string, out *[]value) {
	if len(*out) >= maxValues {
		return
	}
	switch n.Kind() {
	case tree.Absent:
		return
	case tree.Array:
		for v := range n.Elements {
			collect(v, path, out)
		}
		return
	}
	if len(path) > 0 {
		collect(n.Get(path[0]), path[1:], out)
		return
	}
	switch n.Kind() {
	case tree.Null:
		*out = append(*out, value{null: true})
	case tree.Object:
		*out = append(*out, value{text: n.Raw()})
	default:
		*out = append(*out, value{text: n.Str()})
	}
}

// texts are all texts, numbers and booleans of the record.
func (e *event) texts() []string {
	if e.all == nil {
		e.all = []string{}
		if doc := e.document(); doc != nil {
			gather(doc.Root(), &e.all)
		}
	}
	return e.all
}

func gather(n tree.Node, out *[]string) {
	switch n.Kind() {
	case tree.Array:
		for v := range n.Elements {
			gather(v, out)
		}
	case tree.Object:
		for _, v := range n.Members {
			gather(v, out)
		}
	case tree.Absent, tree.Null:
	default:
		*out = append(*out, n.Str())
	}
}
