package trino

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	end     tokenKind = iota
	word              // a name or a keyword
	quoted            // a name in quotes
	text              // a text literal
	bytes             // X'...'
	integer           // digits
	decimal           // digits with a point
	double            // digits with an exponent
	symbol            // an operator or a sign
	bad               // what cannot be read, unless it is the beginning of an event data store's id
)

// token is one word, literal or sign.
type token struct {
	kind tokenKind
	// text is without quotes and with escapes resolved; of a bad token it is what is wrong.
	text       string
	at         Position
	begin, end int // bytes of the statement
}

// lexer reads a statement's tokens, one at a time. It never fails: what it cannot read is a bad token.
type lexer struct {
	source string
	off    int
	at     Position
}

// is reports whether the token is a sign or, in any case, a keyword; keywords are named in upper case.
func (t token) is(s string) bool {
	return t.kind == symbol && t.text == s || t.kind == word && len(t.text) == len(s) && strings.ToUpper(t.text) == s
}

// skip passes over n bytes.
func (l *lexer) skip(n int) {
	for _, r := range l.source[l.off : l.off+n] {
		if l.at.Column++; r == '\n' {
			l.at = Position{l.at.Line + 1, 1}
		}
	}
	l.off += n
}

// blank passes over white space and comments; it reports false at a comment without an end.
func (l *lexer) blank() bool {
	for {
		rest := l.source[l.off:]
		switch {
		case rest == "":
			return true
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			l.skip(1)
		case strings.HasPrefix(rest, "--"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			l.skip(n)
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				return false
			}
			l.skip(n + 4)
		default:
			return true
		}
	}
}

// next reads a token.
func (l *lexer) next() token {
	closed := l.blank()
	t := token{at: l.at, begin: l.off}
	if closed {
		t.kind, t.text, t.end = l.scan(l.source[l.off:])
	} else {
		t.kind, t.text, t.end = bad, "a comment has no end", len(l.source)-l.off
	}
	l.skip(t.end)
	t.end = l.off
	return t
}

// scan reads what the rest of the statement begins with and tells how long it is.
func (l *lexer) scan(rest string) (tokenKind, string, int) {
	if rest == "" {
		return end, "", 0
	}
	switch c := rest[0]; {
	case c == '\'':
		return literal(rest, 0, text)
	case c == '"':
		return literal(rest, 0, quoted)
	case (c == 'x' || c == 'X') && strings.HasPrefix(rest[1:], "'"):
		return hexadecimal(rest)
	case (c == 'u' || c == 'U') && strings.HasPrefix(rest[1:], "&'"):
		return l.unicode(rest)
	case letter(c):
		n := span(rest, wordByte)
		return word, rest[:n], n
	case digit(c), c == '.' && len(rest) > 1 && digit(rest[1]):
		return number(rest)
	case c == '`':
		return bad, "names are quoted with double quotes, not backquotes", 1
	}
	return sign(rest)
}

// literal reads what stands between two quotes; two of them inside are one.
func literal(rest string, from int, kind tokenKind) (tokenKind, string, int) {
	quote := rest[from : from+1]
	for n := from + 1; ; {
		i := strings.Index(rest[n:], quote)
		if i < 0 {
			return bad, "a " + quote + " has no end", len(rest)
		}
		if n += i + 1; !strings.HasPrefix(rest[n:], quote) {
			return kind, strings.ReplaceAll(rest[from+1:n-1], quote+quote, quote), n
		}
		n++
	}
}

func hexadecimal(rest string) (tokenKind, string, int) {
	kind, s, n := literal(rest, 1, bytes)
	if kind == bad {
		return kind, s, n
	}
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		return bad, "a binary literal takes pairs of hexadecimal digits", n
	}
	return bytes, string(b), n
}

// number reads digits, a point and an exponent.
func number(rest string) (tokenKind, string, int) {
	kind := integer
	n := span(rest, digit)
	if strings.HasPrefix(rest[n:], ".") {
		kind = decimal
		n++
		n += span(rest[n:], digit)
	}
	if e := exponent(rest[n:]); e > 0 {
		kind = double
		n += e
	}
	if tail := span(rest[n:], wordByte); tail > 0 {
		return bad, "a name that begins with a digit needs double quotes", n + tail
	}
	return kind, rest[:n], n
}

// exponent is the length of E+10; 0 when there is none.
func exponent(rest string) int {
	if rest == "" || rest[0] != 'e' && rest[0] != 'E' {
		return 0
	}
	n := 1
	if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
		n = 2
	}
	digits := span(rest[n:], digit)
	if digits == 0 {
		return 0
	}
	return n + digits
}

func sign(rest string) (tokenKind, string, int) {
	for _, s := range [...]string{"<>", "!=", "<=", ">=", "||", "->", "=>"} {
		if strings.HasPrefix(rest, s) {
			if s == "!=" {
				return symbol, "<>", 2
			}
			return symbol, s, 2
		}
	}
	if strings.IndexByte("=<>+-*/%?()[],.;:", rest[0]) >= 0 {
		return symbol, rest[:1], 1
	}
	r, n := utf8.DecodeRuneInString(rest)
	return bad, "'" + string(r) + "' is no part of SQL", n
}

func letter(c byte) bool   { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func digit(c byte) bool    { return c >= '0' && c <= '9' }
func wordByte(c byte) bool { return letter(c) || digit(c) }

// span is how many bytes at the beginning are of a class.
func span(s string, of func(byte) bool) int {
	n := 0
	for n < len(s) && of(s[n]) {
		n++
	}
	return n
}
