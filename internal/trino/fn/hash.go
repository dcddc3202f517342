package fn

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"math/bits"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func hashes() []*value.Function {
	out := group(
		count("crc32(varbinary) bigint", func(s string) int64 { return int64(crc32.ChecksumIEEE([]byte(s))) }),
		pure("xxhash64(varbinary) varbinary", func(a values) value.Value {
			return string(binary.BigEndian.AppendUint64(nil, xxhash64(a.str(0))))
		}),
	)
	for name, h := range map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New} {
		out = append(out,
			pure(name+"(varbinary) varbinary", func(a values) value.Value {
				d := h()
				d.Write([]byte(a.str(0)))
				return string(d.Sum(nil))
			}),
			pure("hmac_"+name+"(varbinary, varbinary) varbinary", func(a values) value.Value {
				d := hmac.New(h, []byte(a.str(1)))
				d.Write([]byte(a.str(0)))
				return string(d.Sum(nil))
			}))
	}
	return out
}

// The primes of XXH64.
const (
	prime1 uint64 = 0x9E3779B185EBCA87
	prime2 uint64 = 0xC2B2AE3D27D4EB4F
	prime3 uint64 = 0x165667B19E3779F9
	prime4 uint64 = 0x85EBCA77C2B2AE63
	prime5 uint64 = 0x27D4EB2F165667C5
)

func mix(acc, lane uint64) uint64 { return bits.RotateLeft64(acc+lane*prime2, 31) * prime1 }

// xxhash64 is XXH64 with the seed 0.
func xxhash64(s string) uint64 {
	b, n := []byte(s), uint64(len(s))
	h := prime5
	if len(b) >= 32 {
		p1, p2 := prime1, prime2 // constants must not overflow
		v := [4]uint64{p1 + p2, p2, 0, -p1}
		for ; len(b) >= 32; b = b[32:] {
			for i := range v {
				v[i] = mix(v[i], binary.LittleEndian.Uint64(b[8*i:]))
			}
		}
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) + bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for _, lane := range v {
			h = (h^mix(0, lane))*prime1 + prime4
		}
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^mix(0, binary.LittleEndian.Uint64(b)), 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*prime1, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*prime5, 11) * prime1
	}
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}
