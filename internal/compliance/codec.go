package compliance

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

// A record's entries are stored as bytes: a version, the number of entries, and per entry the instance number, the
// verdict, three times in microseconds (the latter two relative to the first), the key, the annotation and the deps.
// Numbers are varints, texts are preceded by their length.
const codecVersion = 1

var errCorrupt = errors.New("a stored verdict record is damaged")

// EncodeEntries is the stored form of a record's entries.
func EncodeEntries(entries []Entry) []byte {
	b := make([]byte, 0, 64+96*len(entries))
	b = append(b, codecVersion)
	b = binary.AppendUvarint(b, uint64(len(entries)))
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for i := range entries {
		e := &entries[i]
		since := e.Since.UnixMicro()
		b = binary.AppendUvarint(b, uint64(e.N))
		b = append(b, byte(e.Verdict))
		b = binary.AppendVarint(b, since)
		b = binary.AppendVarint(b, e.At.UnixMicro()-since)
		b = binary.AppendVarint(b, e.Ordering.UnixMicro()-since)
		b = append(b, e.Key[:]...)
		text(e.Annotation)
		b = binary.AppendUvarint(b, uint64(len(e.Deps)))
		for _, d := range e.Deps {
			text(d.Type)
			text(d.Ref)
			text(d.Region)
		}
	}
	return b
}

// DecodeEntries reads what EncodeEntries wrote.
func DecodeEntries(b []byte) ([]Entry, error) {
	r := reader{b: b}
	if r.byte() != codecVersion {
		return nil, errCorrupt
	}
	n := r.uint()
	if n > uint64(len(b)) {
		return nil, errCorrupt
	}
	entries := make([]Entry, n)
	for i := range entries {
		e := &entries[i]
		e.N, e.Verdict = int64(r.uint()), rule.Verdict(r.byte())
		since := r.int()
		e.Since, e.At, e.Ordering = moment(since), moment(since+r.int()), moment(since+r.int())
		copy(e.Key[:], r.bytes(uint64(len(e.Key))))
		e.Annotation = r.text()
		deps := r.uint()
		if deps > uint64(len(b)) {
			return nil, errCorrupt
		}
		for range deps {
			e.Deps = append(e.Deps, Dep{r.text(), r.text(), r.text()})
		}
	}
	if r.bad || len(r.b) != 0 {
		return nil, errCorrupt
	}
	return entries, nil
}

func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// reader consumes bytes; once it has failed it gives zeros.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() { r.b, r.bad = nil, true }

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) text() string { return string(r.bytes(r.uint())) }
