// Package child runs a program as a child process that cannot outgrow its limits: wall time, memory, kept output, an
// environment that is given and never inherited, no shell. When the process ends, by itself or by Kill, everything it
// has started ends too.
//
// The limits keep honest programs from taking the machine along. They are no sandbox: a child has the rights of the
// user that runs it. They are enforced on Linux; elsewhere Start answers with an error.
package child

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Spec says what to run. Path and Dir must be absolute: nothing is looked up.
type Spec struct {
	Path string
	// Args are the arguments, without the program's name.
	Args []string
	// Dir is the working directory.
	Dir string
	// Env is the whole environment, as NAME=value. One variable of ours is added: Marker.
	Env []string
	// Stdin is what the program reads; nil is nothing.
	Stdin []byte
	// Stdout and Stderr, when set, receive the output as it comes and the Result has none of it.
	Stdout, Stderr io.Writer
	Limits
}

// Limits of one child.
type Limits struct {
	// Time is how long it may run; 0 is until it is killed.
	Time time.Duration
	// Memory is how many bytes of private writable memory each of its processes may have, stacks of threads included;
	// 0 is no limit. A program that wants more sees its allocation fail.
	Memory int64
	// Output is how many bytes are kept of each of stdout and stderr; 0 is DefaultOutput. The rest is counted and dropped.
	Output int64
}

// DefaultOutput is what is kept of an output when Limits do not say.
const DefaultOutput = 1 << 20

// Marker names the environment variable by which everything a child has started is found at its end.
const Marker = "TICKMARK_CHILD"

// drain is how long the end of a child waits for output that processes outside our reach hold open.
const drain = 2 * time.Second

// Result is how a child ended.
type Result struct {
	Stdout, Stderr Output
	// Code is the exit code; -1 when a signal ended it, which Signal names.
	Code   int
	Signal string
	// TimedOut tells that it was killed because it ran longer than Limits.Time.
	TimedOut bool
}

// String tells the end in one phrase.
func (r Result) String() string {
	switch {
	case r.TimedOut:
		return "killed at its time limit"
	case r.Signal != "":
		return "signal: " + r.Signal
	}
	return fmt.Sprintf("exit status %d", r.Code)
}

// Process is a running child.
type Process struct {
	cmd            *exec.Cmd
	marker         string
	stdout, stderr *keeper
	done           chan struct{}
	result         Result

	mu       sync.Mutex
	over     bool // the process has ended: its id may soon be another's
	timedOut bool
}

// Run runs a child to its end. The error tells that it could not start, ran out of time (fault.Unavailable with code
// Timeout), or that ctx ended first; a program that fails by itself has its code in the Result. Nothing of it is left
// when Run returns.
func Run(ctx context.Context, s Spec) (Result, error) {
	p, err := Start(s)
	if err != nil {
		return Result{Code: -1}, err
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Kill()
		<-p.Done()
		return p.Result(), context.Cause(ctx)
	}
	r := p.Result()
	if r.TimedOut {
		return r, fault.New(fault.Unavailable, "%s ran longer than the %s it is given, and was ended.", filepath.Base(s.Path), s.Time).With("Timeout")
	}
	return r, nil
}

// Start starts a child. Whoever starts one must wait for Done, after Kill if need be.
func Start(s Spec) (*Process, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails: the program stops instead
	p := &Process{marker: Marker + "=" + hex.EncodeToString(nonce), done: make(chan struct{})}
	p.cmd = &exec.Cmd{
		Path: s.Path, Args: append([]string{s.Path}, s.Args...), Dir: s.Dir,
		Env: append(slices.Clone(s.Env), p.marker), WaitDelay: drain, SysProcAttr: attributes(),
	}
	if s.Stdin != nil {
		p.cmd.Stdin = bytes.NewReader(s.Stdin)
	}
	p.cmd.Stdout, p.stdout = output(s.Stdout, s.Output)
	p.cmd.Stderr, p.stderr = output(s.Stderr, s.Output)
	started := make(chan error, 1)
	go p.run(s.Limits, started)
	if err := <-started; err != nil {
		<-p.done
		return nil, fault.New(fault.Unavailable, "%s cannot be started: %v.", s.Path, err)
	}
	return p, nil
}

func (s Spec) check() error {
	switch {
	case !filepath.IsAbs(s.Path):
		return fault.Invalidf("Path", "The program %q must be given by its whole path.", s.Path)
	case !filepath.IsAbs(s.Dir):
		return fault.Invalidf("Dir", "The working directory %q must be given by its whole path.", s.Dir)
	case s.Time < 0 || s.Memory < 0 || s.Output < 0:
		return fault.Invalidf("Limits", "Limits of a program must not be negative.")
	}
	return nil
}

// run is the life of the child. It keeps to one thread: the child is told to die with the thread that made it, and only
// that thread may let it go after the limits are set.
func (p *Process) run(l Limits, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.done)
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	err := release(p.cmd.Process.Pid, l)
	var timer *time.Timer
	if err == nil && l.Time > 0 {
		timer = time.AfterFunc(l.Time, p.expire)
	}
	if err != nil {
		p.Kill()
	}
	started <- err
	awaitExit(p.cmd.Process.Pid)
	p.mu.Lock()
	p.over = true
	killGroup(p.cmd.Process.Pid) // still ours: the process is not reaped yet
	p.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
	sweep(p.marker)
	p.finish(p.cmd.Wait())
}

func (p *Process) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := Result{Stdout: p.stdout.output(), Stderr: p.stderr.output(), TimedOut: p.timedOut, Code: -1}
	var exited *exec.ExitError
	if err == nil || errors.As(err, &exited) || errors.Is(err, exec.ErrWaitDelay) {
		r.Code, r.Signal = p.cmd.ProcessState.ExitCode(), signalOf(p.cmd.ProcessState)
	}
	p.result = r
}

func (p *Process) expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		p.timedOut = true
		killGroup(p.cmd.Process.Pid)
	}
}

// Kill ends the child and what it has started; Done tells when that has happened. It may be called at any time.
func (p *Process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		killGroup(p.cmd.Process.Pid)
	}
}

// Done is closed when the child has ended and nothing of it is left.
func (p *Process) Done() <-chan struct{} { return p.done }

// Result is how it ended; ask after Done.
func (p *Process) Result() Result {
	<-p.done
	return p.result
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }
