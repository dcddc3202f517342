package pattern

import (
	"github.com/tickmark/tickmark/internal/tree"
)

// maxNumber bounds the numbers of numeric comparisons, as EventBridge does.
const maxNumber = 5e9

// numeric reads ["=", n], or one or two bounds.
func (p *parser) numeric(n tree.Node) (test, error) {
	if n.Kind() != tree.Array {
		return nil, p.fail(n, "Value of numeric must be an array.")
	}
	operator := n.Elem(0)
	if operator.Kind() != tree.String {
		return nil, p.fail(n, "Invalid member in numeric match: %s", operator.Raw())
	}
	first, err := p.bound(n, operator.Str(), 1)
	if err != nil {
		return nil, err
	}
	is, lower, ok := compare(operator.Str(), first)
	switch {
	case !ok:
		return nil, p.fail(operator, "Unrecognized numeric range operator: %s", operator.Str())
	case n.Len() == 2:
		return func(v tree.Node) bool { return number(v, is) }, nil
	case !lower:
		return nil, p.fail(n, "Too many elements in numeric expression")
	}
	return p.interval(n, first, is)
}

// interval reads the upper bound behind a lower one.
func (p *parser) interval(n tree.Node, low float64, above func(float64) bool) (test, error) {
	operator := n.Elem(2)
	switch {
	case operator.Kind() != tree.String:
		return nil, p.fail(n, "Bad value in numeric range: %s", operator.Raw())
	case operator.Str() != "<" && operator.Str() != "<=":
		return nil, p.fail(operator, "Bad numeric range operator: %s", operator.Str())
	}
	high, err := p.bound(n, operator.Str(), 3)
	switch {
	case err != nil:
		return nil, err
	case n.Len() > 4:
		return nil, p.fail(n, "Too many terms in numeric range expression")
	case low >= high:
		return nil, p.fail(n, "Bottom must be less than top")
	}
	below, _, _ := compare(operator.Str(), high)
	return func(v tree.Node) bool {
		return number(v, func(f float64) bool { return above(f) && below(f) })
	}, nil
}

func (p *parser) bound(n tree.Node, operator string, i int) (float64, error) {
	v := n.Elem(i)
	if v.Kind() != tree.Number {
		if operator == "=" {
			operator = "equals"
		}
		return 0, p.fail(n, "Value of %s must be numeric", operator)
	}
	f, ok := v.Float()
	if !ok || f < -maxNumber || f > maxNumber {
		return 0, p.fail(v, "Value must be between -5.0E9 and 5.0E9, inclusive")
	}
	return f, nil
}

// compare is a comparison with a number; lower tells that it is a lower bound.
func compare(operator string, b float64) (is func(float64) bool, lower, ok bool) {
	switch operator {
	case "=":
		return func(f float64) bool { return f == b }, false, true
	case "<":
		return func(f float64) bool { return f < b }, false, true
	case "<=":
		return func(f float64) bool { return f <= b }, false, true
	case ">":
		return func(f float64) bool { return f > b }, true, true
	case ">=":
		return func(f float64) bool { return f >= b }, true, true
	}
	return nil, false, false
}
