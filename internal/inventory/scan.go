package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// scanner walks JSON text of any length through a window of bounded size. It finds where values end without
// judging what is inside them: what it cuts out is decoded, and judged, afterwards.
type scanner struct {
	r    io.Reader
	buf  []byte
	pos  int
	end  int
	base int64 // offset of buf[0] in the text
	// keep is the offset from which bytes must stay in the window; -1 for none. max bounds how many are kept.
	keep int64
	max  int
	err  error // why no more can be read; io.EOF at the end of the text
}

const window = 64 << 10

func newScanner(r io.Reader, max int) *scanner {
	return &scanner{r: r, buf: make([]byte, window), keep: -1, max: max}
}

// newBytesScanner scans text that is in memory already.
func newBytesScanner(b []byte, max int) *scanner {
	return &scanner{buf: b, end: len(b), keep: -1, max: max, err: io.EOF}
}

// offset is where the scanner stands in the text.
func (s *scanner) offset() int64 { return s.base + int64(s.pos) }

// textError says where and why the text is not what it should be.
type textError struct {
	offset int64
	reason string
	err    error
}

func (e *textError) Error() string {
	if e.err != nil {
		return fmt.Sprintf("%s at byte %d: %v", e.reason, e.offset, e.err)
	}
	return fmt.Sprintf("%s at byte %d", e.reason, e.offset)
}

func (e *textError) Unwrap() error { return e.err }

func (s *scanner) fail(reason string) error { return &textError{s.offset(), reason, nil} }

// ended is the error of a text that stops in the middle of something.
func (s *scanner) ended() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return &textError{s.offset(), "the text ends in the middle", nil}
	}
	return &textError{s.offset(), "the text cannot be read further", s.err}
}

// fill reads more text behind the window, moving it on; false when there is none.
func (s *scanner) fill() bool {
	if s.err != nil {
		return false
	}
	from := s.pos
	if s.keep >= 0 {
		if s.offset()-s.keep > int64(s.max) {
			s.keep = -1 // too long to be kept
		} else {
			from = int(s.keep - s.base)
		}
	}
	if from > 0 {
		copy(s.buf, s.buf[from:s.end])
		s.base, s.pos, s.end = s.base+int64(from), s.pos-from, s.end-from
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 { // readers may answer with nothing a few times
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// peek is the next byte that is not white space; ok is false at the end of the text.
func (s *scanner) peek() (c byte, ok bool) {
	for {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\n', '\r':
				s.pos++
			default:
				return c, true
			}
		}
		if !s.fill() {
			return 0, false
		}
	}
}

// expect skips white space and one character.
func (s *scanner) expect(want byte) error {
	c, ok := s.peek()
	if !ok {
		return s.ended()
	}
	if c != want {
		return s.fail(fmt.Sprintf("expected %q, found %q", want, c))
	}
	s.pos++
	return nil
}

// skip passes over the value that begins here.
func (s *scanner) skip() error {
	c, ok := s.peek()
	if !ok {
		return s.ended()
	}
	switch c {
	case '"':
		return s.skipString()
	case '{', '[':
		return s.skipNested()
	case '}', ']', ',', ':':
		return s.fail(fmt.Sprintf("expected a value, found %q", c))
	}
	for {
		for s.pos < s.end {
			switch s.buf[s.pos] {
			case ',', ']', '}', ' ', '\t', '\n', '\r':
				return nil
			}
			s.pos++
		}
		if !s.fill() {
			if errors.Is(s.err, io.EOF) {
				return nil
			}
			return s.ended()
		}
	}
}

func (s *scanner) skipNested() error {
	depth := 0
	for {
		for s.pos < s.end {
			switch s.buf[s.pos] {
			case '"':
				if err := s.skipString(); err != nil {
					return err
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					s.pos++
					return nil
				}
			}
			s.pos++
		}
		if !s.fill() {
			return s.ended()
		}
	}
}

// skipString passes over a string, from its opening quote to behind the closing one.
func (s *scanner) skipString() error {
	s.pos++
	quote := -1 // where the next quote stands, once looked for: a string of escapes is not searched again and again
	for {
		if quote < s.pos {
			if quote = bytes.IndexByte(s.buf[s.pos:s.end], '"'); quote < 0 {
				quote = s.end
			} else {
				quote += s.pos
			}
		}
		escape := bytes.IndexByte(s.buf[s.pos:quote], '\\')
		switch {
		case escape >= 0 && s.pos+escape+2 <= s.end:
			s.pos += escape + 2
		case escape < 0 && quote < s.end:
			s.pos = quote + 1
			return nil
		default: // the string, or an escape in it, goes on behind the window
			if escape >= 0 {
				s.pos += escape
			} else {
				s.pos = s.end
			}
			if !s.fill() {
				return s.ended()
			}
			quote = -1
		}
	}
}

// cut passes over a value and returns its text, good until the scanner moves on. ok is false for a value that is
// longer than what may be kept.
func (s *scanner) cut() (text []byte, ok bool, err error) {
	if _, there := s.peek(); !there {
		return nil, false, s.ended()
	}
	outer, start := s.keep, s.offset()
	if outer < 0 {
		s.keep = start
	}
	err = s.skip()
	kept := s.keep >= 0 && s.offset()-start <= int64(s.max)
	if outer < 0 {
		s.keep = -1
	}
	if err != nil || !kept {
		return nil, false, err
	}
	return s.buf[start-s.base : s.pos], true, nil
}
