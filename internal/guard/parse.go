package guard

import "strings"

// File is one rules file, compiled; it is not changed by evaluating it, so many goroutines may do so.
type File struct {
	Name   string
	decls  decls
	rules  []*ruleDef
	byName map[string][]int
	params map[string]*paramRule
	calls  []call
	clock  bool
}

// UsesClock reports whether the rules ask for the time.
func (f *File) UsesClock() bool { return f.clock }

// ruleDef is a named rule.
type ruleDef struct {
	name    string
	line    int
	message string
	when    *cnf
	body    *block
}

// paramRule is a rule with parameters, evaluated by its callers.
type paramRule struct {
	names []string
	body  *block
}

// call is a reference to a rule that is checked when the whole file has been read.
type call struct {
	name string
	at   int
	args int // -1: no call, a reference by name
}

// Rules are the names of the file's rules, in order.
func (f *File) Rules() []string {
	var names []string
	for _, r := range f.rules {
		names = append(names, r.name)
	}
	return names
}

// Parse reads rules; the error is a *SyntaxError.
func Parse(name, text string) (f *File, err error) {
	p := &parser{name: name, s: text}
	defer func() {
		if e := recover(); e != nil {
			syntax, ok := e.(*SyntaxError)
			if !ok {
				panic(e)
			}
			f, err = nil, syntax
		}
	}()
	if len(text) > maxRules {
		p.fail(0, "the rules have %d bytes; at most %d are taken", len(text), maxRules)
	}
	p.s = strings.TrimPrefix(text, "\ufeff")
	p.file = &File{Name: name, byName: map[string][]int{}, params: map[string]*paramRule{}}
	p.parseFile()
	return p.file, nil
}

func (p *parser) parseFile() {
	loose := &block{}
	line := 0
	for p.ws(); !p.end(); p.ws() {
		at := p.i
		switch w := p.ahead(); {
		case w == "let" && p.blankAt(3):
			p.let(&p.file.decls)
		case w == "rule" && p.blankAt(4):
			p.rule()
		default:
			if line == 0 {
				line = p.lineOf(at)
			}
			loose.cnf.groups = append(loose.cnf.groups, p.group(fileBody))
		}
	}
	if len(loose.cnf.groups) > 0 {
		p.file.rules = append([]*ruleDef{{name: "default", line: line, body: loose}}, p.file.rules...)
	}
	for i, r := range p.file.rules {
		p.file.byName[r.name] = append(p.file.byName[r.name], i)
	}
	for _, c := range p.file.calls {
		p.resolve(c)
	}
}

// resolve finds what a reference names.
func (p *parser) resolve(c call) {
	r, param := p.file.params[c.name]
	switch {
	case c.args < 0 && len(p.file.byName[c.name]) == 0:
		p.fail(c.at, "there is no rule %q in this file", c.name)
	case c.args >= 0 && !param:
		p.fail(c.at, "there is no rule %q with parameters in this file", c.name)
	case c.args >= 0 && c.args != len(r.names):
		p.fail(c.at, "rule %q takes %d arguments; %d are given", c.name, len(r.names), c.args)
	}
}

func (p *parser) blankAt(n int) bool {
	return p.i+n < len(p.s) && strings.IndexByte(" \t\r\n#", p.s[p.i+n]) >= 0
}

func (p *parser) rule() {
	line := p.lineOf(p.i)
	p.i += len("rule")
	p.ws()
	from := p.i
	name := p.ident("the name of a rule")
	if p.peek() == '(' {
		p.paramRule(name, from)
		return
	}
	r := &ruleDef{name: name, line: line, message: p.message()}
	p.ws()
	if p.word("when") {
		r.when = p.conditions(whenHead)
	}
	p.need("{", "before the body of a rule")
	r.body = p.body(ruleBody)
	p.file.rules = append(p.file.rules, r)
}

func (p *parser) paramRule(name string, at int) {
	if p.file.params[name] != nil {
		p.fail(at, "there are two rules %q with parameters", name)
	}
	r := &paramRule{}
	p.i++
	for {
		p.ws()
		r.names = append(r.names, p.ident("the name of a parameter"))
		p.ws()
		if p.take(")") {
			break
		}
		p.need(",", "or \")\" behind a parameter")
	}
	p.need("{", "before the body of a rule")
	r.body = p.body(ruleBody)
	p.file.params[name] = r
}

// bodyKind says what may stand in a body.
type bodyKind uint8

const (
	fileBody   bodyKind = iota // outside of any rule
	ruleBody                   // let, type blocks, clauses, references to rules
	whenBody                   // let, clauses, references to rules
	clauseBody                 // let, clauses
	filterBody                 // clauses
	whenHead                   // conditions: clauses without blocks, references to rules
)

// body reads what follows a { up to its }.
func (p *parser) body(kind bodyKind) *block {
	defer p.enter()()
	from := p.i - 1
	b := &block{}
	for {
		p.ws()
		switch {
		case p.end():
			p.fail(from, "the block is not closed by }")
		case p.take("}"):
			if len(b.cnf.groups) == 0 && len(b.decls.lets) == 0 {
				p.fail(from, "the block is empty")
			}
			return b
		case p.ahead() == "let" && p.blankAt(3):
			p.let(&b.decls)
		default:
			b.cnf.groups = append(b.cnf.groups, p.group(kind))
		}
	}
}

// conditions reads clauses without braces around them: a filter's, up to ], or those behind when, up to {.
func (p *parser) conditions(kind bodyKind) *cnf {
	c := &cnf{}
	for {
		p.ws()
		if b := p.peek(); len(c.groups) > 0 && (b == ']' || b == '{') {
			return c
		}
		c.groups = append(c.groups, p.group(kind))
	}
}

// group reads one clause and those joined to it by or.
func (p *parser) group(kind bodyKind) group {
	from := p.i
	g := group{checks: []check{p.item(kind)}}
	for p.or() {
		g.checks = append(g.checks, p.item(kind))
	}
	g.text = squeeze(p.s[from:p.i])
	return g
}

func (p *parser) let(d *decls) {
	p.i += len("let")
	p.ws()
	name := p.ident("the name of a variable")
	p.ws()
	if !p.take(":=") {
		if strings.HasPrefix(p.s[p.i:], "==") || !p.take("=") {
			p.fail(p.i, "expected = behind the name of a variable, found %s", p.next())
		}
	}
	p.ws()
	d.add(name, p.operand())
}
