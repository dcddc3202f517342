package trino

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// How close expressions bind, the loosest first.
const (
	precLambda = iota
	precOr
	precAnd
	precNot
	precPredicate
	precConcat
	precAdd
	precMul
	precSign
	precZone
	precPrimary
)

func precedence(x Expr) int {
	switch x := x.(type) {
	case *Lambda:
		return precLambda
	case *Logical:
		if x.Or {
			return precOr
		}
		return precAnd
	case *Not:
		return precNot
	case *Compare, *Quantified, *Distinct, *IsNull, *Between, *In, *Like:
		return precPredicate
	case *Binary:
		return x.Op.precedence()
	case *Unary:
		return precSign
	case *Integer:
		if x.Value < 0 {
			return precSign
		}
	case *AtTimeZone:
		return precZone
	}
	return precPrimary
}

func (op Operator) precedence() int {
	switch op {
	case Concat:
		return precConcat
	case Add, Sub:
		return precAdd
	}
	return precMul
}

// expr writes an expression, in parentheses if it binds looser than its place asks for.
func (p *printer) expr(x Expr, least int) {
	if precedence(x) < least {
		p.put("(")
		p.expr(x, precLambda)
		p.put(")")
		return
	}
	switch x := x.(type) {
	case *Name:
		p.ident(x.Ident)
	case *Dereference:
		p.before(x.X)
		p.put(".")
		p.ident(x.Field)
	case *Unary:
		p.put(string(x.Op))
		p.putIf(negative(x.X), " ") // two minuses begin a comment
		p.expr(x.X, precSign)
	case *Binary:
		level := x.Op.precedence()
		p.expr(x.Left, level)
		p.put(" ", string(x.Op), " ")
		p.expr(x.Right, level+1)
	case *Subscript:
		p.expr(x.X, precPrimary)
		p.put("[")
		p.expr(x.Index, precOr)
		p.put("]")
	case *AtTimeZone:
		p.expr(x.X, precZone)
		p.put(" AT TIME ZONE ")
		p.expr(x.Zone, precPrimary)
	case *Lambda:
		p.idents("", x.params())
		p.put(" -> ")
		p.expr(x.Body, precOr)
	default:
		if !p.literal(x) && !p.predicate(x) {
			p.form(x)
		}
	}
}

// negative reports whether an operand of a sign begins with a minus.
func negative(x Expr) bool {
	switch x := x.(type) {
	case *Unary:
		return x.Op == Sub
	case *Integer:
		return x.Value < 0
	}
	return false
}

func (l *Lambda) params() []Ident {
	if l.Params == nil {
		return []Ident{}
	}
	return l.Params
}

// before writes what stands in front of a point, which a number would take for its own.
func (p *printer) before(x Expr) {
	switch x.(type) {
	case *Integer, *Decimal, *Double:
		p.put("(")
		p.expr(x, precLambda)
		p.put(")")
	default:
		p.expr(x, precPrimary)
	}
}

func (p *printer) literal(x Expr) bool {
	switch x := x.(type) {
	case *Null:
		p.put("NULL")
	case *Bool:
		p.put(strings.ToUpper(strconv.FormatBool(x.Value)))
	case *String:
		p.text(x.Value)
	case *Bytes:
		p.put("X'", strings.ToUpper(hex.EncodeToString(x.Value)), "'")
	case *Integer:
		p.put(strconv.FormatInt(x.Value, 10))
	case *Decimal:
		p.put(x.Text)
	case *Double:
		p.put(strconv.FormatFloat(x.Value, 'E', -1, 64))
	case *Parameter:
		p.put("?")
	case *Typed:
		p.put(strings.ToUpper(x.Type.String()), " ")
		p.text(x.Text)
	case *Interval:
		p.put("INTERVAL ")
		p.putIf(x.Negative, "-")
		p.text(x.Text)
		p.put(" ", x.From)
		p.putIf(x.To != "", " TO "+x.To)
	default:
		return false
	}
	return true
}

func (p *printer) predicate(x Expr) bool {
	switch x := x.(type) {
	case *Logical:
		word, level := " AND ", precAnd
		if x.Or {
			word, level = " OR ", precOr
		}
		for i, t := range x.Terms {
			p.putIf(i > 0, word)
			p.expr(t, level+1)
		}
	case *Not:
		p.put("NOT ")
		p.expr(x.X, precNot)
	case *Compare:
		p.values(x.Left, " "+string(x.Op)+" ", x.Right)
	case *Distinct:
		p.values(x.Left, " IS"+negation(x.Not)+" DISTINCT FROM ", x.Right)
	case *IsNull:
		p.values(x.X, " IS"+negation(x.Not)+" NULL", nil)
	case *Between:
		p.values(x.X, negation(x.Not)+" BETWEEN ", x.Low)
		p.values(nil, " AND ", x.High)
	case *Like:
		p.values(x.X, negation(x.Not)+" LIKE ", x.Pattern)
		if x.Escape != nil {
			p.values(nil, " ESCAPE ", x.Escape)
		}
	case *Quantified:
		p.values(x.X, " "+string(x.Op)+" "+map[bool]string{true: "ALL ", false: "ANY "}[x.All], nil)
		p.nested(x.Query)
	case *In:
		p.values(x.X, negation(x.Not)+" IN ", nil)
		p.in(x)
	default:
		return false
	}
	return true
}

func (p *printer) in(x *In) {
	if x.Query != nil {
		p.nested(x.Query)
		return
	}
	p.put("(")
	p.exprs(x.List)
	p.put(")")
}

// values writes what a predicate compares, and the words between; either side may be nil.
func (p *printer) values(left Expr, between string, right Expr) {
	if left != nil {
		p.expr(left, precConcat)
	}
	p.put(between)
	if right != nil {
		p.expr(right, precConcat)
	}
}

func negation(not bool) string {
	if not {
		return " NOT"
	}
	return ""
}
