// Package eventbus keeps EventBridge's event buses, rules and targets, and brings events to the targets of the rules
// that match them: CloudTrail's events as they arrive here, changes of compliance, events that users put, and schedules.
//
// What it promises:
//   - A rule sees only what happened after it came to be (or was enabled, or got its pattern), and at most a day ago: an
//     import of old logs sets nothing off.
//   - One delivery for each event and target: it is queued in the transaction that takes the event, and taken from the
//     queue in the one that hands it to a topic or a bus. Executions of Automation are found again by their token; a
//     Lambda function may be asked twice if the process dies while it runs.
//   - A delivery is tried again with growing pauses until its target's RetryPolicy is used up; then it is kept aside for
//     two weeks.
//   - An Automation obeys the remediation mode of its account: none when it is off, a dry run in dry-run and review, and
//     at most MaxRunsAnHour in an hour for one target, so that a rule that sets itself off stops.
//
// An event of a trail has the event's own id. Rules match management events that only read (Get, List, Describe) in the
// state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS alone. Events above 256 KB are left out.
//
// Known to differ from AWS: targets are SNS topics, Lambda functions, Automation documents, and event buses of the same
// account; dead-letter queues, permissions for other accounts, archives, connections, API destinations, partner sources,
// encryption and logs of buses are not offered. A webhook is an https subscription of a topic, with RawMessageDelivery
// when it shall get nothing but the input. Inside quotes of an input template a value is escaped, as JSON needs. A bus
// hands on what another bus gave it to no third one. Of a schedule that was missed while the server was down, one event
// is made up for.
package eventbus

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// The limits, as AWS has them by default.
const (
	MaxBuses   = 100 // of an account and region
	MaxRules   = 300 // of a bus
	MaxTargets = 5   // of a rule
	// MaxEvent is the largest event, and the largest list of events that is put at once.
	MaxEvent = 256 << 10
	// MaxRunsAnHour is how often one target may start an Automation in an hour.
	MaxRunsAnHour = 10
)

// Place is an account and a region.
type Place struct{ Account, Region string }

// Tx is what a store offers inside a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
}

// Store runs functions in transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Topics takes messages in a transaction: notify.Directory.
type Topics interface {
	Publish(tx notify.Tx, m notify.Message) (string, error)
	Wake()
}

// Runner starts Automation documents: automation.Runner.
type Runner interface {
	Start(ctx context.Context, s automation.Start) (automation.ExecutionID, error)
}

// Library finds Automation documents: automation.Library.
type Library interface {
	Get(ctx context.Context, p automation.Place, name, version, versionName string) (automation.Runbook, automation.Version, error)
}

// Parts is what a Program works with.
type Parts struct {
	Store  Store
	Clock  stamp.Source
	Topics Topics
	// Runner and Library are for Automation documents; Mode tells the remediation mode of an account.
	Runner  Runner
	Library Library
	Mode    func(ctx context.Context, account string) (mode string, err error)
	// Functions runs Lambda functions.
	Functions function.Invoker
	// Logged gives what tells whether a trail logs an event: only those reach a bus. Nil: all do.
	Logged func(ctx context.Context) (func(*trail.Event) bool, error)
	// Verdicts are the changes of compliance; nil: they are no events.
	Verdicts Verdicts
	Log      *slog.Logger
}

// Program is the event buses of an installation.
type Program struct {
	Parts
	wake chan struct{}

	// changes counts what was written to rules; index is of the count it names.
	changes atomic.Int64
	mu      sync.Mutex
	index   *index
}

// New is a program that delivers nothing until Run.
func New(p Parts) *Program {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	return &Program{Parts: p, wake: make(chan struct{}, 1)}
}

// ring wakes the worker.
func (p *Program) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// change writes to buses or rules.
func (p *Program) change(ctx context.Context, fn func(Tx) error) error {
	err := p.Store.Write(ctx, fn)
	p.changes.Add(1)
	p.ring()
	return err
}

func read[T any](ctx context.Context, p *Program, fn func(Tx) (T, error)) (out T, err error) {
	err = p.Store.Read(ctx, func(tx Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out, err
}
