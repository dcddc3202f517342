package invocation

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Worker puts the questions of an installation. There must be one at a time.
type Worker struct {
	program   *compliance.Program
	tokens    *Tokens
	clock     stamp.Source
	functions function.Invoker
	log       *slog.Logger
}

// New is a worker.
func New(p *compliance.Program, tokens *Tokens, clock stamp.Source, functions function.Invoker, log *slog.Logger) *Worker {
	return &Worker{p, tokens, clock, functions, log}
}

const (
	atOnce   = 4 // functions that run side by side
	pageSize = 100
	rest     = 2 * time.Second // between looks when nobody says that there is something
)

// Run puts questions until the context ends.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(rest)
	defer tick.Stop()
	for {
		if _, err := w.Drain(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("asking the functions of rules failed; it will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.program.Asked():
		case <-tick.C:
		}
	}
}

// Drain puts everything that may be put now once, and tells how much that was.
func (w *Worker) Drain(ctx context.Context) (int, error) {
	n := 0
	for after := (docs.Key{}); ; {
		due, next, err := w.program.Questions(ctx, after, pageSize)
		if err != nil {
			return n, err
		}
		if err := w.all(ctx, due); err != nil {
			return n, err
		}
		n += len(due)
		if next == (docs.Key{}) {
			return n, nil
		}
		after = next
	}
}

// all puts questions side by side.
func (w *Worker) all(ctx context.Context, due []compliance.Question) error {
	errs := make([]error, len(due))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i := range due {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = w.one(ctx, &due[i])
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// one puts a question and notes what came of it. An attempt that the end of the server cuts off does not count.
func (w *Worker) one(ctx context.Context, q *compliance.Question) error {
	err := w.ask(ctx, q)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failure := (*compliance.Failure)(nil)
	if err != nil && !errors.As(err, &failure) {
		failure = &compliance.Failure{Code: "InternalError", Message: err.Error()}
	}
	if failure != nil {
		w.log.Warn("the function of a rule failed", "rule", q.Rule.Name, "function", q.Rule.Identifier, "account", q.Account, "code", failure.Code, "error", failure.Message)
	}
	return w.program.Answered(ctx, *q, failure)
}

func (w *Worker) ask(ctx context.Context, q *compliance.Question) error {
	now := w.clock.Now()
	token, err := w.tokens.Make(Claim{Account: q.Account, Region: q.Region, Rule: q.Rule.ID, Revision: q.Revision}, now)
	if err != nil {
		return err
	}
	ev, err := eventOf(q, token, now)
	if err != nil {
		return err
	}
	answer, err := w.functions.Invoke(ctx, function.Invocation{Account: q.Account, Region: q.Region, FunctionARN: q.Rule.Identifier, Event: ev})
	switch {
	case err != nil:
		return err
	case answer.Failure != nil:
		return &compliance.Failure{Code: answer.Failure.Type, Message: answer.Failure.Message}
	}
	return complaint(answer.Payload)
}

// complaint is the failure that a function may return in place of giving verdicts.
func complaint(answer json.RawMessage) error {
	var c struct {
		InternalMessage string `json:"internalErrorMessage"`
		InternalDetails string `json:"internalErrorDetails"`
		Code            string `json:"customerErrorCode"`
		Message         string `json:"customerErrorMessage"`
	}
	if json.Unmarshal(answer, &c) != nil { // it may return anything
		return nil
	}
	switch {
	case c.Code != "" || c.Message != "":
		return &compliance.Failure{Code: c.Code, Message: c.Message}
	case c.InternalMessage != "":
		return &compliance.Failure{Code: "InternalError", Message: c.InternalMessage + " " + c.InternalDetails}
	}
	return nil
}
