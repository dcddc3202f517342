package trino

import (
	"slices"
	"strings"
)

// form writes an expression that begins with a word or a parenthesis.
func (p *printer) form(x Expr) {
	switch x := x.(type) {
	case *Array:
		p.put("ARRAY[")
		p.exprs(x.Elements)
		p.put("]")
	case *Row:
		p.put("ROW(")
		p.exprs(x.Elements)
		p.put(")")
	case *Case:
		p.cases(x)
	case *Cast:
		p.putIf(x.Try, "TRY_")
		p.put("CAST(")
		p.expr(x.X, precOr)
		p.put(" AS ", x.Type.String(), ")")
	case *Extract:
		p.put("EXTRACT(", x.Field, " FROM ")
		p.expr(x.X, precOr)
		p.put(")")
	case *Current:
		p.put(strings.ToUpper(x.What))
		if x.Precision >= 0 {
			p.put("(")
			p.number(x.Precision)
			p.put(")")
		}
	case *Subquery:
		p.nested(x.Query)
	case *Exists:
		p.put("EXISTS ")
		p.nested(x.Query)
	case *Call:
		p.call(x)
	}
}

func (p *printer) cases(c *Case) {
	p.put("CASE")
	if c.Operand != nil {
		p.put(" ")
		p.expr(c.Operand, precOr)
	}
	for _, w := range c.Whens {
		p.put(" WHEN ")
		p.expr(w.When, precOr)
		p.put(" THEN ")
		p.expr(w.Then, precOr)
	}
	if c.Else != nil {
		p.put(" ELSE ")
		p.expr(c.Else, precOr)
	}
	p.put(" END")
}

func (p *printer) call(c *Call) {
	if p.special(c) {
		return
	}
	name := strings.ToUpper(c.Name)
	p.ident(Ident{Name: c.Name, Quoted: forms[name] || name == "EXISTS"})
	p.arguments(c)
	p.filter(c)
	p.putIf(c.IgnoreNulls, " IGNORE NULLS")
	switch w := c.Over; {
	case w == nil:
	case w.Base != nil && w.PartitionBy == nil && w.OrderBy == nil && w.Frame == nil:
		p.put(" OVER ")
		p.ident(*w.Base)
	default:
		p.put(" OVER ")
		p.window(w)
	}
}

func (p *printer) arguments(c *Call) {
	p.put("(")
	p.putIf(c.Star, "*")
	p.putIf(c.Distinct, "DISTINCT ")
	each(p, c.Args, func(x Expr) { p.expr(x, precLambda) })
	space := ""
	if c.Args != nil || c.Star {
		space = " "
	}
	p.orderBy(space, c.OrderBy)
	p.put(")")
}

func (p *printer) filter(c *Call) {
	if c.Filter != nil {
		p.put(" FILTER (WHERE ")
		p.expr(c.Filter, precOr)
		p.put(")")
	}
}

// special writes a call that has a grammar of its own in SQL; false when it has none, or is not of that form.
func (p *printer) special(c *Call) bool {
	if slices.ContainsFunc(c.Args, func(x Expr) bool { return precedence(x) == precLambda }) || c.Over != nil {
		return false
	}
	if c.Name == "listagg" && c.OrderBy != nil && c.Args != nil {
		p.listagg(c)
		return true
	}
	if c.Distinct || c.OrderBy != nil || c.Filter != nil {
		return false
	}
	switch c.Name {
	case "grouping":
		p.put("GROUPING")
		p.arguments(c)
	case "normalize":
		return p.normalize(c)
	case "strpos":
		if !swapped(c) {
			return false
		}
		p.put("POSITION(")
		p.values(c.Args[1], " IN ", c.Args[0])
		p.put(")")
	case "trim", "ltrim", "rtrim":
		return p.trim(c)
	default:
		return false
	}
	return true
}

// swapped reports whether the second argument was written before the first; parameters keep their order then.
func swapped(c *Call) bool {
	if len(c.Args) != 2 {
		return false
	}
	a, b := c.Args[0].Pos(), c.Args[1].Pos()
	return b.Line < a.Line || b.Line == a.Line && b.Column < a.Column
}

func (p *printer) trim(c *Call) bool {
	switch {
	case swapped(c):
		side := map[string]string{"trim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}[c.Name]
		p.put("TRIM(", side, " ")
		p.values(c.Args[1], " FROM ", c.Args[0])
	case c.Name == "trim" && len(c.Args) == 1:
		p.put("TRIM(")
		p.expr(c.Args[0], precConcat)
	case c.Name == "trim" && len(c.Args) == 2:
		p.put("TRIM(")
		p.values(c.Args[0], ", ", c.Args[1])
	default:
		return false
	}
	p.put(")")
	return true
}

func (p *printer) normalize(c *Call) bool {
	form := ""
	switch len(c.Args) {
	case 1:
	case 2:
		s, ok := c.Args[1].(*String)
		if !ok || !slices.Contains([]string{"NFC", "NFD", "NFKC", "NFKD"}, s.Value) {
			return false
		}
		form = ", " + s.Value
	default:
		return false
	}
	p.put("NORMALIZE(")
	p.expr(c.Args[0], precConcat)
	p.put(form, ")")
	return true
}

func (p *printer) listagg(c *Call) {
	p.put("LISTAGG(")
	p.putIf(c.Distinct, "DISTINCT ")
	p.exprs(c.Args)
	p.put(") WITHIN GROUP (")
	p.orderBy("", c.OrderBy)
	p.put(")")
	p.filter(c)
}

// String is the type as Trino writes it.
func (t *Type) String() string {
	var p printer
	p.typ(t)
	return p.String()
}

func (p *printer) typ(t *Type) {
	zone := ""
	name := t.Name
	if base, ok := strings.CutSuffix(name, " with time zone"); ok {
		name, zone = base, " with time zone"
	}
	if zone != "" || strings.HasPrefix(name, "interval ") || plain(name) {
		p.put(name)
	} else {
		p.ident(Ident{Name: name, Quoted: true})
	}
	switch {
	case t.Args != nil:
		p.put("(")
		for i, a := range t.Args {
			p.putIf(i > 0, ", ")
			if i < len(t.Fields) && t.Fields[i].Name != "" {
				p.ident(t.Fields[i].quoted())
				p.put(" ")
			}
			p.typ(a)
		}
		p.put(")")
	case t.Precision != nil:
		p.put("(")
		each(p, t.Precision, p.number)
		p.put(")")
	}
	p.put(zone)
}

// quoted puts a row's field in quotes if its name is also the beginning of a type.
func (id Ident) quoted() Ident {
	switch strings.ToLower(id.Name) {
	case "time", "timestamp", "interval", "double", "array", "map", "row":
		id.Quoted = true
	}
	return id
}
