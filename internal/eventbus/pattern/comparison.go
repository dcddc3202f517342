package pattern

import (
	"github.com/tickmark/tickmark/internal/tree"
)

// only is the one member of an object.
func (p *parser) only(n tree.Node) (name string, v tree.Node, err error) {
	n.Members(func(k string, m tree.Node) bool {
		name, v = k, m
		return false
	})
	switch n.Len() {
	case 0:
		return "", v, p.fail(n, "Match expression name not found")
	case 1:
		return name, v, nil
	}
	return "", v, p.fail(n, "Only one key allowed in match expression")
}

// comparison reads an object that stands among the values of a field. Absent tells that it accepts only that there is
// no value.
func (p *parser) comparison(n tree.Node) (t test, absent bool, err error) {
	name, v, err := p.only(n)
	if err != nil {
		return nil, false, err
	}
	switch name {
	case "exactly":
		t, err = p.text(v, "exact", exactly)
	case "prefix":
		t, err = p.affix(v, name, prefixed, foldedPrefix)
	case "suffix":
		t, err = p.affix(v, name, suffixed, foldedSuffix)
	case "equals-ignore-case":
		t, err = p.text(v, name, folded)
	case "wildcard":
		t, err = p.wildcard(v)
	case "numeric":
		t, err = p.numeric(v)
	case "cidr":
		t, err = p.cidr(v)
	case "anything-but":
		t, err = p.anythingBut(v)
	case "exists":
		if v.Kind() != tree.Bool {
			return nil, false, p.fail(v, "exists match pattern must be either true or false.")
		}
		is, _ := v.Bool()
		return func(tree.Node) bool { return true }, !is, nil
	default:
		err = p.fail(v, "Unrecognized match type %s", name)
	}
	return t, false, err
}

func exactly(s string) test { return stringTest(func(v string) bool { return v == s }) }

// text reads a comparison with a string.
func (p *parser) text(n tree.Node, name string, make func(string) test) (test, error) {
	if n.Kind() != tree.String {
		return nil, p.fail(n, "%s match pattern must be a string", name)
	}
	return make(n.Str()), nil
}

// affix reads prefix and suffix, which may ignore the case.
func (p *parser) affix(n tree.Node, name string, make, fold func(string) test) (test, error) {
	if n.Kind() != tree.Object {
		return p.text(n, name, make)
	}
	inner, v, err := p.only(n)
	if err != nil {
		return nil, err
	}
	if inner != "equals-ignore-case" {
		return nil, p.fail(v, "Unsupported %s pattern: %s", name, inner)
	}
	return p.text(v, inner, fold)
}

// anythingBut reads what a value must not be.
func (p *parser) anythingBut(n tree.Node) (test, error) {
	switch n.Kind() {
	case tree.Object:
		return p.anythingLike(n)
	case tree.String, tree.Number:
		return not(equal(n)), nil
	case tree.Array:
	default:
		return nil, p.fail(n, "Value of anything-but must be an array or single string/number value.")
	}
	var kind tree.Kind
	var tests []test
	var failure error
	n.Elements(func(v tree.Node) bool {
		switch k := v.Kind(); {
		case k != tree.String && k != tree.Number:
			failure = p.fail(v, "Inside anything but list, start|null|boolean is not supported.")
		case kind != tree.Absent && k != kind:
			failure = p.fail(v, "Inside anything but list, either all values are number or string, mixed type is not supported")
		default:
			kind, tests = k, append(tests, equal(v))
		}
		return failure == nil
	})
	if failure == nil && len(tests) == 0 {
		failure = p.fail(n, "Empty arrays are not allowed")
	}
	return not(anyTest(tests)), failure
}

// anythingLike reads the comparisons that may stand inside anything-but, with one string or several.
func (p *parser) anythingLike(n tree.Node) (test, error) {
	name, v, err := p.only(n)
	if err != nil {
		return nil, err
	}
	var one func(tree.Node) (test, error)
	switch name {
	case "prefix":
		one = func(e tree.Node) (test, error) { return p.notAffix(e, prefixed) }
	case "suffix":
		one = func(e tree.Node) (test, error) { return p.notAffix(e, suffixed) }
	case "wildcard":
		one = p.wildcard
	case "equals-ignore-case":
		one = func(e tree.Node) (test, error) {
			if e.Kind() != tree.String {
				return nil, p.fail(e, "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
			}
			return folded(e.Str()), nil
		}
	default:
		return nil, p.fail(v, "Unsupported anything-but pattern: %s", name)
	}
	if k := v.Kind(); k == tree.Object || k == tree.Null || k == tree.Bool {
		return nil, p.fail(v, "Value of anything-but must be an array or single string/number value.")
	}
	if v.Kind() == tree.Array && v.Len() == 0 {
		return nil, p.fail(v, "Empty arrays are not allowed")
	}
	var tests []test
	v.Elements(func(e tree.Node) bool {
		var t test
		t, err = one(e)
		tests = append(tests, t)
		return err == nil
	})
	return not(anyTest(tests)), err
}

func (p *parser) notAffix(n tree.Node, make func(string) test) (test, error) {
	switch {
	case n.Kind() != tree.String:
		return nil, p.fail(n, "prefix/suffix match pattern must be a string")
	case n.Str() == "":
		return nil, p.fail(n, "Null prefix/suffix not allowed")
	}
	return make(n.Str()), nil
}
