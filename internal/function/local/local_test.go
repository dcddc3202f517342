//go:build linux

package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/function/local"
)

// TestMain also is the bootstrap of the functions of the runtime 'provided': what it does is in the variable ACT.
func TestMain(m *testing.M) {
	if act := os.Getenv("ACT"); act != "" {
		bootstrap(act)
		return
	}
	goleak.VerifyTestMain(m)
}

func api(path string) string {
	return "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/" + path
}

func post(path string, body []byte, header ...string) int {
	req, _ := http.NewRequest(http.MethodPost, api(path), bytes.NewReader(body))
	if len(header) > 0 {
		req.Header.Set("Lambda-Runtime-Function-Error-Type", header[0])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println("post", err)
		os.Exit(9)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// bootstrap is a runtime written straight against the API; an event may say what to do with it.
func bootstrap(act string) {
	switch act {
	case "init-error":
		os.Exit(post("init/error", []byte(`{"errorType":"Nope","errorMessage":"not today"}`)) - 201)
	case "init-exit":
		fmt.Println("going down")
		os.Exit(7)
	case "init-hang":
		time.Sleep(time.Hour)
	}
	var told []int // the statuses of the answers before
	for n := 1; ; n++ {
		resp, err := http.Get(api("invocation/next"))
		if err != nil {
			os.Exit(8)
		}
		event, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		id := resp.Header.Get("Lambda-Runtime-Aws-Request-Id")
		at := "invocation/" + id
		var do string
		_ = json.Unmarshal(event, &do)
		switch do {
		case "what":
			b, _ := json.Marshal(map[string]any{
				"n": n, "pid": os.Getpid(), "env": os.Environ(), "headers": resp.Header, "dir": must(os.Getwd()),
			})
			post(at+"/response", b)
		case "exit":
			fmt.Println("last words")
			os.Exit(3)
		case "hang":
			time.Sleep(time.Hour)
		case "slow":
			time.Sleep(300 * time.Millisecond)
			post(at+"/response", fmt.Appendf(nil, "%d", os.Getpid()))
		case "large":
			told = []int{post(at+"/response", bytes.Repeat([]byte(" "), function.MaxPayload+1))}
		case "told":
			post(at+"/response", must(json.Marshal(told)))
		case "largest":
			post(at+"/response", append([]byte("1"), bytes.Repeat([]byte(" "), function.MaxPayload-1)...))
		case "text":
			post(at+"/response", []byte("not JSON"))
		case "error":
			post(at+"/error", []byte(`{"errorType":"E","errorMessage":"m","stackTrace":["s"]}`))
		case "bare error":
			post(at+"/error", []byte("??"), "Some.Type")
		case "twice":
			told = []int{
				post(at+"/response", []byte("1")), post(at+"/response", []byte("2")), post("invocation/other/response", []byte("3")),
			}
		case "config":
			fmt.Println(callConfig(os.Getenv("AWS_ENDPOINT_URL_CONFIG_SERVICE")))
			fmt.Println(callConfig(strings.Replace(os.Getenv("AWS_ENDPOINT_URL_CONFIG_SERVICE"), "/-/function/", "/-/function/0", 1)))
			post(at+"/response", []byte("1"))
		default:
			post(at+"/response", event)
		}
	}
}

func must[T any](v T, _ error) T { return v }

func callConfig(url string) string {
	resp, err := http.Post(url, "application/x-amz-json-1.1", strings.NewReader("{}"))
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	return resp.Status + " " + string(must(io.ReadAll(resp.Body)))
}

const (
	account = "111122223333"
	region  = "eu-west-1"
)

func arnOf(name string) string {
	return "arn:aws:lambda:" + region + ":" + account + ":function:" + name
}

// folder writes functions whose bootstrap is this test program; more is added to each function.yaml.
func folder(t *testing.T, functions map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range functions {
		write(t, filepath.Join(dir, name, "function.yaml"), text, 0o600)
		write(t, filepath.Join(dir, name, "bootstrap"), "#!/bin/sh\nexec '"+self+"'\n", 0o700)
	}
	return dir
}

func open(t *testing.T, o local.Options) *local.Runner {
	t.Helper()
	r, err := local.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// provided has room for the race detector, whose memory is far larger than the program's.
const provided = "runtime: provided.al2023\nmemory: 10240\nenvironment: {ACT: serve}\n"

func invoke(t *testing.T, r *local.Runner, name, event string) function.Answer {
	t.Helper()
	a, err := r.Invoke(t.Context(), function.Invocation{Account: account, Region: region, FunctionARN: arnOf(name), Event: json.RawMessage(event)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

type what struct {
	N, PID  int
	Env     []string
	Headers http.Header
	Dir     string
}

func ask(t *testing.T, r *local.Runner, name string) what {
	t.Helper()
	var w what
	if err := json.Unmarshal(invoke(t, r, name, `"what"`).Payload, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestRuntimeAPI: what a runtime gets and sends, and what becomes of it.
func TestRuntimeAPI(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided + "timeout: 1\n"})})
	for name, tt := range map[string]struct {
		event, payload, failure, log string
	}{
		"echo":       {event: `{"a":[1]}`, payload: `{"a":[1]}`},
		"text":       {event: `"text"`, payload: `"not JSON"`},
		"error":      {event: `"error"`, payload: `{"errorType":"E","errorMessage":"m","stackTrace":["s"]}`, failure: "E: m"},
		"bare error": {event: `"bare error"`, payload: `{"errorMessage":"??","errorType":"Some.Type"}`, failure: "Some.Type: ??"},
		"too large":  {event: `"large"`, failure: "Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size (6291456 bytes)."},
		"twice":      {event: `"twice"`, payload: "1"},
		"exit":       {event: `"exit"`, failure: "Runtime.ExitError: RequestId: * Error: Runtime exited with error: exit status 3", log: "last words\n"},
		"hang":       {event: `"hang"`, failure: "Sandbox.Timedout: RequestId: * Error: Task timed out after 1.00 seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			a := invoke(t, r, "f", tt.event)
			failure := ""
			if a.Failure != nil {
				failure = a.Failure.Error()
			}
			if before, after, ok := strings.Cut(tt.failure, "*"); ok {
				if !strings.HasPrefix(failure, before) || !strings.HasSuffix(failure, after) {
					t.Errorf("failure %q, want %q", failure, tt.failure)
				}
			} else if failure != tt.failure {
				t.Errorf("failure %q, want %q", failure, tt.failure)
			}
			if tt.payload != "" && string(a.Payload) != tt.payload || tt.log != "" && a.Log != tt.log {
				t.Errorf("got %s, log %q", a.Payload, a.Log)
			}
		})
	}
}

// TestRefusedAnswers: 202 for the first answer, 400 for a second one and for one to no event, 413 over the limit.
func TestRefusedAnswers(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided})})
	for event, want := range map[string]string{`"twice"`: "[202,400,400]", `"large"`: "[413]"} {
		invoke(t, r, "f", event)
		if got := invoke(t, r, "f", `"told"`).Payload; string(got) != want {
			t.Errorf("%s: told %s, want %s", event, got, want)
		}
	}
	if a := invoke(t, r, "f", `"largest"`); a.Failure != nil || len(a.Payload) != function.MaxPayload {
		t.Errorf("the largest answer: %v, %d bytes", a.Failure, len(a.Payload))
	}
}

func TestEnvironment(t *testing.T) {
	ours := map[string]string{"PATH": os.Getenv("PATH"), "SECRET": "x", "GIVEN": "given", "AWS_ACCESS_KEY_ID": "AKIAOURS", "AWS_ENDPOINT_URL": "http://x"}
	dir := folder(t, map[string]string{"f": provided + "inherit: [GIVEN, ABSENT]\nhandler: anything\n"})
	r := open(t, local.Options{Dir: dir, Ours: func(n string) (string, bool) { v, ok := ours[n]; return v, ok }})
	w := ask(t, r, "f")
	env := map[string]string{}
	for _, v := range w.Env {
		name, value, _ := strings.Cut(v, "=")
		env[name] = value
	}
	for name, want := range map[string]string{
		"ACT": "serve", "GIVEN": "given", "SECRET": "", "ABSENT": "", "AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_CONFIG_SERVICE": "",
		"AWS_ACCESS_KEY_ID": "tickmark-function", "TZ": ":UTC", "_HANDLER": "anything", "LAMBDA_TASK_ROOT": dir + "/f",
		"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "10240",
		"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
	} {
		if env[name] != want {
			t.Errorf("%s=%q, want %q", name, env[name], want)
		}
	}
	if strings.Contains(env["AWS_LAMBDA_RUNTIME_API"], "/") || w.Dir != dir+"/f" {
		t.Errorf("API %s, directory %s", env["AWS_LAMBDA_RUNTIME_API"], w.Dir)
	}
	if got := w.Headers.Get("Lambda-Runtime-Invoked-Function-Arn"); got != arnOf("f") {
		t.Errorf("invoked as %s", got)
	}
	if w.Headers.Get("Lambda-Runtime-Deadline-Ms") == "" || !strings.HasPrefix(w.Headers.Get("Lambda-Runtime-Trace-Id"), "Root=1-") {
		t.Errorf("headers %v", w.Headers)
	}
}

// TestWarmProcess: one process serves one event after the other, but for each account and region it is its own, and
// after a deadline it is a new one.
func TestWarmProcess(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided + "timeout: 1\n"})})
	first, second := ask(t, r, "f"), ask(t, r, "f")
	if first.PID != second.PID || second.N != 2 {
		t.Errorf("not reused: %d %d, event %d", first.PID, second.PID, second.N)
	}
	a, err := r.Invoke(t.Context(), function.Invocation{Account: account, Region: "us-east-1", FunctionARN: "f", Event: json.RawMessage(`"what"`)})
	var other what
	if err != nil || json.Unmarshal(a.Payload, &other) != nil || other.PID == first.PID {
		t.Errorf("another region is served by %d: %v", other.PID, err)
	}
	invoke(t, r, "f", `"hang"`)
	if third := ask(t, r, "f"); third.PID == first.PID || third.N != 1 {
		t.Errorf("used again after its deadline: %+v", third.N)
	}
}

func TestShorterTimeout(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided})})
	a, err := r.Invoke(t.Context(), function.Invocation{Account: account, Region: region, FunctionARN: "f", Event: json.RawMessage(`"hang"`), Timeout: 200 * time.Millisecond})
	if err != nil || a.Failure == nil || a.Failure.Type != "Sandbox.Timedout" {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestCallerGone(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided})})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := r.Invoke(ctx, function.Invocation{Account: account, Region: region, FunctionARN: "f", Event: json.RawMessage(`"hang"`)})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestProcesses: never more than so many at once, whatever is asked for; all events are answered.
func TestProcesses(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"a": provided, "b": provided}), Processes: 2})
	var wg sync.WaitGroup
	var mu sync.Mutex
	busy := 0
	for n := range 8 {
		wg.Go(func() {
			a := invoke(t, r, []string{"a", "b"}[n%2], `"slow"`)
			mu.Lock()
			defer mu.Unlock()
			if a.Failure == nil {
				busy++
			}
			if live := local.Live(r); live > 2 {
				t.Errorf("%d processes", live)
			}
		})
	}
	wg.Wait()
	if busy != 8 {
		t.Errorf("%d of 8 events answered", busy)
	}
}

func TestIdleEnds(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided}), Idle: 50 * time.Millisecond})
	first := ask(t, r, "f").PID
	for local.Live(r) > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	if ask(t, r, "f").PID == first {
		t.Error("the idle process was kept")
	}
}

func TestInit(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{
		"says":  "runtime: provided\nmemory: 10240\nenvironment: {ACT: init-error}\n",
		"exits": "runtime: provided\nmemory: 10240\nenvironment: {ACT: init-exit}\n",
	})})
	if a := invoke(t, r, "says", "1"); a.Failure == nil || a.Failure.Error() != "Nope: not today" {
		t.Errorf("got %+v", a)
	}
	a := invoke(t, r, "exits", "1")
	if a.Failure == nil || a.Failure.Type != "Runtime.ExitError" || !strings.Contains(a.Failure.Message, "exit status 7") || a.Log != "going down\n" {
		t.Errorf("got %+v", a)
	}
}

// TestConfigEndpoint: calls on the secret path arrive as the function's account and region; on another path they do not.
func TestConfigEndpoint(t *testing.T) {
	var seen []local.Principal
	r := open(t, local.Options{
		Dir: folder(t, map[string]string{"f": provided}),
		Config: func(w http.ResponseWriter, req *http.Request, p local.Principal) {
			seen = append(seen, p)
			fmt.Fprint(w, req.Method, " ", req.URL.Path)
		},
	})
	a := invoke(t, r, "f", `"config"`)
	if a.Log != "200 OK POST /\n404 Not Found 404 page not found\n\n" {
		t.Errorf("answers %q", a.Log)
	}
	if len(seen) != 1 || seen[0] != (local.Principal{Account: account, Region: region, Function: "f"}) {
		t.Errorf("seen %+v", seen)
	}
}

func TestErrors(t *testing.T) {
	dir := folder(t, map[string]string{"f": provided, "gone": provided})
	r := open(t, local.Options{Dir: dir})
	in := function.Invocation{Account: account, Region: region, FunctionARN: arnOf("other")}
	if _, err := r.Invoke(t.Context(), in); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown function: %v", err)
	}
	in.FunctionARN, in.Event = "f", make([]byte, function.MaxPayload+1)
	if _, err := r.Invoke(t.Context(), in); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a large event: %v", err)
	}
	if err := os.Remove(dir + "/gone/bootstrap"); err != nil {
		t.Fatal(err)
	}
	in.FunctionARN, in.Event = "gone", json.RawMessage("1")
	if _, err := r.Invoke(t.Context(), in); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "bootstrap") {
		t.Errorf("no bootstrap: %v", err)
	}
}

func TestClosedRunnerRunsNothing(t *testing.T) {
	r, err := local.Open(local.Options{Dir: folder(t, map[string]string{"f": provided})})
	if err != nil {
		t.Fatal(err)
	}
	ask(t, r, "f")
	if err := r.Close(); err != nil || local.Live(r) != 0 {
		t.Errorf("%d live on, %v", local.Live(r), err)
	}
	if _, err := r.Invoke(t.Context(), function.Invocation{Account: account, Region: region, FunctionARN: "f"}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
}

// TestWarmProcessEnded: a process that ended while it was idle costs nobody an event.
func TestWarmProcessEnded(t *testing.T) {
	r := open(t, local.Options{Dir: folder(t, map[string]string{"f": provided})})
	for range 5 {
		pid := ask(t, r, "f").PID
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if ask(t, r, "f").PID == pid {
			t.Fatal("a dead process answered")
		}
	}
}

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
}
