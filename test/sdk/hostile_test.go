package sdk_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// hostile are requests that no SDK sends. Each gets an answer in the shape of its service, none an internal error,
// and the server goes on.
func hostile(k *kit) {
	target := func(name string) map[string]string {
		return map[string]string{"X-Amz-Target": name, "Content-Type": "application/x-amz-json-1.1"}
	}
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	both := map[string]string{"X-Amz-Target": "StarlingDoveService.DescribeConfigRules", "Content-Type": "application/x-www-form-urlencoded"}
	large := strings.Repeat("x", 17<<20)
	now := time.Now()
	for _, c := range []struct {
		name, service, method, path, body string
		header                            map[string]string
		at                                time.Time
		status                            int
		want                              string // in the answer
	}{
		{"truncated JSON", "config", "POST", "/", `{"Limit":`, target("StarlingDoveService.DescribeConfigRules"), now, 400, "SerializationException"},
		{"JSON of another kind", "config", "POST", "/", `[1,2]`, target("StarlingDoveService.DescribeConfigRules"), now, 400, "SerializationException"},
		{"a member of another kind", "config", "POST", "/", `{"ConfigRuleNames":{"a":1}}`, target("StarlingDoveService.DescribeConfigRules"), now, 400, "SerializationException"},
		{"deep nesting", "config", "POST", "/", strings.Repeat(`{"a":`, 200_000), target("StarlingDoveService.DescribeConfigRules"), now, 400, "SerializationException"},
		{"no operation", "config", "POST", "/", `{}`, target("StarlingDoveService.NoSuchThing"), now, 404, "UnknownOperationException"},
		{"the target of another service", "sts", "POST", "/", `{}`, target("StarlingDoveService.DescribeConfigRules"), now, 400, "<Code>InvalidAction"},
		{"a target and an action", "sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", both, now, 400, "<Code>InvalidAction"},
		{"the action of another service", "sns", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", form, now, 400, "<Code>InvalidAction"},
		{"the target of another model", "securityhub", "POST", "/", `{}`, target("StarlingDoveService.DescribeConfigRules"), now, 404, "UnknownOperationException"},
		{"a target and a path", "auditmanager", "GET", "/settings/ALL", "", both, now, 404, "UnknownOperationException"},
		{"no such service", "nothing", "POST", "/", `{}`, nil, now, 404, "UnknownOperationException"},
		{"oversized JSON", "config", "POST", "/", large, target("StarlingDoveService.DescribeConfigRules"), now, 413, "RequestEntityTooLargeException"},
		{"oversized form", "sns", "POST", "/", large, form, now, 400, "<Code>InvalidParameter"},
		{"oversized REST", "auditmanager", "POST", "/controls", large, nil, now, 413, "message"},
		{"truncated REST", "auditmanager", "POST", "/controls", `{"name":"x`, nil, now, 400, "cannotParse"},
		{"no such path", "auditmanager", "GET", "/nothing/at/all", "", nil, now, 404, "UnknownOperationException"},
		{"dots in a REST path", "auditmanager", "GET", "/controls/..%2f..%2fetc%2fpasswd", "", nil, now, 400, "ValidationException"},
		{"no such action", "sns", "POST", "/", "Action=Nothing&Version=2010-03-31", form, now, 400, "<Code>InvalidAction"},
		{"a form that is none", "sns", "POST", "/", "Action=%zz;&;", form, now, 400, "<Code>"},
		{"a clock behind", "config", "POST", "/", `{}`, target("StarlingDoveService.DescribeConfigRules"), now.Add(-20 * time.Minute), 400, "Signature expired"},
		{"a clock ahead", "sns", "POST", "/", "Action=ListTopics&Version=2010-03-31", form, now.Add(20 * time.Minute), 403, "Signature not yet current"},
		{"a bucket of dots", "s3", "PUT", "/..%2f..", "", nil, now, 400, "<Code>InvalidBucketName"},
		{"a reserved name", "s3", "PUT", "/console", "", nil, now, 400, "<Code>InvalidBucketName"},
		{"a bucket that is not there", "s3", "GET", "/sdk-nothing-here/%2e%2e/%2e%2e/etc/passwd", "", nil, now, 404, "<Code>NoSuchBucket"},
	} {
		status, answer := k.signed(c.service, home, c.method, c.path, c.body, c.header, c.at)
		if status != c.status || !strings.Contains(answer, c.want) {
			k.Errorf("%s: %d %.300s\nwant %d and %q", c.name, status, answer, c.status, c.want)
		}
	}
	k.unsigned()
	k.raw()
}

// unsigned requests reach nothing but the fixed routes.
func (k *kit) unsigned() {
	for _, path := range []string{"/", "/controls", "/-/v1/import", "//healthz/..", "/%2e%2e/etc/passwd", "/console-bucket/key"} {
		resp, err := http.Post(k.env.URL+path, "application/json", strings.NewReader("{}"))
		k.ok(err)
		b, err := io.ReadAll(resp.Body)
		k.ok(err)
		k.ok(resp.Body.Close())
		if resp.StatusCode != http.StatusForbidden {
			k.Errorf("%s without a signature: %s %.200s", path, resp.Status, b)
		}
	}
}

// raw are bytes that are hardly HTTP: the connection may be refused or closed, and the server goes on.
func (k *kit) raw() {
	address := strings.TrimPrefix(k.env.URL, "http://")
	for _, text := range []string{
		"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nX-Amz-Target: x\r\n\r\nx",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX-Amz-Target: x\r\n\r\nzz\r\n", "\x16\x03\x01\x02\x00",
		"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=, Signature=\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 \xff\xfe\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n" + fmt.Sprintf("X-Long: %s\r\n\r\n", strings.Repeat("a", 100<<10)),
	} {
		conn, err := net.Dial("tcp", address)
		k.ok(err)
		k.ok(conn.SetDeadline(time.Now().Add(5 * time.Second)))
		_, _ = conn.Write([]byte(text)) // the server may have hung up already
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		var got bytes.Buffer
		_, _ = got.ReadFrom(bufio.NewReader(conn))
		_ = conn.Close()
		if line, _, _ := strings.Cut(got.String(), "\r\n"); strings.Contains(line, " 500 ") || strings.Contains(line, " 200 ") {
			k.Errorf("%.60q: %s", text, line)
		}
	}
	resp, err := http.Get(k.env.URL + "/readyz")
	k.ok(err)
	if k.ok(resp.Body.Close()); resp.StatusCode != http.StatusOK {
		k.Errorf("afterwards the server is %s", resp.Status)
	}
}
