package finding

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// Filters are conditions by the name of a filter of GetFindings. A finding must satisfy every field; within a field
// it must satisfy one of the conditions that ask for something and every one that excludes something.
type Filters map[string][]Condition

// Condition is one condition of any of the filter types; what is set tells which.
type Condition struct {
	// Value and Comparison are a string's: EQUALS (also when empty), PREFIX, CONTAINS, CONTAINS_WORD, NOT_EQUALS,
	// PREFIX_NOT_EQUALS, NOT_CONTAINS. With Key they are a map's.
	Value, Comparison, Key string
	// Start and End, or the last Days days, are a date's.
	Start, End time.Time
	Days       int
	// The bounds are a number's.
	Gte, Lte, Eq, Gt, Lt *float64
	// Cidr is an address's.
	Cidr string
	// Bool is a boolean's.
	Bool *bool
}

// matcher is a checked set of filters, with what the store can answer apart.
type matcher struct {
	equal  map[Attribute][]string
	fields []field
}

type field struct {
	keyword bool
	path    []string
	conds   []condition
}

type condition struct {
	Condition
	net netip.Prefix
}

func (c *Condition) negative() bool {
	return c.Comparison == "NOT_EQUALS" || c.Comparison == "PREFIX_NOT_EQUALS" || c.Comparison == "NOT_CONTAINS"
}

var comparisons = []string{"", "EQUALS", "PREFIX", "CONTAINS", "CONTAINS_WORD", "NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS"}

// compile checks the filters.
func (fs Filters) compile() (*matcher, error) {
	m := &matcher{equal: map[Attribute][]string{}}
	for name, conds := range fs {
		if len(conds) == 0 {
			continue
		}
		path, ok := fieldPaths[name]
		if !ok && name != "Keyword" {
			return nil, fault.Invalidf("Filters", "There is no filter %q, or it is not supported here.", name)
		}
		f := field{keyword: name == "Keyword", path: path}
		plain := true
		for _, c := range conds {
			k := condition{Condition: c}
			if !slices.Contains(comparisons, c.Comparison) {
				return nil, fault.Invalidf("Filters."+name, "%q is no comparison.", c.Comparison)
			}
			if c.Cidr != "" {
				p, err := prefix(c.Cidr)
				if err != nil {
					return nil, fault.Invalidf("Filters."+name, "%q is no CIDR block.", c.Cidr)
				}
				k.net = p
			}
			plain = plain && (c.Comparison == "EQUALS" || c.Comparison == "") && c.Key == "" && c.Value != ""
			f.conds = append(f.conds, k)
		}
		if a, ok := indexed[name]; ok && plain {
			for _, c := range conds {
				m.equal[a] = append(m.equal[a], c.Value)
			}
			continue
		}
		m.fields = append(m.fields, f)
	}
	return m, nil
}

func prefix(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		return a.Prefix(a.BitLen())
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err
}

// admits reports whether a finding satisfies the filters that need its document.
func (m *matcher) admits(f *Finding, now time.Time) (bool, error) {
	if len(m.fields) == 0 {
		return true, nil
	}
	doc, err := f.Document()
	if err != nil {
		return false, err
	}
	d, err := tree.Parse(doc)
	if err != nil {
		return false, err
	}
	for i := range m.fields {
		if !m.fields[i].admits(d.Root(), doc, now) {
			return false, nil
		}
	}
	return true, nil
}

func (f *field) admits(root tree.Node, doc []byte, now time.Time) bool {
	if f.keyword {
		for _, c := range f.conds {
			if bytes.Contains(bytes.ToLower(doc), []byte(strings.ToLower(c.Value))) {
				return true
			}
		}
		return false
	}
	var values []tree.Node
	gather(root, f.path, &values)
	asked, found := false, false
	for i := range f.conds {
		c := &f.conds[i]
		hit := slices.ContainsFunc(values, func(v tree.Node) bool { return c.matches(v, now) })
		if c.negative() {
			if hit {
				return false
			}
			continue
		}
		asked, found = true, found || hit
	}
	return found || !asked
}

// gather collects the nodes at a path, looking into every element of arrays.
func gather(n tree.Node, path []string, out *[]tree.Node) {
	if n.Kind() == tree.Array {
		for e := range n.Elements {
			gather(e, path, out)
		}
		return
	}
	if !n.Exists() {
		return
	}
	if len(path) == 0 {
		*out = append(*out, n)
		return
	}
	gather(n.Get(path[0]), path[1:], out)
}

// matches is what a condition asks for, or excludes, of one value.
func (c *condition) matches(v tree.Node, now time.Time) bool {
	switch {
	case c.Key != "":
		m := v.Get(c.Key)
		return m.Exists() && c.text(m.Str())
	case c.Bool != nil:
		b, ok := v.Bool()
		return ok && b == *c.Bool
	case c.net.IsValid():
		a, err := netip.ParseAddr(v.Str())
		return err == nil && c.net.Contains(a)
	case c.Gte != nil || c.Lte != nil || c.Eq != nil || c.Gt != nil || c.Lt != nil:
		x, ok := v.Float()
		return ok && c.number(x)
	case !c.Start.IsZero() || !c.End.IsZero() || c.Days > 0:
		t, err := time.Parse(time.RFC3339Nano, v.Str())
		return err == nil && c.date(t, now)
	}
	return c.text(v.Str())
}

func (c *condition) text(s string) bool {
	switch c.Comparison {
	case "PREFIX", "PREFIX_NOT_EQUALS":
		return strings.HasPrefix(s, c.Value)
	case "CONTAINS", "NOT_CONTAINS":
		return strings.Contains(s, c.Value)
	case "CONTAINS_WORD":
		return slices.ContainsFunc(strings.Fields(s), func(w string) bool { return strings.EqualFold(w, c.Value) })
	}
	return s == c.Value
}

func (c *condition) number(x float64) bool {
	return (c.Gte == nil || x >= *c.Gte) && (c.Lte == nil || x <= *c.Lte) && (c.Eq == nil || x == *c.Eq) &&
		(c.Gt == nil || x > *c.Gt) && (c.Lt == nil || x < *c.Lt)
}

func (c *condition) date(t, now time.Time) bool {
	if c.Days > 0 && t.Before(now.AddDate(0, 0, -c.Days)) {
		return false
	}
	return (c.Start.IsZero() || !t.Before(c.Start)) && (c.End.IsZero() || !t.After(c.End))
}
