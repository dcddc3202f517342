package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"iter"

	"golang.org/x/mod/sumdb/note"

	"github.com/tickmark/tickmark/internal/ledger"
)

// maxHead bounds the head of a digest, maxLine a line of its lists.
const (
	maxHead = 1 << 16
	maxLine = 1 << 14
)

// digestFile is a digest in a bundle. Its lists stay where they are: memory has the offset of each file's line.
type digestFile struct {
	Digest
	r         io.ReaderAt
	offset    int64
	size      int64
	files     []int64 // offsets of their lines
	leavesAt  int64   // offset of the first leaf's line
	leaves    int64
	sum       []byte // of the digest without its signature
	crc       uint32
	signature string
}

// digestScanner reads a digest line by line.
type digestScanner struct {
	*bufio.Reader
	at   int64
	sum  hash.Hash
	crc  hash.Hash32
	keep bool // whether lines go into the sum
}

func (s *digestScanner) line() ([]byte, error) {
	line, err := s.ReadSlice('\n')
	if err == bufio.ErrBufferFull || err == nil && len(line) > maxLine {
		return nil, fmt.Errorf("a line has more than %d bytes", maxLine)
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	s.at += int64(len(line))
	s.crc.Write(line)
	if s.keep {
		s.sum.Write(line)
	}
	return line, nil
}

// readDigest reads a digest and checks that it is exactly as written.
func readDigest(r io.ReaderAt, offset, size int64) (*digestFile, error) {
	d := &digestFile{r: r, offset: offset, size: size}
	s := &digestScanner{
		Reader: bufio.NewReaderSize(io.NewSectionReader(r, offset, size), maxLine+1), sum: sha256.New(), crc: crc32.NewIEEE(), keep: true,
	}
	if err := d.readHead(s); err != nil {
		return nil, err
	}
	err := list(s, func(line []byte) error {
		d.files = append(d.files, s.at-int64(len(line)))
		return sameLine[File](line)
	})
	if err == nil {
		err = expect(s, leavesLine)
		d.leavesAt = s.at
	}
	if err == nil {
		err = list(s, func(line []byte) error {
			d.leaves++
			return sameLine[Leaf](line)
		})
	}
	if err == nil {
		err = d.readSignature(s)
	}
	d.sum, d.crc = s.sum.Sum(nil), s.crc.Sum32()
	return d, err
}

func (d *digestFile) readHead(s *digestScanner) error {
	var head []byte
	for {
		line, err := s.line()
		if err != nil {
			return err
		}
		if string(line) == filesLine+"\n" {
			break
		}
		if head = append(head, line...); len(head) > maxHead {
			return fmt.Errorf("its head has more than %d bytes", maxHead)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(append(bytes.TrimSuffix(bytes.Clone(head), []byte(",\n")), "\n}"...)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d.Digest); err != nil {
		return err
	}
	again, err := d.head()
	if err != nil {
		return err
	}
	if !bytes.Equal(again, head) {
		return errNotCanonical
	}
	if d.Format != digestFormat || d.Algorithm != Algorithm {
		return fmt.Errorf("format %q with algorithm %q is not known here; a newer version of the program may read it", d.Format, d.Algorithm)
	}
	return nil
}

// readSignature reads what stands behind the lists. The sum is over an empty signature.
func (d *digestFile) readSignature(s *digestScanner) error {
	s.keep = false
	line, err := s.line()
	if err != nil {
		return err
	}
	value, ok := bytes.CutPrefix(line, []byte("\"signature\": "))
	if !ok {
		return errNotCanonical
	}
	if err := json.Unmarshal(value, &d.signature); err != nil {
		return err
	}
	if again, err := json.Marshal(d.signature); err != nil || !bytes.Equal(append(again, '\n'), value) {
		return errNotCanonical
	}
	s.sum.Write([]byte("\"signature\": \"\"\n"))
	s.keep = true
	if err := expect(s, "}"); err != nil {
		return err
	}
	if s.at != d.size {
		return errNotCanonical
	}
	return nil
}

func expect(s *digestScanner, want string) error {
	line, err := s.line()
	if err == nil && string(line) != want+"\n" {
		err = errNotCanonical
	}
	return err
}

// list reads the lines of a list and its end. Every line but the last ends with a comma.
func list(s *digestScanner, use func(line []byte) error) error {
	last := false
	for n := 0; ; n++ {
		line, err := s.line()
		if err != nil {
			return err
		}
		if string(line) == endLine+"\n" {
			if n > 0 && !last {
				return errNotCanonical
			}
			return nil
		}
		if last {
			return errNotCanonical
		}
		last = !bytes.HasSuffix(line, []byte(",\n"))
		if err := use(line); err != nil {
			return err
		}
	}
}

func element[T any](line []byte) (v T, err error) {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte(","))
	return v, json.Unmarshal(line, &v)
}

// sameLine checks that a line is exactly as written.
func sameLine[T any](line []byte) error {
	v, err := element[T](line)
	if err != nil {
		return err
	}
	again, err := json.Marshal(v)
	if err == nil && !bytes.Equal(again, bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte(","))) {
		err = errNotCanonical
	}
	return err
}

// verify checks the signature under a key.
func (d *digestFile) verify(v note.Verifier) error {
	return ledger.VerifyText(d.signedText(d.sum), d.signature, v)
}

// file is the i-th file.
func (d *digestFile) file(i int64) (File, error) {
	end := d.leavesAt
	if i+1 < int64(len(d.files)) {
		end = d.files[i+1]
	}
	line := make([]byte, min(maxLine, end-d.files[i]))
	if _, err := d.r.ReadAt(line, d.offset+d.files[i]); err != nil && err != io.EOF {
		return File{}, err
	}
	first, _, _ := bytes.Cut(line, []byte("\n"))
	return element[File](first)
}

// each yields the files in order.
func (d *digestFile) each() iter.Seq2[File, error] {
	if len(d.files) == 0 {
		return func(func(File, error) bool) {}
	}
	return elements[File](d, d.files[0], int64(len(d.files)))
}

// eachLeaf yields the leaves in order.
func (d *digestFile) eachLeaf() iter.Seq2[Leaf, error] {
	return elements[Leaf](d, d.leavesAt, d.leaves)
}

func elements[T any](d *digestFile, at, n int64) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		r := bufio.NewReaderSize(io.NewSectionReader(d.r, d.offset+at, d.size-at), 1<<16)
		for range n {
			line, err := r.ReadBytes('\n')
			var v T
			if err == nil {
				v, err = element[T](line)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}
