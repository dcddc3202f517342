package plan

// prune leaves out the columns that nobody reads.
func prune(n Node, needed symbolSet) Node {
	own := symbolSet{}
	for s := range needed {
		own[s] = true
	}
	switch x := n.(type) {
	case *Scan:
		kept := x.Columns[:0]
		for _, c := range x.Columns {
			if needed[c.Symbol] {
				kept = append(kept, c)
			}
		}
		x.Columns = kept
		return x
	case *Values:
		return pruneValues(x, needed)
	case *Project:
		kept := x.Items[:0]
		for _, it := range x.Items {
			if needed[it.Symbol] {
				kept = append(kept, it)
			}
		}
		x.Items = kept
		own = symbolSet{}
	case *Aggregate:
		kept := x.Aggs[:0]
		for _, a := range x.Aggs {
			if needed[a.Symbol] {
				kept = append(kept, a)
			}
		}
		x.Aggs = kept
		own = symbolSet{}
		for _, k := range x.Keys {
			own[k] = true
		}
	case *Window:
		kept := x.Funcs[:0]
		for _, f := range x.Funcs {
			if needed[f.Symbol] {
				kept = append(kept, f)
			}
		}
		if x.Funcs = kept; len(kept) == 0 {
			return prune(x.In, needed)
		}
		for _, k := range x.Partition {
			own[k] = true
		}
		for _, k := range x.Order {
			own[k.Symbol] = true
		}
	case *Sort:
		for _, k := range x.Keys {
			own[k.Symbol] = true
		}
	case *Union:
		return pruneUnion(x, needed)
	case *SetOp:
		x.L, x.R = prune(x.L, listed(x.LCol)), prune(x.R, listed(x.RCol))
		return x
	case *Mark:
		if !needed[x.Symbol] {
			return prune(x.L, needed)
		}
	case *Shared:
		return x
	}
	for _, e := range n.exprs() {
		symbolsOf(*e, func(s *Symbol) { own[s] = true })
	}
	for _, in := range n.inputs() {
		*in = prune(*in, own)
	}
	return n
}

func listed(list []*Symbol) symbolSet {
	out := symbolSet{}
	for _, s := range list {
		out[s] = true
	}
	return out
}

func pruneValues(x *Values, needed symbolSet) Node {
	out := &Values{Rows: make([][]Expr, len(x.Rows))}
	for c, s := range x.Symbols {
		if !needed[s] {
			continue
		}
		out.Symbols = append(out.Symbols, s)
		for i := range x.Rows {
			out.Rows[i] = append(out.Rows[i], x.Rows[i][c])
		}
	}
	return out
}

func pruneUnion(x *Union, needed symbolSet) Node {
	out := &Union{In: x.In, Columns: make([][]*Symbol, len(x.In))}
	for j, s := range x.Symbols {
		if !needed[s] {
			continue
		}
		out.Symbols = append(out.Symbols, s)
		for i := range x.In {
			out.Columns[i] = append(out.Columns[i], x.Columns[i][j])
		}
	}
	for i := range out.In {
		out.In[i] = prune(out.In[i], listed(out.Columns[i]))
	}
	return out
}
