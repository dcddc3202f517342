package lake

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
)

// resultFiles keeps the results of queries in files, one each: a JSON array of texts and nulls a line, one line a row. So
// results may be larger than memory, and a page is found by the place in the file where it begins.
type resultFiles struct{ dir string }

// maxResult is how large the results of a query may become.
const maxResult = 4 << 30

func (r resultFiles) path(id string) string { return filepath.Join(r.dir, id+".jsonl") }

// spool is a file of results that is being written.
type spool struct {
	file  *os.File
	to    string
	w     *bufio.Writer
	rows  int64
	bytes int64
}

// create begins the results of a query, again if they were begun before.
func (r resultFiles) create(id string) (*spool, error) {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(r.path(id)+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &spool{file: f, to: r.path(id), w: bufio.NewWriterSize(f, 1<<16)}, nil
}

func (s *spool) add(row []*string) error {
	b, err := json.Marshal(row)
	if err != nil {
		return err
	}
	if s.bytes += int64(len(b)) + 1; s.bytes > maxResult {
		return fault.Invalidf("QueryStatement", "The results are larger than %d GiB: select fewer columns, or add LIMIT.", maxResult>>30)
	}
	s.rows++
	_, err = s.w.Write(append(b, '\n'))
	return err
}

// close makes what was added durable under its name.
func (s *spool) close() error {
	err := s.w.Flush()
	if err == nil {
		err = s.file.Sync()
	}
	if err = errors.Join(err, s.file.Close()); err != nil {
		return err
	}
	return durable.Rename(s.file.Name(), s.to)
}

// read calls yield with rows from a place in the file on, until it returns false, and returns the place behind the last
// row that was taken.
func (r resultFiles) read(id string, at int64, yield func(row []*string) bool) (int64, error) {
	f, err := os.Open(r.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return at, nil
	}
	if err != nil {
		return at, err
	}
	defer f.Close()
	if _, err := f.Seek(at, io.SeekStart); err != nil {
		return at, err
	}
	in := bufio.NewReaderSize(f, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return at, nil
		}
		if err != nil {
			return at, err
		}
		var row []*string
		if err := json.Unmarshal(line, &row); err != nil {
			return at, err
		}
		if !yield(row) {
			return at, nil
		}
		at += int64(len(line))
	}
}

// remove removes the results of a query, whole or begun.
func (r resultFiles) remove(id string) error {
	for _, path := range []string{r.path(id), r.path(id) + ".part"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
