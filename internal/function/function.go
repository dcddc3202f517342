// Package function is how custom rules run a Lambda function: an event in, an answer out. Two packages below it do the
// running: local (processes of this machine that speak the Lambda Runtime API) and awslambda (the real service).
package function

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// MaxPayload is the largest event and the largest answer, as Lambda has it.
const MaxPayload = 6 << 20

// Invocation is one event for one function.
type Invocation struct {
	// Account and Region are those the function speaks for when it calls AWS Config.
	Account, Region string
	// FunctionARN names the function, perhaps with a version or alias behind it.
	FunctionARN string
	// Event is the Lambda event.
	Event json.RawMessage
	// Timeout ends the invocation earlier than the function's own limit; 0 leaves it to that.
	Timeout time.Duration
}

// Answer is what a function that has run said.
type Answer struct {
	Payload json.RawMessage
	// Failure is set when the function did not succeed; Payload then is what Lambda would show.
	Failure *Failure
	// Log is the end of what it wrote, at most MaxLog bytes.
	Log string
}

// MaxLog is how much of the log an answer carries, as Lambda's LogResult.
const MaxLog = 4 << 10

// Failure is an error of the function itself: thrown, timed out, exited.
type Failure struct{ Type, Message string }

func (f Failure) Error() string { return f.Type + ": " + f.Message }

// Invoker runs functions. An error tells that the function was not run, or that it is unknown how it ended; a function
// that failed is an Answer with a Failure.
type Invoker interface {
	Invoke(context.Context, Invocation) (Answer, error)
}

// Functions are those of one place, by name.
type Functions interface {
	Invoker
	// Has tells whether a function is one of these.
	Has(account, region, functionARN string) bool
}

// Router gives each function to who runs it: a local one wins over the real service.
type Router struct {
	Local Functions // nil when no functions are offered here
	Real  Invoker   // nil when no real Lambda is configured
}

// Invoke implements Invoker.
func (r Router) Invoke(ctx context.Context, in Invocation) (Answer, error) {
	if len(in.Event) > MaxPayload {
		return Answer{}, fault.Invalidf("Event", "The event for the function %s has %d bytes; at most %d are allowed.", in.FunctionARN, len(in.Event), MaxPayload)
	}
	runs, err := r.runs(in.Account, in.Region, in.FunctionARN)
	if err != nil {
		return Answer{}, err
	}
	return runs.Invoke(ctx, in)
}

// Offered tells why nobody runs a function for a place; nil when somebody does.
func (r Router) Offered(account, region, functionARN string) error {
	_, err := r.runs(account, region, functionARN)
	return err
}

// runs is who runs a function.
func (r Router) runs(account, region, functionARN string) (Invoker, error) {
	n, err := ParseName(functionARN)
	switch {
	case err != nil:
		return nil, err
	case r.Local != nil && r.Local.Has(account, region, functionARN):
		return r.Local, nil
	case r.Real != nil:
		return r.Real, nil
	}
	return nil, fault.New(fault.Unavailable, "No function %q is offered here, and no real Lambda is configured. Put it into the folder of --functions, or give --lambda-profile.", n.Name)
}
