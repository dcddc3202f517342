package inventory

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// MaxItem is the longest configuration item that is read, in bytes of JSON.
const MaxItem = 8 << 20

// Piece is what a text holds at one place: an item, or the reason why there is none.
type Piece struct {
	// N counts the pieces of a text from 1.
	N int
	// Raw is the item's JSON, good only until the next piece.
	Raw []byte
	// Problem says why there is no item where one was expected.
	Problem string
}

// Split finds the configuration items of a text without holding more than one of them: snapshot and history files,
// GetResourceConfigHistory answers, change notifications (bare, in an SNS envelope or an EventBridge event, or as a
// rule's event), single items, arrays and sequences of these. With lines set each line stands for itself, so that
// a broken one harms no other. Messages that carry no item by nature are counted and passed over. An error tells
// where the text stops being readable; the pieces before it are good.
func Split(r io.Reader, lines bool, yield func(Piece) error) (messages int, err error) {
	sp := &splitter{yield: yield, max: MaxItem}
	if lines {
		err = sp.lines(r)
	} else {
		err = sp.documents(newScanner(r, sp.max), 0)
	}
	return sp.messages, err
}

type splitter struct {
	yield    func(Piece) error
	max      int
	n        int
	messages int
}

// maxNesting bounds envelopes in envelopes.
const maxNesting = 5

func (sp *splitter) item(raw []byte) error {
	sp.n++
	return sp.yield(Piece{N: sp.n, Raw: raw})
}

func (sp *splitter) problem(format string, args ...any) error {
	sp.n++
	return sp.yield(Piece{N: sp.n, Problem: fmt.Sprintf(format, args...)})
}

func (sp *splitter) tooLong() error {
	return sp.problem("The configuration item is longer than %d MiB.", sp.max>>20)
}

// lines reads one document, or several, from each line.
func (sp *splitter) lines(r io.Reader) error {
	br := bufio.NewReaderSize(r, window)
	var line []byte
	for number := 1; ; number++ {
		line = line[:0]
		long := false
		var err error
		for {
			var part []byte
			part, err = br.ReadSlice('\n')
			if long = long || len(line)+len(part) > sp.max; !long {
				line = append(line, part...)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if long {
			if err := sp.tooLong(); err != nil {
				return err
			}
		} else if err := sp.documents(newBytesScanner(line, sp.max), 0); err != nil {
			var text *textError
			if !errors.As(err, &text) {
				return err
			}
			if err := sp.problem("Line %d is not JSON: %v.", number, text); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &textError{0, fmt.Sprintf("the text cannot be read further in line %d", number), err}
		}
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// documents reads one value after the other until the end of the text.
func (sp *splitter) documents(s *scanner, nesting int) error {
	if c, ok := s.peek(); ok && c == byteOrderMark[0] && s.offset() == 0 {
		for s.end < len(byteOrderMark) && s.fill() {
		}
		if bytes.HasPrefix(s.buf[:s.end], byteOrderMark) {
			s.pos += len(byteOrderMark)
		}
	}
	for {
		if _, ok := s.peek(); !ok {
			if errors.Is(s.err, io.EOF) {
				return nil
			}
			return s.ended()
		}
		if err := sp.document(s, nesting); err != nil {
			return err
		}
	}
}

// document reads an object, or an array of them, of a shape that is not known yet.
func (sp *splitter) document(s *scanner, nesting int) error {
	c, ok := s.peek()
	switch {
	case !ok:
		return s.ended()
	case c == '[' && nesting < maxNesting:
		return sp.elements(s, func() error { return sp.document(s, nesting+1) })
	case c == '{' && nesting < maxNesting:
		return sp.object(s, nesting)
	case c == '{' || c == '[':
		return s.fail("envelopes are nested too deeply")
	}
	return s.fail(fmt.Sprintf("expected an object or an array, found %q", c))
}

// elements calls read for each element of the array that begins here.
func (sp *splitter) elements(s *scanner, read func() error) error {
	if err := s.expect('['); err != nil {
		return err
	}
	if c, ok := s.peek(); ok && c == ']' {
		s.pos++
		return nil
	}
	for {
		if err := read(); err != nil {
			return err
		}
		c, ok := s.peek()
		switch {
		case !ok:
			return s.ended()
		case c == ']':
			s.pos++
			return nil
		case c != ',':
			return s.fail(fmt.Sprintf("expected ',' or ']', found %q", c))
		}
		s.pos++
	}
}

// element cuts out the item that begins here.
func (sp *splitter) element(s *scanner) error {
	raw, ok, err := s.cut()
	switch {
	case err != nil:
		return err
	case !ok:
		return sp.tooLong()
	}
	return sp.item(raw)
}

// shape is what the members of an object have told of it.
type shape struct {
	container bool // its items were found inside and are done
	item      bool // it has members that only an item has
	event     bool // it is a CloudTrail event
	message   string
	summary   string // the resource of a message whose item was too large for it
	location  string
}

// object reads an object. It may be an item itself, so its text is kept until a member tells otherwise.
func (sp *splitter) object(s *scanner, nesting int) error {
	start := s.offset()
	s.keep = start
	var is shape
	if err := s.expect('{'); err != nil {
		return err
	}
	if c, ok := s.peek(); ok && c == '}' {
		s.pos++
	} else {
		for more := true; more; {
			var err error
			if more, err = sp.member(s, &is, nesting); err != nil {
				return err
			}
		}
	}
	kept := s.keep >= 0 && s.offset()-start <= int64(sp.max)
	s.keep = -1
	switch {
	case is.container:
		return nil
	case is.summary != "":
		if is.location == "" {
			is.location = "a place the message does not tell"
		}
		return sp.problem("summary only: item body of %s is in %s", is.summary, is.location)
	case is.message != "":
		sp.messages++
		return nil
	case is.event:
		return s.fail("these are CloudTrail events, not configuration items (use tickmark import cloudtrail)")
	case !is.item:
		return sp.problem("The document holds no configuration items.")
	case !kept:
		return sp.tooLong()
	}
	return sp.item(s.buf[start-s.base : s.pos])
}

// member reads one member and what separates it from the next; more is false behind the last.
func (sp *splitter) member(s *scanner, is *shape, nesting int) (more bool, err error) {
	if c, ok := s.peek(); ok && c != '"' {
		return false, s.fail(fmt.Sprintf("expected a member name, found %q", c))
	}
	key, _, err := s.cut()
	if err != nil {
		return false, err
	}
	name := string(key)
	if err := s.expect(':'); err != nil {
		return false, err
	}
	c, ok := s.peek()
	if !ok {
		return false, s.ended()
	}
	if err := sp.read(s, is, strings.Trim(name, `"`), c, nesting); err != nil {
		return false, err
	}
	if c, ok = s.peek(); !ok {
		return false, s.ended()
	}
	s.pos++
	switch c {
	case ',':
		return true, nil
	case '}':
		return false, nil
	}
	s.pos--
	return false, s.fail(fmt.Sprintf("expected ',' or '}', found %q", c))
}

// read takes from a member's value what its name promises; first is the value's first character.
func (sp *splitter) read(s *scanner, is *shape, name string, first byte, nesting int) error {
	switch {
	case (name == "configurationItems" || name == "configurationItem") && first == '[':
		is.open(s)
		return sp.elements(s, func() error { return sp.element(s) })
	case name == "configurationItem" && first == '{':
		is.open(s)
		return sp.element(s)
	case name == "Records" && first == '[',
		(name == "detail" || name == "item" || name == "Sns" || name == "Message" || name == "invokingEvent") && first == '{':
		is.open(s)
		return sp.document(s, nesting+1)
	case (name == "Message" || name == "invokingEvent" || name == "body" || name == "Body") && first == '"':
		return sp.nested(s, is, nesting)
	case name == "messageType" || name == "s3DeliverySummary" || name == "configurationItemSummary":
		return sp.note(s, is, name)
	case name == "configurationItemCaptureTime" || name == "configurationItemStatus" || name == "resourceType" || name == "resourceId":
		is.item = true
	case name == "eventVersion" || name == "eventSource":
		is.event = true
	}
	return s.skip()
}

// open marks the object as an envelope: its own text is not needed.
func (is *shape) open(s *scanner) {
	is.container = true
	s.keep = -1
}

// nested reads the document that a string holds; a string that holds none says nothing.
func (sp *splitter) nested(s *scanner, is *shape, nesting int) error {
	raw, ok, err := s.cut()
	if err != nil || !ok {
		return err
	}
	d, err := tree.Parse(bytes.Clone(raw))
	if err != nil {
		return nil // not a JSON string: the object itself will be refused when it is decoded
	}
	text := d.Root().Str()
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return nil
	}
	is.open(s)
	err = sp.documents(newBytesScanner([]byte(text), sp.max), nesting+1)
	if bad := (*textError)(nil); errors.As(err, &bad) {
		return sp.problem("The message inside the envelope is unreadable: %v.", bad)
	}
	return err
}

// note keeps the little that a message without an item tells.
func (sp *splitter) note(s *scanner, is *shape, name string) error {
	raw, ok, err := s.cut()
	if err != nil || !ok {
		return err
	}
	d, err := tree.Parse(bytes.Clone(raw))
	if err != nil {
		return nil // refused with the object around it
	}
	switch n := d.Root(); name {
	case "messageType":
		is.message = n.Str()
	case "s3DeliverySummary":
		if is.location = n.Get("s3BucketLocation").Str(); is.location == "" {
			is.location = "no place (" + n.Get("errorCode").Str() + ")"
		}
	case "configurationItemSummary":
		is.summary = clip(strings.TrimSpace(n.Get("resourceType").Str() + " " + n.Get("resourceId").Str()))
	}
	return nil
}
