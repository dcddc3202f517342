// Package client sends AWS API calls: it finds the host, signs, keeps to rates, repeats what may be repeated and reads the
// answer. What is called is a model (package models); how bytes look is package wire's.
//
// What it promises:
//   - A call goes to the host of its service and region, or to Target.EndpointURL; nothing of the environment decides.
//   - Each account, region, service and operation has its own rate: it falls when AWS throttles, and feels its way up again.
//   - What AWS says is an *Error of package wire; of any other error it is unknown whether AWS acted.
//   - An answer is read up to a bound; what Open returns as a stream is the caller's to read and to close.
//   - A clock that is minutes off is noticed from AWS's refusal and made up for.
//
// Signing, the decision what to repeat and the time between are the AWS SDK's (its core, no service's client).
package client

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/stamp"
)

// MaxAnswer bounds an answer that is read into memory.
const MaxAnswer = 64 << 20

// Client sends calls. Its fields are set before the first one.
type Client struct {
	HTTP   *http.Client
	Clock  stamp.Source
	Limits *Limits
	// Retry decides about repeating; see NewRetry.
	Retry *retry.Standard

	skew atomic.Int64 // what AWS's clock is ahead of ours, in nanoseconds
}

// Target is where a call goes, and as whom.
type Target struct {
	Account     string // of whom the rates are
	Region      string
	Credentials aws.CredentialsProvider
	// EndpointURL replaces the host of every service.
	EndpointURL string
	// PathStyle names buckets in the path also where the host could name them.
	PathStyle bool
	// Attempts bounds how often a call is made; 0 is that of the client.
	Attempts int
	// Patient goes on for much longer when a call is throttled: its rate falls until AWS is content.
	Patient bool
}

// patience is how often a throttled call is made.
const patience = 15

// NewRetry is the SDK's standard retryer without its quota: rates do what that is for.
func NewRetry(attempts int, maxBackoff time.Duration) *retry.Standard {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.RateLimiter = attempts, unlimited{}
		if maxBackoff > 0 {
			o.MaxBackoff = maxBackoff
		}
	})
}

type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }

// Call makes a call whose input wire.Check returned.
func (c *Client) Call(ctx context.Context, t Target, op *models.Operation, in wire.Object) (wire.Object, error) {
	resp, err := c.send(ctx, t, op, in)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := readAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return parse(op, resp, body)
}

// Open makes a call whose answer is a stream. The answer has all but that.
func (c *Client) Open(ctx context.Context, t Target, op *models.Operation, in wire.Object) (wire.Object, io.ReadCloser, error) {
	resp, err := c.send(ctx, t, op, in)
	if err != nil {
		return nil, nil, err
	}
	out, err := wire.Parse(op, resp.StatusCode, resp.Header, nil)
	if err != nil {
		_ = resp.Body.Close()
		return nil, nil, err
	}
	return out, resp.Body, nil
}

func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxAnswer+1))
	if err == nil && len(b) > MaxAnswer {
		err = fmt.Errorf("the answer is larger than %d bytes: ask for less of it", MaxAnswer)
	}
	return b, err
}

func parse(op *models.Operation, resp *http.Response, body []byte) (wire.Object, error) {
	body = special(op, body)
	out, err := wire.Parse(op, resp.StatusCode, resp.Header, body)
	if err != nil {
		return nil, err
	}
	if m := wire.StreamMember(op); m != nil {
		out[m.Name] = body
	}
	return out, nil
}

// send makes the attempts. The answer it returns is not an error, its body is open.
func (c *Client) send(ctx context.Context, t Target, op *models.Operation, in wire.Object) (*http.Response, error) {
	prepare(op, in)
	built, err := wire.Build(op, in, c.Clock.NewID)
	if err != nil {
		return nil, err
	}
	at, err := locate(t, op, in, built)
	if err != nil {
		return nil, err
	}
	limit := c.Limits.of(t, op)
	attempts := t.Attempts
	if attempts == 0 {
		attempts = c.Retry.MaxAttempts()
	}
	for attempt := 1; ; attempt++ {
		if err := limit.wait(ctx, c.Clock); err != nil {
			return nil, err
		}
		resp, err := c.once(ctx, t, op, built, at)
		limit.told(err, c.Clock.Now())
		if err == nil {
			return resp, nil
		}
		skewed := c.adjust(err)
		most := attempts
		if t.Patient && throttled(err) {
			most = patience
		}
		if attempt >= most || !skewed && !c.Retry.IsErrorRetryable(err) {
			return nil, err
		}
		if err := c.rest(ctx, attempt, most > attempts, err); err != nil {
			return nil, err
		}
	}
}

// patientPause bounds the time between patient attempts: the rate is what spares AWS then.
const patientPause = 2 * time.Second

// rest waits before the next attempt, or returns the last one's error when that could not be made in time.
func (c *Client) rest(ctx context.Context, attempt int, patient bool, last error) error {
	delay, err := c.Retry.RetryDelay(attempt, last)
	if err != nil {
		return last
	}
	if patient {
		delay = min(delay, patientPause)
	}
	delay = max(delay, retryAfter(last, c.Clock.Now()))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < delay {
		return last
	}
	if err := pause(ctx, delay); err != nil {
		return errors.Join(err, last)
	}
	return nil
}

// retryAfter is what the answer asks for, in seconds or as a time.
func retryAfter(err error, now time.Time) time.Duration {
	e, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return 0
	}
	s := e.Header.Get("Retry-After")
	if d, err := time.ParseDuration(s + "s"); err == nil && d > 0 {
		return min(d, time.Hour)
	}
	if at, err := http.ParseTime(s); err == nil {
		return at.Sub(now)
	}
	return 0
}

// once makes one attempt.
func (c *Client) once(ctx context.Context, t Target, op *models.Operation, r *wire.Request, at address) (*http.Response, error) {
	req, err := c.request(ctx, t, op, r, at)
	if err != nil {
		return nil, err
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w: %w", &aws.RequestCanceledError{Err: ctx.Err()}, err)
		}
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	if resp.StatusCode < 300 && !hiddenError(op, resp) {
		return resp, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil && len(body) == 0 && op.Method != http.MethodHead {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	return nil, wire.Failure(op, resp.StatusCode, resp.Header, body)
}

func (c *Client) request(ctx context.Context, t Target, op *models.Operation, r *wire.Request, at address) (*http.Request, error) {
	u := at.url
	u.RawQuery = strings.ReplaceAll(r.Query.Encode(), "+", "%20")
	req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	req.URL = &u
	if len(r.Body) == 0 {
		req.Body, req.GetBody = http.NoBody, nil
	}
	for name, values := range r.Header {
		req.Header[name] = slices.Clone(values)
	}
	req.Header.Set("User-Agent", "tickmark app/tickmark")
	if op.Service.Name == "apigateway" {
		req.Header.Set("Accept", "application/json") // else it may answer in a form of its own, with links
	}
	if op.Checksum || op.Service.Name == "s3" && len(r.Body) > 0 {
		sum := md5.Sum(r.Body)
		if req.Header.Get("Content-Md5") == "" {
			req.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
		}
	}
	if op.Unsigned {
		return req, nil
	}
	return req, c.sign(ctx, t, op, req, r.Body, at)
}

func (c *Client) sign(ctx context.Context, t Target, op *models.Operation, req *http.Request, body []byte, at address) error {
	who, err := t.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("get credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if op.UnsignedPayload && req.URL.Scheme == "https" {
		hash = "UNSIGNED-PAYLOAD"
	}
	ofS3 := at.name == "s3" || strings.HasPrefix(at.name, "s3-")
	if ofS3 || hash == "UNSIGNED-PAYLOAD" {
		req.Header.Set("X-Amz-Content-Sha256", hash)
	}
	now := c.Clock.Now().Add(time.Duration(c.skew.Load()))
	return v4.NewSigner().SignHTTP(ctx, who, req, hash, at.name, at.region, now, func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = ofS3
	})
}

// skewed are the codes that tell of a clock that is off.
var skewed = []string{"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"}

// adjust notices from a refusal that our clock is off; true says that another attempt may go better.
func (c *Client) adjust(err error) bool {
	e, ok := errors.AsType[*wire.Error](err)
	if !ok || !slices.Contains(skewed, e.Code) {
		return false
	}
	theirs, err := http.ParseTime(e.Header.Get("Date"))
	if err != nil {
		return false
	}
	off := theirs.Sub(c.Clock.Now())
	if (off - time.Duration(c.skew.Load())).Abs() < 4*time.Minute {
		return false
	}
	c.skew.Store(int64(off))
	return true
}

// address is where a request goes and what it is signed for.
type address struct {
	url          url.URL
	region, name string
}

// locate puts host and path together.
func locate(t Target, op *models.Operation, in wire.Object, r *wire.Request) (address, error) {
	s := op.Service
	at, known := endpoints.Resolve(s.Name, t.Region)
	if !known {
		return address{}, fmt.Errorf("%s has no endpoint known for region %s", s.Name, t.Region)
	}
	out := address{region: at.Region, name: at.Name}
	if out.name == "" {
		out.name = s.SigningName
	}
	base := url.URL{Scheme: "https", Host: at.Host}
	if t.EndpointURL != "" {
		u, err := url.Parse(t.EndpointURL)
		if err != nil {
			return address{}, err
		}
		base = *u
	} else {
		base.Host = r.HostPrefix + base.Host
	}
	path := r.Path
	if s.Name == "s3" && !t.PathStyle {
		base.Host, path = virtual(base, in, path)
	}
	full := strings.TrimSuffix(base.EscapedPath(), "/") + path
	plain, err := url.PathUnescape(full)
	if err != nil {
		return address{}, err
	}
	out.url = url.URL{Scheme: base.Scheme, Host: base.Host, Path: plain, RawPath: full}
	return out, nil
}
