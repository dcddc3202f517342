package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/stamp"
)

// fakeAWS is a transport that answers in AWS's place.
type fakeAWS func(req *http.Request, body string) (status int, header map[string]string, answer string)

func (f fakeAWS) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	status, header, answer := f(req, string(body))
	if status == 0 {
		return nil, errors.New("connection reset by peer")
	}
	h := http.Header{}
	for k, v := range header {
		h.Set(k, v)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(answer)), Request: req}, nil
}

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func open(f fakeAWS) *Client {
	return &Client{HTTP: &http.Client{Transport: f}, Clock: stamp.NewFixed(now), Limits: NewLimits(), Retry: NewRetry(3, time.Millisecond)}
}

func target(region string) Target {
	return Target{Account: "111122223333", Region: region, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "token")}
}

func find(t *testing.T, name string) *models.Operation {
	t.Helper()
	service, api, _ := strings.Cut(name, ":")
	op := models.Find(service, api)
	if op == nil {
		t.Fatalf("%s has no model", name)
	}
	return op
}

// TestAddress: where calls go, what they are signed for, and how buckets are named.
func TestAddress(t *testing.T) {
	for _, c := range []struct {
		api, region, endpoint string
		in                    wire.Object
		path                  bool
		url, scope            string
	}{
		{api: "ec2:DescribeVolumes", region: "eu-west-1", url: "https://ec2.eu-west-1.amazonaws.com/", scope: "/20260102/eu-west-1/ec2/aws4_request"},
		{api: "iam:ListUsers", region: "eu-west-1", url: "https://iam.amazonaws.com/", scope: "/us-east-1/iam/"},
		{api: "s3:GetBucketAcl", region: "eu-west-1", in: wire.Object{"Bucket": "plain"}, url: "https://plain.s3.eu-west-1.amazonaws.com/?acl=", scope: "/eu-west-1/s3/"},
		{api: "s3:GetBucketAcl", region: "eu-west-1", in: wire.Object{"Bucket": "with.dots"}, url: "https://s3.eu-west-1.amazonaws.com/with.dots?acl="},
		{api: "s3:GetBucketAcl", region: "eu-west-1", in: wire.Object{"Bucket": "plain"}, path: true, url: "https://s3.eu-west-1.amazonaws.com/plain?acl="},
		{api: "s3:HeadObject", region: "cn-north-1", in: wire.Object{"Bucket": "plain", "Key": "a//b c+é"}, url: "https://plain.s3.cn-north-1.amazonaws.com.cn/a//b%20c%2B%C3%A9"},
		{api: "s3:HeadObject", region: "eu-west-1", endpoint: "http://127.0.0.1:9/base/", path: true, in: wire.Object{"Bucket": "b", "Key": "k"}, url: "http://127.0.0.1:9/base/b/k"},
		{api: "s3control:GetPublicAccessBlock", region: "eu-west-1", in: wire.Object{"AccountId": "111122223333"}, url: "https://111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/configuration/publicAccessBlock", scope: "/eu-west-1/s3/"},
		{api: "s3control:GetPublicAccessBlock", region: "eu-west-1", endpoint: "http://127.0.0.1:9", in: wire.Object{"AccountId": "111122223333"}, url: "http://127.0.0.1:9/v20180820/configuration/publicAccessBlock"},
		{api: "lambda:GetFunction", region: "us-gov-west-1", in: wire.Object{"FunctionName": "arn:aws:x/y"}, url: "https://lambda.us-gov-west-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Ax%2Fy", scope: "/us-gov-west-1/lambda/"},
		{api: "apigateway:GetRestApis", region: "eu-west-1", url: "https://apigateway.eu-west-1.amazonaws.com/restapis", scope: "/eu-west-1/apigateway/"},
		{api: "route53:GetHostedZone", region: "eu-west-1", in: wire.Object{"Id": "/hostedzone/Z1"}, url: "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1"},
	} {
		var got *http.Request
		cl := open(func(req *http.Request, _ string) (int, map[string]string, string) { got = req; return 200, nil, "" })
		at := target(c.region)
		at.EndpointURL, at.PathStyle = c.endpoint, c.path
		if c.in == nil {
			c.in = wire.Object{}
		}
		_, _ = cl.Call(t.Context(), at, find(t, c.api), c.in)
		if got == nil || got.URL.String() != c.url {
			t.Errorf("%s: sent to %v, want %s", c.api, got.URL, c.url)
			continue
		}
		auth := got.Header.Get("Authorization")
		if !strings.Contains(auth, "Credential=AKID/") || !strings.Contains(auth, c.scope) || got.Header.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("%s: signed %s, want %s", c.api, auth, c.scope)
		}
		if accept := got.Header.Get("Accept"); strings.HasPrefix(c.api, "apigateway:") != (accept == "application/json") {
			t.Errorf("%s: Accept is %q", c.api, accept)
		}
		if hash := got.Header.Get("X-Amz-Content-Sha256"); strings.HasPrefix(c.api, "s3") != (hash != "") {
			t.Errorf("%s: payload hash %q", c.api, hash)
		}
	}
}

// TestAttempts: what may be repeated is, as often as the target allows, and counted.
func TestAttempts(t *testing.T) {
	throttled := func(*http.Request, string) (int, map[string]string, string) {
		return 400, nil, `{"__type":"ThrottlingException","message":"slow down"}`
	}
	for _, c := range []struct {
		name    string
		answer  fakeAWS
		patient bool
		calls   int
	}{
		{"refused", func(*http.Request, string) (int, map[string]string, string) {
			return 400, nil, `{"__type":"NotFoundException"}`
		}, true, 1},
		{"a fault of the service", func(*http.Request, string) (int, map[string]string, string) { return 503, nil, `` }, true, 3},
		{"no answer", func(*http.Request, string) (int, map[string]string, string) { return 0, nil, `` }, true, 3},
		{"throttled", throttled, false, 3},
	} {
		cl := open(c.answer)
		at := target("eu-west-1")
		at.Patient = c.patient
		_, err := cl.Call(t.Context(), at, find(t, "kms:DescribeKey"), wire.Object{"KeyId": "k"})
		if s := cl.Limits.Stats()["kms:DescribeKey"]; err == nil || s.Calls != c.calls || s.Errors != c.calls {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
	}
}

// What an answer asks to wait for is waited for, or given up when it is beyond the caller's time.
func TestRetryAfter(t *testing.T) {
	n := 0
	cl := open(func(*http.Request, string) (int, map[string]string, string) {
		n++
		return 429, map[string]string{"Retry-After": "100"}, ``
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := cl.Call(ctx, target("eu-west-1"), find(t, "lambda:GetFunction"), wire.Object{"FunctionName": "f"})
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "TooManyRequests" || n != 1 || ctx.Err() != nil || !Retryable(err) {
		t.Errorf("%v after %d calls", err, n)
	}
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, now.Add(time.Minute).Format(http.TimeFormat): time.Minute, "": 0, "soon": 0} {
		if got := retryAfter(&wire.Error{Header: http.Header{"Retry-After": {header}}}, now); got != want {
			t.Errorf("%q: %s", header, got)
		}
	}
}

// TestSkew: a clock that is off is noticed once.
func TestSkew(t *testing.T) {
	theirs := now.Add(time.Hour)
	var dates []string
	cl := open(func(req *http.Request, _ string) (int, map[string]string, string) {
		dates = append(dates, req.Header.Get("X-Amz-Date"))
		if at, _ := time.Parse("20060102T150405Z", dates[len(dates)-1]); theirs.Sub(at).Abs() > 5*time.Minute {
			return 403, map[string]string{"Date": theirs.Format(http.TimeFormat)}, `{"__type":"InvalidSignatureException","message":"Signature expired"}`
		}
		return 200, nil, `{"Keys":[]}`
	})
	for range 2 {
		if _, err := cl.Call(t.Context(), target("eu-west-1"), find(t, "kms:ListKeys"), wire.Object{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(dates) != 3 {
		t.Errorf("signed at %v", dates)
	}
}

// TestS3: what the models do not say.
func TestS3(t *testing.T) {
	answers := map[string]string{
		"GET /?location": `<?xml version="1.0"?><LocationConstraint xmlns="http://s3/">eu-west-1</LocationConstraint>`, "PUT /?policy": "", "PUT /k": "",
	}
	sums := map[string]string{}
	cl := open(func(req *http.Request, _ string) (int, map[string]string, string) {
		call := req.Method + " " + strings.TrimSuffix(req.URL.RequestURI(), "=")
		sums[call] = req.Header.Get("Content-Md5")
		if strings.HasPrefix(call, "POST ") {
			return 200, nil, "  \n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>sorry</Message></Error>"
		}
		return 200, map[string]string{"X-Amz-Meta-Note": "n"}, answers[call]
	})
	at := target("eu-west-1")
	out, err := cl.Call(t.Context(), at, find(t, "s3:GetBucketLocation"), wire.Object{"Bucket": "plain"})
	if err != nil || out["LocationConstraint"] != "eu-west-1" {
		t.Errorf("%v, %v", out, err)
	}
	if _, err := cl.Call(t.Context(), at, find(t, "s3:PutBucketPolicy"), wire.Object{"Bucket": "plain", "Policy": "{}"}); err != nil || sums["PUT /?policy"] != "mZFLkyvTelC5g8XnyQrpOw==" {
		t.Errorf("%v, %v", sums, err)
	}
	_, err = cl.Call(t.Context(), at, find(t, "s3:CompleteMultipartUpload"), wire.Object{"Bucket": "plain", "Key": "k", "UploadId": "u"})
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "InternalError" || cl.Limits.Stats()["s3:CompleteMultipartUpload"].Calls != 3 {
		t.Errorf("%v", err)
	}
	out, body, err := cl.Open(t.Context(), at, find(t, "s3:GetObject"), wire.Object{"Bucket": "plain", "Key": "k"})
	if err != nil || out["Metadata"].(wire.Object)["note"] != "n" {
		t.Fatalf("%v, %v", out, err)
	}
	_ = body.Close()
}

// TestTooLong: an answer without end is given up.
func TestTooLong(t *testing.T) {
	cl := open(nil)
	cl.HTTP.Transport = endless{}
	_, err := cl.Call(t.Context(), target("eu-west-1"), find(t, "kms:ListKeys"), wire.Object{})
	if err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("%v", err)
	}
}

type endless struct{}

func (endless) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(endless{}), Request: req}, nil
}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
