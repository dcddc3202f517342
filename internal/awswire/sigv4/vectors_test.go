package sigv4

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// The requests and signatures of this file are the worked examples AWS publishes for Signature Version 4.
const (
	suiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	s3Secret    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	noBody      = emptyHash
)

var (
	suiteTime = time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	s3Time    = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
)

// only knows one key and no sessions.
func only(key, secret string) Verifier[string] {
	return Verifier[string]{Lookup: func(_ context.Context, id, token string) (string, string, error) {
		if id != key || token != "" {
			return "", "", fault.Missing("access key", id)
		}
		return secret, "principal of " + id, nil
	}}
}

func request(t *testing.T, method, target, body string, header ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func TestPublishedVectors(t *testing.T) {
	suite := func(scope, headers, sum string) string {
		return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" + scope + "/aws4_request, SignedHeaders=" + headers + ", Signature=" + sum
	}
	s3 := func(headers, sum string) string {
		return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" + headers + ",Signature=" + sum
	}
	for _, c := range []struct {
		name    string
		request *http.Request
	}{
		{"get-vanilla", request(t, "GET", "http://example.amazonaws.com/", "", "X-Amz-Date", "20150830T123600Z",
			"Authorization", suite("service", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"))},
		{"get-vanilla-query-order-key-case", request(t, "GET", "http://example.amazonaws.com/?Param2=value2&Param1=value1", "", "X-Amz-Date", "20150830T123600Z",
			"Authorization", suite("service", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"))},
		{"get-relative", request(t, "GET", "http://example.amazonaws.com/example/..", "", "X-Amz-Date", "20150830T123600Z",
			"Authorization", suite("service", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"))},
		{"iam-list-users", request(t, "GET", "http://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "", "X-Amz-Date", "20150830T123600Z",
			"Content-Type", "application/x-www-form-urlencoded; charset=utf-8",
			"Authorization", suite("iam", "content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"))},
		{"s3-get-object", request(t, "GET", "http://examplebucket.s3.amazonaws.com/test.txt", "", "X-Amz-Date", "20130524T000000Z",
			"Range", "bytes=0-9", hashHeader, noBody,
			"Authorization", s3("host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"))},
		{"s3-put-object", request(t, "PUT", "http://examplebucket.s3.amazonaws.com/test$file.text", "Welcome to Amazon S3.", "X-Amz-Date", "20130524T000000Z",
			"Date", "Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Storage-Class", "REDUCED_REDUNDANCY",
			hashHeader, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
			"Authorization", s3("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))},
		{"s3-get-lifecycle", request(t, "GET", "http://examplebucket.s3.amazonaws.com/?lifecycle", "", "X-Amz-Date", "20130524T000000Z",
			hashHeader, noBody,
			"Authorization", s3("host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))},
		{"s3-presigned", request(t, "GET", "http://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"+
			"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"+
			"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, now := only("AKIDEXAMPLE", suiteSecret), suiteTime
			if strings.HasPrefix(c.name, "s3-") {
				v, now = only("AKIAIOSFODNN7EXAMPLE", s3Secret), s3Time
			}
			id, _, err := v.Verify(c.request, now)
			if err != nil {
				t.Fatal(err)
			}
			if id.Region != "us-east-1" || !id.SignedAt.Equal(now) {
				t.Errorf("identity %+v", id)
			}
			if _, err := io.ReadAll(c.request.Body); err != nil {
				t.Errorf("body: %v", err)
			}
		})
	}
}

// chunkedExample is AWS's example of a signed chunked upload: 65 KiB of "a" in two chunks.
func chunkedExample(t *testing.T) *http.Request {
	frame := func(size, sum, data string) string { return size + ";chunk-signature=" + sum + "\r\n" + data + "\r\n" }
	body := frame("10000", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", strings.Repeat("a", 65536)) +
		frame("400", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", strings.Repeat("a", 1024)) +
		frame("0", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", "")
	return request(t, "PUT", "http://s3.amazonaws.com/examplebucket/chunkObject.txt", body, "X-Amz-Date", "20130524T000000Z",
		"X-Amz-Storage-Class", "REDUCED_REDUNDANCY", hashHeader, signedChunks, "Content-Encoding", "aws-chunked",
		decodedLenHeader, "66560", "Content-Length", "66824",
		"Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"+
			"SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,"+
			"Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
}

func TestPublishedChunkedUpload(t *testing.T) {
	r := chunkedExample(t)
	if r.ContentLength != 66824 {
		t.Fatalf("the example's body has %d bytes, AWS says 66824", r.ContentLength)
	}
	if _, _, err := only("AKIAIOSFODNN7EXAMPLE", s3Secret).Verify(r, s3Time); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r.Body)
	if err != nil || string(got) != strings.Repeat("a", 66560) {
		t.Fatalf("read %d bytes: %v", len(got), err)
	}
	if r.ContentLength != 66560 || r.Header.Get("Content-Encoding") != "" {
		t.Errorf("length %d, encoding %q", r.ContentLength, r.Header.Get("Content-Encoding"))
	}
}
