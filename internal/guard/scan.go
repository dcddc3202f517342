package guard

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits on rules: what is larger is refused with its place.
const (
	maxRules   = 1 << 20 // bytes of one rules file
	maxNesting = 64      // blocks, filters, calls and literals inside each other
)

// SyntaxError tells where rules stop being valid.
type SyntaxError struct {
	File      string
	Line, Col int
	Reason    string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Reason)
}

// position is the line and the column, in characters and from 1, of a byte of the text.
func position(text string, at int) (line, col int) {
	before := text[:min(at, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// parser reads one rules file; it looks ahead, so it never reads a text twice at the price of its nesting.
type parser struct {
	name  string
	s     string
	i     int
	depth int
	file  *File

	seen, breaks int // a place whose line is known, and the line breaks before it
}

// fail leaves the parser; Parse turns it into its error.
func (p *parser) fail(at int, format string, args ...any) {
	line, col := position(p.s, at)
	panic(&SyntaxError{p.name, line, col, fmt.Sprintf(format, args...)})
}

// lineOf is the line of a byte, counted from the place that was asked for last.
func (p *parser) lineOf(at int) int {
	if at >= p.seen {
		p.breaks += strings.Count(p.s[p.seen:at], "\n")
	} else {
		p.breaks -= strings.Count(p.s[at:p.seen], "\n")
	}
	p.seen = at
	return p.breaks + 1
}

// enter counts nesting; the function it returns leaves again.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxNesting {
		p.fail(p.i, "nested more than %d levels deep", maxNesting)
	}
	return func() { p.depth-- }
}

func (p *parser) ws() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
		case '#':
			p.line()
		default:
			return
		}
	}
}

func (p *parser) line() {
	if n := strings.IndexByte(p.s[p.i:], '\n'); n >= 0 {
		p.i += n
		return
	}
	p.i = len(p.s)
}

func (p *parser) end() bool { return p.i >= len(p.s) }

func (p *parser) peek() byte {
	if p.end() {
		return 0
	}
	return p.s[p.i]
}

// take reads a symbol if it comes next.
func (p *parser) take(symbol string) bool {
	if strings.HasPrefix(p.s[p.i:], symbol) {
		p.i += len(symbol)
		return true
	}
	return false
}

// spaced reads a symbol behind white space if it comes next, and nothing otherwise.
func (p *parser) spaced(symbol string) bool {
	from := p.i
	p.ws()
	if p.take(symbol) {
		return true
	}
	p.i = from
	return false
}

func (p *parser) need(symbol, where string) {
	p.ws()
	if !p.take(symbol) {
		p.fail(p.i, "expected %q %s, found %s", symbol, where, p.next())
	}
}

// next names what stands at the parser's place, for messages.
func (p *parser) next() string {
	if p.end() {
		return "the end of the file"
	}
	if w := p.ahead(); w != "" {
		return fmt.Sprintf("%q", clip(w, 40))
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.i:])
	return fmt.Sprintf("%q", string(r))
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func wordByte(c byte) bool { return letter(c) || c == '_' || (c >= '0' && c <= '9') }

// ahead is the name at the parser's place, without reading it.
func (p *parser) ahead() string {
	if !letter(p.peek()) {
		return ""
	}
	j := p.i
	for j < len(p.s) && wordByte(p.s[j]) {
		j++
	}
	return p.s[p.i:j]
}

func (p *parser) ident(what string) string {
	w := p.ahead()
	if w == "" {
		p.fail(p.i, "expected %s, found %s", what, p.next())
	}
	p.i += len(w)
	return w
}

// keyword reads one of the words, in lower or in upper case, if it comes next.
func (p *parser) keyword(words ...string) (string, bool) {
	w := p.ahead()
	for _, k := range words {
		if w == k || w == strings.ToUpper(k) {
			p.i += len(w)
			return k, true
		}
	}
	return "", false
}

func (p *parser) word(w string) bool { _, ok := p.keyword(w); return ok }

// not reads the word or the sign of a negation.
func (p *parser) not() bool {
	if p.peek() == '!' && !strings.HasPrefix(p.s[p.i:], "!=") {
		p.i++
		p.ws()
		return true
	}
	if p.word("not") {
		p.ws()
		return true
	}
	return false
}

// or reads the word between members of a disjunction.
func (p *parser) or() bool {
	from := p.i
	p.ws()
	if p.take("|OR|") || p.take("|or|") || p.word("or") {
		p.ws()
		return true
	}
	p.i = from
	return false
}

// quoted reads a string in either kind of quotes: only that quote can be escaped, any other backslash is itself.
func (p *parser) quoted() string {
	from, quote := p.i, p.s[p.i]
	var b strings.Builder
	for p.i++; p.i < len(p.s); p.i++ {
		switch c := p.s[p.i]; {
		case c == quote:
			p.i++
			return b.String()
		case c == '\\' && p.i+1 < len(p.s) && p.s[p.i+1] == quote:
			p.i++
			b.WriteByte(quote)
		default:
			b.WriteByte(c)
		}
	}
	p.fail(from, "the string is not closed")
	return ""
}

// message reads << text >> if it comes next.
func (p *parser) message() string {
	if !p.spaced("<<") {
		return ""
	}
	n := strings.Index(p.s[p.i:], ">>")
	if n < 0 {
		p.fail(p.i-2, "the message is not closed by >>")
	}
	text := strings.TrimSpace(p.s[p.i : p.i+n])
	p.i += n + 2
	return text
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}
