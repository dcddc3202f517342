// Package bucket writes files into buckets of any S3 endpoint, AWS's own or another one's, and reads log files from them.
//
// What it promises:
//   - Files of any size go out as streams; an upload holds one part in memory, whatever the file's size.
//   - A file is there whole or not at all. What was begun and cannot be ended is aborted; a process that is killed leaves
//     an unfinished upload, which a lifecycle rule of the bucket (AbortIncompleteMultipartUpload) removes.
//   - An endpoint that is silent is given up after a while: no request lasts longer than five times Options.Wait.
//   - Errors are faults with S3's codes, sorted by who can mend them. One of kind Unavailable may pass.
//   - AWS_ENDPOINT_URL* of the environment, endpoints in profiles, and keys of Tickmark itself are not obeyed.
package bucket

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/profile"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Options say which S3 it is. The zero value is AWS's, with the SDK's usual chain of credentials.
type Options struct {
	// Profile of the shared configuration files has the credentials.
	Profile string
	// EndpointURL replaces AWS's addresses.
	EndpointURL string
	// PathStyle names buckets in the path and not in the host name.
	PathStyle bool
	// Flags is what the flags of these options begin with, for messages; empty is "delivery-s3".
	Flags string
	// Wait is how long the endpoint may take to answer; 0 is half a minute.
	Wait time.Duration
}

// S3 writes to the buckets that its credentials may write to.
type S3 struct {
	options Options
	client  *client.Client
	profile profile.Held

	mu      sync.Mutex
	regions map[string]string // of buckets
}

// New reads no credentials yet: they are looked for at the first upload.
func New(o Options) (*S3, error) {
	if o.Flags == "" {
		o.Flags = "delivery-s3"
	}
	if o.EndpointURL != "" {
		u, err := url.Parse(o.EndpointURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
			return nil, fault.Invalidf(o.Flags+"-endpoint-url", "--%s-endpoint-url %q is not an address: it must be like https://HOST[:PORT].", o.Flags, o.EndpointURL)
		}
	}
	if o.Wait <= 0 {
		o.Wait = 30 * time.Second
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: min(o.Wait, 10*time.Second)}).DialContext
	t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = min(o.Wait, 10*time.Second), o.Wait
	return &S3{
		options: o, profile: profile.Held{Name: o.Profile}, regions: map[string]string{},
		client: client.New(&http.Client{Transport: t, Timeout: 5 * o.Wait, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, stamp.System, attempts, maxBackoff),
	}, nil
}

// credentials are those of the profile.
func (s *S3) credentials(ctx context.Context) (aws.CredentialsProvider, string, error) {
	own, home, err := s.profile.Load(ctx)
	if err != nil {
		return nil, "", &fault.Error{
			Kind: fault.Denied, Code: "AccessDenied", Err: err,
			Message: "There are no AWS credentials for S3. Give --" + s.options.Flags + "-profile, a profile of the AWS configuration files",
		}
	}
	return own, home, nil
}

const (
	// attempts of one request.
	attempts = 3
	// maxBackoff lies between two of them at most: who delivers tries again, later.
	maxBackoff = time.Second
)

// target is where calls about buckets of a region go.
func (s *S3) target(own aws.CredentialsProvider, region string) client.Target {
	return client.Target{Region: region, Credentials: own, EndpointURL: s.options.EndpointURL, PathStyle: s.options.PathStyle}
}

func (s *S3) foreign() bool { return s.options.EndpointURL != "" }
