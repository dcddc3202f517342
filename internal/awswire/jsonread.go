package awswire

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep a JSON input may nest.
const maxDepth = 100

// jsonReader walks the text of a JSON value from left to right. It is strict: what RFC 8259 does not allow is an error.
type jsonReader struct {
	data  []byte
	pos   int
	depth int
}

// badInput says what is wrong with an input that cannot be read, and in which member ("" is the whole).
type badInput struct {
	path string
	text string
}

func (e *badInput) Error() string {
	if e.path == "" {
		return "The request cannot be read: " + e.text + "."
	}
	return fmt.Sprintf("The member '%s' cannot be read: %s.", e.path, e.text)
}

func (r *jsonReader) errorf(format string, args ...any) error {
	return &badInput{text: fmt.Sprintf(format, args...)}
}

// next skips white space and returns the byte a value or token begins with; 0 at the end.
func (r *jsonReader) next() byte {
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; c {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

func (r *jsonReader) expect(c byte) error {
	if have := r.next(); have != c {
		return r.syntax(fmt.Sprintf("%q", c))
	}
	r.pos++
	return nil
}

// syntax is the error of finding something else than wanted here.
func (r *jsonReader) syntax(wanted string) error {
	switch c := r.next(); {
	case c == 0 && r.pos >= len(r.data):
		return r.errorf("the JSON text ends where %s should stand", wanted)
	default:
		return r.errorf("%q at offset %d where %s should stand", c, r.pos, wanted)
	}
}

// kind names the JSON type of the value that begins here.
func (r *jsonReader) kind() string {
	switch c := r.next(); {
	case c == '"':
		return "string"
	case c == '{':
		return "object"
	case c == '[':
		return "list"
	case c == 't' || c == 'f':
		return "boolean"
	case c == 'n':
		return "null"
	case c == '-' || c >= '0' && c <= '9':
		return "number"
	}
	return ""
}

// mustBe is nil when a value of the wanted JSON type begins here.
func (r *jsonReader) mustBe(kind string) error {
	have := r.kind()
	switch have {
	case kind:
		return nil
	case "":
		return r.syntax(article(kind))
	}
	return r.errorf("%s stands where %s should", article(have), article(kind))
}

func article(kind string) string {
	switch kind {
	case "object":
		return "an object"
	case "null":
		return kind
	}
	return "a " + kind
}

func (r *jsonReader) word(w string) error {
	if !strings.HasPrefix(string(r.data[r.pos:min(len(r.data), r.pos+len(w))]), w) {
		return r.syntax(w)
	}
	r.pos += len(w)
	return nil
}

// null consumes a null, if one stands here.
func (r *jsonReader) null() (bool, error) {
	if r.next() != 'n' {
		return false, nil
	}
	return true, r.word("null")
}

// quoted consumes a string and returns its bytes with the quotes, and whether they are plain (no escapes).
func (r *jsonReader) quoted() (text []byte, plain bool, err error) {
	if err := r.mustBe("string"); err != nil {
		return nil, false, err
	}
	start := r.pos
	plain = true
	for i := start + 1; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '"':
			r.pos = i + 1
			return r.data[start:r.pos], plain, nil
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			return nil, false, r.errorf("a control character in a string at offset %d", i)
		}
	}
	return nil, false, r.errorf("a string that does not end")
}

// text consumes a string. Bytes that are not UTF-8 become U+FFFD.
func (r *jsonReader) text() (string, error) {
	start := r.pos
	raw, plain, err := r.quoted()
	if err != nil {
		return "", err
	}
	if plain && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1]), nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", r.errorf("a wrong escape in the string at offset %d", start)
	}
	return s, nil
}

// number consumes a number and returns its text.
func (r *jsonReader) number() (string, error) {
	if err := r.mustBe("number"); err != nil {
		return "", err
	}
	i, start := r.pos, r.pos
	digits := func() bool {
		from := i
		for i < len(r.data) && r.data[i] >= '0' && r.data[i] <= '9' {
			i++
		}
		return i > from
	}
	at := func(set string) bool { return i < len(r.data) && strings.IndexByte(set, r.data[i]) >= 0 }
	if at("-") {
		i++
	}
	first := i
	ok := digits() && (r.data[first] != '0' || i == first+1)
	if ok && at(".") {
		i++
		ok = digits()
	}
	if ok && at("eE") {
		i++
		if at("+-") {
			i++
		}
		ok = digits()
	}
	if !ok {
		return "", r.errorf("a number that is not one at offset %d", start)
	}
	r.pos = i
	return string(r.data[start:i]), nil
}

func (r *jsonReader) boolean() (bool, error) {
	if err := r.mustBe("boolean"); err != nil {
		return false, err
	}
	if r.data[r.pos] == 't' {
		return true, r.word("true")
	}
	return false, r.word("false")
}

// object consumes an object and calls member at each of its values, which member must consume.
func (r *jsonReader) object(member func(name string) error) error {
	if err := r.mustBe("object"); err != nil {
		return err
	}
	return r.items('}', func() error {
		name, err := r.text()
		if err != nil {
			return err
		}
		if err := r.expect(':'); err != nil {
			return err
		}
		return member(name)
	})
}

// list consumes a list and calls item at each of its values, which item must consume.
func (r *jsonReader) list(item func() error) error {
	if err := r.mustBe("list"); err != nil {
		return err
	}
	return r.items(']', item)
}

func (r *jsonReader) items(end byte, item func() error) error {
	if r.depth++; r.depth > maxDepth {
		return r.errorf("it nests deeper than %d levels", maxDepth)
	}
	defer func() { r.depth-- }()
	r.pos++
	if r.next() == end {
		r.pos++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		switch r.next() {
		case ',':
			r.pos++
		case end:
			r.pos++
			return nil
		default:
			return r.syntax(fmt.Sprintf("',' or '%c'", end))
		}
	}
}

// skip consumes any value.
func (r *jsonReader) skip() (err error) {
	switch r.kind() {
	case "string":
		_, err = r.text()
	case "number":
		_, err = r.number()
	case "boolean":
		_, err = r.boolean()
	case "null":
		_, err = r.null()
	case "object":
		err = r.object(func(string) error { return r.skip() })
	case "list":
		err = r.list(r.skip)
	default:
		err = r.syntax("a value")
	}
	return err
}

// end is nil when nothing but white space is left.
func (r *jsonReader) end() error {
	if r.next() != 0 || r.pos < len(r.data) {
		return r.syntax("the end")
	}
	return nil
}
