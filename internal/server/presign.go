package server

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/awswire/sigv4"
	"github.com/tickmark/tickmark/internal/fault"
)

// signedRequest is what a handler needs to sign a link in its caller's name.
type signedRequest struct {
	id     sigv4.Identity
	scheme string
	host   string
}

type signedKey struct{}

func withSigned(ctx context.Context, id sigv4.Identity, req *http.Request) context.Context {
	scheme := "http"
	if req.TLS != nil {
		scheme = "https"
	}
	return context.WithValue(ctx, signedKey{}, signedRequest{id, scheme, req.Host})
}

// presign makes a URL for one request on an object, signed with the caller's own key and good until it expires. It
// carries a mark of ours by which it is obeyed although the caller may not read or write objects otherwise: that the
// service has given it out is the permission. It leads back to the host that the caller has asked.
func (s *Server) presign(ctx context.Context, method, bucket, key string, expires time.Duration) (string, error) {
	r, ok := ctx.Value(signedKey{}).(signedRequest)
	if !ok {
		return "", fmt.Errorf("presign %s/%s: no request to answer", bucket, key)
	}
	u := url.URL{Scheme: r.scheme, Host: r.host, Path: "/" + bucket + "/" + key}
	at, seconds := s.cfg.Clock.Now().UTC(), strconv.Itoa(int(expires.Seconds()))
	u.RawQuery = url.Values{
		"X-Amz-Expires": {seconds},
		linkMark:        {s.mark(r.id.AccessKeyID, method, u.Path, at.Format(amzDate), seconds)},
	}.Encode()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return "", err
	}
	secret, _, err := s.access.Lookup(ctx, r.id.AccessKeyID, r.id.SessionToken)
	if err != nil {
		if s.cfg.Auth != AuthNone {
			return "", err
		}
		secret = "unverified" // with --auth none nobody looks at the signature
	}
	region := awswire.CallerFrom(ctx).Region
	keys := aws.Credentials{AccessKeyID: r.id.AccessKeyID, SecretAccessKey: secret, SessionToken: r.id.SessionToken}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	link, _, err := signer.PresignHTTP(ctx, keys, req, "UNSIGNED-PAYLOAD", "s3", region, at)
	return link, err
}

const (
	linkMark = "X-Tickmark-Link"
	amzDate  = "20060102T150405Z"
)

// mark authenticates what a link is for: whose it is, the request, and how long it is good. All of it is signed by the
// holder's key besides, so that nobody else has any use for it.
func (s *Server) mark(parts ...string) string {
	h := hmac.New(sha256.New, s.linkKey)
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// marked tells whether a request, whose signature was checked, is one that presign has made.
func (s *Server) marked(req *http.Request, accessKeyID string) bool {
	q := req.URL.Query()
	want := s.mark(accessKeyID, req.Method, req.URL.Path, q.Get("X-Amz-Date"), q.Get("X-Amz-Expires"))
	return q.Get("X-Amz-Signature") != "" && hmac.Equal([]byte(q.Get(linkMark)), []byte(want))
}

// linkKeyOf derives the key of marks from the installation's secret.
func linkKeyOf(secret []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("links to objects"))
	return h.Sum(nil)
}

// organizationID is the id of the organization, "" when there is none.
func (s *Server) organizationID(ctx context.Context) (string, error) {
	o, err := s.org.Describe(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return o.ID, err
}
