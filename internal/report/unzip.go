package report

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// problem is why a bundle is not intact, and where.
type problem struct{ entry, text string }

func (p *problem) Error() string { return p.entry + ": " + p.text }

func broken(entry, format string, args ...any) error {
	return &problem{entry, fmt.Sprintf(format, args...)}
}

// container names the file as a whole in problems that belong to no entry.
const container = "the zip file"

// maxEntries bounds what is read of a hostile file; the names of so many entries take some gigabytes.
const maxEntries = 20_000_000

// zipReader reads a container that is exactly as zipWriter writes it.
type zipReader struct {
	r       *window
	size    int64
	offsets []int64       // of the entries' local headers
	names   index         // of the entries, by their whole names
	inflate io.ReadCloser // used again for each entry
	buf     []byte        // for copying
}

// openZip reads the headers from the first to the last byte and compares each with what the writer would have
// written. The contents are checked by content.
func openZip(r io.ReaderAt, size int64) (*zipReader, error) {
	z := &zipReader{r: &window{r: r, size: size}, size: size, buf: make([]byte, 1<<15)}
	offset := int64(0)
	for {
		e, ok, err := z.local(offset, size)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if err := checkEntryName(e.name); err != nil {
			return nil, broken(safeName(e.name), "%v", err)
		}
		if _, added := z.names.put(nameKey(e.name), int64(len(z.offsets))); !added {
			return nil, broken(safeName(e.name), "stands twice in the zip file")
		}
		z.offsets = append(z.offsets, offset)
		if len(z.offsets) > maxEntries {
			return nil, broken(container, "has more than %d entries", maxEntries)
		}
		offset = e.dataOffset() + e.packed
	}
	return z, z.directory(offset, size)
}

// entry is the i-th entry.
func (z *zipReader) entry(i int64) (zipEntry, error) {
	e, ok, err := z.local(z.offsets[i], z.size)
	if err == nil && !ok {
		err = broken(container, "changed while it was read")
	}
	return e, err
}

// window reads what stands close together at once: headers and contents are read in small pieces.
type window struct {
	r    io.ReaderAt
	size int64
	buf  []byte
	at   int64
}

// windowSize is how much is read at once.
const windowSize = 1 << 16

// ReadAt implements io.ReaderAt. It is for one reader at a time.
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if len(p) > windowSize/2 || off < 0 || off+int64(len(p)) > w.size {
		return w.r.ReadAt(p, off)
	}
	if off < w.at || off+int64(len(p)) > w.at+int64(len(w.buf)) {
		if w.buf == nil {
			w.buf = make([]byte, 0, min(windowSize, w.size))
		}
		w.buf = w.buf[:min(int64(cap(w.buf)), w.size-off)]
		if n, err := w.r.ReadAt(w.buf, off); err != nil && n < len(w.buf) {
			w.buf = w.buf[:0]
			return 0, err
		}
		w.at = off
	}
	return copy(p, w.buf[off-w.at:]), nil
}

// local reads the local header at an offset; ok is false where the directory begins.
func (z *zipReader) local(offset, size int64) (e zipEntry, ok bool, err error) {
	var head [localLength]byte
	if n, err := z.r.ReadAt(head[:min(localLength, max(0, size-offset))], offset); err != nil && err != io.EOF {
		return e, false, err
	} else if n < 4 {
		return e, false, broken(container, "ends after %d bytes in the middle of an entry", size)
	}
	le := binary.LittleEndian
	switch le.Uint32(head[:]) {
	case localSignature:
	case centralSignature, endSignature, end64Signature:
		return e, false, nil
	default:
		return e, false, broken(container, "holds something else than an entry at byte %d", offset)
	}
	e = zipEntry{
		method: le.Uint16(head[8:]), crc: le.Uint32(head[14:]), packed: int64(le.Uint32(head[18:])), size: int64(le.Uint32(head[22:])), offset: offset,
	}
	name := make([]byte, le.Uint16(head[26:]))
	if offset+localLength+int64(len(name)) > size {
		return e, false, broken(container, "ends in the middle of an entry")
	}
	if _, err := z.r.ReadAt(name, offset+localLength); err != nil && err != io.EOF {
		return e, false, err
	}
	e.name = string(name)
	if got := append(head[:], name...); !bytes.Equal(got, e.local()) {
		return e, false, broken(safeName(e.name), "has another header in the zip file than it was written with")
	}
	if e.method != methodStore && e.method != methodDeflate || e.packed == math.MaxUint32 || e.size == math.MaxUint32 {
		return e, false, broken(safeName(e.name), "is stored in a way that reports never are")
	}
	if e.dataOffset()+e.packed > size {
		return e, false, broken(safeName(e.name), "is cut off: the zip file ends before it does")
	}
	return e, true, nil
}

// directory compares everything behind the entries with what the writer would have written.
func (z *zipReader) directory(start, size int64) error {
	offset := start
	same := func(want []byte) (bool, error) {
		got := make([]byte, min(int64(len(want)), max(0, size-offset)))
		if _, err := z.r.ReadAt(got, offset); err != nil && err != io.EOF {
			return false, err
		}
		offset += int64(len(want))
		return bytes.Equal(got, want), nil
	}
	// The headers are read again a good number at a time, so that the window does not go to and fro.
	for i := 0; i < len(z.offsets); {
		var batch []zipEntry
		for ; i < len(z.offsets) && len(batch) < 1024; i++ {
			e, err := z.entry(int64(i))
			if err != nil {
				return err
			}
			batch = append(batch, e)
		}
		for _, e := range batch {
			ok, err := same(e.central())
			if err != nil {
				return err
			}
			if !ok {
				return broken(safeName(e.name), "stands otherwise in the zip file's directory than it was written, or not in its order")
			}
		}
	}
	if ok, err := same(zipEnd(int64(len(z.offsets)), start, offset-start)); err != nil {
		return err
	} else if !ok {
		return broken(container, "ends otherwise than it was written")
	}
	if offset != size {
		return broken(container, "has %d bytes behind its end", size-offset)
	}
	return nil
}

// checkEntryName refuses names that could leave the folder they are unpacked in.
func checkEntryName(name string) error {
	if name == "" || !utf8.ValidString(name) || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\:\x00\n") {
		return fmt.Errorf("is no name that a report uses")
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("is a path that leaves its folder")
		}
	}
	return nil
}

// safeName makes a hostile name printable.
func safeName(name string) string {
	if name == "" {
		return "an entry without a name"
	}
	if len(name) > 300 {
		name = name[:300]
	}
	q := fmt.Sprintf("%q", name)
	if q[1:len(q)-1] == name {
		return name
	}
	return q
}

// content hands the entry's content to use, and checks it: its length, its checksum, and both hashes. use may
// leave content unread. It is for one entry at a time.
func (z *zipReader) content(e zipEntry, f File, use func(io.Reader) error) error {
	packedSum := sha256.New()
	packed := io.TeeReader(io.NewSectionReader(z.r, e.dataOffset(), e.packed), packedSum)
	plain := packed
	if e.method == methodDeflate {
		if z.inflate == nil {
			z.inflate = flate.NewReader(packed)
		} else if err := z.inflate.(flate.Resetter).Reset(packed, nil); err != nil {
			return err
		}
		plain = z.inflate
	}
	sum, crc := sha256.New(), crc32.NewIEEE()
	count := &counter{r: io.LimitReader(plain, e.size+1)}
	r := io.TeeReader(count, io.MultiWriter(sum, crc))
	useErr := use(r)
	if _, err := io.CopyBuffer(discard{}, r, z.buf); err != nil {
		return broken(e.name, "cannot be unpacked: %v", err)
	}
	// What the unpacker did not need must still be what was written.
	if _, err := io.CopyBuffer(discard{}, packed, z.buf); err != nil {
		return err
	}
	switch {
	case hex.EncodeToString(packedSum.Sum(nil)) != f.PackedSHA256, count.n != e.size, crc.Sum32() != e.crc, hex.EncodeToString(sum.Sum(nil)) != f.SHA256, f.Size != e.size:
		return broken(e.name, "was changed: its content is not what the digest says")
	}
	return useErr
}

// discard takes what is only hashed; io.Discard would copy with a buffer of its own.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
