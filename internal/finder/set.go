package finder

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// encodeSet writes the numbers of resources in ascending order, by their differences; it sorts the list.
func encodeSet(list []uint32) []byte {
	slices.Sort(list)
	out := make([]byte, 0, 2*len(list))
	last := uint32(0)
	for _, v := range list {
		out = binary.AppendUvarint(out, uint64(v-last))
		last = v
	}
	return packer.EncodeAll(out, nil)
}

func decodeSet(packed []byte) ([]uint32, error) {
	b, err := unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	out := make([]uint32, 0, len(b))
	last := uint64(0)
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 || last+v > 1<<32-1 {
			return nil, errDamaged
		}
		last += v
		out, b = append(out, uint32(last)), b[n:]
	}
	return out, nil
}
