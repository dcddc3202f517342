package tree

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is the deepest nesting that is accepted.
const MaxDepth = 200

// SyntaxError tells where a document stops being JSON.
type SyntaxError struct {
	Offset int
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("JSON: %s at byte %d", e.Reason, e.Offset) }

// Parse decodes one JSON document. The bytes become part of the tree and must not change afterwards.
func Parse(b []byte) (*Doc, error) { return ParseString(view(b)) }

// ParseString decodes one JSON document.
func ParseString(s string) (*Doc, error) {
	d := &Doc{}
	return d, d.Reset(s)
}

// ResetBytes decodes another document into d, reusing its memory; nodes of the former document are dead.
func (d *Doc) ResetBytes(b []byte) error { return d.Reset(view(b)) }

// Reset decodes another document into d, reusing its memory; nodes of the former document are dead.
func (d *Doc) Reset(s string) error {
	d.src = s
	if d.nodes == nil {
		d.nodes = make([]node, 0, 16+len(s)/20)
	}
	d.nodes = d.nodes[:0]
	if len(s) > math.MaxInt32 {
		return &SyntaxError{0, "document larger than 2 GiB"}
	}
	if !utf8.ValidString(s) {
		return &SyntaxError{invalidAt(s), "invalid UTF-8"}
	}
	p := parser{d: d, s: s}
	p.space()
	if err := p.value(0, 0, 0, false); err != nil {
		d.nodes = d.nodes[:0]
		return err
	}
	p.space()
	if p.i != len(s) {
		d.nodes = d.nodes[:0]
		return &SyntaxError{p.i, "text after the document"}
	}
	return nil
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return len(s)
}

type parser struct {
	d *Doc
	s string
	i int
}

func (p *parser) fail(reason string) error { return &SyntaxError{p.i, reason} }

func (p *parser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\n', '\t', '\r':
			p.i++
		default:
			return
		}
	}
}

// value parses the value at p.i and appends its node, with the key of the member it belongs to.
func (p *parser) value(depth, keyStart, keyEnd int, keyEscaped bool) error {
	if p.i >= len(p.s) {
		return p.fail("unexpected end")
	}
	at := len(p.d.nodes)
	p.d.nodes = append(p.d.nodes, node{keyStart: uint32(keyStart), keyEnd: uint32(keyEnd), keyEscaped: keyEscaped, start: uint32(p.i)})
	var kind Kind
	var err error
	switch c := p.s[p.i]; {
	case c == '"':
		p.i++
		p.d.nodes[at].start = uint32(p.i)
		var escaped bool
		if escaped, err = p.str(); err != nil {
			return err
		}
		n := &p.d.nodes[at]
		n.kind, n.escaped, n.end, n.next = String, escaped, uint32(p.i-1), uint32(at+1)
		return nil
	case c == '{':
		kind, err = Object, p.object(depth, at)
	case c == '[':
		kind, err = Array, p.array(depth, at)
	case c == 't':
		kind, err = Bool, p.word("true")
	case c == 'f':
		kind, err = Bool, p.word("false")
	case c == 'n':
		kind, err = Null, p.word("null")
	default:
		kind, err = Number, p.number()
	}
	if err != nil {
		return err
	}
	n := &p.d.nodes[at]
	n.kind, n.end, n.next = kind, uint32(p.i), uint32(len(p.d.nodes))
	return nil
}

func (p *parser) object(depth, at int) error {
	if depth >= MaxDepth {
		return p.fail("nested too deeply")
	}
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		return nil
	}
	for count := uint32(1); ; count++ {
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			return p.fail("expected a member name")
		}
		p.i++
		keyStart := p.i
		escaped, err := p.str()
		if err != nil {
			return err
		}
		keyEnd := p.i - 1
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return p.fail("expected ':'")
		}
		p.i++
		p.space()
		if err := p.value(depth+1, keyStart, keyEnd, escaped); err != nil {
			return err
		}
		done, err := p.separator('}')
		if err != nil {
			return err
		}
		if done {
			p.d.nodes[at].count = count
			return nil
		}
	}
}

func (p *parser) array(depth, at int) error {
	if depth >= MaxDepth {
		return p.fail("nested too deeply")
	}
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		return nil
	}
	for count := uint32(1); ; count++ {
		if err := p.value(depth+1, 0, 0, false); err != nil {
			return err
		}
		done, err := p.separator(']')
		if err != nil {
			return err
		}
		if done {
			p.d.nodes[at].count = count
			return nil
		}
	}
}

// separator reads a comma (false) or the closing character (true).
func (p *parser) separator(closing byte) (bool, error) {
	p.space()
	if p.i >= len(p.s) {
		return false, p.fail("unexpected end")
	}
	switch p.s[p.i] {
	case ',':
		p.i++
		p.space()
		return false, nil
	case closing:
		p.i++
		return true, nil
	}
	return false, p.fail("expected ',' or '" + string(closing) + "'")
}

// str scans a string whose opening quote is behind p.i and leaves p.i behind the closing one.
func (p *parser) str() (escaped bool, err error) {
	s := p.s
	for i := p.i; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			p.i = i + 1
			return escaped, nil
		case c == '\\':
			escaped = true
			i++
			if i >= len(s) {
				p.i = i
				return false, p.fail("unexpected end in a string")
			}
			switch s[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				if i+4 >= len(s) || !isHex4(s[i+1:i+5]) {
					p.i = i
					return false, p.fail(`bad \u escape`)
				}
				i += 4
			default:
				p.i = i
				return false, p.fail("bad escape")
			}
		case c < 0x20:
			p.i = i
			return false, p.fail("control character in a string")
		}
	}
	p.i = len(s)
	return false, p.fail("unterminated string")
}

func isHex4(s string) bool {
	_, err := strconv.ParseUint(s, 16, 16)
	return err == nil && s[0] != '+'
}

func (p *parser) word(w string) error {
	if !strings.HasPrefix(p.s[p.i:], w) {
		return p.fail("unknown word")
	}
	p.i += len(w)
	return nil
}

func (p *parser) number() error {
	start := p.i
	if p.i < len(p.s) && p.s[p.i] == '-' {
		p.i++
	}
	whole := p.digits()
	if whole == 0 || (whole > 1 && p.s[p.i-whole] == '0') {
		p.i = start
		return p.fail("not a value")
	}
	if p.i < len(p.s) && p.s[p.i] == '.' {
		p.i++
		if p.digits() == 0 {
			return p.fail("expected digits behind the point")
		}
	}
	if p.i < len(p.s) && p.s[p.i]|0x20 == 'e' {
		p.i++
		if p.i < len(p.s) && (p.s[p.i] == '+' || p.s[p.i] == '-') {
			p.i++
		}
		if p.digits() == 0 {
			return p.fail("expected an exponent")
		}
	}
	return nil
}

func (p *parser) digits() int {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i - start
}

// unescape resolves the escapes of a string that the parser has accepted.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u':
			r := hexRune(s[i+1:])
			i += 4
			if utf16.IsSurrogate(r) && i+6 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
				if pair := utf16.DecodeRune(r, hexRune(s[i+3:])); pair != utf8.RuneError {
					r = pair
					i += 6
				}
			}
			b.WriteRune(r)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func hexRune(s string) rune {
	v, _ := strconv.ParseUint(s[:4], 16, 32)
	return rune(v)
}

func unescapeURL(s string) (string, error) { return url.PathUnescape(strings.ReplaceAll(s, "+", " ")) }
