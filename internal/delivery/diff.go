package delivery

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// difference tells what a change did, as AWS Config words it.
type difference struct {
	Properties map[string]property  `json:"changedProperties"`
	Kind       inventory.ChangeKind `json:"changeType"`
}

// property is one property that changed; a value that is not there is null.
type property struct {
	Previous json.RawMessage      `json:"previousValue"`
	Updated  json.RawMessage      `json:"updatedValue"`
	Kind     inventory.ChangeKind `json:"changeType"`
}

// differ compares two items in the file form, without their secrets; old may be nil. A new resource has no changed
// properties; one that is gone has lost its configuration as a whole, and each relationship.
func differ(old, it *inventory.Item, kind inventory.ChangeKind) difference {
	d := difference{map[string]property{}, kind}
	if old == nil || kind == inventory.Create {
		return d
	}
	if kind == inventory.Delete {
		d.one("Configuration", old.Configuration().Raw(), "")
		d.list("Relationships", elements(old.Field("relationships")), nil)
		return d
	}
	d.walk("Configuration", old.Configuration(), it.Configuration())
	d.walk("SupplementaryConfiguration", old.Field("supplementaryConfiguration"), it.Field("supplementaryConfiguration"))
	d.list("Relationships", elements(old.Field("relationships")), elements(it.Field("relationships")))
	d.list("Tags", tags(old), tags(it))
	if old.ARN != it.ARN {
		d.walk("ARN", old.Field("ARN"), it.Field("ARN"))
	}
	return d
}

// walk compares two values. Every step of a path begins with an upper-case letter.
func (d difference) walk(path string, old, now tree.Node) {
	switch {
	case old.Kind() == tree.Object && now.Kind() == tree.Object:
		keys := map[string]bool{}
		for k := range old.Members {
			keys[k] = true
		}
		for k := range now.Members {
			keys[k] = true
		}
		for k := range keys {
			d.walk(path+"."+upper(k), old.Get(k), now.Get(k))
		}
	case old.Kind() == tree.Array && now.Kind() == tree.Array:
		d.list(path, elements(old), elements(now))
	default:
		d.one(path, value(old), value(now))
	}
}

// value is the text of a value; "" when there is none.
func value(n tree.Node) string {
	if !n.Exists() {
		return ""
	}
	return n.Raw()
}

func (d difference) one(path, old, now string) {
	if old == now {
		return
	}
	p := property{json.RawMessage("null"), json.RawMessage("null"), inventory.Update}
	if old == "" {
		p.Kind = inventory.Create
	} else {
		p.Previous = json.RawMessage(old)
	}
	if now == "" {
		p.Kind = inventory.Delete
	} else {
		p.Updated = json.RawMessage(now)
	}
	for taken := 1; ; taken++ { // keys may differ in the case of their first letter alone
		if _, ok := d.Properties[path]; !ok {
			break
		}
		path = fmt.Sprintf("%s.%d", path, taken)
	}
	d.Properties[path] = p
}

// list compares two lists as sets: what is gone first, then what is new, numbered in that order.
func (d difference) list(path string, old, now []string) {
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

func elements(n tree.Node) (out []string) {
	for e := range n.Elements {
		out = append(out, e.Raw())
	}
	return out
}

func tags(it *inventory.Item) (out []string) {
	m := maps.Collect(it.Tags())
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b, err := json.Marshal(struct {
			Key   string `json:"key"`
			Value string `json:"value"`
		}{k, m[k]})
		if err != nil { // strings always marshal
			panic(err)
		}
		out = append(out, string(b))
	}
	return out
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
