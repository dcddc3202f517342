package segment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"github.com/tickmark/tickmark/internal/trail"
)

// file is an open segment. Everything it reads is immutable, so it may be used by many at once; its descriptor is
// closed when nobody refers to it any more.
type file struct {
	trail.Segment
	name    string
	f       *os.File
	parquet *parquet.File
	pages   []page

	index   func() (*index, error)
	times   func() ([]int64, error) // milliseconds, ascending
	seqs    func() ([]int64, error)
	origins func() (trail.Texts, error)
	digests func() (trail.Texts, error)
}

// page is where some rows' bytes lie.
type page struct {
	offset, size int64
	first        int // row
}

// readBuffer is as much of a column as is asked of the disk at once; most columns of a segment fit.
const readBuffer = 32 << 10

// damaged makes an error of a panic: the reader of Parquet files trusts what they say of themselves.
func damaged(name string, err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("%s is damaged: %v", name, v)
	}
}

// openFile opens a sealed segment.
func openFile(root string, s trail.Segment) (_ *file, err error) {
	data, side := paths(root, &s)
	defer damaged(data, &err)
	f, err := os.Open(data)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	p, err := parquet.OpenFile(f, info.Size(), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(readBuffer))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", data, err), f.Close())
	}
	if p.NumRows() != int64(s.Rows) || len(p.RowGroups()) != 1 {
		return nil, errors.Join(fmt.Errorf("%s does not hold the %d events of its manifest row", data, s.Rows), f.Close())
	}
	out := &file{Segment: s, name: data, f: f, parquet: p}
	for _, l := range p.OffsetIndexes()[rawColumn].PageLocations {
		if l.Offset < 0 || l.CompressedPageSize < 0 || l.Offset+int64(l.CompressedPageSize) > info.Size() {
			return nil, errors.Join(fmt.Errorf("%s: its list of pages is damaged", data), f.Close())
		}
		out.pages = append(out.pages, page{l.Offset, int64(l.CompressedPageSize), int(l.FirstRowIndex)})
	}
	out.index = sync.OnceValues(func() (*index, error) { return readIndex(side, s.Rows) })
	out.times = sync.OnceValues(func() ([]int64, error) { return out.ints(timeColumn) })
	out.seqs = sync.OnceValues(out.readSeqs)
	out.origins = sync.OnceValues(func() (trail.Texts, error) { return out.words(originColumn) })
	out.digests = sync.OnceValues(func() (trail.Texts, error) { return out.words(integrityColumn) })
	return out, nil
}

// readSeqs are the rows' places in the order of arrival. Events that were sealed as they came need no column.
func (f *file) readSeqs() ([]int64, error) {
	if !f.InOrder {
		return f.ints(seqColumn)
	}
	out := make([]int64, f.Rows)
	for i := range out {
		out[i] = f.FirstSeq + int64(i)
	}
	return out, nil
}

// all are the rows of the file.
func (f *file) all() rowSet { return rowSet{hi: f.Rows} }

// ints reads a whole column of numbers.
func (f *file) ints(column int) ([]int64, error) {
	return f.intsAt(column, f.all(), make([]int64, 0, f.Rows))
}

// words reads a whole column of texts.
func (f *file) words(column int) (trail.Texts, error) { return f.textsAt(column, f.all(), nil) }

// between returns the rows [lo, hi) whose time is not before start and not after end; zero times leave an end open.
func (f *file) between(start, end time.Time) (lo, hi int, err error) {
	times, err := f.times()
	if err != nil {
		return 0, 0, err
	}
	hi = len(times)
	if !start.IsZero() && f.First.Before(start) {
		ms := start.UnixMilli()
		if start.After(time.UnixMilli(ms)) {
			ms++ // events have whole milliseconds
		}
		lo, _ = slices.BinarySearch(times, ms)
	}
	if !end.IsZero() && f.Last.After(end) {
		hi, _ = slices.BinarySearch(times, end.UnixMilli()+1)
	}
	return lo, max(lo, hi), nil
}

var unzstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0)) // without a stream there is nothing to fail

// maxPage is more than a page and the largest record that is accepted come to.
const maxPage = 64 << 20

var packed = sync.Pool{New: func() any { return new([]byte) }}

// unpack reads a page of the raw column.
func (f *file) unpack(p page) ([]byte, error) {
	buf := packed.Get().(*[]byte)
	defer packed.Put(buf)
	*buf = slices.Grow((*buf)[:0], int(p.size))
	b := (*buf)[:p.size]
	if _, err := f.f.ReadAt(b, p.offset); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	var h format.PageHeader
	if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(bytes.NewReader(b))).Decode(&h); err != nil {
		return nil, fmt.Errorf("%s: page header: %w", f.name, err)
	}
	if h.CompressedPageSize < 0 || int(h.CompressedPageSize) > len(b) || h.UncompressedPageSize < 0 || h.UncompressedPageSize > maxPage {
		return nil, fmt.Errorf("%s: page header is damaged", f.name)
	}
	body := b[len(b)-int(h.CompressedPageSize):]
	if crc32.ChecksumIEEE(body) != uint32(h.CRC) {
		return nil, fmt.Errorf("%s: page of rows from %d is damaged", f.name, p.first)
	}
	text, err := unzstd.DecodeAll(body, make([]byte, 0, h.UncompressedPageSize))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return text, nil
}

// texts reads the bytes of the rows of one page and calls yield with those that are asked for, ascending.
func (f *file) texts(n int, rows []int, yield func(row int, raw []byte) error) error {
	p := f.pages[n]
	text, err := f.unpack(p)
	if err != nil {
		return err
	}
	row := p.first
	for _, want := range rows {
		for ; ; row++ {
			if len(text) < 4 {
				return fmt.Errorf("%s: page of rows from %d is damaged", f.name, p.first)
			}
			size := int(binary.LittleEndian.Uint32(text))
			if size < 0 || size > len(text)-4 {
				return fmt.Errorf("%s: page of rows from %d is damaged", f.name, p.first)
			}
			raw := text[4 : 4+size : 4+size]
			text = text[4+size:]
			if row == want {
				row++
				if err := yield(want, raw); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// pageOf is the number of the page that holds the row.
func (f *file) pageOf(row int) int {
	return sort.Search(len(f.pages), func(i int) bool { return f.pages[i].first > row }) - 1
}

// byPage cuts ascending rows into runs that lie in one page.
func (f *file) byPage(rows []int, yield func(page int, rows []int) error) error {
	for len(rows) > 0 {
		p := f.pageOf(rows[0])
		n := len(rows)
		if p+1 < len(f.pages) {
			n, _ = slices.BinarySearch(rows, f.pages[p+1].first)
		}
		if err := yield(p, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// decode makes the event of a row from its bytes and what the manifest and the columns beside them tell.
func (f *file) decode(row int, raw []byte) (trail.Event, error) {
	e, err := trail.Decode(raw)
	if err != nil {
		return e, fmt.Errorf("%s: row %d: %w", f.name, row, err)
	}
	seqs, err := f.seqs()
	if err != nil {
		return e, err
	}
	origins, err := f.origins()
	if err != nil {
		return e, err
	}
	digests, err := f.digests()
	if err != nil {
		return e, err
	}
	e.Account, e.Region, e.Seq, e.Origin, e.Integrity = f.Account, f.Region, seqs[row], origins.At(row), digests.At(row)
	return e, nil
}

// events decodes ascending rows.
func (f *file) events(rows []int) ([]trail.Event, error) {
	out := make([]trail.Event, 0, len(rows))
	err := f.byPage(rows, func(p int, rows []int) error {
		return f.texts(p, rows, func(row int, raw []byte) error {
			e, err := f.decode(row, raw)
			out = append(out, e)
			return err
		})
	})
	return out, err
}
