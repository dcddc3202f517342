package local

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/child"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
)

// instance is one process of a function, with the Runtime API that only it is told of.
type instance struct {
	f      Function
	key    key
	r      *Runner
	secret string
	log    *output
	sleep  *time.Timer // ends it when it has been idle; the Runner's
	warm   bool        // it has been given an event; whoever holds the instance's

	server *http.Server
	served chan struct{}
	proc   *child.Process
	events chan *work
	ready  chan struct{} // closed at the first request for an event

	mu      sync.Mutex
	isReady bool
	ending  bool
	current *work
	// init is why the function did not start, as it told.
	init *function.Failure
}

// work is one event on its way.
type work struct {
	id       string
	in       function.Invocation
	deadline time.Time
	answered chan function.Answer // has room for the one answer
}

// startError is a function that did not get ready.
type startError struct {
	failure function.Failure
	log     string
}

func (e *startError) Error() string { return e.failure.Error() }

// overhead is what runtimes need beside a function's own memory: Lambda does not count it as strictly as a process's
// limit does, where stacks of threads that are never used are memory too.
const overhead = 128

// newInstance starts the process; it is not ready yet.
func (r *Runner) newInstance(f Function, k key) (*instance, error) {
	path, args, err := r.program(f)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the function %s: %w", f.Name.Name, err)
	}
	log, err := newOutput(newSecret())
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	i := &instance{
		log: log, f: f, key: k, r: r, secret: newSecret(), served: make(chan struct{}), events: make(chan *work), ready: make(chan struct{}),
	}
	i.server = &http.Server{Handler: i.handler(), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	go func() {
		defer close(i.served)
		_ = i.server.Serve(ownPeers{l}) // ends when the process does
	}()
	configURL := ""
	if r.o.Config != nil {
		configURL = "http://" + l.Addr().String() + configPath + i.secret + "/"
	}
	i.proc, err = child.Start(child.Spec{
		Path: path, Args: args, Dir: f.Dir, Env: f.environment(l.Addr().String(), configURL, k.region, r.dir, r.o.Ours),
		Stdout: i.log.write, Stderr: i.log.write, Limits: child.Limits{Memory: int64(f.Memory+overhead) << 20},
	})
	if err != nil {
		i.close()
		return nil, err
	}
	return i, nil
}

func newSecret() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails: the program stops instead
	return hex.EncodeToString(b)
}

// program is what runs the function's code.
func (r *Runner) program(f Function) (path string, args []string, err error) {
	switch f.Runtime {
	case Provided:
		return filepath.Join(f.Dir, "bootstrap"), nil, nil
	case Python:
		path, err = f.interpreter("python3")
		return path, []string{filepath.Join(r.dir, "loop.py")}, err
	}
	path, err = f.interpreter("node")
	return path, []string{fmt.Sprintf("--max-old-space-size=%d", f.Memory*3/4), filepath.Join(r.dir, "loop.cjs")}, err
}

// interpreter is the program that function.yaml names, a virtual environment's in the function's folder or the one
// around it, or the one on the path.
func (f Function) interpreter(name string) (string, error) {
	if f.Interpreter != "" {
		path := f.Interpreter
		if !filepath.IsAbs(path) {
			path = filepath.Join(f.Dir, path)
		}
		return path, nil
	}
	for _, dir := range []string{f.Dir, filepath.Dir(f.Dir)} {
		path := filepath.Join(dir, ".venv", "bin", name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fault.New(fault.Unavailable, "The function %s needs %s, which is not installed here. Install it, or name it as 'interpreter' in %s.", f.Name.Name, name, filepath.Join(f.Dir, ManifestFile))
	}
	return filepath.Abs(path)
}

// awaitReady waits until the process asks for its first event.
func (i *instance) awaitReady(ctx context.Context, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-i.ready:
		return nil
	case <-i.proc.Done():
		return &startError{i.exitFailure(), i.log.text()}
	case <-timer.C:
		return &startError{function.Failure{Type: "Sandbox.Timedout", Message: fmt.Sprintf("The function did not get ready in %s.", limit)}, i.log.text()}
	case <-ctx.Done():
		return fmt.Errorf("start the function %s: %w", i.f.Name.Name, context.Cause(ctx))
	}
}

var (
	errDeadline = errors.New("the deadline of the function")
	// errGone is a warm process that ended before it was given the event.
	errGone = errors.New("the process of the function has ended")
)

// invoke hands one event to the process and waits for the answer. At the deadline the process is ended with all it has
// started; it is not used again.
func (i *instance) invoke(ctx context.Context, in function.Invocation, limit time.Duration) (function.Answer, error) {
	within, cancel := context.WithTimeoutCause(ctx, limit, errDeadline)
	defer cancel()
	clock := i.r.o.Clock
	w := &work{id: clock.NewID(), in: in, deadline: clock.Now().Add(limit), answered: make(chan function.Answer, 1)}
	i.log.reset()
	select {
	case i.events <- w:
	case <-i.proc.Done():
		if i.warm {
			return function.Answer{}, errGone
		}
		return i.failed(w, i.exitFailure()), nil
	case <-within.Done():
		return i.late(ctx, within, w, limit)
	}
	i.warm = true
	select {
	case a := <-w.answered:
		a.Log = i.log.text()
		return a, nil
	case <-i.proc.Done():
		select {
		case a := <-w.answered: // it answered, and ended itself
			a.Log = i.log.text()
			return a, nil
		default:
			return i.failed(w, i.exitFailure()), nil
		}
	case <-within.Done():
		return i.late(ctx, within, w, limit)
	}
}

// late ends the process whose time is over, or whose caller is gone.
func (i *instance) late(ctx, within context.Context, w *work, limit time.Duration) (function.Answer, error) {
	i.stop()
	<-i.proc.Done()
	if !errors.Is(context.Cause(within), errDeadline) {
		return function.Answer{}, context.Cause(ctx)
	}
	return i.failed(w, function.Failure{Type: "Sandbox.Timedout", Message: fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds())}), nil
}

func (i *instance) failed(w *work, f function.Failure) function.Answer {
	f.Message = "RequestId: " + w.id + " Error: " + f.Message
	return function.Answer{Payload: errorPayload(f), Failure: &f, Log: i.log.text()}
}

func errorPayload(f function.Failure) json.RawMessage {
	b, _ := json.Marshal(map[string]string{"errorType": f.Type, "errorMessage": f.Message}) // two strings: cannot fail
	return b
}

// exitFailure tells why the process ended without an answer.
func (i *instance) exitFailure() function.Failure {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.init != nil {
		return *i.init
	}
	return function.Failure{Type: "Runtime.ExitError", Message: "Runtime exited with error: " + i.proc.Result().String()}
}

// stop ends the process; wait tells when nothing of it is left.
func (i *instance) stop() {
	i.mu.Lock()
	i.ending = true
	i.mu.Unlock()
	i.proc.Kill()
}

// usable tells whether the process may be given another event.
func (i *instance) usable() bool {
	select {
	case <-i.proc.Done():
		return false
	default:
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return !i.ending
}

// wait waits for the end of the process; its address dies with it.
func (i *instance) wait() {
	<-i.proc.Done()
	i.close()
}

func (i *instance) close() {
	_ = i.server.Close()
	<-i.served
	i.log.close()
}
