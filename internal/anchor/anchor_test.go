package anchor

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

var now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// tsa is a time-stamp authority of our own.
type tsa struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	// other answers to another question than the one that was asked.
	other bool
}

func newTSA(t testing.TB, usage x509.ExtKeyUsage) *tsa {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Stamps of Tickmark's tests"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tsa{cert: cert, key: key}
}

func (a *tsa) stamp(t testing.TB, req *timestamp.Request) []byte {
	t.Helper()
	out := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: req.HashedMessage, Time: now, Nonce: req.Nonce, Policy: []int{1, 2, 3}, AddTSACertificate: true}
	b, err := out.CreateResponseWithOpts(a.cert, a.key, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (a *tsa) serve(t testing.TB) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		req, err := timestamp.ParseRequest(body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		if a.other {
			req.Nonce = big.NewInt(7)
		}
		_, _ = w.Write(a.stamp(t, req))
	}))
	t.Cleanup(s.Close)
	return s
}

var checkpoint = ledger.Checkpoint{Origin: "tickmark/x/111122223333", Size: 12, Note: []byte("tickmark/x/111122223333\n12\nroot\n\n— sig\n")}

func TestTimeStamp(t *testing.T) {
	good, wrongUse, other := newTSA(t, x509.ExtKeyUsageTimeStamping), newTSA(t, x509.ExtKeyUsageServerAuth), newTSA(t, x509.ExtKeyUsageTimeStamping)
	other.other = true
	places, err := ParsePlaces([]string{"rfc3161=" + good.serve(t).URL}, stamp.NewFixed(now), http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	r, err := places[0].Keep(t.Context(), checkpoint)
	if err != nil || !r.At.Equal(now) || !strings.HasPrefix(r.Reference, "serial ") {
		t.Fatalf("%+v, %v", r, err)
	}
	roots, strangers := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(good.cert)
	strangers.AddCert(other.cert)
	for name, c := range map[string]struct {
		roots   *x509.CertPool
		trusted bool
	}{"no roots": {nil, false}, "its root": {roots, true}, "another root": {strangers, false}} {
		s, err := CheckToken(r.Token, checkpoint.Note, c.roots)
		if err != nil || s.Trusted != c.trusted || !strings.Contains(s.Authority, "Stamps of") || !s.At.Equal(now) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := CheckToken(r.Token, append(bytes.Clone(checkpoint.Note), ' '), nil); err == nil {
		t.Error("a token fits another text")
	}
	for i := range r.Token {
		bad := bytes.Clone(r.Token)
		bad[i] ^= 1
		if s, err := CheckToken(bad, checkpoint.Note, roots); err == nil && s.Trusted && !s.At.Equal(now) {
			t.Fatalf("byte %d flipped: another time is trusted", i)
		}
	}
	for name, a := range map[string]*tsa{"a certificate for servers": wrongUse, "the answer to another question": other} {
		p, err := ParsePlaces([]string{"rfc3161=" + a.serve(t).URL}, stamp.NewFixed(now), http.DefaultClient)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p[0].Keep(t.Context(), checkpoint); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	var posted []byte
	status := http.StatusCreated
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posted, _ = io.ReadAll(r.Body)
		w.Header().Set("Location", "/kept/1")
		w.WriteHeader(status)
	}))
	defer s.Close()
	places, err := ParsePlaces([]string{"webhook=" + s.URL, "directory=" + dir}, stamp.NewFixed(now), http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // again is the same
		for _, p := range places {
			if _, err := p.Keep(t.Context(), checkpoint); err != nil {
				t.Error(err)
			}
		}
	}
	if kept, err := os.ReadFile(filepath.Join(dir, "tickmark-x-111122223333-000000000012.checkpoint")); err != nil || !bytes.Equal(kept, checkpoint.Note) || !bytes.Equal(posted, checkpoint.Note) {
		t.Errorf("kept %q, posted %q, %v", kept, posted, err)
	}
	forged := checkpoint
	forged.Note = []byte("another history")
	if _, err := places[1].Keep(t.Context(), forged); err == nil {
		t.Error("a checkpoint was replaced")
	}
	status = http.StatusInternalServerError
	if _, err := places[0].Keep(t.Context(), checkpoint); err == nil {
		t.Error("a failure counts as kept")
	}
	for _, bad := range []string{"", "x", "rfc3161=", "rfc3161=ftp://x", "webhook=https://user:pass@host/", "directory=relative", "mail=a@b"} {
		if _, err := ParsePlaces([]string{bad}, nil, nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzCheckToken(f *testing.F) {
	a := newTSA(f, x509.ExtKeyUsageTimeStamping)
	sum := checkpoint.Note
	resp, err := timestamp.ParseResponse(a.stamp(f, &timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: make([]byte, 32), Nonce: big.NewInt(1)}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(resp.RawToken)
	f.Fuzz(func(t *testing.T, token []byte) {
		if _, err := CheckToken(token, sum, nil); err == nil {
			t.Error("a token over another text is taken")
		}
	})
}
