package logfile

import "io"

// byteReader is a reader that gives single bytes, so that the decompressor takes none from behind its stream.
type byteReader struct {
	r    io.Reader
	buf  [32 << 10]byte
	i, n int
	err  error
}

func (b *byteReader) fill() error {
	for b.i == b.n && b.err == nil {
		b.i = 0
		b.n, b.err = b.r.Read(b.buf[:])
	}
	if b.i < b.n {
		return nil
	}
	return b.err
}

func (b *byteReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := b.fill(); err != nil {
		return 0, err
	}
	n := copy(p, b.buf[b.i:b.n])
	b.i += n
	return n, nil
}

// ReadByte returns io.EOF at the end.
func (b *byteReader) ReadByte() (byte, error) {
	if err := b.fill(); err != nil {
		return 0, err
	}
	c := b.buf[b.i]
	b.i++
	return c, nil
}

var _ io.ByteReader = (*byteReader)(nil)
