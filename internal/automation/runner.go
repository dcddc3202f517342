package automation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Made is one call as an Observer sees it.
type Made struct {
	Place           Place
	Execution, Step string
	// Cause is the execution's.
	Cause string
	// Mutates says that the call may change something.
	Mutates bool
	Call    Call
	// Shown is Call.Inputs with its secrets masked.
	Shown json.RawMessage
	// Output and Err are there after the call. Secrets are not masked.
	Output json.RawMessage
	Err    error
}

// Observer is told of every call. An error of Before keeps the call from being made.
type Observer interface {
	Before(ctx context.Context, m Made) error
	After(ctx context.Context, m Made)
}

// Options are what a Runner works with.
type Options struct {
	Store   Store
	Library *Library
	Clock   stamp.Source
	// Caller makes the calls; nil says honestly that no cloud is configured.
	Caller Caller
	// Observer may be nil.
	Observer Observer
	// Scripts runs aws:executeScript; nil says that scripts are not enabled.
	Scripts Scripts
	// Concurrent is how many executions are driven at the same time, waiting ones not counted; 0 is 10.
	Concurrent int
	Log        *slog.Logger
}

// ExecutionID names an execution.
type ExecutionID = string

// Start asks for an execution.
type Start struct {
	Place             Place
	Document, Version string
	Parameters        map[string][]string
	DryRun            bool
	// Cause says what it is for, By is the principal who asks.
	Cause, By string
	// Token makes a repeated request find the execution of the first.
	Token string
}

// MaxActive is how many executions of a place may be under way.
const MaxActive = 500

// maxNested is how deep aws:executeAutomation may go.
const maxNested = 5

// Runner starts, drives and stops executions. One process runs Run.
type Runner struct {
	Options
	wake chan struct{}

	mu     sync.Mutex
	agenda agenda
	active map[docs.Key]context.CancelFunc // those being driven
}

// NewRunner is a runner that drives nothing until Run.
func NewRunner(o Options) *Runner {
	if o.Concurrent == 0 {
		o.Concurrent = 10
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{Options: o, wake: make(chan struct{}, 1), agenda: agenda{}, active: map[docs.Key]context.CancelFunc{}}
}

// Start stores an execution and lets it begin.
func (r *Runner) Start(ctx context.Context, s Start) (ExecutionID, error) {
	e, w, err := r.prepare(ctx, s)
	if err != nil {
		return "", err
	}
	err = r.Store.Write(ctx, func(tx docs.Tx) error {
		n, err := tx.CountDocs(s.Place.scope(), works.Kind)
		if err != nil {
			return err
		}
		if n >= MaxActive {
			return fault.New(fault.Quota, "%d executions are under way already; wait for some to end.", n).With("AutomationExecutionLimitExceededException")
		}
		return insert(tx, e, w, s.Token)
	})
	if fault.KindOf(err) == fault.Exists && s.Token != "" {
		return r.again(ctx, s, e)
	}
	if err != nil {
		return "", err
	}
	r.summon(executionKey(e.Place, e.ID))
	return e.ID, nil
}

func insert(tx docs.Tx, e Execution, w work, token string) error {
	if err := executions.Insert(tx, e.Place.Account, e.Place.Region, e.ID, token, e); err != nil {
		return err
	}
	return works.Insert(tx, e.Place.Account, e.Place.Region, e.ID, "", w)
}

// again answers a request whose token was used before.
func (r *Runner) again(ctx context.Context, s Start, e Execution) (ExecutionID, error) {
	old, err := get(ctx, r.Store, func(tx docs.Tx) (docs.Doc[Execution], error) {
		return executions.ByName(tx, s.Place.Account, s.Place.Region, s.Token)
	})
	if err != nil {
		return "", err
	}
	if old.Value.Fingerprint != e.Fingerprint {
		return "", fault.New(fault.Conflict, "The client token was used for another execution before; choose a new one.").With("IdempotentParameterMismatch")
	}
	return old.ID, nil
}

// prepare finds the document and binds the parameters.
func (r *Runner) prepare(ctx context.Context, s Start) (Execution, work, error) {
	e := Execution{Place: s.Place, Status: Pending, Cause: s.Cause, By: s.By, DryRun: s.DryRun}
	w := work{Run: -1, Outputs: map[string]any{}, Variables: map[string]any{}}
	b, v, err := r.Library.Get(ctx, s.Place, s.Document, s.Version, "")
	if err == nil && b.Type() != TypeAutomation {
		err = fault.New(fault.Invalid, "The document %s is of type %s and cannot be run.", s.Document, b.Type()).With("InvalidDocument")
	}
	if err != nil {
		return e, w, err
	}
	d, err := Parse([]byte(v.Content))
	if err != nil {
		return e, w, err
	}
	if w.Parameters, err = d.Bind(s.Parameters); err != nil {
		return e, w, err
	}
	for _, v := range d.Variables {
		w.Variables[v.Name] = v.Default
	}
	w.Content, w.Next = v.Content, d.Steps[0].Name
	e.ID, e.Document, e.Version, e.Started = r.Clock.NewID(), s.Document, strconv.Itoa(v.Number), r.Clock.Now()
	e.Parameters = newMasker(w.Parameters).lists(w.Parameters)
	e.Fingerprint = fingerprint(s, e.Version)
	return e, w, nil
}

func fingerprint(s Start, version string) string {
	b, err := json.Marshal([]any{s.Document, version, s.Parameters, s.DryRun})
	if err != nil { // texts always encode
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Execution is an execution with its step runs, in order.
func (r *Runner) Execution(ctx context.Context, p Place, id ExecutionID) (Execution, []StepRun, error) {
	var steps []StepRun
	e, err := get(ctx, r.Store, func(tx docs.Tx) (Execution, error) {
		d, err := find(tx, p, id)
		if err != nil {
			return d.Value, err
		}
		found, err := under(tx, stepRuns, p, id+"/")
		steps = make([]StepRun, len(found))
		for i, s := range found {
			steps[i] = s.Value
		}
		return d.Value, err
	})
	return e, steps, err
}

func find(tx docs.Tx, p Place, id ExecutionID) (docs.Doc[Execution], error) {
	d, err := executions.Get(tx, p.Account, p.Region, id)
	if fault.KindOf(err) == fault.NotFound {
		err = &fault.Error{Kind: fault.NotFound, Type: "automation execution", ID: id, Code: "AutomationExecutionNotFoundException", Message: "There is no automation execution " + id + "."}
	}
	return d, err
}

// List is the executions of a place, newest first.
func (r *Runner) List(ctx context.Context, p Place) ([]Execution, error) {
	return r.Find(ctx, p.scope())
}

// Find is the executions of a scope, newest first.
func (r *Runner) Find(ctx context.Context, s arn.Scope) ([]Execution, error) {
	found, err := get(ctx, r.Store, func(tx docs.Tx) ([]docs.Doc[Execution], error) { return executions.All(tx, s) })
	out := make([]Execution, len(found))
	for i, d := range found {
		out[i] = d.Value
	}
	slices.SortFunc(out, func(a, b Execution) int { return strings.Compare(b.ID, a.ID) }) // ids grow with time
	return out, err
}

// Plan is the document of an execution that has not ended: what is still to come.
func (r *Runner) Plan(ctx context.Context, p Place, id ExecutionID) (*Document, error) {
	w, err := get(ctx, r.Store, func(tx docs.Tx) (docs.Doc[work], error) { return works.Get(tx, p.Account, p.Region, id) })
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return Parse([]byte(w.Value.Content))
}

// How an execution is stopped: Cancel ends the step under way, Complete lets it end and calls the whole a success.
const (
	Cancel   = "Cancel"
	Complete = "Complete"
)

// Stop ends an execution. A mutating call under way is never torn off: its answer is waited for and written down.
func (r *Runner) Stop(ctx context.Context, p Place, id ExecutionID, how string) error {
	err := r.order(ctx, p, id, order{Kind: how}, func(e Execution, _ *StepRun) error {
		if Ended(e.Status) {
			return fault.New(fault.Conflict, "The execution %s has ended already, with %s.", id, e.Status).With("InvalidAutomationStatusUpdateException")
		}
		return nil
	})
	if err == nil && how == Cancel {
		r.mu.Lock()
		if cancel := r.active[executionKey(p, id)]; cancel != nil {
			cancel()
		}
		r.mu.Unlock()
	}
	return err
}

// order keeps an order for the execution, when check allows it.
func (r *Runner) order(ctx context.Context, p Place, id ExecutionID, o order, check func(Execution, *StepRun) error) error {
	o.At = r.Clock.Now()
	oid := id + "/" + r.Clock.NewID()
	err := r.Store.Write(ctx, func(tx docs.Tx) error {
		d, err := find(tx, p, id)
		if err != nil {
			return err
		}
		var current *StepRun
		if d.Value.Runs > 0 {
			s, err := stepRuns.Get(tx, p.Account, p.Region, runID(id, d.Value.Runs-1))
			if err != nil {
				return err
			}
			current = &s.Value
		}
		if err := check(d.Value, current); err != nil {
			return err
		}
		return orders.Insert(tx, p.Account, p.Region, oid, "", o)
	})
	if err == nil {
		r.summon(executionKey(p, id))
	}
	return err
}

// pause is how often the runner looks at its agenda when nothing wakes it, and how long it waits after a failure.
const pause = time.Second
