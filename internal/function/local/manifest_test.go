package local_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function/local"
)

func TestManifest(t *testing.T) {
	f, err := local.ParseManifest("/x/check", []byte("runtime: python3.12\nhandler: a/b.handler\ntimeout: 3\nmemory: 512\nenvironment: {A: b}\ninherit: [C]\ninterpreter: venv/bin/python\n"))
	if err != nil || f.Name.String() != "check" || f.Runtime != local.Python || f.Handler != "a/b.handler" || f.Timeout != 3*time.Second ||
		f.Memory != 512 || f.Environment["A"] != "b" || f.Inherit[0] != "C" || f.Interpreter != "venv/bin/python" || f.Dir != "/x/check" {
		t.Errorf("got %+v, %v", f, err)
	}
	f, err = local.ParseManifest("/x/y", []byte("name: arn:aws:lambda:eu-west-1:111122223333:function:z\nruntime: nodejs\nhandler: index.handler\n"))
	if err != nil || f.Name.Account != "111122223333" || f.Timeout != time.Minute || f.Memory != 256 {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestManifestRefused(t *testing.T) {
	const good = "runtime: nodejs\nhandler: i.h\n"
	for text, want := range map[string]string{
		"":                                    "runtime",
		"runtime: ruby3.3":                    `runtime "ruby3.3" is unknown`,
		"runtime: nodejs":                     "handler",
		"runtime: nodejs\nhandler: i":         "file.export",
		"runtime: python\nhandler: ../x.h":    "own folder",
		good + "color: red":                   "color",
		good + "name: a b":                    `"a b" is not a function`,
		good + "timeout: 0":                   "timeout must be from 1 to 900",
		good + "timeout: 901":                 "timeout must be from 1 to 900",
		good + "timeout: fast":                "not a description",
		good + "memory: 64":                   "memory must be from 128 to 10240",
		good + "environment: {1A: x}":         `"1A" is not the name`,
		good + "environment: {AWS_REGION: x}": "AWS_REGION is set by the runtime",
		good + "inherit: [_HANDLER]":          "_HANDLER is set by the runtime",
		good + "environment: {A: " + strings.Repeat("x", 5000) + "}": "4096 bytes",
		"runtime: provided\ninterpreter: /bin/sh":                    "bootstrap",
	} {
		if _, err := local.ParseManifest("/x/f", []byte(text)); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: got %v, want %q", text, err, want)
		}
	}
}

func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	const good = "runtime: nodejs\nhandler: i.h\n"
	write(t, filepath.Join(dir, "b", "function.yaml"), good, 0o600)
	write(t, filepath.Join(dir, "a", "function.yaml"), good, 0o600)
	write(t, filepath.Join(dir, "node_modules", "x", "index.js"), "", 0o600)
	write(t, filepath.Join(dir, "README.md"), "", 0o600)
	list, err := local.ReadFolder(dir)
	if err != nil || len(list) != 2 || list[0].Name.Name != "a" || list[1].Dir != filepath.Join(dir, "b") {
		t.Errorf("got %+v, %v", list, err)
	}
	write(t, filepath.Join(dir, "c", "function.yaml"), good+"name: a", 0o600)
	if _, err := local.ReadFolder(dir); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), `both hold a function "a"`) {
		t.Errorf("a name twice: %v", err)
	}
	write(t, filepath.Join(dir, "c", "function.yaml"), "runtime: x", 0o600)
	if _, err := local.ReadFolder(dir); err == nil || !strings.HasPrefix(err.Error(), filepath.Join(dir, "c", "function.yaml")+": runtime") {
		t.Errorf("a mistake: %v", err)
	}
	write(t, filepath.Join(dir, "c", "function.yaml"), strings.Repeat("#", 65<<10), 0o600)
	if _, err := local.ReadFolder(dir); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a large file: %v", err)
	}
	if _, err := local.ReadFolder(filepath.Join(dir, "none")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no folder: %v", err)
	}
	_ = os.RemoveAll(filepath.Join(dir, "c"))
}

// FuzzManifest: a function.yaml is refused with a fault or gives a function within the limits.
func FuzzManifest(f *testing.F) {
	f.Add([]byte("runtime: python3.12\nhandler: a.b\ntimeout: 3\nenvironment: {A: b}\n"))
	f.Add([]byte("runtime: &a provided\nname: *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := local.ParseManifest("/x/f", text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if got.Name.Name == "" || got.Timeout < time.Second || got.Timeout > 15*time.Minute || got.Memory < 128 || got.Memory > 10240 {
			t.Errorf("accepted %+v", got)
		}
	})
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), mode)); err != nil {
		t.Fatal(err)
	}
}
