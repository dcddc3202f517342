package server_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/server"
)

// asks is a function that tells how AWS Config answered: signed with keys that nobody knows, as real AWS keys are here.
const asks = `
import json, os, urllib.error, urllib.request
def ask(target):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL_CONFIG_SERVICE"], b"{}", {
        "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1",
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAELSE/20260101/us-east-1/config/aws4_request, SignedHeaders=host, Signature=00",
    })
    try:
        with urllib.request.urlopen(request) as answer:
            return [answer.status, json.load(answer)]
    except urllib.error.HTTPError as e:
        return [e.code, json.load(e)]
def handler(event, context):
    return [ask(target) for target in event]
`

func functionServer(t *testing.T) (s *server.Server, data string) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	dir := filepath.Join(t.TempDir(), "asks")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"function.yaml": "runtime: python3.12\nhandler: asks.handler\n", "asks.py": asks} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data = t.TempDir()
	s, err := server.Open(t.Context(), server.Config{Data: data, Listen: "127.0.0.1:0", Functions: filepath.Dir(dir)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, data
}

// TestFunctionAsksConfig: a local function reads AWS Config of its own account by its secret address, whatever its keys
// are, and may neither change rules nor reach another service.
func TestFunctionAsksConfig(t *testing.T) {
	s, _ := functionServer(t)
	a, err := s.Functions().Invoke(t.Context(), function.Invocation{
		Account: "111122223333", Region: "eu-west-1", FunctionARN: "arn:aws:lambda:eu-west-1:111122223333:function:asks",
		Event: json.RawMessage(`["StarlingDoveService.DescribeConfigRules", "StarlingDoveService.DeleteConfigRule", "AmazonSSM.ListDocuments"]`),
	})
	if err != nil || a.Failure != nil {
		t.Fatal(err, a.Failure, a.Log)
	}
	var answers [][2]json.RawMessage
	if err := json.Unmarshal(a.Payload, &answers); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ status, body string }{
		{"200", `"ConfigRules"`},
		{"400", "arn:aws:sts::111122223333:assumed-role/TickmarkRuleFunction/asks is not authorized to perform: config:DeleteConfigRule"},
		{"404", "UnknownOperationException"},
	} {
		if string(answers[i][0]) != want.status || !strings.Contains(string(answers[i][1]), want.body) {
			t.Errorf("call %d: got %s %s, want %v", i, answers[i][0], answers[i][1], want)
		}
	}
}

// TestInvokeFunction: in the own process, and through the server that holds the data directory.
func TestInvokeFunction(t *testing.T) {
	s, data := functionServer(t)
	t.Run("own", func(t *testing.T) { testInvoke(t, s) })
	l, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	running, err := server.FindRunning(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("remote", func(t *testing.T) { testInvoke(t, server.Remote{Running: running}) })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func testInvoke(t *testing.T, s server.Installation) {
	in := function.Invocation{FunctionARN: "asks", Region: "us-east-1", Event: json.RawMessage(`[]`)}
	a, err := s.InvokeFunction(t.Context(), in)
	if err != nil || string(a.Payload) != "[]" {
		t.Errorf("got %s, %v", a.Payload, err)
	}
	in.FunctionARN = "other"
	if _, err := s.InvokeFunction(t.Context(), in); err == nil || !strings.Contains(err.Error(), "no real Lambda is configured") {
		t.Errorf("an unknown function: %v", err)
	}
}

func TestFunctionsRefused(t *testing.T) {
	_, err := server.Open(t.Context(), server.Config{Data: t.TempDir(), Functions: filepath.Join(t.TempDir(), "none")})
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}
