package s3

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, h string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, h)
}

// face calls the service as one account.
type face struct {
	t *testing.T
	s *Service
}

func newFace(t *testing.T) face {
	env := storetest.Open(t)
	dir, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	shelf := object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{dir})
	return face{t, New(shelf, env.Clock, slog.New(slog.DiscardHandler))}
}

func (f face) do(account, method, target, body string, header ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.s.Serve(w, r, account, "eu-west-1")
	return w
}

func (f face) want(w *httptest.ResponseRecorder, status int, parts ...string) {
	f.t.Helper()
	if w.Code != status {
		f.t.Errorf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	for _, p := range parts {
		if !strings.Contains(w.Body.String(), p) {
			f.t.Errorf("no %q in %s", p, w.Body)
		}
	}
}

const a, b = "111111111111", "222222222222"

func TestObjectLife(t *testing.T) {
	f := newFace(t)
	f.want(f.do(a, "PUT", "/reports", ""), 200)
	f.want(f.do(a, "PUT", "/reports", ""), 200)
	f.want(f.do(a, "PUT", "/reports/x/y%20z.txt", "hello", "Content-Type", "text/html", "X-Amz-Meta-Signature", "abc"), 200)
	w := f.do(a, "GET", "/reports/x/y%20z.txt", "")
	f.want(w, 200, "hello")
	own := "x-amz-meta-signature" // as it was stored, not as http spells names
	if h := w.Header(); len(h[own]) != 1 || h[own][0] != "abc" || h.Get("Content-Security-Policy") == "" || len(h.Get("ETag")) != 34 {
		t.Errorf("header %v", h)
	}
	f.want(f.do(a, "GET", "/reports/x/y%20z.txt", "", "Range", "bytes=1-2"), 206, "el")
	f.want(f.do(a, "HEAD", "/reports/x/y%20z.txt", ""), 200)
	f.want(f.do(a, "GET", "/reports?location", ""), 200, ">eu-west-1<")
	f.want(f.do(a, "GET", "/", ""), 200, "<Name>reports</Name>")
	f.want(f.do(a, "DELETE", "/reports/x/y%20z.txt", ""), 204)
	f.want(f.do(a, "DELETE", "/reports/x/y%20z.txt", ""), 204)
	f.want(f.do(a, "GET", "/reports/x/y%20z.txt", ""), 404, "<Code>NoSuchKey</Code>")
}

func TestAccountsApart(t *testing.T) {
	f := newFace(t)
	f.do(a, "PUT", "/reports", "")
	f.do(a, "PUT", "/reports/k", "secret")
	for _, c := range [][2]string{{"GET", "/reports/k"}, {"PUT", "/reports/k"}, {"DELETE", "/reports/k"}, {"GET", "/reports"}, {"PUT", "/reports"}} {
		f.want(f.do(b, c[0], c[1], "x"), 403, "AccessDenied")
	}
	f.want(f.do(b, "GET", "/", ""), 200)
	if got := f.do(b, "GET", "/", "").Body.String(); strings.Contains(got, "reports") {
		t.Errorf("another account lists %s", got)
	}
	f.want(f.do(a, "GET", "/reports/k", ""), 200, "secret")
}

func TestListing(t *testing.T) {
	f := newFace(t)
	f.do(a, "PUT", "/logs", "")
	for _, k := range []string{"a/1", "a/2", "b/1", "b/2/3", "c"} {
		f.want(f.do(a, "PUT", "/logs/"+k, k), 200)
	}
	w := f.do(a, "GET", "/logs?delimiter=/&max-keys=2", "")
	f.want(w, 200, "<Prefix>a/</Prefix>", "<Prefix>b/</Prefix>", "<IsTruncated>true</IsTruncated>")
	w = f.do(a, "GET", "/logs?list-type=2&prefix=b/&max-keys=1", "")
	f.want(w, 200, "<Key>b/1</Key>", "<KeyCount>1</KeyCount>", "<IsTruncated>true</IsTruncated>")
	_, rest, _ := strings.Cut(w.Body.String(), "<NextContinuationToken>")
	token, _, _ := strings.Cut(rest, "<")
	f.want(f.do(a, "GET", "/logs?list-type=2&prefix=b/&continuation-token="+token, ""), 200, "<Key>b/2/3</Key>", "<IsTruncated>false</IsTruncated>")
	f.want(f.do(a, "GET", "/logs?marker=b/1", ""), 200, "<Key>b/2/3</Key>", "<Key>c</Key>")
	f.want(f.do(a, "GET", "/logs?max-keys=-1", ""), 400, "InvalidArgument")
	f.want(f.do(a, "GET", "/logs?list-type=2&continuation-token=!", ""), 400, "InvalidArgument")
}

func TestRefused(t *testing.T) {
	f := newFace(t)
	for _, c := range []struct {
		method, target, code string
		status               int
	}{
		{"PUT", "/console", "InvalidBucketName", 400},
		{"PUT", "/UPPER", "InvalidBucketName", 400},
		{"PUT", "/a..b", "InvalidBucketName", 400},
		{"GET", "/nothing/k", "NoSuchBucket", 404},
		{"GET", "/b?acl", "NotImplemented", 501},
		{"POST", "/b/k?uploads", "NotImplemented", 501},
		{"POST", "/b/k", "NotImplemented", 501},
	} {
		f.want(f.do(a, c.method, c.target, ""), c.status, "<Code>"+c.code+"</Code>")
	}
	f.do(a, "PUT", "/bucket", "")
	f.want(f.do(a, "PUT", "/bucket/"+strings.Repeat("k", 1025), ""), 400, "KeyTooLongError")
	r := httptest.NewRequest(http.MethodPut, "/bucket/copy", nil)
	r.Header.Set("x-amz-copy-source", "/bucket/k")
	w := httptest.NewRecorder()
	f.s.Serve(w, r, a, "eu-west-1")
	f.want(w, 501, "NotImplemented")
}
