package trino

import (
	"strconv"
	"strings"
)

// String is the query as Trino reads it, on one line. Parsed again it gives the same tree, but for positions and for
// which names stand in quotes.
func (q *Query) String() string {
	var p printer
	p.query(q)
	return p.String()
}

type printer struct{ strings.Builder }

// put writes words and signs.
func (p *printer) put(all ...string) {
	for _, s := range all {
		p.WriteString(s)
	}
}

// putIf writes s if it applies.
func (p *printer) putIf(ok bool, s string) {
	if ok {
		p.put(s)
	}
}

// each writes members with commas between.
func each[T any](p *printer, all []T, one func(T)) {
	for i, x := range all {
		p.putIf(i > 0, ", ")
		one(x)
	}
}

func (p *printer) exprs(all []Expr) {
	each(p, all, func(x Expr) { p.expr(x, precOr) })
}

func (p *printer) ident(id Ident) {
	if id.Quoted || !plain(id.Name) || openers[strings.ToUpper(id.Name)] {
		p.put(`"`, strings.ReplaceAll(id.Name, `"`, `""`), `"`)
		return
	}
	p.put(id.Name)
}

// idents writes names in parentheses, if there are any.
func (p *printer) idents(before string, all []Ident) {
	if all == nil {
		return
	}
	p.put(before, "(")
	each(p, all, p.ident)
	p.put(")")
}

func (p *printer) query(q *Query) {
	p.putIf(q.With != nil, "WITH ")
	each(p, q.With, func(n *Named) {
		p.ident(n.Name)
		p.idents(" ", n.Columns)
		p.put(" AS ")
		p.nested(n.Query)
	})
	p.putIf(q.With != nil, " ")
	p.body(q.Body)
	p.orderBy(" ", q.OrderBy)
	if q.Offset != nil {
		p.put(" OFFSET ")
		p.expr(q.Offset, precPrimary)
	}
	switch {
	case q.Limit == nil:
	case q.Ties:
		p.put(" FETCH FIRST ")
		p.expr(q.Limit, precPrimary)
		p.put(" ROWS WITH TIES")
	default:
		p.put(" LIMIT ")
		p.expr(q.Limit, precPrimary)
	}
}

// nested writes a query in parentheses.
func (p *printer) nested(q *Query) {
	p.put("(")
	p.query(q)
	p.put(")")
}

func (p *printer) body(b Body) {
	switch b := b.(type) {
	case *Select:
		p.selection(b)
	case *Values:
		p.put("VALUES ")
		p.exprs(b.Rows)
	case *Nested:
		p.nested(b.Query)
	case *SetOp:
		left, ok := b.Left.(*SetOp)
		p.operand(b.Left, ok && b.Op == Intersect && left.Op != Intersect)
		p.put(" ", string(b.Op))
		p.putIf(b.All, " ALL")
		p.put(" ")
		right, ok := b.Right.(*SetOp)
		p.operand(b.Right, ok && (b.Op == Intersect || right.Op != Intersect))
	}
}

func (p *printer) operand(b Body, parentheses bool) {
	p.putIf(parentheses, "(")
	p.body(b)
	p.putIf(parentheses, ")")
}

// orderBy writes ORDER BY, if there is one.
func (p *printer) orderBy(before string, by []*Sort) {
	if by == nil {
		return
	}
	p.put(before, "ORDER BY ")
	each(p, by, func(s *Sort) {
		p.expr(s.X, precOr)
		p.putIf(s.Desc, " DESC")
		p.putIf(s.Nulls == NullsFirst, " NULLS FIRST")
		p.putIf(s.Nulls == NullsLast, " NULLS LAST")
	})
}

func (p *printer) selection(s *Select) {
	p.put("SELECT ")
	p.putIf(s.Distinct, "DISTINCT ")
	each(p, s.Items, p.item)
	if s.From != nil {
		p.put(" FROM ")
		p.relation(s.From)
	}
	if s.Where != nil {
		p.put(" WHERE ")
		p.expr(s.Where, precOr)
	}
	if s.GroupBy != nil {
		p.put(" GROUP BY ")
		p.putIf(s.GroupBy.Distinct, "DISTINCT ")
		each(p, s.GroupBy.Elements, p.grouping)
	}
	if s.Having != nil {
		p.put(" HAVING ")
		p.expr(s.Having, precOr)
	}
	p.putIf(s.Windows != nil, " WINDOW ")
	each(p, s.Windows, func(n *NamedWindow) {
		p.ident(n.Name)
		p.put(" AS ")
		p.window(n.Window)
	})
}

func (p *printer) item(it *Item) {
	switch {
	case it.All && it.X == nil:
		p.put("*")
	case it.All:
		p.before(it.X)
		p.put(".*")
		p.idents(" AS ", it.Columns)
	default:
		p.expr(it.X, precOr)
		if it.Alias != nil {
			p.put(" AS ")
			p.ident(*it.Alias)
		}
	}
}

func (p *printer) grouping(g *Grouping) {
	p.put([...]string{Simple: "", GroupingSets: "GROUPING SETS (", Rollup: "ROLLUP (", Cube: "CUBE ("}[g.Kind])
	each(p, g.Sets, func(set []Expr) {
		p.putIf(len(set) != 1, "(")
		p.exprs(set)
		p.putIf(len(set) != 1, ")")
	})
	p.putIf(g.Kind != Simple, ")")
}

// text writes a text literal.
func (p *printer) text(s string) { p.put("'", strings.ReplaceAll(s, "'", "''"), "'") }

func (p *printer) number(n int) { p.put(strconv.Itoa(n)) }
