package awslambda_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/awslambda"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
)

const arn = "arn:aws:lambda:eu-west-1:111122223333:function:check"

// cloud is a Cloud with the profile 'audit', in an environment that leads astray.
func cloud(t *testing.T, h http.HandlerFunc) *awslambda.Cloud {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "credentials"), []byte("[audit]\naws_access_key_id = AKIAAUDIT\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]string{
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"), "AWS_CONFIG_FILE": filepath.Join(dir, "config"),
		"AWS_ACCESS_KEY_ID": "AKIAOURS", "AWS_SECRET_ACCESS_KEY": "ours", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "",
	} {
		t.Setenv(name, v)
	}
	c, err := awslambda.New(t.Context(), awslambda.Options{Profile: "audit", EndpointURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestInvoke(t *testing.T) {
	c := cloud(t, func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		if !strings.HasSuffix(req.URL.Path, ":function:check/invocations") || req.Header.Get("X-Amz-Invocation-Type") != "RequestResponse" {
			t.Errorf("asked for %s %v", req.URL, req.Header)
		}
		if sig := req.Header.Get("Authorization"); !strings.Contains(sig, "Credential=AKIAAUDIT/") || !strings.Contains(sig, "/eu-west-1/lambda/") {
			t.Errorf("signed as %s", sig)
		}
		w.Header().Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString([]byte("the log\n")))
		_, _ = w.Write(body)
	})
	a, err := c.Invoke(t.Context(), function.Invocation{Region: "us-east-1", FunctionARN: arn, Event: json.RawMessage(`{"a":1}`)})
	if err != nil || string(a.Payload) != `{"a":1}` || a.Log != "the log\n" || a.Failure != nil {
		t.Errorf("got %s, %q, %v, %v", a.Payload, a.Log, a.Failure, err)
	}
}

func TestFunctionError(t *testing.T) {
	for body, want := range map[string]string{
		`{"errorType":"E","errorMessage":"m"}`: "E: m",
		`"odd"`:                                "Unhandled: ",
	} {
		c := cloud(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = io.WriteString(w, body)
		})
		a, err := c.Invoke(t.Context(), function.Invocation{FunctionARN: arn, Event: json.RawMessage("{}")})
		if err != nil || a.Failure == nil || a.Failure.Error() != want || string(a.Payload) != body {
			t.Errorf("%s: got %+v, %v", body, a.Failure, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for code, kind := range map[string]fault.Kind{
		"ResourceNotFoundException": fault.NotFound, "AccessDeniedException": fault.Denied, "InvalidRuntimeException": fault.Unavailable,
	} {
		c := cloud(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Errortype", code)
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"Message":"because"}`)
		})
		_, err := c.Invoke(t.Context(), function.Invocation{FunctionARN: arn, Event: json.RawMessage("{}")})
		if fault.KindOf(err) != kind || !strings.Contains(err.Error(), code) || !strings.Contains(err.Error(), arn) {
			t.Errorf("%s: got %v", code, err)
		}
	}
}

func TestTimeout(t *testing.T) {
	release := make(chan struct{})
	c := cloud(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	_, err := c.Invoke(t.Context(), function.Invocation{FunctionARN: arn, Event: json.RawMessage("{}"), Timeout: 100 * time.Millisecond})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestNoProfile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(dir, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "credentials"))
	if _, err := awslambda.New(t.Context(), awslambda.Options{Profile: "nothing"}); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("got %v", err)
	}
}
