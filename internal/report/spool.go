package report

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// spoolMemory is how much a spool keeps in memory before it goes to a file.
const spoolMemory = 4 << 20

// spool takes content whose length is not known yet, in memory while it is small.
type spool struct {
	buf bytes.Buffer
	f   *os.File
	n   int64
}

func (s *spool) Write(p []byte) (int, error) {
	s.n += int64(len(p))
	if s.f == nil && s.buf.Len()+len(p) <= spoolMemory {
		return s.buf.Write(p)
	}
	if s.f == nil {
		f, err := os.CreateTemp("", "tickmark-report-*")
		if err != nil {
			return 0, err
		}
		// Unlinked at once: the space is given back however the program ends.
		s.f = f
		if err := os.Remove(f.Name()); err != nil {
			return 0, err
		}
		if _, err := s.buf.WriteTo(f); err != nil {
			return 0, err
		}
	}
	return s.f.Write(p)
}

// WriteString is Write.
func (s *spool) WriteString(t string) (int, error) { return s.Write([]byte(t)) }

// reader reads the content from its beginning.
func (s *spool) reader() (io.Reader, error) {
	if s.f == nil {
		return bytes.NewReader(s.buf.Bytes()), nil
	}
	_, err := s.f.Seek(0, io.SeekStart)
	return s.f, err
}

// reset empties the spool for further use.
func (s *spool) reset() error {
	s.buf.Reset()
	s.n = 0
	return s.close()
}

func (s *spool) close() error {
	if s.f == nil {
		return nil
	}
	f := s.f
	s.f = nil
	return errors.Join(f.Close())
}
