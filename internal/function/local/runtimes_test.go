//go:build linux

package local_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/function/local"
)

const nodeCode = `
const seen = [];
exports.promised = async (event, context) => ({ event, id: context.awsRequestId.length, left: context.getRemainingTimeInMillis() > 0, name: context.functionName, arn: context.invokedFunctionArn });
exports.called = (event, context, callback) => { setTimeout(() => callback(null, { event }), 5); };
exports.old = (event, context) => context.done(null, 'done');
exports.silent = () => {};
exports.thrown = async () => { throw new TypeError('no such thing'); };
exports.refused = (event, context, callback) => callback('just words');
exports.counted = async () => { seen.push(1); console.log('event', seen.length); return seen.length; };
exports.crash = () => new Promise(() => setTimeout(() => { throw new Error('from nowhere'); }, 5));
exports.out = async () => process.exit(4);
exports.inner = { handler: async () => 'inner' };
exports.full = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };
exports.cyclic = async () => { const a = {}; a.a = a; return a; };
`

const pythonCode = `
import sys
seen = []
class Mistake(Exception):
    pass
def plain(event, context):
    return {"event": event, "id": len(context.aws_request_id), "left": context.get_remaining_time_in_millis() > 0, "name": context.function_name, "arn": context.invoked_function_arn}
def thrown(event, context):
    raise Mistake("no such thing")
def counted(event, context):
    seen.append(1)
    print("event", len(seen))
    return len(seen)
def out(event, context):
    sys.exit(4)
def odd(event, context):
    return {1, 2}
def full(event, context):
    return len("x" * (1 << 30))
`

type expectation struct {
	handler, payload, failure, log string
}

// TestNode: the forms of handlers that Lambda knows, and their ends.
func TestNode(t *testing.T) {
	need(t, "node")
	check(t, "nodejs22.x", map[string]string{
		"index.js": nodeCode, "module.mjs": "export const handler = async (e) => import.meta.url.endsWith('module.mjs');",
		"sub/deep.cjs": "exports.handler = async () => 'deep';", "broken.js": "this is not code", "fails.js": "throw new Error('at start')",
	}, map[string]expectation{
		"promise":       {handler: "index.promised", payload: `{"event":[1],"id":36,"left":true,"name":"f","arn":"` + arnOf("f") + `"}`},
		"callback":      {handler: "index.called", payload: `{"event":[1]}`},
		"context.done":  {handler: "index.old", payload: `"done"`},
		"says nothing":  {handler: "index.silent", payload: `null`},
		"throws":        {handler: "index.thrown", failure: "TypeError: no such thing"},
		"calls back":    {handler: "index.refused", failure: "string: just words"},
		"crashes":       {handler: "index.crash", failure: "Error: from nowhere", log: "from nowhere"},
		"exits":         {handler: "index.out", failure: "exit status 4"},
		"nested export": {handler: "index.inner.handler", payload: `"inner"`},
		"module":        {handler: "module.handler", payload: "true"},
		"sub-folder":    {handler: "sub/deep.handler", payload: `"deep"`},
		"no file":       {handler: "nothing.handler", failure: "Runtime.ImportModuleError: Cannot find nothing.js"},
		"no export":     {handler: "index.nothing", failure: "Runtime.HandlerNotFound: index.nothing is undefined"},
		"no code":       {handler: "broken.handler", failure: "SyntaxError"},
		"init fails":    {handler: "fails.handler", failure: "Error: at start", log: "at start"},
		"out of memory": {handler: "index.full", failure: "Runtime.ExitError", log: "heap"},
		"cyclic answer": {handler: "index.cyclic", failure: "TypeError: Converting circular structure"},
	})
}

// TestPython: the same for Python.
func TestPython(t *testing.T) {
	need(t, "python3")
	check(t, "python3.12", map[string]string{
		"app.py": pythonCode, "pkg/__init__.py": "", "pkg/mod.py": "def handler(e, c): return 'mod'", "broken.py": "def (:",
	}, map[string]expectation{
		"plain":         {handler: "app.plain", payload: `{"event": [1], "id": 36, "left": true, "name": "f", "arn": "` + arnOf("f") + `"}`},
		"throws":        {handler: "app.thrown", failure: "Mistake: no such thing", log: "Mistake: no such thing"},
		"exits":         {handler: "app.out", failure: "Runtime.ExitError: 4"},
		"no JSON":       {handler: "app.odd", failure: "Runtime.MarshalError: Unable to marshal response"},
		"package":       {handler: "pkg.mod.handler", payload: `"mod"`},
		"path":          {handler: "pkg/mod.handler", payload: `"mod"`},
		"no module":     {handler: "nothing.handler", failure: "Runtime.ImportModuleError: Unable to import module 'nothing'"},
		"no function":   {handler: "app.nothing", failure: "Runtime.HandlerNotFound: Handler 'nothing' missing"},
		"no code":       {handler: "broken.handler", failure: "SyntaxError", log: "broken.py"},
		"out of memory": {handler: "app.full", failure: "MemoryError", log: "MemoryError"},
	})
}

func check(t *testing.T, runtime string, files map[string]string, tests map[string]expectation) {
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "f", "function.yaml"), "runtime: "+runtime+"\nhandler: "+tt.handler+"\n", 0o600)
			for path, text := range files {
				write(t, filepath.Join(dir, "f", path), text, 0o600)
			}
			a := invoke(t, open(t, local.Options{Dir: dir}), "f", "[1]")
			if tt.payload != "" && string(a.Payload) != tt.payload {
				t.Errorf("got %s", a.Payload)
			}
			if (a.Failure != nil) != (tt.failure != "") || a.Failure != nil && !strings.Contains(a.Failure.Error(), tt.failure) {
				t.Errorf("failure %v, want %q; log %s", a.Failure, tt.failure, a.Log)
			}
			if !strings.Contains(a.Log, tt.log) {
				t.Errorf("log %q, want %q", a.Log, tt.log)
			}
		})
	}
}

// TestKeepsState: a warm process remembers, and each event has its own log.
func TestKeepsState(t *testing.T) {
	for runtime, program := range map[string]string{"nodejs": "node", "python": "python3"} {
		t.Run(runtime, func(t *testing.T) {
			need(t, program)
			dir := t.TempDir()
			write(t, filepath.Join(dir, "f", "function.yaml"), "runtime: "+runtime+"\nhandler: app.counted\n", 0o600)
			write(t, filepath.Join(dir, "f", "app.js"), nodeCode, 0o600)
			write(t, filepath.Join(dir, "f", "app.py"), pythonCode, 0o600)
			r := open(t, local.Options{Dir: dir})
			for n := 1; n <= 3; n++ {
				a := invoke(t, r, "f", "{}")
				if string(a.Payload) != string(rune('0'+n)) || a.Log != "event "+string(rune('0'+n))+"\n" {
					t.Errorf("event %d: %s, log %q, %v", n, a.Payload, a.Log, a.Failure)
				}
			}
		})
	}
}

// FuzzFailure: whatever a function posts as its error or answer, what is kept of it is short, valid and JSON.
func FuzzFailure(f *testing.F) {
	f.Add("", []byte(`{"errorType":"E","errorMessage":"m","stackTrace":["a"]}`))
	f.Add("Type", []byte(`{"errorType":1,"errorMessage":{}}`))
	f.Add("\xff", []byte("\xff\x00"))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		got := local.ParseFailure(header, body)
		if got.Type == "" || len(got.Type) > 256 || len(got.Message) > 8<<10 {
			t.Errorf("kept %d and %d bytes", len(got.Type), len(got.Message))
		}
		b, err := json.Marshal(got)
		var again function.Failure
		if err != nil || json.Unmarshal(b, &again) != nil || again != got {
			t.Errorf("%q is not kept whole", got)
		}
		if !json.Valid(local.Payload(body)) {
			t.Errorf("%q became no JSON", body)
		}
	})
}
