package trino

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/fault"
)

// Parse reads a statement.
func Parse(statement string) (q *Query, err error) {
	start := Position{1, 1}
	if !utf8.ValidString(statement) {
		return nil, Invalid(start, "the statement is not UTF-8 text")
	}
	if n := utf8.RuneCountInString(statement); n > MaxLength {
		return nil, Invalid(start, "a statement has at most %d characters, not %d", MaxLength, n)
	}
	defer func() {
		switch f := recover().(type) {
		case nil:
		case failure:
			q, err = nil, f.err
		default:
			panic(f)
		}
	}()
	p := &parser{lexer: lexer{source: statement, at: start}}
	p.advance()
	return p.statement(), nil
}

// Invalid is a mistake in the statement at a place.
func Invalid(at Position, format string, args ...any) error {
	return fault.Invalidf("QueryStatement", "%s: %s", at, fmt.Sprintf(format, args...)).With("InvalidQueryStatementException")
}

// failure carries a mistake out of the parser's recursion.
type failure struct{ err error }

// parser reads tokens, one ahead.
type parser struct {
	lexer
	tok    token
	depth  int
	params int
}

func (p *parser) fail(at Position, format string, args ...any) {
	panic(failure{Invalid(at, format, args...)})
}

func (p *parser) advance() { p.tok = p.next() }

// is reports whether the next token is one of some signs or keywords.
func (p *parser) is(any ...string) bool { return slices.ContainsFunc(any, p.tok.is) }

// accept passes over a sign or keyword, if it is the next.
func (p *parser) accept(s string) bool {
	ok := p.tok.is(s)
	if ok {
		p.advance()
	}
	return ok
}

// expect passes over signs or keywords that must come next.
func (p *parser) expect(all ...string) {
	for _, s := range all {
		if !p.accept(s) {
			p.mismatch("'" + s + "'")
		}
	}
}

// oneOf passes over one of some keywords and tells which, in upper case.
func (p *parser) oneOf(words ...string) string {
	for _, w := range words {
		if p.accept(w) {
			return w
		}
	}
	p.mismatch("'" + strings.Join(words, "', '") + "'")
	return ""
}

// mismatch refuses the next token.
func (p *parser) mismatch(wanted string) {
	switch t := p.tok; t.kind {
	case bad:
		p.fail(t.at, "%s", t.text)
	case end:
		p.fail(t.at, "the statement ends. Expecting: %s", wanted)
	default:
		p.fail(t.at, "mismatched input '%s'. Expecting: %s", clipped(p.source[t.begin:t.end]), wanted)
	}
}

// clipped keeps messages short.
func clipped(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}

// ahead looks at the token behind the next one.
func (p *parser) ahead() token {
	l := p.lexer
	return l.next()
}

// enter counts levels of nesting; what it returns is deferred.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.tok.at, "the statement is nested deeper than %d levels", maxDepth)
	}
	return func() { p.depth-- }
}

// list reads one or more members with commas between.
func list[T any](p *parser, one func() T) []T {
	out := []T{one()}
	for p.tok.is(",") {
		if len(out) == maxList {
			p.fail(p.tok.at, "a list has at most %d members", maxList)
		}
		p.advance()
		out = append(out, one())
	}
	return out
}

// name reports whether the next token is a name.
func (p *parser) name() bool {
	return p.tok.kind == quoted || p.tok.kind == word && !reserved[strings.ToUpper(p.tok.text)]
}

// ident reads a name.
func (p *parser) ident() Ident {
	if !p.name() {
		p.mismatch("<identifier>")
	}
	id := Ident{Position: p.tok.at, Name: p.tok.text, Quoted: p.tok.kind == quoted}
	if id.Name == "" {
		p.fail(id.Position, "a name is not empty")
	}
	p.advance()
	return id
}

// idents reads names in parentheses.
func (p *parser) idents() []Ident {
	p.expect("(")
	out := list(p, p.ident)
	p.expect(")")
	return out
}

// statement reads all there is.
func (p *parser) statement() *Query {
	if first := strings.ToUpper(p.tok.text); p.tok.kind == word && statements[first] {
		p.fail(p.tok.at, "%s is not supported: an event data store answers SELECT only", first)
	}
	q := p.query()
	if p.accept(";") && p.tok.kind != end {
		p.fail(p.tok.at, "one statement at a time is answered")
	}
	if p.tok.kind != end {
		p.mismatch("<end of the statement>")
	}
	return q
}
