package remediate

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
)

// causePrefix begins the cause of executions that remediation starts; the run's id follows.
const causePrefix = "remediation/"

// Call is one call that was made, with its leaves in the account's ledger.
type Call struct {
	Place
	Execution, Step, Run string
	Name, Role           string
	// Inputs are without secrets.
	Inputs   string
	Mutates  bool
	Made     time.Time
	Answered time.Time `json:",omitzero"`
	Outcome  string    `json:",omitempty"`
	// Before and After are indexes of leaves; Before is there for calls that may change something.
	Before, After *int64 `json:",omitempty"`
}

var calls = docs.Collection[Call]{Kind: "remediation-call", Noun: "call"}

var _ automation.Observer = (*Program)(nil)

// Before writes a call down that may change something. What cannot be written down, and what must not run any more, is
// not called. A read has one leaf, after its answer.
func (p *Program) Before(ctx context.Context, m automation.Made) error {
	if !m.Mutates {
		return p.Store.Read(ctx, func(tx Tx) error {
			_, err := mayCall(tx, m)
			return err
		})
	}
	return p.Store.Write(ctx, func(tx Tx) error {
		r, err := mayCall(tx, m)
		if err != nil {
			return err
		}
		c := callOf(tx, m)
		leaf, err := p.leaf(tx, &c, r, "before", map[string]string{"call": "about to be made"})
		if err != nil {
			return err
		}
		c.Before = &leaf
		found, err := callsOf(tx, c.Place, m.Execution)
		if err != nil {
			return err
		}
		return calls.Insert(tx, c.Account, c.Region, fmt.Sprintf("%s/%05d", m.Execution, len(found)), "", c)
	})
}

// mayCall refuses a call in an account that is not enabled, of a run that was stopped, without a role, and as the
// recorder. It holds for executions that others start, too. It answers with the run that the call is for.
func mayCall(tx Tx, m automation.Made) (*Run, error) {
	r, err := runOfCause(tx, m)
	if err != nil {
		return nil, err
	}
	s, err := settingOf(tx, m.Place.Account)
	switch {
	case err != nil:
		return nil, err
	case r != nil && r.Stopped != "":
		return nil, fault.New(fault.Denied, "remediation was stopped")
	case s.Mode == Off:
		return nil, fault.New(fault.Denied, "calls are off in account %s until tickmark remediation enable", m.Place.Account)
	case s.Mode == DryRun && m.Mutates:
		return nil, fault.New(fault.Denied, "account %s is enabled for dry runs alone", m.Place.Account)
	case m.Call.Role == "":
		return nil, fault.New(fault.Denied, "the document does not say what role it runs as (assumeRole), and it never gets the deployment's own rights")
	}
	return r, notRecorders(tx, m.Place.Account, m.Call.Role)
}

// After writes down what was answered.
func (p *Program) After(ctx context.Context, m automation.Made) {
	err := p.Store.Write(ctx, func(tx Tx) error {
		r, err := runOfCause(tx, m)
		if err != nil {
			return err
		}
		found, err := callsOf(tx, Place(m.Place), m.Execution)
		if err != nil {
			return err
		}
		c := callOf(tx, m)
		open := -1
		if n := len(found); m.Mutates && n > 0 && found[n-1].Value.After == nil {
			open, c = n-1, found[n-1].Value
		}
		c.Answered, c.Outcome = tx.Now(), outcome(m.Err)
		more := map[string]string{"call": c.Outcome}
		if m.Err == nil {
			more["outputSha256"] = ledger.Hash(sha256.Sum256(m.Output)).String()
		}
		leaf, err := p.leaf(tx, &c, r, "after", more)
		if err != nil {
			return err
		}
		c.After = &leaf
		if open >= 0 {
			found[open].Value = c
			return calls.Update(tx, found[open])
		}
		return calls.Insert(tx, c.Account, c.Region, fmt.Sprintf("%s/%05d", m.Execution, len(found)), "", c)
	})
	if err != nil {
		p.Log.Error("the answer to a call could not be written into the ledger", "execution", m.Execution, "call", m.Call.Service+":"+m.Call.API, "error", err)
	}
}

// outcome tells an answer in words without what it holds.
func outcome(err error) string {
	api, isAPI := errors.AsType[*automation.APIError](err)
	switch {
	case err == nil:
		return "answered"
	case isAPI:
		return "refused: " + api.Code
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "no answer: it is not known whether it was done"
	}
	return clip("not made or not answered: " + messageOf(err))
}

func callOf(tx Tx, m automation.Made) Call {
	return Call{
		Place: Place(m.Place), Execution: m.Execution, Step: m.Step, Run: strings.TrimPrefix(m.Cause, causePrefix), Name: m.Call.Service + ":" + m.Call.API,
		Role: m.Call.Role, Inputs: clip(string(m.Shown)), Mutates: m.Mutates, Made: tx.Now(),
	}
}

// runOfCause is the run that a call is for; nil when the execution was started by somebody else.
func runOfCause(tx Tx, m automation.Made) (*Run, error) {
	id, ok := strings.CutPrefix(m.Cause, causePrefix)
	if !ok {
		return nil, nil
	}
	d, err := runs.Get(tx, m.Place.Account, m.Place.Region, id)
	return &d.Value, err
}

// callsOf are the calls of an execution in their order.
func callsOf(tx Tx, at Place, execution string) ([]docs.Doc[Call], error) {
	const page = 200
	after := docs.Key{Account: at.Account, Region: at.Region, Kind: calls.Kind, ID: execution + "/"}
	var out []docs.Doc[Call]
	for {
		found, err := calls.List(tx, arn.Scope{Accounts: []string{at.Account}, Regions: []string{at.Region}}, after, page)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			if d.Value.Execution != execution {
				return out, nil
			}
			out = append(out, d)
		}
		if len(found) < page {
			return out, nil
		}
		after = found[len(found)-1].Key
	}
}

// leaf puts a call into the ledger of its account, with the recorded state of the resource it is for.
func (p *Program) leaf(tx Tx, c *Call, r *Run, phase string, more map[string]string) (int64, error) {
	more["phase"], more["execution"], more["step"], more["inputs"] = phase, c.Execution, c.Step, c.Inputs
	service, _, _ := strings.Cut(c.Name, ":")
	b := ledger.Body{
		Account: c.Account, Actor: c.Role, Attributes: more, Event: c.Name, Region: c.Region, Service: service + ".amazonaws.com",
		Source: "Tickmark remediation", Type: "Remediation call",
	}
	if err := about(tx, &b, r); err != nil {
		return 0, err
	}
	return p.put(tx, b)
}

// leafOfEnd puts the end of a run into the ledger, with the state of the resource as it is recorded then.
func (p *Program) leafOfEnd(tx Tx, r *Run, state, reason string) error {
	b := ledger.Body{
		Account: r.Account, Actor: r.Role, Region: r.Region, Event: "remediation of " + r.Rule, Reason: short(reason), Source: "Tickmark remediation", Type: "Remediation result",
		Attributes: map[string]string{"phase": "end", "execution": r.Execution, "state": state, "document": r.Document, "recorded": r.Recorded},
	}
	if err := about(tx, &b, r); err != nil {
		return err
	}
	_, err := p.put(tx, b)
	return err
}

// about adds the resource of a run and its recorded state.
func about(tx Tx, b *ledger.Body, r *Run) error {
	if r == nil {
		return nil
	}
	s := ledger.Subject{ID: r.Subject.ID, Type: r.Subject.Type}
	it, err := tx.Item(r.Subject)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	b.Attributes["rule"], b.Attributes["item"] = r.Rule, "none"
	if err == nil {
		s.ARN = it.ARN
		b.Attributes["item"] = "state " + strconv.FormatInt(it.StateID, 10) + " of " + it.Captured.UTC().Format(time.RFC3339)
		b.Attributes["itemConfiguration"] = clip(configurationOf(it))
		b.Raw = ledger.Hash(sha256.Sum256(it.Raw()))
	}
	b.Subjects = []ledger.Subject{s}
	return nil
}

// configurationOf is the item without its secrets.
func configurationOf(it *inventory.Item) string { return string(inventory.Masked(it)) }

func (p *Program) put(tx Tx, b ledger.Body) (int64, error) {
	rec, err := ledger.Put(tx, ledger.Item{Body: b, Occurrence: ledger.Occurrence{
		Account: b.Account, Region: b.Region, Collector: "remediation", ObservedAt: tx.Now(), Owner: b.Account,
	}, Produced: &ledger.Produced{Account: b.Account, Call: b.Event, Caller: b.Actor, Complete: true, Region: b.Region, Tool: p.Tool}})
	return rec.LeafIndex, err
}

// Calls are the calls made for a run's execution.
func (p *Program) Calls(ctx context.Context, at Place, execution string) ([]Call, error) {
	return read(ctx, p, func(tx Tx) ([]Call, error) {
		found, err := callsOf(tx, at, execution)
		out := make([]Call, len(found))
		for i, d := range found {
			out[i] = d.Value
		}
		return out, err
	})
}
