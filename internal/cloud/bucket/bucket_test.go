package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
)

// endpoint is an S3 in memory with one bucket, "central".
type endpoint struct {
	*testing.T
	backend *s3mem.Backend
	url     string
	// before may answer in the endpoint's place; it then returns true.
	before func(w http.ResponseWriter, r *http.Request) bool

	mu   sync.Mutex
	seen []seen
}

type seen struct {
	call   string // method and what of the object: "PUT part 2"
	header http.Header
	size   int64
}

func start(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{T: t, backend: s3mem.New()}
	if err := e.backend.CreateBucket("central"); err != nil {
		t.Fatal(err)
	}
	s3 := gofakes3.New(e.backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, call := r.URL.Query(), r.Method
		switch {
		case q.Has("partNumber"):
			call += " part " + q.Get("partNumber")
		case q.Has("uploads"), q.Has("uploadId"):
			call += " upload"
		}
		e.mu.Lock()
		e.seen = append(e.seen, seen{call, r.Header.Clone(), r.ContentLength})
		e.mu.Unlock()
		if e.before == nil || !e.before(w, r) {
			s3.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	e.url = srv.URL
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "credentials"), []byte("[deliver]\naws_access_key_id = AKIADELIVER\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]string{ // an environment that leads astray
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"), "AWS_CONFIG_FILE": filepath.Join(dir, "config"),
		"AWS_ACCESS_KEY_ID": "TKIAOURS", "AWS_SECRET_ACCESS_KEY": "ours", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
	} {
		t.Setenv(name, v)
	}
	return e
}

func (e *endpoint) open(o bucket.Options) *bucket.S3 {
	e.Helper()
	o.Profile, o.EndpointURL, o.PathStyle = "deliver", e.url, true
	s, err := bucket.New(o)
	if err != nil {
		e.Fatal(err)
	}
	return s
}

func (e *endpoint) calls() (out []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.seen {
		out = append(out, s.call)
	}
	return out
}

// object is what lies under a key; nil when there is nothing.
func (e *endpoint) object(key string) []byte {
	e.Helper()
	o, err := e.backend.GetObject("central", key, nil)
	if gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchKey) {
		return nil
	}
	if err != nil {
		e.Fatal(err)
	}
	defer o.Contents.Close()
	b, err := io.ReadAll(o.Contents)
	if err != nil {
		e.Fatal(err)
	}
	return b
}

func file(key string) delivery.File {
	return delivery.File{Region: "eu-west-1", Bucket: "central", Key: key, ContentType: "application/x-gzip"}
}

func TestShortFile(t *testing.T) {
	e := start(t)
	s := e.open(bucket.Options{})
	f := file("a/AWSLogs/1/Config/AWS::EC2::Volume_é .json.gz")
	f.KMSKeyARN = "arn:aws:kms:eu-west-1:111122223333:key/k"
	for _, text := range []string{"hello", ""} {
		if err := s.Put(t.Context(), f, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if got := e.object(f.Key); string(got) != text || got == nil {
			t.Errorf("%q", got)
		}
	}
	last := e.seen[len(e.seen)-1]
	for name, want := range map[string]string{
		"Content-Type": "application/x-gzip", "Content-Md5": "1B2M2Y8AsgTpgAmY7PhCfg==", "X-Amz-Acl": "",
		"X-Amz-Server-Side-Encryption": "aws:kms", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": f.KMSKeyARN,
	} {
		if got := last.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if sig := last.header.Get("Authorization"); !strings.Contains(sig, "Credential=AKIADELIVER/") {
		t.Errorf("signed as %s", sig)
	}
}

// Longer files go in parts of one size, the last one excepted and never empty; each size gives the same bytes.
func TestLongFile(t *testing.T) {
	const part = 8 << 20
	e := start(t)
	s := e.open(bucket.Options{})
	random := rand.NewChaCha8([32]byte{1})
	for size, parts := range map[int]int{part - 1: 0, part: 1, part + 1: 2, 2*part + 5: 3} {
		e.seen = nil
		text := make([]byte, size)
		_, _ = random.Read(text)
		f := file(fmt.Sprint(size))
		f.KMSKeyARN = "key"
		if err := s.Put(t.Context(), f, io.MultiReader(bytes.NewReader(text))); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(e.object(f.Key), text) {
			t.Errorf("%d bytes: others arrived", size)
		}
		n := 0
		for _, s := range e.seen {
			if strings.Contains(s.call, "part") {
				if n++; s.size > part || s.header.Get("Content-Md5") == "" {
					t.Errorf("%s has %d bytes, MD5 %q", s.call, s.size, s.header.Get("Content-Md5"))
				}
			}
			if s.call == "POST upload" && s.header.Get("X-Amz-Server-Side-Encryption") != "aws:kms" && n == 0 {
				t.Error("the upload is not encrypted with the key")
			}
		}
		if n != parts {
			t.Errorf("%d bytes: %d parts, want %d", size, n, parts)
		}
	}
}

// broken gives some bytes and then fails.
type broken struct{ left int }

var errBroken = errors.New("the store is gone")

func (b *broken) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBroken
	}
	n := min(len(p), b.left)
	b.left -= n
	return n, nil
}

// A body that breaks leaves nothing behind, and its error comes back.
func TestBrokenBody(t *testing.T) {
	for size, last := range map[int]string{100: "HEAD", 9 << 20: "DELETE upload"} {
		e := start(t)
		err := e.open(bucket.Options{}).Put(t.Context(), file("k"), &broken{size})
		if err != errBroken {
			t.Errorf("%v", err)
		}
		calls := e.calls()
		if e.object("k") != nil || calls[len(calls)-1] != last {
			t.Errorf("%d bytes: %v", size, calls)
		}
	}
}

// A part that is refused ends the upload, which is aborted.
func TestRefusedPart(t *testing.T) {
	e := start(t)
	e.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("partNumber") != "2" {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body) // an answer before the end of the body may be lost with the connection
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<Error><Code>AccessDenied</Code><Message>No.</Message></Error>`)
		return true
	}
	err := e.open(bucket.Options{}).Put(t.Context(), file("k"), bytes.NewReader(make([]byte, 20<<20)))
	if fault.KindOf(err) != fault.Denied || e.object("k") != nil {
		t.Errorf("%v", err)
	}
	if calls := e.calls(); calls[len(calls)-1] != "DELETE upload" {
		t.Errorf("%v", calls)
	}
}

// A caller that leaves ends the upload, which is aborted all the same.
func TestCancelled(t *testing.T) {
	e := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	e.before = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("partNumber") == "2" {
			cancel()
		}
		return false
	}
	err := e.open(bucket.Options{}).Put(ctx, file("k"), bytes.NewReader(make([]byte, 20<<20)))
	if !errors.Is(err, context.Canceled) || fault.KindOf(err) != fault.Internal {
		t.Errorf("%v", err)
	}
	if calls := e.calls(); calls[len(calls)-1] != "DELETE upload" {
		t.Errorf("%v", calls)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		status  int
		code    string
		message string
		key     string
		kind    fault.Kind
		field   string
	}{
		{404, "NoSuchBucket", "", "", fault.NotFound, ""},
		{403, "AccessDenied", "", "", fault.Denied, ""},
		{403, "AccessDenied", "", "key", fault.Denied, ""},
		{403, "InvalidAccessKeyId", "", "", fault.Denied, ""},
		{403, "NewWord", "", "", fault.Denied, ""},
		{400, "KMS.NotFoundException", "", "key", fault.Invalid, "s3KmsKeyArn"},
		{400, "KMS.DisabledException", "", "key", fault.Invalid, "s3KmsKeyArn"},
		{400, "InvalidArgument", "Invalid KMS key", "key", fault.Invalid, "s3KmsKeyArn"},
		{501, "NotImplemented", "KMS is not configured", "key", fault.Invalid, "s3KmsKeyArn"},
		{400, "KeyTooLongError", "", "", fault.Invalid, "s3KeyPrefix"},
		{503, "SlowDown", "", "", fault.Unavailable, ""},
		{400, "NewWord", "", "", fault.Unavailable, ""},
	} {
		e := start(t)
		e.before = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != "PUT" {
				return false
			}
			w.WriteHeader(c.status)
			_, _ = fmt.Fprintf(w, `<Error><Code>%s</Code><Message>%s</Message></Error>`, c.code, c.message)
			return true
		}
		f := file("k")
		f.KMSKeyARN = c.key
		err := e.open(bucket.Options{}).Put(t.Context(), f, strings.NewReader("x"))
		told, ok := errors.AsType[*fault.Error](err)
		if !ok || told.Kind != c.kind || told.Code != c.code || told.Field != c.field || !strings.Contains(told.Message, "central") {
			t.Errorf("%s: %v", c.code, err)
		}
	}
	e := start(t)
	f := file("k")
	f.Bucket = "nowhere"
	if err := e.open(bucket.Options{}).Put(t.Context(), f, strings.NewReader("x")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no bucket: %v", err)
	}
}

// A bucket in another region is found there, once.
func TestRegion(t *testing.T) {
	e := start(t)
	e.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodHead {
			return false
		}
		w.Header().Set("X-Amz-Bucket-Region", "ap-south-1")
		w.WriteHeader(http.StatusMovedPermanently)
		return true
	}
	s := e.open(bucket.Options{})
	for range 2 {
		if err := s.Put(t.Context(), file("k"), strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	if calls := strings.Join(e.calls(), " "); calls != "HEAD PUT PUT" {
		t.Errorf("%s", calls)
	}
	for i, want := range []string{"/us-east-1/s3/", "/ap-south-1/s3/", "/ap-south-1/s3/"} {
		if sig := e.seen[i].header.Get("Authorization"); !strings.Contains(sig, want) {
			t.Errorf("%s, want %s", sig, want)
		}
	}
}

// An endpoint that is silent, or is not there, is given up.
func TestSilent(t *testing.T) {
	e := start(t)
	release := make(chan struct{})
	e.before = func(http.ResponseWriter, *http.Request) bool { <-release; return false }
	s := e.open(bucket.Options{Wait: 50 * time.Millisecond})
	begun := time.Now()
	err := s.Put(t.Context(), file("k"), strings.NewReader("x"))
	close(release)
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Unavailable || f.Code != "ServiceUnavailable" || time.Since(begun) > 15*time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
	e.url = "http://127.0.0.1:1"
	if err := e.open(bucket.Options{}).Put(t.Context(), file("k"), strings.NewReader("x")); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestOptions(t *testing.T) {
	e := start(t)
	s, err := bucket.New(bucket.Options{Profile: "nobody", EndpointURL: e.url})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), file("k"), strings.NewReader("x")); fault.KindOf(err) != fault.Denied || !strings.Contains(err.Error(), "--delivery-s3-profile") || len(e.calls()) > 0 {
		t.Errorf("%v, %v", err, e.calls())
	}
	for _, bad := range []string{"minio:9000", "ftp://h", "https://", "https://u:p@h", "https://h?x"} {
		if _, err := bucket.New(bucket.Options{EndpointURL: bad}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
