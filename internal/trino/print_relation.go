package trino

func (p *printer) relation(r Relation) {
	switch r := r.(type) {
	case *Table:
		for i, id := range r.Name {
			p.putIf(i > 0, ".")
			p.ident(id)
		}
	case *Derived:
		p.putIf(r.Lateral, "LATERAL ")
		p.nested(r.Query)
	case *Unnest:
		p.put("UNNEST(")
		p.exprs(r.Args)
		p.put(")")
		p.putIf(r.Ordinality, " WITH ORDINALITY")
	case *Aliased:
		p.inner(r.Relation)
		p.put(" AS ")
		p.ident(r.Alias)
		p.idents(" ", r.Columns)
	case *Join:
		p.join(r)
	}
}

// inner writes a relation that is one unit.
func (p *printer) inner(r Relation) {
	_, joined := r.(*Join)
	_, aliased := r.(*Aliased)
	p.putIf(joined || aliased, "(")
	p.relation(r)
	p.putIf(joined || aliased, ")")
}

func (p *printer) join(j *Join) {
	p.relation(j.Left)
	p.put(" ", string(j.Kind), " ")
	if _, ok := j.Right.(*Join); ok {
		p.inner(j.Right)
	} else {
		p.relation(j.Right)
	}
	if j.On != nil {
		p.put(" ON ")
		p.expr(j.On, precOr)
	}
	p.idents(" USING ", j.Using)
}

func (p *printer) window(w *Window) {
	p.put("(")
	space := ""
	if w.Base != nil {
		p.ident(*w.Base)
		space = " "
	}
	if w.PartitionBy != nil {
		p.put(space, "PARTITION BY ")
		p.exprs(w.PartitionBy)
		space = " "
	}
	if w.OrderBy != nil {
		p.orderBy(space, w.OrderBy)
		space = " "
	}
	if f := w.Frame; f != nil {
		p.put(space, string(f.Unit), " BETWEEN ")
		p.bound(f.Start)
		p.put(" AND ")
		p.bound(f.End)
	}
	p.put(")")
}

func (p *printer) bound(b Bound) {
	if b.Offset != nil {
		p.expr(b.Offset, precConcat)
		p.put(" ")
	}
	p.put(string(b.Kind))
}
