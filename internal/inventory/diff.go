package inventory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// Difference tells what a change of a resource did, as AWS Config words it (configurationItemDiff). Keys are paths:
// every step begins with an upper-case letter, and members of lists are numbered.
type Difference struct {
	Properties map[string]Property `json:"changedProperties"`
	Kind       ChangeKind          `json:"changeType"`
}

// Property is one property that changed; a value that is not there is null.
type Property struct {
	Previous json.RawMessage `json:"previousValue"`
	Updated  json.RawMessage `json:"updatedValue"`
	Kind     ChangeKind      `json:"changeType"`
}

// Diff compares two states of a resource, in whatever spelling they are; old is nil or a state in which the resource
// was gone when it is new. A new resource has no changed properties; one that is gone has lost its configuration as a
// whole, and each relationship. Values are shown as they are: who shows the difference to others passes items without
// secrets.
func Diff(old, now *Item) Difference {
	d := Difference{map[string]Property{}, ChangeOf(old != nil && old.Present(), now)}
	if old == nil || d.Kind == Create {
		return d
	}
	if d.Kind == Delete {
		d.one("Configuration", text(old.Configuration()), "")
		d.list("Relationships", edges(old), nil)
		return d
	}
	d.walk("Configuration", old.Configuration(), now.Configuration())
	d.supplement(old, now)
	d.list("Relationships", edges(old), edges(now))
	d.list("Tags", labels(old), labels(now))
	d.one("ARN", quoted(old.ARN), quoted(now.ARN))
	return d
}

func (d Difference) supplement(old, now *Item) {
	keys := map[string]bool{}
	for k := range old.Supplementaries() {
		keys[k] = true
	}
	for k := range now.Supplementaries() {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		d.walk("SupplementaryConfiguration."+capital(k), old.Supplementary(k), now.Supplementary(k))
	}
}

func (d Difference) walk(path string, old, now tree.Node) {
	switch {
	case old.Kind() == tree.Object && now.Kind() == tree.Object:
		keys := map[string]bool{}
		for k := range old.Members {
			keys[k] = true
		}
		for k := range now.Members {
			keys[k] = true
		}
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			d.walk(path+"."+capital(k), old.Get(k), now.Get(k))
		}
	case old.Kind() == tree.Array && now.Kind() == tree.Array:
		d.list(path, elements(old), elements(now))
	case !equal(old, now):
		d.one(path, text(old), text(now))
	}
}

// one notes a property that differs; "" is no value.
func (d Difference) one(path, old, now string) {
	if old == now {
		return
	}
	p := Property{json.RawMessage("null"), json.RawMessage("null"), Update}
	if old == "" {
		p.Kind = Create
	} else {
		p.Previous = json.RawMessage(old)
	}
	if now == "" {
		p.Kind = Delete
	} else {
		p.Updated = json.RawMessage(now)
	}
	free := path
	for taken := 1; ; taken++ { // keys may differ in the case of their first letter alone
		if _, ok := d.Properties[free]; !ok {
			break
		}
		free = fmt.Sprintf("%s.%d", path, taken)
	}
	d.Properties[free] = p
}

// list compares two lists as bags: what is gone first, then what is new, numbered in that order. A member that moved
// has not changed; one that changed is gone and new.
func (d Difference) list(path string, old, now []string) {
	n := 0
	for _, e := range without(old, now) {
		d.one(path+"."+strconv.Itoa(n), e, "")
		n++
	}
	for _, e := range without(now, old) {
		d.one(path+"."+strconv.Itoa(n), "", e)
		n++
	}
}

// without are the elements of a list that another one lacks, as often as it lacks them.
func without(list, other []string) (out []string) {
	count := map[string]int{}
	for _, e := range other {
		count[e]++
	}
	for _, e := range list {
		if count[e]--; count[e] < 0 {
			out = append(out, e)
		}
	}
	return out
}

// text is the JSON text of a value; "" when there is none.
func text(n tree.Node) string {
	if !n.Exists() {
		return ""
	}
	return n.Raw()
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return marshal(s)
}

func elements(n tree.Node) (out []string) {
	for e := range n.Elements {
		out = append(out, e.Raw())
	}
	return out
}

func edges(it *Item) (out []string) {
	for r := range it.Relationships() {
		out = append(out, marshal(fileEdge{r.ID, r.Name, r.Type, r.Label}))
	}
	return out
}

func labels(it *Item) (out []string) {
	m := maps.Collect(it.Tags())
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, marshal(struct {
			Key   string `json:"key"`
			Value string `json:"value"`
		}{k, m[k]}))
	}
	return out
}

// marshal writes plain structures of text, which always marshal.
func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
