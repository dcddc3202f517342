// Package remediate puts the failures of rules right: it keeps a durable queue of resources to remediate, runs the
// Automation document of the rule's remediation configuration on each, and tells what came of it. The operations of the
// Config API for exceptions and executions are its methods; their faults carry the API's codes.
//
// What it promises:
//   - Nothing runs until an administrator enables the account: a dry run first, which only tells the calls it would make.
//   - A resource is remediated at most once at a time, and once for each time it begins to fail, whatever crashes.
//   - At most five run at once. Automatic remediation of a rule stops, until it is resumed, after ten resources or a tenth
//     of the rule's resources in an hour, and after two failures in a row.
//   - Calls are made as the role of remediation, never as the recorder's, and each is a leaf of the account's ledger,
//     written before it is made and after its answer.
//   - A verdict changes only when the resource was recorded anew and judged again.
//
// docs/design/0006-remediation.md says why it is so.
package remediate

import (
	"context"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Place is an account and a region.
type Place = compliance.Place

// Tx is what a store offers inside a transaction.
type Tx interface {
	compliance.Tx
	ledger.Tx
}

// Store runs functions in transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Automation runs documents: automation.Runner.
type Automation interface {
	Start(ctx context.Context, s automation.Start) (automation.ExecutionID, error)
	Execution(ctx context.Context, p automation.Place, id automation.ExecutionID) (automation.Execution, []automation.StepRun, error)
	Stop(ctx context.Context, p automation.Place, id automation.ExecutionID, how string) error
}

// Library finds documents: automation.Library.
type Library interface {
	Get(ctx context.Context, p automation.Place, name, version, versionName string) (automation.Runbook, automation.Version, error)
}

// Recorder records a resource anew, reading it as a role. A fault says why it cannot.
type Recorder interface {
	Record(ctx context.Context, k inventory.Key, role string) error
}

// Options are what a Program works with.
type Options struct {
	Store Store
	Clock stamp.Source
	// Library and Automation have the documents and run them.
	Library    Library
	Automation Automation
	// Recorder records what was remediated; nil cannot.
	Recorder Recorder
	// Recorded is told that a resource was recorded anew; may be nil.
	Recorded func()
	// Notify is told of what a person should know; may be nil.
	Notify func(ctx context.Context, e Event)
	// Tool is the program and its version, for the ledger.
	Tool string
	Log  *slog.Logger
}

// Program is the remediation of an installation.
type Program struct {
	Options
	wake chan struct{}
}

// New is a program that does nothing on its own until Run.
func New(o Options) *Program {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Notify == nil {
		o.Notify = func(context.Context, Event) {}
	}
	return &Program{Options: o, wake: make(chan struct{}, 1)}
}

// Use gives the parts that are made after the program because they are told of it.
func (p *Program) Use(a Automation) { p.Automation = a }

func (p *Program) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Program) write(ctx context.Context, fn func(Tx) error) error {
	err := p.Store.Write(ctx, fn)
	if err == nil {
		p.ring()
	}
	return err
}

func read[T any](ctx context.Context, p *Program, fn func(Tx) (T, error)) (out T, err error) {
	err = p.Store.Read(ctx, func(tx Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// The limits of automatic remediation.
const (
	// MaxAtOnce is how many run at once in the installation.
	MaxAtOnce = 5
	// MaxAnHour is how many resources of a rule are remediated in an hour, MaxShare what percentage of its resources.
	MaxAnHour, MaxShare = 10, 10
	// MaxInARow is how many executions of a rule may fail in a row.
	MaxInARow = 2

	window = time.Hour
)
