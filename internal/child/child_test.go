//go:build linux

package child_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tickmark/tickmark/internal/child"
	"github.com/tickmark/tickmark/internal/fault"
)

// TestMain also is the program that the tests run: what it does is its first argument.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "act:") {
		act(strings.TrimPrefix(os.Args[1], "act:"))
		return
	}
	goleak.VerifyTestMain(m)
}

func act(what string) {
	if what == "detach" { // as a daemon does
		_, _ = syscall.Setsid()
		fmt.Println(os.Getpid())
		time.Sleep(time.Hour)
	}
}

func shell(t *testing.T, script string) child.Spec {
	t.Helper()
	return child.Spec{Path: "/bin/sh", Args: []string{"-c", script}, Dir: t.TempDir(), Env: []string{"PATH=/usr/bin:/bin"}, Limits: child.Limits{Time: time.Minute}}
}

func self(t *testing.T, what string) child.Spec {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return child.Spec{Path: path, Args: []string{"act:" + what}, Dir: t.TempDir(), Limits: child.Limits{Time: time.Minute}}
}

func TestRun(t *testing.T) {
	t.Setenv("OUR_SECRET", "x")
	dir := t.TempDir()
	tests := map[string]struct {
		script, stdin  string
		stdout, stderr string
		code           int
		signal         string
	}{
		"output and code": {script: "echo out; echo err >&2; exit 3", stdout: "out\n", stderr: "err\n", code: 3},
		"stdin":           {script: "cat", stdin: "in\n", stdout: "in\n"},
		"no stdin":        {script: "cat; echo end", stdout: "end\n"},
		"directory":       {script: "pwd", stdout: dir + "\n"},
		"environment":     {script: `echo "$OUR_SECRET-$OWN-$HOME"`, stdout: "-own-\n"},
		"signal":          {script: "kill -TERM $$", code: -1, signal: "terminated"},
		"no core files":   {script: "ulimit -c", stdout: "0\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := shell(t, tt.script)
			s.Dir, s.Env = dir, append(s.Env, "OWN=own")
			if tt.stdin != "" {
				s.Stdin = []byte(tt.stdin)
			}
			r, err := child.Run(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if string(r.Stdout.Bytes) != tt.stdout || string(r.Stderr.Bytes) != tt.stderr || r.Code != tt.code || r.Signal != tt.signal {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestOutputIsKeptToItsLimit(t *testing.T) {
	s := shell(t, "i=0; while [ $i -lt 1000 ]; do echo 123456789; i=$((i+1)); done; echo end >&2")
	s.Output = 25
	r, err := child.Run(t.Context(), s)
	if err != nil || r.Code != 0 {
		t.Fatal(r, err)
	}
	if len(r.Stdout.Bytes) != 25 || r.Stdout.Dropped != 10_000-25 {
		t.Errorf("kept %d, dropped %d", len(r.Stdout.Bytes), r.Stdout.Dropped)
	}
	if !strings.HasSuffix(r.Stdout.String(), "\n[9975 more bytes were dropped]") || r.Stderr.String() != "end\n" {
		t.Errorf("told as %q and %q", r.Stdout, r.Stderr)
	}
}

func TestOutputGoesToWriters(t *testing.T) {
	var out, errs bytes.Buffer
	s := shell(t, "echo out; echo err >&2")
	s.Stdout, s.Stderr = &out, &errs
	r, err := child.Run(t.Context(), s)
	if err != nil || out.String() != "out\n" || errs.String() != "err\n" || len(r.Stdout.Bytes) != 0 {
		t.Errorf("got %q, %q, %+v, %v", &out, &errs, r, err)
	}
}

func TestTimeEndsAllProcesses(t *testing.T) {
	s := shell(t, "sleep 1000 & echo $!; sleep 1000")
	s.Time = 300 * time.Millisecond
	r, err := child.Run(t.Context(), s)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "Timeout" || !r.TimedOut || r.Signal != "killed" {
		t.Errorf("got %+v, %v", r, err)
	}
	mustBeGone(t, string(r.Stdout.Bytes))
}

func TestContextEndsAllProcesses(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, errors.New("enough"))
	defer cancel()
	r, err := child.Run(ctx, shell(t, "sleep 1000 & echo $!; wait"))
	if err == nil || err.Error() != "enough" || r.TimedOut {
		t.Errorf("got %+v, %v", r, err)
	}
	mustBeGone(t, string(r.Stdout.Bytes))
}

// TestNothingIsLeft: what was started in the background ends with the program, though it holds its output open, and
// even when it has left the process group or its parent is gone.
func TestNothingIsLeft(t *testing.T) {
	detach := self(t, "detach")
	for name, script := range map[string]string{
		"background":  "sleep 1000 & echo $!",
		"own session": detach.Path + " act:detach & sleep 0.5",
		"grandchild":  "(" + detach.Path + " act:detach &) ; sleep 0.5",
	} {
		t.Run(name, func(t *testing.T) {
			r, err := child.Run(t.Context(), shell(t, script))
			if err != nil || r.Code != 0 {
				t.Fatal(r, err)
			}
			mustBeGone(t, string(r.Stdout.Bytes))
		})
	}
}

// mustBeGone fails unless the process whose id was printed runs no more; it may be a zombie that nobody reaps.
func mustBeGone(t *testing.T, printed string) {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(printed))
	if err != nil {
		t.Fatalf("no process id was printed: %v", err)
	}
	for range 100 {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	t.Errorf("process %d lives on", pid)
}

func TestMemory(t *testing.T) {
	s := shell(t, "x=0123456789abcdef; while :; do x=$x$x; echo ${#x}; done")
	s.Memory = 64 << 20
	r, err := child.Run(t.Context(), s)
	if err != nil || r.Code == 0 {
		t.Fatalf("an endless text fitted into 64 MB: %v, %v", r, err)
	}
	lines := strings.Fields(string(r.Stdout.Bytes))
	if reached, _ := strconv.Atoi(lines[len(lines)-1]); reached < 1<<20 || reached > 64<<20 {
		t.Errorf("it ended after %d bytes: %s", reached, r.Stderr)
	}
}

// TestMemoryFromTheFirstInstruction: the limit stands before the program runs, and for what it starts.
func TestMemoryFromTheFirstInstruction(t *testing.T) {
	s := shell(t, "ulimit -d; sh -c 'ulimit -d'")
	s.Memory = 64 << 20
	r, err := child.Run(t.Context(), s)
	if err != nil || string(r.Stdout.Bytes) != "65536\n65536\n" {
		t.Errorf("got %q, %v", r.Stdout, err)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		s    child.Spec
		kind fault.Kind
	}{
		"relative program":   {child.Spec{Path: "sh", Dir: dir}, fault.Invalid},
		"relative directory": {child.Spec{Path: "/bin/sh", Dir: "."}, fault.Invalid},
		"negative limit":     {child.Spec{Path: "/bin/sh", Dir: dir, Limits: child.Limits{Time: -1}}, fault.Invalid},
		"no such program":    {child.Spec{Path: "/nothing", Dir: dir}, fault.Unavailable},
		"no such directory":  {child.Spec{Path: "/bin/sh", Dir: "/nothing"}, fault.Unavailable},
	} {
		if _, err := child.Run(t.Context(), tt.s); fault.KindOf(err) != tt.kind {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestKillAtAnyTime(t *testing.T) {
	p, err := child.Start(shell(t, "sleep 1000"))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		p.Kill()
	}
	if r := p.Result(); r.Signal != "killed" || r.TimedOut || r.String() != "signal: killed" {
		t.Errorf("got %+v", r)
	}
	p.Kill()
}
