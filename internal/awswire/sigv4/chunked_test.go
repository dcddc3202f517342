package sigv4

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

// upload is a client that signs chunks, written against AWS's description and apart from the reader.
type upload struct {
	form, trailer, value string
	chunks               []string
	length               int
	// tamper changes the framed body.
	tamper func(string) string
}

func (u upload) request(t testing.TB) *http.Request {
	t.Helper()
	header := map[string]string{hashHeader: u.form, "Content-Encoding": "aws-chunked,gzip", decodedLenHeader: fmt.Sprint(u.length)}
	if u.trailer != "" {
		header["X-Amz-Trailer"] = u.trailer
	}
	r := signing{method: "PUT", target: "http://localhost/b/k", service: "s3", header: header}.sign(t)
	_, seed, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	body := u.frame(seed)
	if u.tamper != nil {
		body = u.tamper(body)
	}
	in := httptest.NewRequest(r.Method, "http://localhost/b/k", strings.NewReader(body))
	in.Header = r.Header
	return in
}

func (u upload) frame(prev string) string {
	sk := signingKey(secret, "20260304", "eu-west-1", "s3")
	next := func(kind, rest string) string {
		prev = hmacHex(sk, kind+"\n20260304T050607Z\n20260304/eu-west-1/s3/aws4_request\n"+prev+"\n"+rest)
		return prev
	}
	var b strings.Builder
	for _, c := range append(u.chunks, "") {
		fmt.Fprintf(&b, "%x", len(c))
		if u.form != unsignedTrailer {
			b.WriteString(";chunk-signature=" + next("AWS4-HMAC-SHA256-PAYLOAD", emptyHash+"\n"+hashOf(c)))
		}
		b.WriteString("\r\n")
		if c != "" {
			b.WriteString(c + "\r\n")
		}
	}
	if u.trailer != "" {
		line := u.trailer + ":" + u.value
		b.WriteString(line + "\r\n")
		if u.form == signedTrailer {
			b.WriteString("x-amz-trailer-signature:" + next("AWS4-HMAC-SHA256-TRAILER", hashOf(line+"\n")) + "\r\n")
		}
	}
	return b.String() + "\r\n"
}

func TestChunkedUploads(t *testing.T) {
	crc := func(s string) string {
		c := crc32.ChecksumIEEE([]byte(s))
		return base64.StdEncoding.EncodeToString([]byte{byte(c >> 24), byte(c >> 16), byte(c >> 8), byte(c)})
	}
	sha := func(s string) string {
		sum := sha1.Sum([]byte(s))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				panic(old)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	chunks := []string{strings.Repeat("first", 9000), "second"}
	plain := upload{form: signedChunks, chunks: chunks, length: 45006}
	signed := upload{form: signedTrailer, chunks: chunks, length: 45006, trailer: "x-amz-checksum-sha1", value: sha(strings.Join(chunks, ""))}
	unsigned := upload{form: unsignedTrailer, chunks: chunks, length: 45006, trailer: "x-amz-checksum-crc32", value: crc(strings.Join(chunks, ""))}
	with := func(u upload, change func(*upload)) upload { change(&u); return u }
	tamper := func(u upload, old, new string) upload { u.tamper = replace(old, new); return u }
	for _, c := range []struct {
		name string
		upload
		code string
	}{
		{"signed", plain, ""},
		{"signed, empty", upload{form: signedChunks}, ""},
		{"signed trailer", signed, ""},
		{"unsigned trailer", unsigned, ""},
		{"unsigned without trailer", with(unsigned, func(u *upload) { u.trailer = "" }), ""},
		{"no closing line", with(plain, func(u *upload) { u.tamper = func(s string) string { return strings.TrimSuffix(s, "\r\n") } }), ""},
		{"data changed", tamper(plain, "second", "Second"), mismatch},
		{"chunks swapped", with(plain, func(u *upload) {
			u.tamper = func(s string) string {
				i, j := strings.Index(s, "6;chunk"), strings.LastIndex(s, "0;chunk")
				return s[i:j] + s[:i] + s[j:]
			}
		}), mismatch},
		{"last chunk dropped", with(plain, func(u *upload) {
			u.length = 45000
			u.tamper = func(s string) string { return s[:strings.Index(s, "6;chunk")] + s[strings.LastIndex(s, "0;chunk"):] }
		}), mismatch},
		{"end missing", with(plain, func(u *upload) { u.tamper = func(s string) string { return s[:strings.LastIndex(s, "0;chunk")] } }), "IncompleteBody"},
		{"cut in a chunk", with(plain, func(u *upload) { u.tamper = func(s string) string { return s[:20000] } }), "IncompleteBody"},
		{"signature left out", with(plain, func(u *upload) {
			u.tamper = func(s string) string { return "1\r\nx\r\n" + s }
		}), "IncompleteBody"},
		{"size not hex", tamper(plain, "afc8;", "zzz;"), "IncompleteBody"},
		{"negative size", tamper(plain, "afc8;", "-1;"), "IncompleteBody"},
		{"huge size", tamper(plain, "afc8;", "ffffffffffffffff;"), "IncompleteBody"},
		{"too long", with(plain, func(u *upload) { u.length = 45005 }), "IncompleteBody"},
		{"too short", with(plain, func(u *upload) { u.length = 45007 }), "IncompleteBody"},
		{"long line", with(plain, func(u *upload) { u.tamper = func(s string) string { return strings.Repeat("0", 5000) + s } }), "IncompleteBody"},
		{"data after the end", with(plain, func(u *upload) {
			u.tamper = func(s string) string { return strings.TrimSuffix(s, "\r\n") + "more:1\r\n\r\n" }
		}), "IncompleteBody"},
		{"trailer changed", tamper(signed, "x-amz-checksum-sha1:", "x-amz-checksum-sha1x:"), "MalformedTrailerError"},
		{"trailer added", tamper(signed, "x-amz-checksum-sha1:", "x-a:b\r\nx-amz-checksum-sha1:"), mismatch},
		{"trailer unsigned", tamper(signed, "x-amz-trailer-signature", "x-amz-trailer-signaturf"), mismatch},
		{"wrong checksum", with(unsigned, func(u *upload) { u.value = crc("other") }), "BadDigest"},
		{"checksum missing", tamper(unsigned, "x-amz-checksum-crc32:", "x-other:"), "MalformedTrailerError"},
		{"over the limit", upload{form: signedChunks, length: 1<<20 + 1}, "EntityTooLarge"},
		{"unknown form", upload{form: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"}, "InvalidArgument"},
		{"no length", upload{form: signedChunks, length: -1}, "MissingContentLength"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.request(t)
			var got []byte
			_, _, err := verifier().Verify(r, now)
			if err == nil {
				got, err = io.ReadAll(iotestOneByte{r.Body})
			}
			if c.code != "" {
				kind := fault.Invalid
				if c.code == mismatch {
					kind = fault.Denied
				}
				wantFault(t, err, c.code, kind)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != strings.Join(c.chunks, "") || r.Header.Get("Content-Encoding") != "gzip" {
				t.Errorf("read %d bytes, encoding %q", len(got), r.Header.Get("Content-Encoding"))
			}
		})
	}
}

// iotestOneByte reads in odd steps, so that chunk ends fall everywhere in the buffer.
type iotestOneByte struct{ r io.Reader }

func (o iotestOneByte) Read(p []byte) (int, error) { return o.r.Read(p[:min(len(p), 7)]) }

func TestUnframe(t *testing.T) {
	r := upload{form: signedChunks, chunks: []string{"abc"}, length: 3}.request(t)
	r.Header.Del("Authorization")
	if err := Unframe(r, 10); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r.Body); err != nil || string(got) != "abc" {
		t.Errorf("%q: %v", got, err)
	}
	r = upload{form: signedChunks, chunks: []string{"abc"}, length: 11}.request(t)
	wantFault(t, Unframe(r, 10), "EntityTooLarge", fault.Invalid)
}

func TestChecksums(t *testing.T) {
	// "123456789" is the customary check input of CRCs.
	for name, want := range map[string]string{
		"x-amz-checksum-crc32":     "cbf43926",
		"x-amz-checksum-crc32c":    "e3069283",
		"x-amz-checksum-crc64nvme": "ae8b14860a799888",
	} {
		c := newChecksum(name)
		c.write([]byte("123456789"))
		if got := hex.EncodeToString(c.sum.Sum(nil)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func FuzzChunks(f *testing.F) {
	f.Add([]byte(upload{form: unsignedTrailer, chunks: []string{"abc"}, trailer: "x-amz-checksum-crc32", value: "x"}.frame("")))
	f.Add([]byte("3;chunk-signature=1\r\nabc\r\n0;chunk-signature=1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, form := range []string{signedChunks, unsignedTrailer} {
			c := newChunks(strings.NewReader(string(data)), body{form: form, length: 3}, &chain{proto: S3}, "")
			got, err := io.ReadAll(c)
			if err == nil && len(got) != 3 || len(got) > 3 {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
		}
	})
}
