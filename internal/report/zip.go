package report

import (
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/tickmark/tickmark/internal/fault"
)

// The container is a zip of which every byte follows from the entries' names and contents: one order, one date
// (1980-01-01), no comments, no extra fields but the offsets beyond 4 GiB that the format needs. So a byte that
// is not as the writer would have written it is found.
const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	endSignature     = 0x06054b50
	end64Signature   = 0x06064b50
	end64Locator     = 0x07064b50
	zipVersion       = 20
	zip64Version     = 45
	utf8Flag         = 1 << 11
	dosDate          = 1<<5 | 1 // 1980-01-01
	methodStore      = 0
	methodDeflate    = 8
	localLength      = 30
)

// zipEntry is what the container knows of an entry.
type zipEntry struct {
	name   string
	method uint16
	crc    uint32
	packed int64 // size as stored
	size   int64
	offset int64 // of the local header
}

func (e zipEntry) dataOffset() int64 { return e.offset + localLength + int64(len(e.name)) }

func (e zipEntry) common(b []byte, version uint16) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, version)
	b = le.AppendUint16(b, utf8Flag)
	b = le.AppendUint16(b, e.method)
	b = le.AppendUint16(b, 0) // midnight
	b = le.AppendUint16(b, dosDate)
	b = le.AppendUint32(b, e.crc)
	b = le.AppendUint32(b, uint32(e.packed))
	b = le.AppendUint32(b, uint32(e.size))
	return le.AppendUint16(b, uint16(len(e.name)))
}

// local is the header before the entry's data.
func (e zipEntry) local() []byte {
	b := binary.LittleEndian.AppendUint32(nil, localSignature)
	b = e.common(b, zipVersion)
	b = binary.LittleEndian.AppendUint16(b, 0) // extra fields
	return append(b, e.name...)
}

// central is the entry in the directory at the end.
func (e zipEntry) central() []byte {
	le := binary.LittleEndian
	version, offset := uint16(zipVersion), uint32(e.offset)
	var extra []byte
	if e.offset >= math.MaxUint32 {
		version, offset = zip64Version, math.MaxUint32
		extra = le.AppendUint16(extra, 1)
		extra = le.AppendUint16(extra, 8)
		extra = le.AppendUint64(extra, uint64(e.offset))
	}
	b := le.AppendUint32(nil, centralSignature)
	b = le.AppendUint16(b, zipVersion) // made on MS-DOS: no permissions are stored
	b = e.common(b, version)
	b = le.AppendUint16(b, uint16(len(extra)))
	b = append(b, make([]byte, 10)...) // comment, disk, attributes
	b = le.AppendUint32(b, offset)
	b = append(b, e.name...)
	return append(b, extra...)
}

// zipEnd is what follows the directory.
func zipEnd(count, offset, size int64) []byte {
	le := binary.LittleEndian
	var b []byte
	n16, o32, s32 := uint16(count), uint32(offset), uint32(size)
	if count >= math.MaxUint16 || offset >= math.MaxUint32 || size >= math.MaxUint32 {
		n16, o32, s32 = math.MaxUint16, math.MaxUint32, math.MaxUint32
		b = le.AppendUint32(b, end64Signature)
		b = le.AppendUint64(b, 44)
		b = le.AppendUint16(b, zip64Version)
		b = le.AppendUint16(b, zip64Version)
		b = le.AppendUint64(b, 0) // disks
		b = le.AppendUint64(b, uint64(count))
		b = le.AppendUint64(b, uint64(count))
		b = le.AppendUint64(b, uint64(size))
		b = le.AppendUint64(b, uint64(offset))
		b = le.AppendUint32(b, end64Locator)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint64(b, uint64(offset+size))
		b = le.AppendUint32(b, 1)
	}
	b = le.AppendUint32(b, endSignature)
	b = le.AppendUint32(b, 0) // disks
	b = le.AppendUint16(b, n16)
	b = le.AppendUint16(b, n16)
	b = le.AppendUint32(b, s32)
	b = le.AppendUint32(b, o32)
	return le.AppendUint16(b, 0)
}

// File is an entry as the digest lists it.
type File struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// PackedSHA256 is over the bytes as they stand in the container, which fixes their compression too.
	PackedSHA256 string `json:"packedSha256"`
}

// zipWriter writes the container.
type zipWriter struct {
	w       *bufio.Writer
	offset  int64
	entries int64
	central spool
	names   index
	packed  spool
	deflate *flate.Writer
	buf     []byte // for copying
}

func newZipWriter(w io.Writer) *zipWriter {
	return &zipWriter{w: bufio.NewWriterSize(w, 1<<16), buf: make([]byte, 1<<15)}
}

// add writes one entry.
func (z *zipWriter) add(name string, method uint16, content io.Reader) (File, error) {
	if _, added := z.names.put(nameKey(name), 0); !added || len(name) > math.MaxUint16 {
		return File{}, fmt.Errorf("the bundle cannot take another entry %q", name)
	}
	if err := z.packed.reset(); err != nil {
		return File{}, err
	}
	e := zipEntry{name: name, method: method, offset: z.offset}
	sum, packedSum, crc := sha256.New(), sha256.New(), crc32.NewIEEE()
	dst := io.MultiWriter(&z.packed, packedSum)
	src := io.TeeReader(content, io.MultiWriter(sum, crc))
	var err error
	if method == methodStore {
		e.size, err = io.CopyBuffer(dst, src, z.buf)
	} else {
		e.size, err = z.compress(dst, src)
	}
	if err != nil {
		return File{}, fmt.Errorf("bundle %s: %w", name, err)
	}
	e.crc, e.packed = crc.Sum32(), z.packed.n
	if e.size >= math.MaxUint32 || e.packed >= math.MaxUint32 {
		return File{}, fault.New(fault.Quota, "%s has %d bytes; a file of a report must stay below 4 GiB.", name, e.size)
	}
	data, err := z.packed.reader()
	if err != nil {
		return File{}, err
	}
	if err := errors.Join(z.put(bytes.NewReader(e.local())), z.put(data)); err != nil {
		return File{}, err
	}
	z.entries++
	if _, err := z.central.Write(e.central()); err != nil {
		return File{}, err
	}
	return File{Path: name, Size: e.size, SHA256: hex.EncodeToString(sum.Sum(nil)), PackedSHA256: hex.EncodeToString(packedSum.Sum(nil))}, nil
}

func (z *zipWriter) compress(dst io.Writer, src io.Reader) (int64, error) {
	if z.deflate == nil {
		var err error
		if z.deflate, err = flate.NewWriter(dst, flate.DefaultCompression); err != nil {
			return 0, err
		}
	} else {
		z.deflate.Reset(dst)
	}
	n, err := io.CopyBuffer(z.deflate, src, z.buf)
	if err != nil {
		return n, err
	}
	return n, z.deflate.Close()
}

func (z *zipWriter) put(r io.Reader) error {
	n, err := io.Copy(z.w, r)
	z.offset += n
	return err
}

// finish writes the directory.
func (z *zipWriter) finish() error {
	start := z.offset
	central, err := z.central.reader()
	if err != nil {
		return err
	}
	if err := z.put(central); err != nil {
		return err
	}
	if err := z.put(bytes.NewReader(zipEnd(z.entries, start, z.offset-start))); err != nil {
		return err
	}
	return z.w.Flush()
}

// close gives back what the writer has taken.
func (z *zipWriter) close() { _ = errors.Join(z.packed.close(), z.central.close()) }
