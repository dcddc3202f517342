package sigv4

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/tickmark/tickmark/internal/fault"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

const key, secret, token = "TKIAEXAMPLE", "a secret/with+signs", "the session's token"

// verifier knows one long-lived key, one session and one that is over.
func verifier() Verifier[string] {
	return Verifier[string]{
		MaxBody: 1 << 20,
		Lookup: func(_ context.Context, id, session string) (string, string, error) {
			switch {
			case id == "TKIAOVER":
				return "", "", fault.New(fault.Denied, "over").With("ExpiredToken")
			case id == key && (session == "" || session == token):
				return secret, "alice", nil
			}
			return "", "", fault.Missing("access key", id)
		},
		Protocol: func(service string) Protocol {
			switch service {
			case "s3":
				return S3
			case "sts":
				return Query
			}
			return JSON
		},
	}
}

type signing struct {
	method, target, body, service, key, secret, token string
	header                                            map[string]string
	at                                                time.Time
	presign                                           bool
}

// sign lets the AWS SDK sign a client request and hands it over as a server would see it.
func (s signing) sign(t testing.TB) *http.Request {
	t.Helper()
	out, err := http.NewRequest(s.method, s.target, strings.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range s.header {
		out.Header.Set(k, v)
	}
	cred := aws.Credentials{AccessKeyID: or(s.key, key), SecretAccessKey: or(s.secret, secret), SessionToken: s.token}
	at := s.at
	if at.IsZero() {
		at = now
	}
	sum := sha256.Sum256([]byte(s.body))
	hash := or(s.header[hashHeader], hex.EncodeToString(sum[:]))
	raw := func(o *v4.SignerOptions) { o.DisableURIPathEscaping = s.service == "s3" }
	if s.presign {
		url, _, err := v4.NewSigner().PresignHTTP(t.Context(), cred, out, hash, s.service, "eu-west-1", at, raw)
		if err != nil {
			t.Fatal(err)
		}
		in := httptest.NewRequest(s.method, url, strings.NewReader(s.body))
		in.Header = out.Header.Clone()
		return in
	}
	if err := v4.NewSigner().SignHTTP(t.Context(), cred, out, hash, s.service, "eu-west-1", at, raw); err != nil {
		t.Fatal(err)
	}
	in := httptest.NewRequest(s.method, s.target, strings.NewReader(s.body))
	in.Header = out.Header.Clone()
	return in
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func TestSDKSignatures(t *testing.T) {
	for name, s := range map[string]signing{
		"json":            {method: "POST", target: "http://localhost:4780/", service: "config", body: `{"a":1}`, header: map[string]string{"X-Amz-Target": "StarlingDoveService.DescribeConfigRules", "Content-Type": "application/x-amz-json-1.1"}},
		"rest with arn":   {method: "GET", target: "http://localhost/tags/arn%3Aaws%3Aauditmanager%3A%3A1%3Aassessment%2Fx%20y", service: "auditmanager"},
		"query string":    {method: "GET", target: "http://localhost/frameworks?frameworkType=Standard&b=%2B%20c&a-b=2&a=1&empty", service: "auditmanager"},
		"spaces":          {method: "GET", target: "http://localhost/", service: "auditmanager", header: map[string]string{"X-Amz-Meta": "  a   b  "}},
		"session":         {method: "POST", target: "http://localhost/", service: "sts", body: "Action=GetCallerIdentity&Version=2011-06-15", token: token},
		"s3 key":          {method: "PUT", target: "http://localhost/bucket/a%20b/%C3%A9+c%2Fd//e", service: "s3", body: "content", header: map[string]string{hashHeader: hashOf("content")}},
		"s3 unsigned":     {method: "PUT", target: "http://localhost/bucket/k", service: "s3", body: "content", header: map[string]string{hashHeader: unsignedPayload}},
		"presigned":       {method: "GET", target: "http://localhost/?Action=GetCallerIdentity&Version=2011-06-15", service: "sts", presign: true},
		"presigned token": {method: "GET", target: "http://localhost/?Action=GetCallerIdentity&X-Amz-Expires=60", service: "sts", presign: true, token: token},
		"presigned s3":    {method: "PUT", target: "http://localhost/b/k%20k?X-Amz-Expires=604800", service: "s3", presign: true, body: "x", header: map[string]string{hashHeader: unsignedPayload}},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.sign(t)
			if id, ok := Scope(r); !ok || id.Service != s.service || id.Region != "eu-west-1" || id.AccessKeyID != key {
				t.Errorf("scope %+v %v", id, ok)
			}
			id, who, err := verifier().Verify(r, now)
			if err != nil {
				t.Fatal(err)
			}
			if who != "alice" || id.Presigned != s.presign || id.SessionToken != s.token {
				t.Errorf("principal %q, identity %+v", who, id)
			}
			if got, err := io.ReadAll(r.Body); err != nil || string(got) != s.body {
				t.Errorf("body %q: %v", got, err)
			}
		})
	}
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestRefused(t *testing.T) {
	jsonCall := signing{method: "POST", target: "http://localhost/x", service: "config", body: `{"a":1}`}
	query := signing{method: "POST", target: "http://localhost/", service: "sts", body: "Action=X"}
	s3 := signing{method: "PUT", target: "http://localhost/b/k", service: "s3", body: "content", header: map[string]string{hashHeader: hashOf("content")}}
	presigned := signing{method: "GET", target: "http://localhost/b/k?X-Amz-Expires=60", service: "s3", presign: true, header: map[string]string{hashHeader: unsignedPayload}}
	with := func(s signing, change func(*signing)) signing { change(&s); return s }
	auth := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	edit := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			h := r.Header.Get("Authorization")
			if !strings.Contains(h, old) {
				panic(old)
			}
			r.Header.Set("Authorization", strings.Replace(h, old, new, 1))
		}
	}
	for _, c := range []struct {
		name   string
		sign   signing
		change func(*http.Request)
		code   string
		kind   fault.Kind
	}{
		{"no signature", jsonCall, func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException", fault.Denied},
		{"bearer", jsonCall, auth("Bearer abc"), "IncompleteSignatureException", fault.Invalid},
		{"sigv4a", jsonCall, auth("AWS4-ECDSA-P256-SHA256 Credential=a"), "IncompleteSignatureException", fault.Invalid},
		{"no signature part", query, auth("AWS4-HMAC-SHA256 Credential=" + key + "/20260304/eu-west-1/sts/aws4_request, SignedHeaders=host"), "IncompleteSignature", fault.Invalid},
		{"part twice", jsonCall, edit("SignedHeaders=", "Signature=1, SignedHeaders="), "IncompleteSignatureException", fault.Invalid},
		{"short credential", jsonCall, edit("/aws4_request", ""), "IncompleteSignatureException", fault.Invalid},
		{"host unsigned", jsonCall, edit("host;", ""), "IncompleteSignatureException", fault.Invalid},
		{"header twice", jsonCall, edit("host;", "host;host;"), "IncompleteSignatureException", fault.Invalid},
		{"no time", jsonCall, func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "IncompleteSignatureException", fault.Invalid},
		{"both forms", jsonCall, func(r *http.Request) { r.URL.RawQuery = "X-Amz-Signature=1" }, "InvalidArgument", fault.Invalid},
		{"unknown key", with(jsonCall, func(s *signing) { s.key = "TKIAOTHER" }), nil, "UnrecognizedClientException", fault.Denied},
		{"unknown key, query", with(query, func(s *signing) { s.key = "TKIAOTHER" }), nil, "InvalidClientTokenId", fault.Denied},
		{"unknown key, s3", with(s3, func(s *signing) { s.key = "TKIAOTHER" }), nil, "InvalidAccessKeyId", fault.Denied},
		{"foreign token", with(jsonCall, func(s *signing) { s.token = "other" }), nil, "UnrecognizedClientException", fault.Denied},
		{"session over", with(jsonCall, func(s *signing) { s.key = "TKIAOVER" }), nil, "ExpiredTokenException", fault.Denied},
		{"session over, query", with(query, func(s *signing) { s.key = "TKIAOVER" }), nil, "ExpiredToken", fault.Denied},
		{"wrong secret", with(jsonCall, func(s *signing) { s.secret = "wrong" }), nil, "InvalidSignatureException", fault.Denied},
		{"wrong secret, query", with(query, func(s *signing) { s.secret = "wrong" }), nil, "SignatureDoesNotMatch", fault.Denied},
		{"slow clock", with(jsonCall, func(s *signing) { s.at = now.Add(-MaxSkew - time.Second) }), nil, "InvalidSignatureException", fault.Denied},
		{"fast clock", with(query, func(s *signing) { s.at = now.Add(MaxSkew + time.Second) }), nil, "SignatureDoesNotMatch", fault.Denied},
		{"slow clock, s3", with(s3, func(s *signing) { s.at = now.Add(-MaxSkew - time.Second) }), nil, "RequestTimeTooSkewed", fault.Denied},
		{"other day in scope", jsonCall, edit("/20260304/", "/20260303/"), "InvalidSignatureException", fault.Denied},
		{"other region", jsonCall, edit("/eu-west-1/", "/us-east-1/"), "InvalidSignatureException", fault.Denied},
		{"other method", jsonCall, func(r *http.Request) { r.Method = "PUT" }, "InvalidSignatureException", fault.Denied},
		{"other path", jsonCall, func(r *http.Request) { r.URL.Path = "/y" }, "InvalidSignatureException", fault.Denied},
		{"other query", jsonCall, func(r *http.Request) { r.URL.RawQuery = "a=1" }, "InvalidSignatureException", fault.Denied},
		{"other host", jsonCall, func(r *http.Request) { r.Host = "elsewhere" }, "InvalidSignatureException", fault.Denied},
		{"other body", jsonCall, func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"a":2}`)) }, "InvalidSignatureException", fault.Denied},
		{"other hash", with(jsonCall, func(s *signing) { s.header = map[string]string{hashHeader: hashOf("other")} }), nil, "InvalidSignatureException", fault.Denied},
		{"unsigned body outside s3", with(jsonCall, func(s *signing) { s.header = map[string]string{hashHeader: unsignedPayload} }), nil, "InvalidSignatureException", fault.Denied},
		{"large body", with(jsonCall, func(s *signing) { s.body = strings.Repeat("x", 1<<20+1) }), nil, "RequestEntityTooLargeException", fault.Invalid},
		{"large body of unknown length", with(jsonCall, func(s *signing) { s.body = strings.Repeat("x", 1<<20+1) }), func(r *http.Request) { r.ContentLength = -1 }, "RequestEntityTooLargeException", fault.Invalid},
		{"bad query escape", jsonCall, func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, "MalformedQueryString", fault.Invalid},
		{"s3 without hash", s3, func(r *http.Request) { r.Header.Del(hashHeader) }, "InvalidRequest", fault.Invalid},
		{"s3 bad hash", s3, func(r *http.Request) { r.Header.Set(hashHeader, "abc") }, "InvalidArgument", fault.Invalid},
		{"presigned over", with(presigned, func(s *signing) { s.at = now.Add(-61 * time.Second) }), nil, "AccessDenied", fault.Denied},
		{"presigned over, query", with(presigned, func(s *signing) { s.at, s.service = now.Add(-61*time.Second), "sts" }), nil, "RequestExpired", fault.Denied},
		{"presigned without end, query", signing{method: "GET", target: "http://localhost/", service: "sts", presign: true, at: now.Add(-16 * time.Minute)}, nil, "RequestExpired", fault.Denied},
		{"presigned without end, s3", signing{method: "GET", target: "http://localhost/", service: "s3", presign: true}, nil, "AuthorizationQueryParametersError", fault.Invalid},
		{"presigned for 8 days", with(presigned, func(s *signing) { s.target = "http://localhost/b/k?X-Amz-Expires=604801" }), nil, "AuthorizationQueryParametersError", fault.Invalid},
		{"presigned longer", presigned, func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "Expires=60", "Expires=600", 1)
		}, "SignatureDoesNotMatch", fault.Denied},
		{"presigned twice", presigned, func(r *http.Request) { r.URL.RawQuery += "&X-Amz-Signature=1" }, "", fault.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.sign.sign(t)
			if c.change != nil {
				c.change(r)
			}
			_, who, err := verifier().Verify(r, now)
			wantFault(t, err, c.code, c.kind)
			if who != "" {
				t.Errorf("principal %q beside an error", who)
			}
		})
	}
}

func wantFault(t *testing.T, err error, code string, kind fault.Kind) {
	t.Helper()
	f, ok := err.(*fault.Error)
	if !ok {
		t.Fatalf("error %v, want a fault %s", err, code)
	}
	if code != "" && f.Code != code || f.Kind != kind {
		t.Errorf("%s (%s): %s; want %s (%s)", f.Code, f.Kind, f.Message, code, kind)
	}
}

func TestBodyOfS3IsCheckedWhileRead(t *testing.T) {
	s := signing{method: "PUT", target: "http://localhost/b/k", service: "s3", body: "content", header: map[string]string{hashHeader: hashOf("content")}}
	r := s.sign(t)
	r.Body = io.NopCloser(strings.NewReader("CONTENT"))
	if _, _, err := verifier().Verify(r, now); err != nil {
		t.Fatal(err)
	}
	_, err := io.ReadAll(r.Body)
	wantFault(t, err, "XAmzContentSHA256Mismatch", fault.Denied)

	s.header[hashHeader] = unsignedPayload
	s.body = strings.Repeat("x", 1<<20+1)
	r = s.sign(t)
	r.Header.Set("Content-Length", "1048577")
	r.ContentLength = -1
	if _, _, err := verifier().Verify(r, now); err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(&bytes.Buffer{}, r.Body)
	wantFault(t, err, "EntityTooLarge", fault.Invalid)

	v := verifier()
	v.MaxObject = 2 << 20
	r = s.sign(t)
	if _, _, err := v.Verify(r, now); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r.Body); n != 1<<20+1 || err != nil {
		t.Errorf("read %d bytes: %v", n, err)
	}
}

func TestErrorOfLookupPassesThrough(t *testing.T) {
	v := verifier()
	v.Lookup = func(context.Context, string, string) (string, string, error) { return "", "", io.ErrClosedPipe }
	if _, _, err := v.Verify(signing{method: "GET", target: "http://localhost/", service: "config"}.sign(t), now); err != io.ErrClosedPipe {
		t.Errorf("error %v", err)
	}
}

func BenchmarkVerify(b *testing.B) {
	s := signing{method: "POST", target: "http://localhost/", service: "config", body: strings.Repeat("x", 512), token: token}
	r := s.sign(b)
	v := verifier()
	for b.Loop() {
		if _, _, err := v.Verify(r, now); err != nil {
			b.Fatal(err)
		}
		r.Body = io.NopCloser(strings.NewReader(s.body))
	}
}

func FuzzVerifySigV4(f *testing.F) {
	add := func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f.Add(r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("X-Amz-Date"), r.Header.Get(hashHeader), body)
	}
	add(signing{method: "POST", target: "http://localhost/a%20b?x=1", service: "config", body: "{}"}.sign(f))
	add(signing{method: "GET", target: "http://localhost/?X-Amz-Expires=60", service: "s3", presign: true}.sign(f))
	f.Fuzz(func(t *testing.T, method, target, auth, date, hash string, body []byte) {
		r, err := http.NewRequest(method, "http://localhost", bytes.NewReader(body))
		if err != nil {
			return
		}
		if u, err := r.URL.Parse(target); err == nil {
			r.URL = u
		}
		r.Header.Set("Authorization", auth)
		r.Header.Set("X-Amz-Date", date)
		r.Header.Set(hashHeader, hash)
		r.Header.Set(decodedLenHeader, "10")
		id, _ := Scope(r)
		v := verifier()
		v.Lookup = func(context.Context, string, string) (string, string, error) { return "unguessed", "mallory", nil }
		if _, _, err := v.Verify(r, now); err == nil {
			t.Fatalf("accepted without the secret: %+v", id)
		}
	})
}
