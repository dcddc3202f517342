package automation

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/child"
	"github.com/tickmark/tickmark/internal/fault"
)

// Scripts runs the function of a script and returns what it returned, as JSON.
type Scripts interface {
	Run(ctx context.Context, s Script) (json.RawMessage, error)
}

// Script is one run of aws:executeScript.
type Script struct {
	Runtime, Handler, Text string
	// Payload is the function's first argument; Context the second.
	Payload json.RawMessage
	Timeout time.Duration
}

func (x *current) script(ctx context.Context, in map[string]any) outcome {
	runtime := toText(in["Runtime"])
	if !strings.HasPrefix(runtime, "python3") {
		return outcome{err: fault.New(fault.Invalid, "the runtime %s is not offered; scripts are in Python (python3.11)", shorten(runtime))}
	}
	if x.exec.Value.DryRun {
		x.note("would run the script %s of step %s with %s", toText(in["Handler"]), x.step.Name, toText(x.mask.value("", in["InputPayload"])))
		x.work.Value.Unmade = true
		return outcome{outputs: x.unknown(), response: "left out: dry run"}
	}
	if x.Scripts == nil {
		return outcome{err: fault.New(fault.Denied, "scripts are not enabled in this installation, so aws:executeScript does not run")}
	}
	payload := in["InputPayload"]
	if payload == nil {
		payload = map[string]any{}
	}
	// A script may change things: after a crash it is not run again.
	x.run.Value.Calling = "aws:executeScript"
	if err := x.save(ctx); err != nil {
		return outcome{err: err}
	}
	answer, err := x.Scripts.Run(x.live, Script{
		Runtime: runtime, Handler: toText(in["Handler"]), Text: toText(in["Script"]), Payload: encode(payload), Timeout: min(x.step.Timeout, scriptTimeout),
	})
	if ctx.Err() == nil {
		x.run.Value.Calling = ""
	}
	if err != nil {
		return outcome{err: err}
	}
	v, err := decodeJSON(answer)
	if err != nil {
		return outcome{err: err}
	}
	out, err := x.outputs(map[string]any{"Payload": v})
	if err != nil {
		return outcome{err: err}
	}
	if _, ok := out["Payload"]; !ok {
		out["Payload"] = v
	}
	return outcome{outputs: out, response: string(encode(x.mask.value("", v)))}
}

// Python runs scripts with a Python interpreter as limited child processes. A script sees no environment of ours and
// no credentials: what it needs, it is given in its payload.
type Python struct {
	// Path is the interpreter, absolute.
	Path string
	// Memory is how many bytes a script may have; 0 is 256 MB.
	Memory int64
}

// FindPython finds the interpreter of the machine.
func FindPython() (*Python, error) {
	p, err := exec.LookPath("python3")
	if err == nil {
		p, err = filepath.Abs(p)
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "scripts are enabled, and there is no python3 on this machine: %v", err)
	}
	return &Python{Path: p}, nil
}

//go:embed script.py
var bootstrap string

// Run runs the script's function in a folder of its own that is removed afterwards.
func (p *Python) Run(ctx context.Context, s Script) (json.RawMessage, error) {
	dir, err := os.MkdirTemp("", "automation-script-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	memory := p.Memory
	if memory == 0 {
		memory = 256 << 20
	}
	input := encode(map[string]any{"script": s.Text, "handler": s.Handler, "events": s.Payload})
	r, err := child.Run(ctx, child.Spec{
		Path: p.Path, Args: []string{"-I", "-c", bootstrap}, Dir: dir, Stdin: input,
		Env:    []string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC", "HOME=" + dir},
		Limits: child.Limits{Time: s.Timeout, Memory: memory, Output: maxOutput + 1024},
	})
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable && r.TimedOut {
			return nil, context.DeadlineExceeded
		}
		return nil, err
	}
	said := strings.TrimSpace(clip(r.Stderr.String(), 2000))
	switch {
	case r.Code != 0:
		return nil, fault.New(fault.Invalid, "the script failed (%s): %s", r, said)
	case r.Stdout.Dropped > 0 || len(r.Stdout.Bytes) > maxOutput:
		return nil, fault.New(fault.Invalid, "the script returned more than %d bytes", maxOutput)
	}
	return r.Stdout.Bytes, nil
}
