package guard

// clause is one question about the results of a query.
type clause struct {
	pos     int
	line    int
	text    string
	query   *query
	op      operator
	negated bool // by a `not` in front, which turns unary clauses only
	right   operand
	message string
}

// tally collects the outcomes of the checks of one clause.
type tally struct {
	c              *clause
	r              *run
	passed, failed int
}

func (t *tally) check(ok bool, from result, to *Value) {
	if ok {
		t.passed++
		return
	}
	t.failed++
	if t.r.trace != nil {
		t.r.note(t.c.line, t.r.failed(t.c, from, to))
	}
}

func (c *clause) eval(r *run, sc *scope, ctx Value) Status {
	if !r.tick(1) {
		return Fail
	}
	left, literal, lent := r.left(c.query, sc, ctx)
	if lent {
		defer func() { r.giveBack(left) }()
	}
	if r.err != nil {
		return Fail
	}
	outer := r.trace
	var inner []Check
	if outer != nil {
		r.trace = &inner
	}
	t := tally{c: c, r: r}
	var status Status
	if c.op.binary {
		status = c.compare(r, sc, ctx, left, literal, &t)
	} else {
		status = c.unary(r, left, &t)
	}
	r.trace = outer
	if status == Fail && outer != nil {
		if len(inner) == 0 {
			inner = []Check{{Kind: "Clause", Context: c.text, Line: c.line, Message: c.message, Error: "Check was not compliant as no value of " + c.query.text + " passed."}}
		}
		*outer = append(*outer, inner...)
	}
	return status
}

// left evaluates the query of a clause; lent says that the slice goes back to the pool.
func (r *run) left(q *query, sc *scope, ctx Value) (found []result, literal, lent bool) {
	if q.bare {
		b := r.lookup(sc, q.variable)
		return b.results, b.literal, false
	}
	if q.variable != "" && len(q.steps) == 0 { // %v[*]
		b := r.lookup(sc, q.variable)
		return b.results, b.literal, false
	}
	return r.query(q, sc, ctx, r.lend()), false, true
}

func (c *clause) unary(r *run, left []result, t *tally) Status {
	special := c.op.kind == opEmpty && c.query.special()
	not := c.op.not != c.negated
	if len(left) == 0 {
		if !special {
			return Skip
		}
		t.check(!not, result{}, nil)
		return combine(t.passed, t.failed, false)
	}
	for _, x := range left {
		ok := c.ask(r, x, special)
		if r.err != nil {
			return Fail
		}
		t.check(ok != not, x, nil)
		if !r.tick(1) {
			return Fail
		}
	}
	return combine(t.passed, t.failed, c.query.some)
}

// ask answers a unary operator for one result.
func (c *clause) ask(r *run, x result, special bool) bool {
	switch c.op.kind {
	case opExists:
		return x.miss == nil
	case opIs:
		return x.miss == nil && x.v.kind() == c.op.is
	}
	if x.miss != nil {
		return true
	}
	kind := x.v.kind()
	switch {
	case special:
		return kind == Null
	case kind == Bool:
		return false
	case kind == List, kind == Map, kind == String:
		return x.v.size() == 0
	}
	r.fail("line %d: %s: empty is asked of a value that is neither a list, a map, a string nor a boolean", c.line, clip(c.text, 80))
	return false
}

// compare answers a binary operator. Each left value that was not found fails, and so does each left value for
// which the right side was not found.
func (c *clause) compare(r *run, sc *scope, ctx Value, left []result, literal bool, t *tally) Status {
	right := c.rightSide(r, sc, ctx)
	if r.err != nil {
		return Fail
	}
	if len(left) == 0 || len(right.results) == 0 {
		return Skip
	}
	values, rights := make([]Value, 0, len(left)), make([]Value, 0, len(right.results))
	for _, x := range left {
		if x.miss != nil {
			t.check(false, x, nil)
			continue
		}
		values = append(values, x.v)
	}
	for _, y := range right.results {
		if y.miss == nil {
			rights = append(rights, y.v)
			continue
		}
		for range values {
			t.check(false, y, nil)
		}
	}
	if len(values) > 0 && len(rights) > 0 {
		switch c.op.kind {
		case opEq:
			c.equalities(r, values, literal, rights, right.literal, t)
		case opIn:
			c.memberships(r, values, literal, rights, right.literal, t)
		default:
			c.orders(r, values, rights, t)
		}
	}
	if c.query.some && t.passed == 0 {
		return Fail
	}
	if t.passed+t.failed == 0 {
		return Pass // an empty list has no element that could fail
	}
	return combine(t.passed, t.failed, c.query.some)
}

func (c *clause) rightSide(r *run, sc *scope, ctx Value) bound {
	if q := c.right.query; q != nil && q.variable != "" && len(q.steps) == 0 && !q.some {
		return r.lookup(sc, q.variable)
	}
	return r.operand(&c.right, sc, ctx)
}

// orders compares every value of the left with every one of the right, lists opened one level.
func (c *clause) orders(r *run, left, right []Value, t *tally) {
	rights := opened(right)
	for _, a := range opened(left) {
		for _, b := range rights {
			o, comparable := r.order(a, b)
			t.check(comparable && o >= c.op.least && o <= c.op.most, result{v: a}, &b)
			if !r.tick(1) {
				return
			}
		}
	}
}

// opened puts the elements of lists in their place, one level deep.
func opened(values []Value) []Value {
	lists := false
	for _, v := range values {
		lists = lists || v.kind() == List
	}
	if !lists {
		return values
	}
	var out []Value
	for _, v := range values {
		if v.kind() != List {
			out = append(out, v)
			continue
		}
		v.children(func(_ string, e Value) bool { out = append(out, e); return true })
	}
	return out
}

// same checks one pair; values that cannot be compared fail, under negation too.
func (c *clause) same(r *run, a, b, shown Value, t *tally) {
	if r.tick(1) {
		equal, comparable := r.equal(a, b)
		t.check(comparable && equal != c.op.not, result{v: a}, &shown)
	}
}

// equalities compares as the sides are literals of the rules or come from queries.
func (c *clause) equalities(r *run, left []Value, leftLit bool, right []Value, rightLit bool, t *tally) {
	switch {
	case leftLit && rightLit:
		c.same(r, left[0], right[0], right[0], t)
	case rightLit && right[0].kind() == List:
		for _, a := range left {
			c.withList(r, a, right[0], t)
		}
	case rightLit:
		for _, a := range opened(left) {
			c.same(r, a, right[0], right[0], t)
		}
	case leftLit && left[0].kind() == List:
		for _, b := range right {
			c.same(r, left[0], b, b, t)
		}
	case leftLit:
		for _, b := range opened(right) {
			c.same(r, left[0], b, b, t)
		}
	default:
		c.sets(r, left, right, t)
	}
}

// withList compares a value with a list of the rules: lists as wholes, a scalar with the only element.
func (c *clause) withList(r *run, a, list Value, t *tally) {
	only, _ := list.elem(0)
	switch {
	case a.kind() == List:
		c.same(r, a, list, list, t)
	case list.size() == 1:
		c.same(r, a, only, list, t)
	default:
		t.check(false, result{v: a}, &list)
	}
}

// sets compares what two queries found: the side with more results must lie within the other.
func (c *clause) sets(r *run, left, right []Value, t *tally) {
	within := func(v Value, all []Value) bool {
		for _, w := range all {
			if equal, _ := r.equal(v, w); equal || !r.tick(1) {
				return equal
			}
		}
		return false
	}
	if c.op.not {
		for _, a := range left {
			t.check(!within(a, right), result{v: a}, &right[0])
		}
		return
	}
	if len(left) > len(right) || c.query.some {
		for _, a := range left {
			t.check(within(a, right), result{v: a}, &right[0])
		}
		return
	}
	for _, b := range right {
		t.check(within(b, left), result{v: left[0]}, &b)
	}
}

// memberships answers in and not in.
func (c *clause) memberships(r *run, left []Value, _ bool, right []Value, rightLit bool, t *tally) {
	if rightLit && right[0].kind() == String {
		for _, a := range opened(left) {
			ok := a.kind() == String && (contains(right[0].str(), a.str()) != c.op.not)
			t.check(ok, result{v: a}, &right[0])
		}
		return
	}
	for _, a := range left {
		ok := c.op.not
		for _, b := range right {
			in, comparable := r.within(a, b, c.op.not)
			if c.op.not && (in || !comparable) {
				ok = false
				break
			}
			if !c.op.not && in {
				ok = true
				break
			}
		}
		t.check(ok, result{v: a}, &right[0])
		if r.err != nil {
			return
		}
	}
}

// within tells whether a lies in b. A list lies in a list with all its elements; asked for a negation, with any.
func (r *run) within(a, b Value, any bool) (in, comparable bool) {
	if b.kind() != List {
		return r.equal(a, b)
	}
	if a.kind() != List || holdsLists(b) {
		return r.among(a, b), true
	}
	in = !any
	a.children(func(_ string, e Value) bool {
		if r.among(e, b) == any {
			in = any
			return false
		}
		return r.err == nil
	})
	return in, true
}
