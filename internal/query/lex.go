package query

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// String is how messages name a place.
func (p Position) String() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

type tokenKind uint8

const (
	end tokenKind = iota
	word
	text
	numeral
	symbol
)

// token is one word, literal or sign. The text of a literal is without its quotes.
type token struct {
	kind tokenKind
	text string
	at   Position
}

// is reports whether the token is a sign or, in any case, a keyword.
func (t token) is(s string) bool {
	return t.kind == symbol && t.text == s || t.kind == word && strings.EqualFold(t.text, s)
}

// String is how messages show a token.
func (t token) String() string {
	switch t.kind {
	case end:
		return "the end"
	case text:
		return "'" + t.text + "'"
	}
	return t.text
}

// lexer cuts a statement into tokens.
type lexer struct {
	rest string
	at   Position
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// inWord reports whether a byte continues a property's name.
func inWord(c byte) bool { return letter(c) || digit(c) || strings.IndexByte(".:-/@", c) >= 0 }

// take passes over n bytes and gives them.
func (l *lexer) take(n int) string {
	s := l.rest[:n]
	l.rest = l.rest[n:]
	for i, r := range s {
		switch {
		case r == '\n':
			l.at = Position{l.at.Line + 1, 1}
		case r == utf8.RuneError && !utf8.RuneStart(s[i]): // the middle of a broken character
		default:
			l.at.Column++
		}
	}
	return s
}

func (l *lexer) span(in func(byte) bool) int {
	n := 0
	for n < len(l.rest) && in(l.rest[n]) {
		n++
	}
	return n
}

func (l *lexer) next() (token, error) {
	l.take(l.span(func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }))
	t := token{at: l.at}
	if l.rest == "" {
		return t, nil
	}
	c := l.rest[0]
	switch {
	case letter(c):
		t.kind, t.text = word, l.take(l.span(inWord))
	case c == '\'':
		return l.quoted(t)
	case digit(c), c == '-' && len(l.rest) > 1 && digit(l.rest[1]):
		t.kind, t.text = numeral, l.take(l.number())
	case strings.HasPrefix(l.rest, "!=") || strings.HasPrefix(l.rest, "<>") || strings.HasPrefix(l.rest, "<=") || strings.HasPrefix(l.rest, ">="):
		t.kind, t.text = symbol, l.take(2)
	case strings.IndexByte("=<>(),*;", c) >= 0:
		t.kind, t.text = symbol, l.take(1)
	case c == '"':
		return t, invalid(t.at, "text stands in single quotes ('...'), not in double quotes.")
	case c == '[':
		return t, invalid(t.at, "a property runs through arrays without an index: leave out [ ].")
	default:
		r, _ := utf8.DecodeRuneInString(l.rest)
		return t, invalid(t.at, "the character %q has no meaning here.", r)
	}
	return t, nil
}

// quoted reads text, in which a quote is written twice.
func (l *lexer) quoted(t token) (token, error) {
	var b strings.Builder
	for l.take(1); ; {
		n := strings.IndexByte(l.rest, '\'')
		if n < 0 {
			return t, invalid(t.at, "the text that begins here has no closing quote.")
		}
		b.WriteString(l.take(n))
		if l.take(1); !strings.HasPrefix(l.rest, "'") {
			t.kind, t.text = text, b.String()
			return t, nil
		}
		b.WriteString(l.take(1))
	}
}

// number is the length of the number that begins here.
func (l *lexer) number() int {
	i := 1
	digits := func() {
		for i < len(l.rest) && digit(l.rest[i]) {
			i++
		}
	}
	digits()
	if i+1 < len(l.rest) && l.rest[i] == '.' && digit(l.rest[i+1]) {
		i++
		digits()
	}
	return i
}
