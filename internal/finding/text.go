package finding

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// The limits on what a file may make of the memory and the time: a finding has at most 240 KB, white space around it
// included it may have maxValue; findings compress about tenfold, and a file that grows more than bombRatio is none.
const (
	maxValue = 4 << 20
	// maxDocument bounds a file that is one document, as SARIF and InSpec write it.
	maxDocument = 64 << 20
	bombRatio   = 200
	bombFloor   = 64 << 20
)

var (
	errLong = fmt.Errorf("a value of more than %d bytes is no finding", maxValue)
	errBomb = errors.New("the file grows too much when unpacked to be a file of findings")
)

// text is the text of a file, packed or not, read by a decoder that holds one value at a time.
type text struct {
	r io.Reader
	// head is r, to look at how the text begins.
	head *bufio.Reader
	// left is how much may be read for the present value.
	left int
	// packed and unpacked count the bytes of a packed file.
	packed   *counter
	unpacked int64
	keeping  bool
	kept     []byte
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func open(in io.Reader) (*text, error) {
	c := &counter{r: in}
	br := bufio.NewReaderSize(c, 64<<10)
	t := &text{r: br, left: maxValue, head: br}
	head, err := br.Peek(2)
	if err != nil || head[0] != 0x1f || head[1] != 0x8b {
		return t, nil
	}
	z, err := gzip.NewReader(br)
	if err != nil {
		return nil, fmt.Errorf("not valid gzip: %w", err)
	}
	t.head = bufio.NewReaderSize(z, 64<<10)
	t.r, t.packed = t.head, c
	return t, nil
}

// next allows for another value.
func (t *text) next() { t.left = maxValue }

// begins is how the text begins, before anything is read.
func (t *text) begins(n int) []byte {
	head, _ := t.head.Peek(n) // what there is, with the error of the first read
	return head
}

// whole allows for a text that is one document.
func (t *text) whole() { t.left = maxDocument }

// Read fills p as far as it can: decoders look again at what they hold each time they are given more.
func (t *text) Read(p []byte) (int, error) {
	if t.left == 0 {
		return 0, errLong
	}
	n, err := io.ReadFull(t.r, p[:min(len(p), t.left)])
	if errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil // told again by the next call, if it is more than the end
	}
	t.left -= n
	t.unpacked += int64(n)
	if t.packed != nil && t.unpacked > max(bombFloor, t.packed.n*bombRatio) {
		return 0, errBomb
	}
	if t.keeping {
		t.kept = append(t.kept, p[:n]...)
	}
	return n, err
}

// keep keeps what is read from now on, behind what the decoder holds already.
func (t *text) keep(held io.Reader) error {
	var b bytes.Buffer
	_, err := b.ReadFrom(held)
	t.keeping, t.kept = true, b.Bytes()
	return err
}

func (t *text) drop() { t.keeping, t.kept = false, nil }
