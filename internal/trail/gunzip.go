package trail

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// The limits on what one compressed file may unpack to. Logs compress about tenfold; a thousandfold is an attack.
const (
	bombRatio = 200
	bombFloor = 64 << 20
)

var errBomb = errors.New("unpacks to more than 200 times its size")

// unpacker reads files plain or gzipped, telling them apart by their first bytes. It is used for one after another.
type unpacker struct {
	plain *bufio.Reader
	gz    *gzip.Reader
}

// open returns a reader of the file's text.
func (u *unpacker) open(r io.Reader, size int64) (io.Reader, error) {
	if u.plain == nil {
		u.plain = bufio.NewReaderSize(r, 64<<10)
	} else {
		u.plain.Reset(r)
	}
	magic, err := u.plain.Peek(2)
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		if err != nil && err != io.EOF {
			return nil, err
		}
		return u.plain, nil
	}
	if u.gz == nil {
		u.gz, err = gzip.NewReader(u.plain)
	} else {
		err = u.gz.Reset(u.plain)
	}
	if err != nil {
		return nil, fmt.Errorf("broken gzip: %w", err)
	}
	return &bounded{u.gz, max(bombFloor, size*bombRatio)}, nil
}

// bounded reads at most left bytes and names what goes wrong.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBomb
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("broken gzip: %w", err)
	}
	return n, err
}
