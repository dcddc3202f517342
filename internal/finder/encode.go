package finder

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/klauspost/compress/zstd"
)

// texts is a column of texts: its words, each once, and which word a row has.
type texts struct {
	words []string
	of    []uint32
}

var (
	packer   = must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true)))
	unpacker = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxColumn)))
)

// maxColumn bounds the unpacked size of a column.
const maxColumn = 1 << 30

func must[T any](v T, err error) T {
	if err != nil { // the options above are right
		panic(err)
	}
	return v
}

var errDamaged = errors.New("a column of the evidence finder is damaged")

// encodeTexts writes a column: the number of words and the words, then the rows in as few bytes each as words need.
func encodeTexts(t texts) []byte {
	out := binary.AppendUvarint(nil, uint64(len(t.words)))
	for _, w := range t.words {
		out = binary.AppendUvarint(out, uint64(len(w)))
	}
	for _, w := range t.words {
		out = append(out, w...)
	}
	for _, c := range t.of {
		switch {
		case len(t.words) <= 1:
		case len(t.words) <= 1<<8:
			out = append(out, byte(c))
		case len(t.words) <= 1<<16:
			out = binary.LittleEndian.AppendUint16(out, uint16(c))
		default:
			out = binary.LittleEndian.AppendUint32(out, c)
		}
	}
	return packer.EncodeAll(out, nil)
}

// decodeTexts reads a column of so many rows.
func decodeTexts(packed []byte, rows int) (texts, error) {
	b, err := unpacker.DecodeAll(packed, nil)
	if err != nil {
		return texts{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)) {
		return texts{}, errDamaged
	}
	t := texts{words: make([]string, n), of: make([]uint32, rows)}
	b = b[w:]
	sizes := make([]int, n)
	for i := range sizes {
		size, w := binary.Uvarint(b)
		if w <= 0 || size > uint64(len(b)) {
			return texts{}, errDamaged
		}
		sizes[i], b = int(size), b[w:]
	}
	for i, size := range sizes {
		if size > len(b) {
			return texts{}, errDamaged
		}
		t.words[i], b = unsafe.String(unsafe.SliceData(b), size), b[size:]
	}
	return t, t.rows(b)
}

// rows reads which word each row has.
func (t *texts) rows(b []byte) error {
	width := 4
	switch n := len(t.words); {
	case n <= 1:
		width = 0
	case n <= 1<<8:
		width = 1
	case n <= 1<<16:
		width = 2
	}
	if len(b) != width*len(t.of) || len(t.words) == 0 && len(t.of) > 0 {
		return errDamaged
	}
	for i := range t.of {
		switch width {
		case 1:
			t.of[i] = uint32(b[i])
		case 2:
			t.of[i] = uint32(binary.LittleEndian.Uint16(b[2*i:]))
		case 4:
			t.of[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
		if int(t.of[i]) >= len(t.words) {
			return errDamaged
		}
	}
	return nil
}

// encodeInts writes numbers by their differences.
func encodeInts(list []int64) []byte {
	out := make([]byte, 0, 2*len(list))
	last := int64(0)
	for _, v := range list {
		out = binary.AppendVarint(out, v-last)
		last = v
	}
	return packer.EncodeAll(out, nil)
}

func decodeInts(packed []byte) ([]int64, error) {
	b, err := unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	out := make([]int64, 0, len(b))
	last := int64(0)
	for len(b) > 0 {
		v, n := binary.Varint(b)
		if n <= 0 {
			return nil, errDamaged
		}
		last += v
		out, b = append(out, last), b[n:]
	}
	return out, nil
}
