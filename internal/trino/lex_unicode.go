package trino

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unicode reads U&'...' and the UESCAPE behind it: \2713 and \+01F600 are characters, \\ is the escape itself.
func (l *lexer) unicode(rest string) (tokenKind, string, int) {
	kind, s, n := literal(rest, 2, text)
	if kind == bad {
		return kind, s, n
	}
	escape, n := uescape(rest, n)
	if escape == 0 {
		return bad, "UESCAPE takes one ASCII character that is no hexadecimal digit, +, quote or space", n
	}
	s, ok := unescape(s, escape)
	if !ok {
		return bad, "an escape in U&'' takes four hexadecimal digits, or + and six, of a character", n
	}
	return text, s, n
}

// uescape reads UESCAPE 'c' behind a literal of n bytes; c is 0 when it is wrong.
func uescape(rest string, n int) (byte, int) {
	l := lexer{source: rest, off: n}
	const word = "UESCAPE"
	if !l.blank() || len(rest)-l.off < len(word) || !strings.EqualFold(rest[l.off:l.off+len(word)], word) {
		return '\\', n
	}
	l.skip(len(word))
	t := l.next()
	if t.kind != text || len(t.text) != 1 || t.text[0] <= ' ' || strings.Contains("+'\"0123456789abcdefABCDEF", t.text) {
		return 0, l.off
	}
	return t.text[0], l.off
}

func unescape(s string, escape byte) (string, bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, escape)
		if i < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		if s != "" && s[0] == escape {
			b.WriteByte(escape)
			s = s[1:]
			continue
		}
		from, to := 0, 4
		if strings.HasPrefix(s, "+") {
			from, to = 1, 7
		}
		if len(s) < to {
			return "", false
		}
		r, err := strconv.ParseUint(s[from:to], 16, 32)
		if err != nil || !utf8.ValidRune(rune(r)) {
			return "", false
		}
		b.WriteRune(rune(r))
		s = s[to:]
	}
}
