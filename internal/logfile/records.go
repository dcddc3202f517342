package logfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Writer writes one log file.
type Writer struct {
	z   *gzip.Writer
	sum hash.Hash
	out io.Writer // to both
	n   int
	err error

	newest, oldest time.Time
}

// NewWriter begins a log file on w.
func NewWriter(w io.Writer) *Writer {
	z, sum := gzip.NewWriter(w), sha256.New()
	out := &Writer{z: z, sum: sum, out: io.MultiWriter(z, sum)}
	out.write(`{"Records":[`)
	return out
}

func (w *Writer) write(s string) {
	if w.err == nil {
		_, w.err = io.WriteString(w.out, s)
	}
}

// Add appends a record as it is; at is its eventTime.
func (w *Writer) Add(raw []byte, at time.Time) error {
	if w.n > 0 {
		w.write(",")
	}
	if w.err == nil {
		_, w.err = w.out.Write(raw)
	}
	if w.n == 0 || at.Before(w.oldest) {
		w.oldest = at
	}
	if w.n == 0 || at.After(w.newest) {
		w.newest = at
	}
	w.n++
	return w.err
}

// Close ends the file and returns the entry a digest has of it, without its place.
func (w *Writer) Close() (LogFile, error) {
	w.write("]}")
	if err := w.z.Close(); w.err == nil {
		w.err = err
	}
	f := LogFile{Hash: hex.EncodeToString(w.sum.Sum(nil)), HashAlgorithm: HashAlgorithm}
	if w.n > 0 {
		f.Newest, f.Oldest = new(Wire(w.newest)), new(Wire(w.oldest))
	}
	return f, w.err
}

// Errors of packed files.
var (
	ErrTrailing = errors.New("there are bytes behind the end of the gzip stream")
	ErrTooLong  = errors.New("the file is longer than it may be")
)

// Sum is the hash of a packed file's text in lower-case hex, as digests have it: ErrTrailing when something follows the
// first gzip member, which the hash would not cover, ErrTooLong when the text has more than limit bytes.
func Sum(packed io.Reader, limit int64) (string, error) {
	h := sha256.New()
	err := unpack(h, packed, limit)
	return hex.EncodeToString(h.Sum(nil)), err
}

// Unpack is the text of a packed file.
func Unpack(packed io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	err := unpack(&b, packed, limit)
	return b.Bytes(), err
}

func unpack(to io.Writer, packed io.Reader, limit int64) error {
	in := &byteReader{r: packed}
	z, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("broken gzip: %w", err)
	}
	z.Multistream(false)
	n, err := io.Copy(to, io.LimitReader(z, limit+1))
	switch {
	case err != nil:
		return fmt.Errorf("broken gzip: %w", err)
	case n > limit:
		return ErrTooLong
	}
	if _, err := in.ReadByte(); err != io.EOF {
		if err == nil {
			err = ErrTrailing
		}
		return err
	}
	return nil
}

// Pack writes a text as one gzip member.
func Pack(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	if cerr := z.Close(); err == nil {
		err = cerr
	}
	if err != nil { // a buffer takes everything
		panic(err)
	}
	return b.Bytes()
}
