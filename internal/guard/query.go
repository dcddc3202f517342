package guard

import "strings"

type stepKind uint8

const (
	stepKey    stepKind = iota // .name
	stepIndex                  // [1]
	stepEach                   // .*
	stepAll                    // [*]
	stepFilter                 // [ clauses ]
	stepKeys                   // [ keys == /re/ ]
	stepVar                    // .%names
	stepNames                  // [name]: every member, its key kept under a name
)

// before is what a filter stands behind: it decides whether a map is searched or tested.
type before uint8

const (
	behindOther before = iota
	behindKey
	behindAll
	behindVar
)

type step struct {
	kind     stepKind
	after    before
	at       int // byte of the rules
	key      string
	variants []string // of the key, tried when the key itself is missing
	index    int      // of stepIndex; of stepVar: which of the names, -1 for all
	filter   *cnf
	capture  string // variable that keeps the keys of selected members
	keys     *keysTest
}

// query leads from a context to values.
type query struct {
	text     string
	some     bool
	variable string // the head, when it is a variable
	steps    []step
	bare     bool   // just a variable, without steps
	typed    string // of Resources.*[ Type == 'x' ...: x; the steps behind that begin at typedAt
	typedAt  int
}

// name is the query's text if it is a single bare word, as a reference to a rule is.
func (q *query) name() string {
	if q.some || len(q.steps) != 1 || q.steps[0].kind != stepKey || q.text != q.steps[0].key {
		return ""
	}
	return q.text
}

// special reports whether `empty` asks about the results instead of their content.
func (q *query) special() bool {
	return q.bare || (len(q.steps) > 0 && (q.steps[len(q.steps)-1].kind == stepFilter || q.steps[len(q.steps)-1].kind == stepKeys))
}

// query reads one, `some` included.
func (p *parser) query() *query {
	from := p.i
	q := &query{}
	if w := p.ahead(); (w == "some" || w == "SOME") && p.i+4 < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i+4]) >= 0 {
		p.i += 4
		p.ws()
		q.some = true
	}
	switch {
	case p.take("%"):
		q.variable = p.ident("the name of a variable")
	case p.word("this"):
	default:
		q.steps = append(q.steps, p.key())
	}
	for p.step(q) {
	}
	q.text = squeeze(p.s[from:p.i])
	q.bare = q.variable != "" && len(q.steps) == 0
	if q.variable != "" && len(q.steps) > 0 && q.steps[0].kind == stepAll {
		q.steps = q.steps[1:] // the values of the variable are what it holds already
		if len(q.steps) > 0 {
			q.steps[0].after = behindVar
		}
	}
	p.typed(q)
	return q
}

func (p *parser) key() step {
	s := step{kind: stepKey, at: p.i}
	if c := p.peek(); c == '\'' || c == '"' {
		s.key = p.quoted()
	} else {
		s.key = p.ident("a property, a variable or a value")
	}
	s.variants = variants(s.key)
	return s
}

// step reads the next step of a query, if there is one.
func (p *parser) step(q *query) bool {
	from := p.i
	p.ws()
	s := step{at: p.i}
	switch {
	case p.take("."):
		s = p.dotted()
	case p.take("["):
		p.bracket(&s)
	default:
		p.i = from
		return false
	}
	s.after = behind(q)
	if last := len(q.steps) - 1; s.kind == stepIndex && last >= 0 && q.steps[last].kind == stepVar && q.steps[last].index < 0 {
		q.steps[last].index = abs(s.index)
		return true
	}
	q.steps = append(q.steps, s)
	return true
}

func behind(q *query) before {
	if len(q.steps) == 0 {
		if q.variable != "" {
			return behindVar
		}
		return behindOther
	}
	switch q.steps[len(q.steps)-1].kind {
	case stepKey, stepVar:
		return behindKey
	case stepEach, stepAll:
		return behindAll
	}
	return behindOther
}

func (p *parser) dotted() step {
	p.ws()
	s := step{at: p.i, index: -1}
	switch c := p.peek(); {
	case p.take("*"):
		s.kind = stepEach
	case p.take("%"):
		s.kind, s.key = stepVar, p.ident("the name of a variable")
	case c == '-' || (c >= '0' && c <= '9'):
		s.kind, s.index = stepIndex, p.index()
	default:
		return p.key()
	}
	return s
}

func (p *parser) index() int {
	from := p.i
	v := p.number()
	if v.kind() != Int || v.int() > 1<<31 || v.int() < -(1<<31) {
		p.fail(from, "an index is a whole number")
	}
	return int(v.int())
}

// bracket reads what stands between [ and ].
func (p *parser) bracket(s *step) {
	defer p.enter()()
	p.ws()
	switch c := p.peek(); {
	case c == '*':
		p.i++
		s.kind = stepAll
		p.need("]", "behind [*")
		return
	case c == '-' || (c >= '0' && c <= '9'):
		s.kind, s.index = stepIndex, p.index()
		p.need("]", "behind an index")
		return
	case c == '\'' || c == '"':
		from := p.i
		if key := p.key(); p.spaced("]") {
			*s = key
			return
		}
		p.i = from
	}
	if p.capture(s) {
		return
	}
	if _, ok := p.keyword("keys"); ok {
		p.keysFilter(s)
		return
	}
	s.kind, s.filter = stepFilter, p.conditions(filterBody)
	p.need("]", "behind a filter")
}

// capture reads [name] to its end, or the `name |` before a filter.
func (p *parser) capture(s *step) (done bool) {
	from := p.i
	w := p.ahead()
	if w == "" {
		return false
	}
	p.i += len(w)
	p.ws()
	switch {
	case p.take("]"):
		s.kind, s.capture = stepNames, w
		return true
	case p.peek() == '|' && !strings.HasPrefix(p.s[p.i:], "|OR|") && !strings.HasPrefix(p.s[p.i:], "|or|"):
		p.i++
		p.ws()
		s.capture = w
		return false
	}
	p.i = from
	return false
}

// keysTest selects members by their keys.
type keysTest struct {
	in, not bool
	right   operand
}

func (p *parser) keysFilter(s *step) {
	p.ws()
	from := p.i
	op, ok := p.operator()
	if !ok || (op.kind != opEq && op.kind != opIn) {
		p.fail(from, "expected ==, !=, in or not in behind keys, found %s", p.next())
	}
	p.ws()
	s.kind = stepKeys
	s.keys = &keysTest{in: op.kind == opIn, not: op.not, right: p.operand()}
	p.need("]", "behind a filter of keys")
}

// squeeze writes a piece of the rules on one line, for messages.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}
