package trail

import (
	"errors"
	"fmt"
	"io"
)

// The sizes a Splitter keeps to.
const (
	// MaxRecord is the largest record that is accepted; CloudTrail's own limit is 1 MB.
	MaxRecord = 4 << 20
	chunkSize = 1 << 20
)

// Splitter cuts streams of CloudTrail text into events: {"Records":[...]}, the LookupEvents output
// {"Events":[{"CloudTrailEvent":"..."}]}, bare arrays, single records and JSON lines, in any sequence. It holds a
// window of the stream, so its memory does not grow with the stream. Events point into the windows, which live as
// long as their events do. A Splitter may be used for one stream after another and shares windows between them.
type Splitter struct {
	// Event receives each event, which it must copy to keep; an error stops the stream.
	Event func(*Event) error
	// Reject receives the place and the reason of each record that is no event.
	Reject func(place, reason string)

	r     io.Reader
	buf   []byte // the window; buf[pos:] is not yet consumed
	pos   int
	eof   bool
	fault error // what the reader failed with, other than the end
	n     int   // records met in this stream
	ev    Event // the record at hand
}

// errGiveUp ends a stream whose rest cannot be understood; the reason has been reported.
var errGiveUp = errors.New("rest of the stream not understood")

// Split reads one stream to its end. The error is that of Event; whatever is wrong with the stream itself is
// rejected, after every record before it has been delivered.
func (s *Splitter) Split(r io.Reader) error {
	s.r, s.eof, s.fault, s.n = r, false, nil, 0
	s.buf = s.buf[:s.pos] // what the former stream left over is dropped
	err := s.stream()
	if errors.Is(err, errGiveUp) {
		err = nil
	}
	if err == nil && s.fault != nil {
		s.Reject("", fmt.Sprintf("the file is damaged after record %d: %v", s.n, s.fault))
	}
	return err
}

func (s *Splitter) stream() error {
	s.bom()
	for {
		c, ok := s.next()
		if !ok {
			return nil
		}
		var err error
		switch c {
		case ',': // between the documents of a sloppy concatenation
			s.pos++
		case '[':
			s.pos++
			err = s.list()
		case '{':
			err = s.document()
		default:
			err = s.giveUp("not JSON: expected { or [")
		}
		if err != nil {
			return err
		}
	}
}

func (s *Splitter) bom() {
	for len(s.buf)-s.pos < 3 && s.fill() {
	}
	if w := s.buf[s.pos:]; len(w) >= 3 && w[0] == 0xEF && w[1] == 0xBB && w[2] == 0xBF {
		s.pos += 3
	}
}

// next skips space and returns the next byte without taking it; false at the end.
func (s *Splitter) next() (byte, bool) {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			if c := s.buf[s.pos]; c > ' ' || (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
				return c, true
			}
		}
		if !s.fill() {
			return 0, false
		}
	}
}

// fill reads more into the window, moving what is not consumed to a new one when there is no room; false at the end.
func (s *Splitter) fill() bool {
	if s.eof {
		return false
	}
	if len(s.buf) == cap(s.buf) {
		rest := s.buf[s.pos:]
		fresh := make([]byte, len(rest), max(chunkSize, 2*len(rest)))
		copy(fresh, rest)
		s.buf, s.pos = fresh, 0
	}
	for {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err != nil {
			s.eof = true
			if err != io.EOF {
				s.fault = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
}

// more makes room for a record that does not end within the window; it fails at the end and at MaxRecord.
func (s *Splitter) more() error {
	if len(s.buf)-s.pos > MaxRecord {
		return fmt.Errorf("larger than %d bytes", MaxRecord)
	}
	if !s.fill() {
		return errShort
	}
	return nil
}

// document reads an object that stands alone: an envelope, or one record.
func (s *Splitter) document() error {
	for {
		sc := scanner{b: s.buf, i: s.pos + 1}
		found, err := envelope(&sc)
		switch {
		case err == errShort:
			if err := s.more(); err != nil {
				return s.skip(err)
			}
			continue
		case err == nil && found:
			s.pos = sc.i
			if err := s.list(); err != nil {
				return err
			}
			return s.tail()
		}
		return s.item() // a record; what is wrong with it is told there
	}
}

// envelope looks through the members of an object for a list of records and stands behind its bracket.
func envelope(sc *scanner) (bool, error) {
	for {
		if c, err := sc.peek(); err != nil || c == '}' {
			return false, err
		}
		k, err := sc.key()
		if err != nil {
			return false, err
		}
		if name := text(sc.b[k.start:k.end]); name == "Records" || name == "Events" {
			if c, err := sc.peek(); err != nil {
				return false, err
			} else if c == '[' {
				sc.i++
				return true, nil
			}
		}
		if _, err := sc.value(1); err != nil {
			return false, err
		}
		if done, err := sc.separator('}'); done || err != nil {
			return false, err
		}
	}
}

// tail reads what follows the list in its envelope: further members, another list among them, and the brace.
func (s *Splitter) tail() error {
	c, ok := s.next()
	if !ok {
		return s.broken(errShort)
	}
	if c != ',' {
		if c != '}' {
			return s.giveUp("not valid JSON behind the list of records")
		}
		s.pos++
		return nil
	}
	s.pos++
	for {
		sc := scanner{b: s.buf, i: s.pos}
		found, err := envelope(&sc)
		switch {
		case err == errShort:
			if err := s.more(); err != nil {
				return s.broken(err)
			}
			continue
		case err != nil:
			return s.giveUp("not valid JSON behind the list of records")
		}
		s.pos = sc.i
		if !found {
			if s.pos < len(s.buf) && s.buf[s.pos] == '}' {
				s.pos++
			}
			return nil
		}
		if err := s.list(); err != nil {
			return err
		}
		return s.tail()
	}
}

// list reads records up to the closing bracket, which it takes.
func (s *Splitter) list() error {
	for {
		c, ok := s.next()
		switch {
		case !ok:
			return s.broken(errShort)
		case c == ']':
			s.pos++
			return nil
		case c == ',':
			s.pos++
			continue
		}
		if err := s.item(); err != nil {
			return err
		}
	}
}

// item reads one record, or rejects it and stands behind it.
func (s *Splitter) item() error {
	for {
		s.ev = Event{}
		end, err := decode(&s.ev, s.buf, s.pos)
		if err == errShort {
			if err := s.more(); err != nil {
				return s.skip(err)
			}
			continue
		}
		if end == 0 {
			return s.skip(err)
		}
		if err != nil { // a JSON object, but not a record: perhaps one holds it
			if inner, wrapped := unwrap(s.buf[s.pos:end]); wrapped {
				s.ev, err = Decode(inner)
			}
		}
		s.pos = end
		return s.deliver(err)
	}
}

// unwrap returns the record that an element of LookupEvents output carries as a string.
func unwrap(b []byte) ([]byte, bool) {
	sc := scanner{b: b, i: 1}
	for {
		k, err := sc.key()
		if err != nil {
			return nil, false
		}
		v, err := sc.value(1)
		if err != nil {
			return nil, false
		}
		if string(b[k.start:k.end]) == "CloudTrailEvent" && v.str {
			return []byte(str(b, v)), true
		}
		if done, err := sc.separator('}'); done || err != nil {
			return nil, false
		}
	}
}

func (s *Splitter) deliver(err error) error {
	s.n++
	if err != nil {
		s.Reject(recordPlace(s.n), err.Error())
		return nil
	}
	return s.Event(&s.ev)
}

func recordPlace(n int) string { return fmt.Sprintf("record %d", n) }

// broken reports that the stream ends in the middle. A reader's own failure is reported by Split instead.
func (s *Splitter) broken(err error) error {
	if s.fault == nil {
		reason := "the file is cut off"
		if err != errShort {
			reason = err.Error()
		}
		s.Reject("", fmt.Sprintf("%s after record %d", reason, s.n))
	}
	s.pos = len(s.buf)
	return errGiveUp
}

func (s *Splitter) giveUp(reason string) error {
	s.Reject("", fmt.Sprintf("%s, after record %d", reason, s.n))
	s.pos = len(s.buf)
	return errGiveUp
}
