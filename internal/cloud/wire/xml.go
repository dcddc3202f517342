package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner takes an XML document apart into elements and text, without copying it: answers of AWS are long and plain, and
// encoding/xml would be most of a sweep's work. It knows no namespaces beyond prefixes, no entities but XML's own, and no
// declarations of types. Tags must match.
type scanner struct {
	b    []byte
	pos  int
	open [][]byte // names of the elements that are not closed
	pend bool     // the element just begun ends at once: <a/>
}

type tokenKind int

const (
	startTag tokenKind = iota
	endTag
	charData
)

// token is a part of the document. Its bytes are those of the document.
type token struct {
	kind tokenKind
	name []byte // with its prefix
	rest []byte // of a start tag: the attributes; of text: the text
	raw  bool   // text that is as it stands: CDATA
}

var errXML = errors.New("it is not well-formed XML")

// next gives the next part; io.EOF after the root has ended.
func (s *scanner) next() (token, error) {
	for {
		switch {
		case s.pend:
			s.pend = false
			return s.end(s.open[len(s.open)-1])
		case s.pos >= len(s.b):
			if len(s.open) > 0 {
				return token{}, io.ErrUnexpectedEOF
			}
			return token{}, io.EOF
		case s.b[s.pos] != '<':
			return s.chars(), nil
		}
		rest := s.b[s.pos+1:]
		switch {
		case bytes.HasPrefix(rest, []byte("/")):
			name, err := s.until(2, ">")
			if err != nil {
				return token{}, err
			}
			return s.end(bytes.TrimRight(name, " \t\r\n"))
		case bytes.HasPrefix(rest, []byte("![CDATA[")):
			text, err := s.until(9, "]]>")
			return token{kind: charData, rest: text, raw: true}, err
		case bytes.HasPrefix(rest, []byte("!--")):
			if _, err := s.until(4, "-->"); err != nil {
				return token{}, err
			}
		case bytes.HasPrefix(rest, []byte("?")):
			if _, err := s.until(2, "?>"); err != nil {
				return token{}, err
			}
		case bytes.HasPrefix(rest, []byte("!")):
			return token{}, fmt.Errorf("%w: it declares types", errXML)
		default:
			return s.start()
		}
	}
}

// until goes behind the next mark, and gives what lies before it, from skip bytes on.
func (s *scanner) until(skip int, mark string) ([]byte, error) {
	from := s.pos + skip
	if from > len(s.b) {
		return nil, io.ErrUnexpectedEOF
	}
	i := bytes.Index(s.b[from:], []byte(mark))
	if i < 0 {
		return nil, io.ErrUnexpectedEOF
	}
	s.pos = from + i + len(mark)
	return s.b[from : from+i], nil
}

func (s *scanner) chars() token {
	i := bytes.IndexByte(s.b[s.pos:], '<')
	if i < 0 {
		i = len(s.b) - s.pos
	}
	t := token{kind: charData, rest: s.b[s.pos : s.pos+i]}
	s.pos += i
	return t
}

func (s *scanner) start() (token, error) {
	from := s.pos + 1
	var quote byte
	for i := from; i < len(s.b); i++ {
		c := s.b[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return token{}, errXML
		case c == '>':
			tag := s.b[from:i]
			s.pos = i + 1
			tag, s.pend = bytes.CutSuffix(tag, []byte("/"))
			n := bytes.IndexAny(tag, " \t\r\n")
			if n < 0 {
				n = len(tag)
			}
			if !isName(tag[:n]) {
				return token{}, errXML
			}
			s.open = append(s.open, tag[:n])
			return token{kind: startTag, name: tag[:n], rest: tag[n:]}, nil
		}
	}
	return token{}, io.ErrUnexpectedEOF
}

// isName is wide: what is no name matches nothing in a model.
func isName(b []byte) bool {
	return len(b) > 0 && !bytes.ContainsAny(b, `/="'&;`)
}

func (s *scanner) end(name []byte) (token, error) {
	last := len(s.open) - 1
	if last < 0 || !bytes.Equal(s.open[last], name) {
		return token{}, fmt.Errorf("%w: </%s> does not end what is open", errXML, clip(string(name)))
	}
	s.open = s.open[:last]
	return token{kind: endTag, name: name}, nil
}

// local is a name without its prefix.
func local(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

// String is the text with its entities resolved.
func (t token) String() (string, error) {
	b := t.rest
	if bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	if !utf8.Valid(b) {
		return "", fmt.Errorf("%w: it is not UTF-8", errXML)
	}
	if t.raw || bytes.IndexByte(b, '&') < 0 {
		return string(b), nil
	}
	return resolve(string(b))
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

func resolve(s string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "&")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, ";")
		text, known := entities[name]
		if number, isNumber := strings.CutPrefix(name, "#"); isNumber {
			text, known = character(number)
		}
		if !closed || !known {
			return "", fmt.Errorf("%w: the entity &%s; is not known", errXML, clip(name))
		}
		out.WriteString(text)
		s = after
	}
}

func character(number string) (string, bool) {
	base := 10
	if hex, ok := strings.CutPrefix(number, "x"); ok {
		number, base = hex, 16
	}
	n, err := strconv.ParseUint(number, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}

// attribute is one of a start tag.
type attribute struct{ name, value string }

// attributes are those of a start tag.
func (t token) attributes() (all []attribute, err error) {
	rest := bytes.TrimSpace(t.rest)
	for len(rest) > 0 {
		name, after, ok := bytes.Cut(rest, []byte("="))
		after = bytes.TrimLeft(after, " \t\r\n")
		if !ok || len(after) < 2 || after[0] != '"' && after[0] != '\'' {
			return nil, errXML
		}
		end := bytes.IndexByte(after[1:], after[0])
		if end < 0 {
			return nil, errXML
		}
		value, err := token{rest: after[1 : end+1]}.String()
		if err != nil {
			return nil, err
		}
		all = append(all, attribute{string(bytes.TrimSpace(name)), value})
		rest = bytes.TrimSpace(after[end+2:])
	}
	return all, nil
}
