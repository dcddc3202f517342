package guard

// operand is the right side of a clause, of a let, or an argument.
type operand struct {
	text     string
	literal  bool
	value    Value
	query    *query
	function *function
	name     string
	args     []operand
}

// decls are the variables that a body declares.
type decls struct {
	lets   []operand
	byName map[string]int
}

func (d *decls) add(name string, o operand) {
	if d.byName == nil {
		d.byName = map[string]int{}
	}
	d.byName[name] = len(d.lets)
	d.lets = append(d.lets, o)
}

// bound is what a variable holds; literal says that it is a literal of the rules, which clauses compare otherwise
// than what a query found.
type bound struct {
	results []result
	literal bool
	state   uint8 // 0 not asked for, 1 being found, 2 known
}

// scope is one run through a body: its variables, found when first asked for, and the value they start from.
type scope struct {
	parent *scope
	decls  *decls
	memo   []bound
	params map[string]bound
	ctx    Value
}

// lookup finds a variable, innermost scope first; keys that queries kept come last.
func (r *run) lookup(sc *scope, name string) bound {
	for s := sc; s != nil; s = s.parent {
		if b, ok := s.params[name]; ok {
			return b
		}
		if s.decls == nil {
			continue
		}
		if i, ok := s.decls.byName[name]; ok {
			return r.bind(s, i, name)
		}
	}
	if kept, ok := r.captures[name]; ok {
		return bound{results: resolved(kept), state: 2}
	}
	r.fail("there is no variable %%%s", name)
	return bound{}
}

func (r *run) bind(s *scope, i int, name string) bound {
	if s.memo == nil {
		s.memo = make([]bound, len(s.decls.lets))
	}
	switch b := &s.memo[i]; b.state {
	case 0:
		b.state = 1
		found := r.operand(&s.decls.lets[i], s, s.ctx)
		found.state = 2
		s.memo[i] = found
	case 1:
		r.fail("variable %%%s is defined by itself", name)
	}
	return s.memo[i]
}

// operand evaluates one; its results are the caller's to keep.
func (r *run) operand(o *operand, sc *scope, ctx Value) bound {
	switch {
	case o.literal:
		return bound{results: []result{{v: o.value}}, literal: true}
	case o.function != nil:
		return bound{results: r.call(o, sc, ctx)}
	}
	if o.query.bare {
		b := r.lookup(sc, o.query.variable)
		if o.query.some {
			b.results = present(b.results)
		}
		return b
	}
	found := r.query(o.query, sc, ctx, nil)
	if o.query.some {
		found = present(found)
	}
	return bound{results: found}
}

// present leaves out what was not found.
func present(all []result) []result {
	var kept []result
	for _, x := range all {
		if x.miss == nil {
			kept = append(kept, x)
		}
	}
	return kept
}

func resolved(values []Value) []result {
	var out []result
	for _, v := range values {
		out = append(out, result{v: v})
	}
	return out
}
