package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"sort"
	"unsafe"

	"github.com/parquet-go/parquet-go/bloom/xxhash"

	"github.com/tickmark/tickmark/internal/trail"
)

// Rows are numbered with 16 bits, beside 48 bits of hash.
const (
	rowBits = 16
	maxRows = 1 << rowBits
)

// categoryTerm is the attribute under which an event's category is indexed; it is none of LookupEvents'.
const categoryTerm trail.Attribute = 255

// attributes are those an event is indexed by; its id has a table of its own.
var attributes = [...]trail.Attribute{
	trail.EventName, trail.ReadOnly, trail.Username, trail.ResourceType, trail.ResourceName, trail.EventSource, trail.AccessKeyID,
}

// hash is 48 bits of a string's hash. Different strings may share it: whatever is found by a hash is compared.
func hash(s string) uint64 {
	return xxhash.Sum64(unsafe.Slice(unsafe.StringData(s), len(s))) >> rowBits
}

// term is the hash under which events with this value of the attribute are found.
func term(a trail.Attribute, v string) uint64 {
	return (hash(v) + uint64(a)*0x9e3779b97f4a7c15) & (1<<48 - 1)
}

// terms calls yield with every term of an event.
func terms(e *trail.Event, yield func(uint64)) {
	for _, a := range attributes {
		e.Values(a, func(v string) bool {
			yield(term(a, v))
			return true
		})
	}
	yield(term(categoryTerm, e.Category))
}

// index is the content of an index file: what docs/format/segment.md describes, no field of any event among it.
type index struct {
	// ids are the events' id hashes with their rows in the low bits, ascending.
	ids []uint64
	// keys are the terms, ascending; ends[i] is where the rows of keys[i] end in lists.
	keys []uint64
	ends []uint32
	// lists holds, for each term, its rows ascending as varint differences.
	lists []byte
}

// indexer collects what an index holds. Its space is used for one segment after another.
type indexer struct {
	ids, pairs, spare []uint64
}

// reset begins the index of another segment.
func (x *indexer) reset() { x.ids, x.pairs = x.ids[:0], x.pairs[:0] }

// add indexes the event of a row.
func (x *indexer) add(row int, e *trail.Event) {
	x.ids = append(x.ids, hash(e.ID)<<rowBits|uint64(row))
	terms(e, func(t uint64) { x.pairs = append(x.pairs, t<<rowBits|uint64(row)) })
}

// index is the index of all rows added.
func (x *indexer) index() *index {
	x.ids, x.pairs = x.sorted(x.ids), x.sorted(x.pairs)
	ix := &index{ids: slices.Clone(x.ids)}
	for pairs := x.pairs; len(pairs) > 0; {
		key := pairs[0] >> rowBits
		last := -1
		for ; len(pairs) > 0 && pairs[0]>>rowBits == key; pairs = pairs[1:] {
			if row := int(pairs[0] & (maxRows - 1)); row != last { // an event may name a resource twice
				ix.lists = binary.AppendUvarint(ix.lists, uint64(row-last))
				last = row
			}
		}
		ix.keys, ix.ends = append(ix.keys, key), append(ix.ends, uint32(len(ix.lists)))
	}
	return ix
}

// sorted sorts by the hash above the row, 12 bits at a time from the lowest on; rows were ascending and stay so. It is
// three times as fast as comparing, and a hundredth of the work of an import is at stake.
func (x *indexer) sorted(v []uint64) []uint64 {
	const digit = 12
	from, to := v, slices.Grow(x.spare[:0], len(v))[:len(v)]
	for shift := rowBits; shift < 64; shift += digit {
		var ends [1 << digit]uint32
		for _, k := range from {
			ends[k>>shift&(1<<digit-1)]++
		}
		sum := uint32(0)
		for i, n := range ends {
			ends[i] = sum
			sum += n
		}
		for _, k := range from {
			d := k >> shift & (1<<digit - 1)
			to[ends[d]] = k
			ends[d]++
		}
		from, to = to, from
	}
	x.spare = to // four turns: what is sorted lies where it lay
	return from
}

// rows returns the rows found under a term, ascending.
func (ix *index) rows(key uint64) []int {
	i, ok := slices.BinarySearch(ix.keys, key)
	if !ok {
		return nil
	}
	start := uint32(0)
	if i > 0 {
		start = ix.ends[i-1]
	}
	var out []int
	row := -1
	for b := ix.lists[start:ix.ends[i]]; len(b) > 0; {
		d, n := binary.Uvarint(b)
		if n <= 0 { // the checksum was right, so this was written wrong: find what there is
			break
		}
		row += int(d)
		out = append(out, row)
		b = b[n:]
	}
	return out
}

// rowsOfID returns the rows whose id has this hash.
func rowsOfID(ids []uint64, h uint64) []int {
	var out []int
	for i := sort.Search(len(ids), func(i int) bool { return ids[i]>>rowBits >= h }); i < len(ids) && ids[i]>>rowBits == h; i++ {
		out = append(out, int(ids[i]&(maxRows-1)))
	}
	return out
}

const (
	indexMagic  = "tmkidx01"
	indexHeader = 8 + 4*4
	keySize     = 6 + 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode is the index file's content.
func (ix *index) encode() []byte {
	b := make([]byte, indexHeader, indexHeader+8*len(ix.ids)+keySize*len(ix.keys)+len(ix.lists))
	copy(b, indexMagic)
	le := binary.LittleEndian
	le.PutUint32(b[8:], uint32(len(ix.ids)))
	le.PutUint32(b[12:], uint32(len(ix.keys)))
	le.PutUint32(b[16:], uint32(len(ix.lists)))
	for _, v := range ix.ids {
		b = le.AppendUint64(b, v)
	}
	for i, k := range ix.keys {
		b = le.AppendUint32(b, uint32(k))
		b = le.AppendUint16(b, uint16(k>>32))
		b = le.AppendUint32(b, ix.ends[i])
	}
	b = append(b, ix.lists...)
	le.PutUint32(b[20:], crc32.Checksum(b[indexHeader:], castagnoli))
	return b
}

// readIndex reads and checks the index file of a segment of so many rows.
func readIndex(name string, rows int) (*index, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	ix, err := decodeIndex(b)
	if err == nil && len(ix.ids) != rows {
		err = fmt.Errorf("it indexes %d events, and the manifest has %d", len(ix.ids), rows)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return ix, nil
}

func decodeIndex(b []byte) (*index, error) {
	le := binary.LittleEndian
	if len(b) < indexHeader || string(b[:8]) != indexMagic {
		return nil, errors.New("not an index file")
	}
	nIDs, nKeys, nLists := int(le.Uint32(b[8:])), int(le.Uint32(b[12:])), int(le.Uint32(b[16:]))
	body := b[indexHeader:]
	if len(body) != 8*nIDs+keySize*nKeys+nLists || crc32.Checksum(body, castagnoli) != le.Uint32(b[20:]) {
		return nil, errors.New("the index file is damaged")
	}
	ix := &index{ids: make([]uint64, nIDs), keys: make([]uint64, nKeys), ends: make([]uint32, nKeys)}
	for i := range ix.ids {
		ix.ids[i] = le.Uint64(body[8*i:])
	}
	body = body[8*nIDs:]
	for i := range ix.keys {
		ix.keys[i] = uint64(le.Uint32(body[keySize*i:])) | uint64(le.Uint16(body[keySize*i+4:]))<<32
		ix.ends[i] = le.Uint32(body[keySize*i+6:])
	}
	ix.lists = body[keySize*nKeys:]
	if nKeys > 0 && (int(ix.ends[nKeys-1]) != nLists || !slices.IsSorted(ix.ends)) {
		return nil, errors.New("the index file is damaged")
	}
	return ix, nil
}
