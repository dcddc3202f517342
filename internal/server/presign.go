package server

import (
	"context"
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

// presign makes a URL for one request on an object, signed with the caller's own key: it opens no more than the caller
// may, and only until it expires. It leads back to the host that the caller has asked.
func (s *Server) presign(ctx context.Context, method, bucket, key string, expires time.Duration) (string, error) {
	r, ok := ctx.Value(signedKey{}).(signedRequest)
	if !ok {
		return "", fmt.Errorf("presign %s/%s: no request to answer", bucket, key)
	}
	u := url.URL{Scheme: r.scheme, Host: r.host, Path: "/" + bucket + "/" + key, RawQuery: url.Values{"X-Amz-Expires": {strconv.Itoa(int(expires.Seconds()))}}.Encode()}
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
	link, _, err := signer.PresignHTTP(ctx, keys, req, "UNSIGNED-PAYLOAD", "s3", region, s.cfg.Clock.Now())
	return link, err
}

// organizationID is the id of the organization, "" when there is none.
func (s *Server) organizationID(ctx context.Context) (string, error) {
	o, err := s.org.Describe(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return o.ID, err
}
