package sigv4

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

const (
	hashHeader       = "X-Amz-Content-Sha256"
	unsignedPayload  = "UNSIGNED-PAYLOAD"
	signedChunks     = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	signedTrailer    = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	unsignedTrailer  = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	streamingPrefix  = "STREAMING-"
	decodedLenHeader = "X-Amz-Decoded-Content-Length"
)

// body is the plan for a request's body: the payload hash that goes into the canonical request, and what
// replaces the body once the signature is known to be right.
type body struct {
	declared string
	limit    int64
	// held is the content when it was read already; nil means the body is streamed.
	held []byte
	// form is a streaming form, "" for a plain body; length is its decoded length.
	form   string
	length int64
}

func isStreaming(declared string) bool { return strings.HasPrefix(declared, streamingPrefix) }

// planBody finds the payload hash. Services other than S3 always hash the bytes that arrived, so nothing
// unsigned gets in; S3 takes the declared hash and checks it while the body is read.
func planBody(r *http.Request, s signature, proto Protocol, limit int64) (body, error) {
	declared := r.Header.Get(hashHeader)
	if declared == "" && s.Presigned {
		declared = r.URL.Query().Get(hashHeader)
	}
	if r.ContentLength > limit && !isStreaming(declared) {
		return body{}, tooLargeError(limit)
	}
	if proto != S3 {
		return holdBody(r, declared, limit)
	}
	switch {
	case declared == "" && s.Presigned:
		declared = unsignedPayload
	case declared == "":
		return body{}, fault.Invalidf(hashHeader, "A request to S3 needs the header %s: the hash of its body, or %s.", hashHeader, unsignedPayload).With("InvalidRequest")
	case isStreaming(declared):
		return planStream(r, declared, limit)
	}
	if declared != unsignedPayload && !isHash(declared) {
		return body{}, fault.Invalidf(hashHeader, "%s must be %s, a known %s form or a SHA-256 in hex.", hashHeader, unsignedPayload, streamingPrefix+"*").With("InvalidArgument")
	}
	return body{declared: declared, limit: limit}, nil
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size
}

// holdBody reads a whole body and hashes it.
func holdBody(r *http.Request, declared string, limit int64) (body, error) {
	content := []byte{}
	if r.Body != nil {
		var err error
		if content, err = io.ReadAll(&limited{r: r.Body, limit: limit}); err != nil {
			return body{}, err
		}
	}
	sum := sha256.Sum256(content)
	actual := hex.EncodeToString(sum[:])
	if declared != "" && declared != actual {
		return body{}, denied(hashMismatch, "The header %s does not match the SHA-256 of the body that arrived.", hashHeader)
	}
	return body{declared: actual, held: content}, nil
}

// planStream checks the declared length of a chunked upload.
func planStream(r *http.Request, form string, limit int64) (body, error) {
	if form != signedChunks && form != signedTrailer && form != unsignedTrailer {
		return body{}, fault.Invalidf(hashHeader, "The streaming form %q is not supported.", form).With("InvalidArgument")
	}
	text := r.Header.Get(decodedLenHeader)
	length, err := strconv.ParseInt(text, 10, 64)
	if err != nil || length < 0 {
		return body{}, fault.Invalidf(decodedLenHeader, "A chunked upload needs the header %s with its length in bytes.", decodedLenHeader).With("MissingContentLength")
	}
	if length > limit {
		return body{}, tooLargeError(limit)
	}
	return body{declared: form, form: form, length: length, limit: limit}, nil
}

// replace puts the checked content in the place of the request's body.
func (b body) replace(r *http.Request, c *chain) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	switch {
	case b.form != "":
		r.Body = &readCloser{newChunks(r.Body, b, c, r.Header.Get("X-Amz-Trailer")), r.Body}
		r.ContentLength = b.length
		stripEncoding(r.Header)
	case b.held != nil:
		r.Body = io.NopCloser(bytes.NewReader(b.held))
		r.ContentLength = int64(len(b.held))
	case b.declared == unsignedPayload:
		r.Body = &readCloser{&limited{r: r.Body, limit: b.limit}, r.Body}
	default:
		r.Body = &readCloser{&hashed{r: &limited{r: r.Body, limit: b.limit}, sum: sha256.New(), want: b.declared}, r.Body}
	}
}

// stripEncoding takes aws-chunked out of Content-Encoding: it describes the framing, not the object.
func stripEncoding(h http.Header) {
	var rest []string
	for e := range strings.SplitSeq(h.Get("Content-Encoding"), ",") {
		if e = strings.TrimSpace(e); e != "" && e != "aws-chunked" {
			rest = append(rest, e)
		}
	}
	h.Del("Content-Encoding")
	if len(rest) > 0 {
		h.Set("Content-Encoding", strings.Join(rest, ","))
	}
}

type readCloser struct {
	io.Reader
	io.Closer
}

// limited fails, rather than ends, when more than the allowed bytes arrive.
type limited struct {
	r           io.Reader
	limit, seen int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.seen += int64(n); l.seen > l.limit {
		return 0, tooLargeError(l.limit)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.New(fault.Invalid, "The request's body ended early: send it again.").With("IncompleteBody")
	}
	return n, err
}

func tooLargeError(limit int64) error {
	return fault.New(fault.Invalid, "The request's body is larger than the %d bytes allowed.", limit).With(tooLarge)
}

// hashed passes a body through and fails at its end when the hash is not the declared one.
type hashed struct {
	r    io.Reader
	sum  hash.Hash
	want string
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.sum.Write(p[:n])
	if errors.Is(err, io.EOF) {
		got := hex.EncodeToString(h.sum.Sum(nil))
		if subtle.ConstantTimeCompare([]byte(got), []byte(h.want)) != 1 {
			return n, denied(hashMismatch, "The header %s does not match the SHA-256 of the body that arrived.", hashHeader)
		}
	}
	return n, err
}
