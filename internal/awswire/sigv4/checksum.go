package sigv4

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// nvme is the CRC-64/NVME polynomial in reversed form. That CRC starts from and ends with all ones, as
// hash/crc64 does for every table.
const nvme = 0x9a6c9329ac4bc9b5

// checksum is the digest a chunked upload announced in X-Amz-Trailer; without one it does nothing.
type checksum struct {
	name string
	sum  hash.Hash
	met  bool
}

func newChecksum(trailer string) *checksum {
	c := &checksum{name: strings.ToLower(strings.TrimSpace(trailer))}
	switch c.name {
	case "x-amz-checksum-crc32":
		c.sum = crc32.NewIEEE()
	case "x-amz-checksum-crc32c":
		c.sum = crc32.New(crc32.MakeTable(crc32.Castagnoli))
	case "x-amz-checksum-crc64nvme":
		c.sum = crc64.New(crc64.MakeTable(nvme))
	case "x-amz-checksum-sha1":
		c.sum = sha1.New()
	case "x-amz-checksum-sha256":
		c.sum = sha256.New()
	}
	return c
}

func (c *checksum) write(p []byte) {
	if c.sum != nil {
		c.sum.Write(p)
	}
}

// compare takes one trailer; those that were not announced are ignored.
func (c *checksum) compare(name, value string) error {
	if c.sum == nil || name != c.name {
		return nil
	}
	got := base64.StdEncoding.EncodeToString(c.sum.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(got), []byte(value)) != 1 {
		return fault.New(fault.Invalid, "The %s you specified did not match what we received.", c.name).With("BadDigest")
	}
	c.met = true
	return nil
}

// complete fails when an announced checksum never came.
func (c *checksum) complete() error {
	if c.sum != nil && !c.met {
		return fault.New(fault.Invalid, "The trailer %s was announced but did not arrive.", c.name).With("MalformedTrailerError")
	}
	return nil
}
