package sigv4

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// emptyHash is the SHA-256 of nothing, which the string to sign of a chunk contains.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// maxLine limits a chunk header or trailer line, maxTrailers their number.
const (
	maxLine     = 1024
	maxTrailers = 16
)

// chain is the running signature of a chunked upload: each chunk signs over the signature before it. Without
// a key nothing is checked.
type chain struct {
	key             []byte
	at, scope, prev string
	proto           Protocol
}

func (c *chain) check(kind, rest, sum string) error {
	if c.key == nil {
		return nil
	}
	want := hmacHex(c.key, kind+"\n"+c.at+"\n"+c.scope+"\n"+c.prev+"\n"+rest)
	if !hmac.Equal([]byte(want), []byte(sum)) {
		return c.proto.spell(denied(mismatch, "The signature of a chunk does not match its content."))
	}
	c.prev = sum
	return nil
}

// chunks reads the aws-chunked framing "size[;chunk-signature=sum]\r\ndata\r\n ... 0\r\n[trailers]\r\n". Data is
// handed out as it comes; io.EOF only comes after every signature, checksum and the length were right.
type chunks struct {
	r      *bufio.Reader
	chain  *chain
	signed bool
	// trailers says whether header lines follow the last chunk.
	trailers bool
	// declared is the decoded length that was promised, seen what came, left what remains of this chunk.
	declared, seen, left int64
	// sum is the signature of the chunk being read and data the hash of its bytes so far.
	sum    string
	data   hash.Hash
	digest *checksum
	err    error
}

func newChunks(r io.Reader, b body, c *chain, trailer string) *chunks {
	return &chunks{
		r: bufio.NewReaderSize(r, 32<<10), chain: c, declared: b.length,
		signed: b.form != unsignedTrailer, trailers: b.form != signedChunks,
		data: sha256.New(), digest: newChecksum(trailer), left: -1,
	}
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, c.err
	}
	for c.err == nil {
		if c.left > 0 {
			return c.readData(p)
		}
		c.err = c.nextChunk()
	}
	return 0, c.err
}

func (c *chunks) readData(p []byte) (int, error) {
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.data.Write(p[:n])
	c.digest.write(p[:n])
	c.left -= int64(n)
	if err != nil && n == 0 {
		c.err = cut(err)
		return 0, c.err
	}
	return n, nil
}

// nextChunk closes the chunk just read and opens the one after; after the last one it returns io.EOF.
func (c *chunks) nextChunk() error {
	if c.left == 0 {
		if line, err := c.line(); err != nil || line != "" {
			return framing("a chunk is not followed by an end of line", err)
		}
		if err := c.closeChunk(); err != nil {
			return err
		}
	}
	line, err := c.line()
	if err != nil {
		return framing("a chunk has no header", err)
	}
	size, sum, _ := strings.Cut(line, ";chunk-signature=")
	n, err := strconv.ParseUint(size, 16, 62)
	if err != nil || c.signed == (sum == "") {
		return framing("a chunk header must be the size in hex and, in signed forms, ;chunk-signature=", nil)
	}
	if c.seen += int64(n); c.seen > c.declared {
		return fault.New(fault.Invalid, "The body is longer than the %d bytes of %s.", c.declared, decodedLenHeader).With("IncompleteBody")
	}
	c.left, c.sum = int64(n), sum
	if n > 0 {
		return nil
	}
	return c.finish()
}

func (c *chunks) closeChunk() error {
	defer c.data.Reset()
	if !c.signed {
		return nil
	}
	return c.chain.check("AWS4-HMAC-SHA256-PAYLOAD", emptyHash+"\n"+hex.EncodeToString(c.data.Sum(nil)), c.sum)
}

// finish checks the empty last chunk, the trailers and the length.
func (c *chunks) finish() error {
	if err := c.closeChunk(); err != nil {
		return err
	}
	if c.seen != c.declared {
		return fault.New(fault.Invalid, "The body has %d bytes, %s promised %d.", c.seen, decodedLenHeader, c.declared).With("IncompleteBody")
	}
	if err := c.readTrailers(); err != nil {
		return err
	}
	return io.EOF
}

// readTrailers reads "name:value" lines up to an empty one; some signers leave the empty line out at the end.
func (c *chunks) readTrailers() error {
	var canonical bytes.Buffer
	signature := ""
	for range maxTrailers {
		line, err := c.line()
		if errors.Is(err, io.EOF) && line == "" {
			break
		}
		if err != nil {
			return framing("a trailer is cut off", err)
		}
		if line == "" {
			if c.signed && c.trailers && signature == "" {
				continue // some writers put an empty line before the trailer's signature
			}
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !c.trailers {
			return framing("there is unexpected data after the last chunk", nil)
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if name == "x-amz-trailer-signature" {
			signature = value
			continue
		}
		canonical.WriteString(name + ":" + value + "\n")
		if err := c.digest.compare(name, value); err != nil {
			return err
		}
	}
	if err := c.digest.complete(); err != nil {
		return err
	}
	if !c.signed || !c.trailers {
		return nil
	}
	sum := sha256.Sum256(canonical.Bytes())
	return c.chain.check("AWS4-HMAC-SHA256-TRAILER", hex.EncodeToString(sum[:]), signature)
}

// line reads one line without its end; io.EOF when nothing is left.
func (c *chunks) line() (string, error) {
	b, err := c.r.ReadSlice('\n')
	if len(b) > maxLine {
		return "", errors.New("line too long")
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if errors.Is(err, io.EOF) && text != "" {
		err = io.ErrUnexpectedEOF
	}
	return text, err
}

func framing(what string, err error) error {
	f := fault.New(fault.Invalid, "The chunked body is broken: %s.", what).With("IncompleteBody")
	f.Err = err
	return f
}

func cut(err error) error { return framing("it ended inside a chunk", err) }
