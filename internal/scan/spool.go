package scan

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"sync"
)

// spool keeps evaluations in one file, so that they can be read again for each output. Writers of several tasks append
// pieces at once; reading gives the tasks in their order.
type spool struct {
	file *os.File

	mu     sync.Mutex
	end    int64
	pieces []piece
}

// piece is a part of a task's evaluations.
type piece struct {
	task   int
	offset int64
	length int
}

// pieceSize is from where a piece is written.
const pieceSize = 256 << 10

func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "evaluations-")
	return &spool{file: f}, err
}

func (s *spool) close() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// writer is the writer of a task; it must be flushed, and is not for concurrent use.
func (s *spool) writer(task int) *spoolWriter { return &spoolWriter{s: s, task: task} }

type spoolWriter struct {
	s    *spool
	task int
	buf  []byte
}

func (w *spoolWriter) add(e *Evaluation) error {
	w.buf = encode(w.buf, e)
	if len(w.buf) < pieceSize {
		return nil
	}
	return w.flush()
}

func (w *spoolWriter) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	w.s.mu.Lock()
	at := w.s.end
	w.s.end += int64(len(w.buf))
	w.s.pieces = append(w.s.pieces, piece{w.task, at, len(w.buf)})
	w.s.mu.Unlock()
	_, err := w.s.file.WriteAt(w.buf, at)
	w.buf = w.buf[:0]
	return err
}

func (s *spool) all() iter.Seq2[Evaluation, error] {
	return func(yield func(Evaluation, error) bool) {
		pieces := slices.Clone(s.pieces)
		slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Or(cmp.Compare(a.task, b.task), cmp.Compare(a.offset, b.offset)) })
		for _, p := range pieces {
			in := bufio.NewReaderSize(io.NewSectionReader(s.file, p.offset, int64(p.length)), min(p.length, 64<<10))
			for {
				e, err := decode(in)
				if errors.Is(err, io.EOF) {
					break
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

// strings are an evaluation's texts in the order they are written.
func (e *Evaluation) strings() []*string {
	return []*string{&e.Rule, &e.Name, &e.Type, &e.ID, &e.Compliance, &e.Annotation, &e.Account, &e.Region, &e.Severity, &e.Resource, &e.ARN}
}

func encode(b []byte, e *Evaluation) []byte {
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for _, s := range e.strings() {
		text(*s)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Controls)))
	for _, c := range e.Controls {
		text(c)
	}
	var flags byte
	if e.New {
		flags |= 1
	}
	if e.Exception != nil {
		flags |= 2
	}
	b = append(b, flags)
	if e.Exception != nil {
		text(e.Exception.Owner)
		text(e.Exception.Reason)
		text(e.Exception.Expires)
	}
	return b
}

// decode reads one evaluation; io.EOF behind the last.
func decode(in *bufio.Reader) (e Evaluation, err error) {
	if _, err := in.Peek(1); err != nil {
		return e, err
	}
	d := decoder{in: in}
	for _, s := range e.strings() {
		*s = d.text()
	}
	if n := d.number(); n > 0 {
		e.Controls = make([]string, 0, n)
		for range n {
			e.Controls = append(e.Controls, d.text())
		}
	}
	flags, err := in.ReadByte()
	e.New = flags&1 != 0
	if flags&2 != 0 {
		e.Exception = &Excepted{d.text(), d.text(), d.text()}
	}
	if err = errors.Join(err, d.err); err != nil {
		return e, fmt.Errorf("read the spooled evaluations: %v", err) // not io.EOF, which is the end
	}
	return e, nil
}

type decoder struct {
	in  *bufio.Reader
	err error
}

func (d *decoder) number() uint64 {
	n, err := binary.ReadUvarint(d.in)
	if err != nil || n > 1<<30 {
		d.err = errors.Join(d.err, err, io.ErrUnexpectedEOF)
		return 0
	}
	return n
}

func (d *decoder) text() string {
	b := make([]byte, d.number())
	if _, err := io.ReadFull(d.in, b); err != nil {
		d.err = err
	}
	return string(b)
}
