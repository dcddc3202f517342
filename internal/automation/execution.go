package automation

import (
	"fmt"
	"time"
)

// The statuses of executions and steps, as the SSM API names them.
const (
	Pending    = "Pending"
	InProgress = "InProgress"
	Waiting    = "Waiting"
	Success    = "Success"
	TimedOut   = "TimedOut"
	Cancelling = "Cancelling"
	Cancelled  = "Cancelled"
	Failed     = "Failed"
)

// Ended tells whether a status is a last one.
func Ended(status string) bool {
	return status == Success || status == TimedOut || status == Cancelled || status == Failed
}

// Execution is one run of a document, as it is shown: secrets are masked.
type Execution struct {
	ID                string
	Place             Place
	Document, Version string
	Status            string
	// Cause says what it was started for, By who started it.
	Cause, By string
	DryRun    bool `json:",omitempty"`
	// Parameters and Outputs are lists of texts each, as the API gives them.
	Parameters, Outputs map[string][]string
	// Step and Action are the step under way.
	Step, Action string
	Failure      string
	Parent       string `json:",omitempty"`
	Depth        int    `json:",omitempty"`
	Started      time.Time
	Ended        time.Time
	// Runs is how many step runs there are.
	Runs int
	// Calls are the mutating calls that a dry run left out.
	Calls []string `json:",omitempty"`
	// Fingerprint is of what was asked, to know a repeated request by its client token.
	Fingerprint string `json:",omitempty"`
}

// StepRun is one run of one step, as it is shown: secrets are masked.
type StepRun struct {
	ID           string
	Seq          int
	Name, Action string
	Status       string
	// Attempt counts from 1; AttemptStarted is when it began.
	Attempt                        int
	Started, AttemptStarted, Ended time.Time
	Inputs                         map[string]string   `json:",omitempty"`
	Outputs                        map[string][]string `json:",omitempty"`
	Response, Failure, FailureType string
	Parent                         *ParentStep `json:",omitempty"`
	// What the document says of the step.
	Critical, IsEnd             bool
	MaxAttempts, TimeoutSeconds int
	NextStep, OnFailure         string
	// Calling is the mutating call (service:API) under way, "" when none is: after a crash it tells what may have happened.
	Calling string `json:",omitempty"`
	// State is what a waiting action knows of itself.
	State stepState `json:",omitzero"`
	// Wake is when a waiting step looks again; zero when it waits for a signal alone.
	Wake time.Time `json:",omitzero"`
}

// ParentStep is the loop that a step ran inside.
type ParentStep struct {
	ID, Name, Action string
	Iteration        int
	Value            string
}

// stepState is what actions that take more than one look keep between looks.
type stepState struct {
	Until     time.Time    `json:",omitzero"` // sleep
	Changed   bool         `json:",omitempty"`
	Child     string       `json:",omitempty"`
	Approvers []string     `json:",omitempty"`
	Needed    int          `json:",omitempty"`
	Decisions []decision   `json:",omitempty"`
	Items     []any        `json:",omitempty"` // loop
	Retry     time.Time    `json:",omitzero"`  // when the next attempt begins
	Last      *lastFailure `json:",omitempty"`
}

type decision struct{ Approver, Decision, Comment string }

type lastFailure struct {
	Status, Message, Type string
}

// work is what an execution needs to go on, secrets unmasked. It is removed when the execution ends.
type work struct {
	Content    string
	Parameters map[string]any
	Variables  map[string]any
	// Outputs are by "step.Output".
	Outputs map[string]any
	// Next is the step to run next in mainSteps; "" with nothing under way ends the execution.
	Next string
	// Run is the step run under way, -1 when none is.
	Run int
	// Loop is the loop around it.
	Loop *loopState `json:",omitempty"`
	// Bad is the status that failed critical steps leave the execution: Failed or TimedOut.
	Bad, BadMessage string
	// Unmade says that a dry run has left out a call, so that nothing after it can be checked.
	Unmade bool
	// Stopping is the stop asked for: Cancel or Complete.
	Stopping string
	// Winding says that an onCancel was followed: what it leads to runs to its end.
	Winding bool `json:",omitempty"`
}

type loopState struct {
	Step      string // of mainSteps
	Run       int    // its step run
	Next      string // inner step to run next
	Iteration int    // from 1
	Items     []any
	Max       int
}

// order is a stop or a signal, kept until the execution takes it.
type order struct {
	Kind string // Cancel, Complete, Approve, Reject, Resume
	By   string
	// Comment goes with a decision.
	Comment string
	At      time.Time
}

func runID(execution string, seq int) string { return fmt.Sprintf("%s/%05d", execution, seq) }
