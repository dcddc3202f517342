package guard

// check is one member of a group: a clause, a block, or a rule asked by name.
type check interface {
	eval(r *run, sc *scope, ctx Value) Status
}

// group is a disjunction: the first member that passes ends it.
type group struct {
	checks []check
	text   string
}

// cnf is a conjunction of groups.
type cnf struct{ groups []group }

// block is a body with its variables.
type block struct {
	decls decls
	cnf   cnf
}

func (b *block) eval(r *run, sc *scope, ctx Value) Status {
	return b.cnf.eval(r, &scope{parent: sc, decls: &b.decls, ctx: ctx}, ctx)
}

// eval asks every group, so that all failures are told.
func (c *cnf) eval(r *run, sc *scope, ctx Value) Status {
	status := Skip
	for i := range c.groups {
		switch s := c.groups[i].eval(r, sc, ctx); {
		case r.err != nil:
			return Fail
		case s == Fail:
			status = Fail
		case s == Pass && status == Skip:
			status = Pass
		}
	}
	return status
}

func (g *group) eval(r *run, sc *scope, ctx Value) Status {
	if len(g.checks) == 1 {
		return g.checks[0].eval(r, sc, ctx)
	}
	outer := r.trace
	var inner []Check
	if outer != nil {
		r.trace = &inner
	}
	status := Skip
	for _, c := range g.checks {
		s := c.eval(r, sc, ctx)
		if s == Pass || r.err != nil {
			status = s
			break
		}
		if s == Fail {
			status = Fail
		}
	}
	r.trace = outer
	if status == Fail && outer != nil {
		*outer = append(*outer, Check{Kind: "Disjunction", Context: g.text, Checks: inner})
	}
	return status
}

// whenBlock opens its body only when its conditions pass.
type whenBlock struct {
	line int
	when *cnf
	body *block
}

func (w *whenBlock) eval(r *run, sc *scope, ctx Value) Status {
	if r.quiet(w.when, sc, ctx) != Pass {
		return Skip
	}
	return w.body.eval(r, sc, ctx)
}

// queryBlock asks its body of each result of a query; a type block asks it of each resource of a type.
type queryBlock struct {
	query    *query
	when     *cnf
	notEmpty bool
	typed    bool
	line     int
	text     string
	body     *block
}

func (b *queryBlock) eval(r *run, sc *scope, ctx Value) Status {
	if b.when != nil && !r.dialect.WhenPerItem && r.quiet(b.when, sc, ctx) != Pass {
		return Skip
	}
	found := r.query(b.query, sc, ctx, r.lend())
	defer r.giveBack(found)
	if b.query.some && b.query.bare {
		found = present(found)
	}
	if len(found) == 0 && b.notEmpty {
		r.note(b.line, Check{Kind: "Block", Context: b.text, Error: "Check was not compliant as " + b.query.text + " found nothing."})
		return Fail
	}
	outer := r.trace
	var inner []Check
	if outer != nil {
		r.trace = &inner
	}
	passed, failed := 0, 0
	for _, x := range found {
		switch b.one(r, sc, x) {
		case Pass:
			passed++
		case Fail:
			failed++
		}
		if r.err != nil {
			break
		}
	}
	r.trace = outer
	status := combine(passed, failed, b.query.some)
	if status == Fail && outer != nil {
		*outer = append(*outer, Check{Kind: "Block", Context: b.text, Line: b.line, Checks: inner})
	}
	return status
}

func (b *queryBlock) one(r *run, sc *scope, x result) Status {
	if x.miss != nil {
		if b.typed {
			r.fail("line %d: %s asks for Resources, and the document has none (%s)", b.line, b.text, x.miss.reason)
		}
		if r.trace != nil {
			r.note(b.line, Check{Kind: "Unresolved", Context: b.text, Error: r.absence(x), From: r.reported(x.v), Remaining: x.miss.remaining()})
		}
		return Fail
	}
	if b.when != nil && r.dialect.WhenPerItem && r.quiet(b.when, sc, x.v) != Pass {
		return Skip
	}
	return b.body.eval(r, sc, x.v)
}

// combine is the status of several: without some all must pass, with it one.
func combine(passed, failed int, some bool) Status {
	switch {
	case some && passed > 0:
		return Pass
	case failed > 0:
		return Fail
	case passed > 0:
		return Pass
	}
	return Skip
}

// ruleRef asks for another rule's status.
type ruleRef struct {
	name    string
	negated bool
	line    int
	message string
}

func (c *ruleRef) eval(r *run, _ *scope, _ Value) Status {
	s := r.named(c.name)
	if s == Skip && r.dialect.SkipIsSkip {
		return Skip
	}
	if (s == Pass) != c.negated {
		return Pass
	}
	want := "PASS"
	if c.negated {
		want = "not PASS"
	}
	r.note(c.line, Check{Kind: "Rule", Context: c.name, Message: c.message, Error: "Rule " + c.name + " was " + s.String() + ", and had to be " + want + "."})
	return Fail
}

// ruleCall evaluates a rule with parameters on the caller's context.
type ruleCall struct {
	name    string
	args    []operand
	line    int
	text    string
	message string
}

func (c *ruleCall) eval(r *run, sc *scope, ctx Value) Status {
	def := r.file.params[c.name]
	if r.calls++; r.calls > maxCalls {
		r.fail("line %d: rules call each other more than %d deep", c.line, maxCalls)
		return Fail
	}
	defer func() { r.calls-- }()
	inner := &scope{parent: sc, params: map[string]bound{}, ctx: ctx}
	for i := range c.args {
		b := r.operand(&c.args[i], sc, ctx)
		b.state = 2
		inner.params[def.names[i]] = b
	}
	outer := r.trace
	var checks []Check
	if outer != nil {
		r.trace = &checks
	}
	status := def.body.eval(r, inner, ctx)
	r.trace = outer
	if status == Fail {
		r.note(c.line, Check{Kind: "Rule", Context: c.text, Message: c.message, Checks: checks})
	}
	return status
}
