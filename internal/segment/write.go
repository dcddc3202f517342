package segment

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/trail"
)

// pageSize is the size of the raw column's pages before compression: a page of scattered hits wants small ones,
// the disk wants big ones.
const pageSize = 64 << 10

// chunkRows is how many values of a column are handed over at once.
const chunkRows = 256

var codec = &zstd.Codec{Level: zstd.SpeedFastest}

// writer encodes segments one after another with the same buffers.
type writer struct {
	parquet *parquet.GenericWriter[record]
	values  []parquet.Value
	index   indexer
}

func newWriter() *writer {
	return &writer{
		parquet: parquet.NewGenericWriter[record](io.Discard, schema,
			parquet.Compression(codec), parquet.PageBufferSize(pageSize), parquet.DataPageVersion(1), parquet.DataPageStatistics(false),
			parquet.SkipPageBounds("raw"), parquet.SkipPageBounds("event_id"), parquet.CreatedBy("tickmark", "1", "")),
		values: make([]parquet.Value, 0, chunkRows),
	}
}

// source hands out a segment's events in the order of its rows, up to chunkRows of them at a time.
type source func(yield func([]*trail.Event) error) error

// listed is a source of events that are in memory.
func listed(events []*trail.Event) source {
	return func(yield func([]*trail.Event) error) error {
		for chunk := range slices.Chunk(events, chunkRows) {
			if err := yield(chunk); err != nil {
				return err
			}
		}
		return nil
	}
}

// encode writes events as a Parquet file, and indexes them and tells the manifest of them on the way. It goes through
// all columns of some rows before the next rows, while their bytes are in the processor's cache.
func (w *writer) encode(out io.Writer, seg *trail.Segment, events source) (*index, error) {
	w.parquet.Reset(out)
	w.index.reset()
	writers := w.parquet.ColumnWriters()
	err := events(func(chunk []*trail.Event) error {
		for _, e := range chunk {
			w.index.add(seg.Rows, e)
			note(seg, e)
		}
		for i, c := range writers {
			if err := w.column(c, columns[i], chunk); err != nil {
				return fmt.Errorf("column %s: %w", columns[i].name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w.index.index(), w.parquet.Close()
}

// note counts the next row in the manifest's entry.
func note(seg *trail.Segment, e *trail.Event) {
	if seg.Rows == 0 {
		seg.First, seg.FirstSeq, seg.LastSeq, seg.InOrder = e.Time, e.Seq, e.Seq, true
	}
	seg.InOrder = seg.InOrder && e.Seq == seg.FirstSeq+int64(seg.Rows)
	seg.Last = e.Time
	seg.FirstSeq, seg.LastSeq = min(seg.FirstSeq, e.Seq), max(seg.LastSeq, e.Seq)
	if i, found := slices.BinarySearch(seg.Categories, e.Category); !found {
		seg.Categories = slices.Insert(seg.Categories, i, e.Category)
	}
	seg.Rows++
}

func (w *writer) column(to *parquet.ColumnWriter, c column, events []*trail.Event) error {
	n := chunkRows
	if c.name == columns[rawColumn].name {
		n = 1 // pages end between writes, and a few records are a page
	}
	for chunk := range slices.Chunk(events, n) {
		w.values = w.values[:0]
		for _, e := range chunk {
			w.values = append(w.values, c.value(e))
		}
		if _, err := to.WriteRowValues(w.values); err != nil {
			return err
		}
	}
	return nil
}

// paths are the two files of a segment.
func paths(root string, s *trail.Segment) (data, index string) {
	base := filepath.Join(root, "account="+safe(s.Account), "region="+safe(s.Region), "day="+s.Day, safe(s.ID))
	return base + ".parquet", base + ".idx"
}

// safe makes a folder's name of an account or region that a stranger may have chosen.
func safe(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// write makes the files of a segment durable. The segment does not exist before its manifest row does.
func (w *writer) write(root string, s *trail.Segment, events source) (*index, error) {
	data, side := paths(root, s)
	if err := makeDir(root, filepath.Dir(data)); err != nil {
		return nil, err
	}
	var ix *index
	size, err := create(data, func(f io.Writer) (err error) {
		ix, err = w.encode(f, s, events)
		return err
	})
	if err != nil {
		return nil, err
	}
	more, err := create(side, func(f io.Writer) error {
		_, err := f.Write(ix.encode())
		return err
	})
	if err != nil {
		return nil, err
	}
	s.Bytes = size + more
	return ix, durable.SyncDir(filepath.Dir(data))
}

// create writes a new file and syncs it.
func create(name string, fill func(io.Writer) error) (size int64, err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := fill(f); err != nil {
		return 0, fmt.Errorf("write %s: %w", name, err)
	}
	if err := f.Sync(); err != nil {
		return 0, fmt.Errorf("sync %s: %w", name, err)
	}
	return f.Seek(0, io.SeekCurrent)
}

// makeDir makes a folder below root and syncs the parents of those that are new.
func makeDir(root, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if dir != root {
		if err := makeDir(root, filepath.Dir(dir)); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return durable.SyncDir(filepath.Dir(dir))
}
