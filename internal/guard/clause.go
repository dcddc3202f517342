package guard

import (
	"slices"
	"strings"
)

type opKind uint8

const (
	opEq opKind = iota
	opLess
	opIn
	opExists
	opEmpty
	opIs
)

// operator is what a clause asks of its values.
type operator struct {
	kind   opKind
	not    bool
	text   string
	least  int  // of opLess: which results of an ordering hold
	most   int  // from least to most
	is     Kind // of opIs
	binary bool
}

var orderings = []struct {
	sign        string
	least, most int
}{{">=", 0, 1}, {"<=", -1, 0}, {">", 1, 1}, {"<", -1, -1}}

var kindWords = map[string]Kind{
	"is_string": String, "is_list": List, "is_struct": Map, "is_bool": Bool, "is_int": Int, "is_float": Float, "is_null": Null,
}

// operator reads one if it comes next.
func (p *parser) operator() (operator, bool) {
	switch {
	case p.take("=="):
		return operator{kind: opEq, text: "==", binary: true}, true
	case p.take("!="):
		return operator{kind: opEq, not: true, text: "!=", binary: true}, true
	}
	if !strings.HasPrefix(p.s[p.i:], "<<") {
		for _, o := range orderings {
			if p.take(o.sign) {
				return operator{kind: opLess, text: o.sign, least: o.least, most: o.most, binary: true}, true
			}
		}
	}
	from := p.i
	op := operator{not: p.not()}
	w := p.ahead()
	switch {
	case w == "in" || w == "IN":
		op.kind, op.binary = opIn, true
	case w == "exists" || w == "EXISTS":
		op.kind = opExists
	case w == "empty" || w == "EMPTY":
		op.kind = opEmpty
	default:
		kind, ok := kindWords[strings.ToLower(w)]
		if !ok || (w != strings.ToLower(w) && w != strings.ToUpper(w)) {
			p.i = from
			return op, false
		}
		op.kind, op.is = opIs, kind
	}
	p.i += len(w)
	op.text = strings.ToLower(w)
	if op.not {
		op.text = "not " + op.text
	}
	return op, true
}

// item reads one member of a group.
func (p *parser) item(kind bodyKind) check {
	p.ws()
	if kind == fileBody || kind == ruleBody {
		if c, ok := p.typeBlock(); ok {
			return c
		}
	}
	from := p.i
	if kind != whenHead && p.word("when") {
		return p.whenBlock(kind)
	}
	negated := p.not()
	if w := p.ahead(); w != "" && strings.HasPrefix(p.s[p.i+len(w):], "(") {
		return p.ruleCall(from)
	}
	start := p.i
	q := p.query()
	behindQuery := p.i
	p.ws()
	if kind != whenHead && !negated && p.peek() == '{' {
		return p.queryBlock(q, from, false)
	}
	op, ok := p.operator()
	if !ok {
		p.i = behindQuery
		return p.ruleRef(kind, q, start, negated)
	}
	if kind != whenHead && op.kind == opEmpty && op.not && p.spaced("{") {
		p.i--
		return p.queryBlock(q, from, true)
	}
	c := &clause{pos: from, query: q, op: op, negated: negated}
	if op.binary {
		p.ws()
		c.right = p.operand()
	}
	c.text = squeeze(p.s[from:p.i])
	c.message = p.message()
	c.line = p.lineOf(from)
	return c
}

func (p *parser) ruleRef(kind bodyKind, q *query, at int, negated bool) check {
	name := q.name()
	allowed := kind == ruleBody || kind == whenBody || kind == whenHead
	if name == "" || !allowed || !p.refEnds() {
		p.ws()
		p.fail(p.i, "expected an operator (==, !=, <, <=, >, >=, in, exists, empty, is_string ...) behind %q, found %s", clip(q.text, 60), p.next())
	}
	line := p.lineOf(at)
	r := &ruleRef{name: name, negated: negated, line: line, message: p.message()}
	p.file.calls = append(p.file.calls, call{name, at, -1})
	return r
}

// refEnds reports whether a bare word may end here: at the end of a line, or before a comment, a brace, a message or or.
func (p *parser) refEnds() bool {
	i := p.i
	for i < len(p.s) && (p.s[i] == ' ' || p.s[i] == '\t' || p.s[i] == '\r') {
		i++
	}
	rest := p.s[i:]
	if rest == "" || strings.IndexByte("\n#{}", rest[0]) >= 0 || strings.HasPrefix(rest, "<<") {
		return true
	}
	from := p.i
	or := p.or()
	p.i = from
	return or
}

func (p *parser) ruleCall(from int) check {
	name := p.ident("the name of a rule")
	c := &ruleCall{name: name, args: p.arguments()}
	p.file.calls = append(p.file.calls, call{name, from, len(c.args)})
	c.text = squeeze(p.s[from:p.i])
	c.message = p.message()
	c.line = p.lineOf(from)
	return c
}

// arguments reads ( operand , ... ).
func (p *parser) arguments() []operand {
	defer p.enter()()
	p.i++
	var args []operand
	p.ws()
	if p.take(")") {
		return nil
	}
	for {
		p.ws()
		args = append(args, p.operand())
		p.ws()
		if p.take(")") {
			return args
		}
		p.need(",", "or \")\" behind an argument")
	}
}

// operand reads a literal, a function call or a query, in this order.
func (p *parser) operand() operand {
	from := p.i
	if v, ok := p.literal(); ok {
		return operand{text: squeeze(p.s[from:p.i]), literal: true, value: v}
	}
	if w := p.ahead(); w != "" && strings.HasPrefix(p.s[p.i+len(w):], "(") {
		defer p.enter()()
		f, known := functions[w]
		if !known {
			p.fail(from, "there is no function %q; there are %s", w, strings.Join(functionNames(), ", "))
		}
		p.i += len(w)
		p.file.clock = p.file.clock || w == "now"
		args := p.arguments()
		if len(args) != f.args {
			p.fail(from, "%s takes %d arguments; %d are given", w, f.args, len(args))
		}
		return operand{text: squeeze(p.s[from:p.i]), function: f, name: w, args: args}
	}
	q := p.query()
	return operand{text: q.text, query: q}
}

func (p *parser) whenBlock(kind bodyKind) check {
	line := p.lineOf(p.i)
	w := &whenBlock{line: line, when: p.conditions(whenHead)}
	p.need("{", "before the body of a when block")
	w.body = p.body(whenBody)
	_ = kind
	return w
}

func (p *parser) queryBlock(q *query, from int, notEmpty bool) check {
	line := p.lineOf(from)
	p.i++
	return &queryBlock{query: q, notEmpty: notEmpty, line: line, text: squeeze(p.s[from : p.i-1]), body: p.body(clauseBody)}
}

// typeBlock reads AWS::S3::Bucket { ... } if it comes next.
func (p *parser) typeBlock() (check, bool) {
	from := p.i
	name := p.ahead()
	if name == "" || !strings.HasPrefix(p.s[p.i+len(name):], "::") {
		return nil, false
	}
	p.i += len(name)
	for segments := 1; segments < 4 && p.take("::"); segments++ {
		name += "::" + p.ident("a part of the type's name")
	}
	line := p.lineOf(from)
	b := &queryBlock{query: typeQuery(name), typed: true, line: line, text: name}
	p.ws()
	if p.word("when") {
		b.when = p.conditions(whenHead)
	}
	if p.spaced("{") {
		b.body = p.body(clauseBody)
		return b, true
	}
	defer p.enter()()
	b.body = &block{cnf: cnf{groups: []group{{checks: []check{p.item(clauseBody)}}}}}
	return b, true
}

// typeQuery is Resources.*[ Type == 'name' ].
func typeQuery(name string) *query {
	p := &parser{name: name, s: "Resources.*[ Type == '" + name + "' ]", file: &File{}}
	return p.query()
}

// typed notes that a query begins as typeQuery does: such resources are found once for all rules.
func (p *parser) typed(q *query) {
	if q.variable != "" || len(q.steps) < 2 || q.steps[0].kind != stepKey || q.steps[0].key != "Resources" {
		return
	}
	i := 1
	if q.steps[1].kind == stepEach && len(q.steps) > 2 {
		i = 2
	}
	s := q.steps[i]
	if s.kind != stepFilter || s.capture != "" || len(s.filter.groups) != 1 || len(s.filter.groups[0].checks) != 1 {
		return
	}
	c, ok := s.filter.groups[0].checks[0].(*clause)
	if !ok || c.negated || c.op.kind != opEq || c.op.not || !c.right.literal || c.right.value.kind() != String {
		return
	}
	if c.query.name() == "Type" {
		q.typed, q.typedAt = c.right.value.str(), i+1
	}
}

func functionNames() []string {
	var names []string
	for n := range functions {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
