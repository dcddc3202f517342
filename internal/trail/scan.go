package trail

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// scanner walks JSON text once, checking its grammar, without building anything. It works on a window of a stream:
// running into the end of the window is errShort, not a syntax error.
type scanner struct {
	b []byte
	i int
}

// maxDepth is the deepest nesting of a record that is accepted.
const maxDepth = 200

var (
	errShort   = errors.New("ends inside a record")
	errSyntax  = errors.New("not valid JSON")
	errControl = errors.New("not valid JSON: control character in a string")
	errDeep    = errors.New("nested deeper than 200 levels")
)

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\t', '\r':
			s.i++
		default:
			return
		}
	}
}

// peek skips space and returns the next byte without taking it.
func (s *scanner) peek() (byte, error) {
	if s.i < len(s.b) && s.b[s.i] > ' ' {
		return s.b[s.i], nil
	}
	s.space()
	if s.i >= len(s.b) {
		return 0, errShort
	}
	return s.b[s.i], nil
}

// take skips space and one expected byte.
func (s *scanner) take(c byte) error {
	got, err := s.peek()
	if err != nil {
		return err
	}
	if got != c {
		return errSyntax
	}
	s.i++
	return nil
}

// span is a piece of the window; for strings without the quotes.
type span struct {
	start, end int
	escaped    bool
	str        bool
}

func (v span) empty() bool { return v.start == v.end }

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str takes a string whose opening quote is at s.i.
func (s *scanner) str() (span, error) {
	i := s.i + 1
	v := span{start: i, str: true}
	for {
		// Eight bytes at a time to the next quote, backslash or control character.
		for i+8 <= len(s.b) {
			x := binary.LittleEndian.Uint64(s.b[i:])
			q, e := x^(ones*'"'), x^(ones*'\\')
			if m := ((q-ones)&^q | (e-ones)&^e | (x-ones*0x20)&^x) & highs; m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		for i < len(s.b) && s.b[i] != '"' && s.b[i] != '\\' && s.b[i] >= 0x20 {
			i++
		}
		if i >= len(s.b) {
			return v, errShort
		}
		switch s.b[i] {
		case '"':
			v.end = i
			s.i = i + 1
			return v, nil
		case '\\':
			v.escaped = true
			n, err := escape(s.b[i:])
			if err != nil {
				return v, err
			}
			i += n
		default:
			return v, errControl
		}
	}
}

// escape is the length of the escape sequence at the start of b.
func escape(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, errShort
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, nil
	case 'u':
		for i := 2; i < 6; i++ {
			if i >= len(b) {
				return 0, errShort
			}
			if c := b[i] | 0x20; (c < '0' || c > '9' || b[i] < '0') && (c < 'a' || c > 'f') {
				return 0, errSyntax
			}
		}
		return 6, nil
	}
	return 0, errSyntax
}

// value takes any value and returns its span.
func (s *scanner) value(depth int) (span, error) {
	c, err := s.peek()
	if err != nil {
		return span{}, err
	}
	if c == '"' {
		return s.str()
	}
	v := span{start: s.i}
	switch c {
	case '{':
		err = s.object(depth)
	case '[':
		err = s.array(depth)
	case 't':
		err = s.word("true")
	case 'f':
		err = s.word("false")
	case 'n':
		err = s.word("null")
	default:
		err = s.number()
	}
	v.end = s.i
	return v, err
}

func (s *scanner) object(depth int) error {
	if depth >= maxDepth {
		return errDeep
	}
	s.i++
	if c, err := s.peek(); err != nil {
		return err
	} else if c == '}' {
		s.i++
		return nil
	}
	for {
		if _, err := s.key(); err != nil {
			return err
		}
		if _, err := s.value(depth + 1); err != nil {
			return err
		}
		if done, err := s.separator('}'); done || err != nil {
			return err
		}
	}
}

func (s *scanner) array(depth int) error {
	if depth >= maxDepth {
		return errDeep
	}
	s.i++
	if c, err := s.peek(); err != nil {
		return err
	} else if c == ']' {
		s.i++
		return nil
	}
	for {
		if _, err := s.value(depth + 1); err != nil {
			return err
		}
		if done, err := s.separator(']'); done || err != nil {
			return err
		}
	}
}

// key takes a member's name and the colon behind it.
func (s *scanner) key() (span, error) {
	c, err := s.peek()
	if err != nil {
		return span{}, err
	}
	if c != '"' {
		return span{}, errSyntax
	}
	k, err := s.str()
	if err != nil {
		return k, err
	}
	return k, s.take(':')
}

// separator takes a comma (false) or the closing byte (true).
func (s *scanner) separator(closing byte) (bool, error) {
	c, err := s.peek()
	switch {
	case err != nil:
		return false, err
	case c == ',':
		s.i++
		return false, nil
	case c == closing:
		s.i++
		return true, nil
	}
	return false, errSyntax
}

func (s *scanner) word(w string) error {
	for j := range len(w) {
		if s.i+j >= len(s.b) {
			return errShort
		}
		if s.b[s.i+j] != w[j] {
			return errSyntax
		}
	}
	s.i += len(w)
	return nil
}

// number takes a number. At the end of the window it cannot know whether more digits follow: that is errShort,
// which a complete record never meets because its last byte is a brace.
func (s *scanner) number() error {
	if s.b[s.i] == '-' {
		s.i++
	}
	zero := s.i < len(s.b) && s.b[s.i] == '0'
	n := s.digits()
	if s.i < len(s.b) && (n == 0 || (zero && n > 1)) {
		return errSyntax
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if n = s.digits(); n == 0 && s.i < len(s.b) {
			return errSyntax
		}
	}
	if s.i < len(s.b) && s.b[s.i]|0x20 == 'e' {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		if n = s.digits(); n == 0 && s.i < len(s.b) {
			return errSyntax
		}
	}
	if s.i >= len(s.b) {
		return errShort
	}
	return nil
}

func (s *scanner) digits() int {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i - start
}
