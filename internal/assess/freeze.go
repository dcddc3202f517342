package assess

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/report"
)

// The states of a freeze.
const (
	FreezePending = "FREEZING"
	Frozen        = "FROZEN"
	Unfrozen      = "UNFROZEN"
)

// The decisions about freezes.
const (
	DecisionFreeze   = "FreezePeriod"
	DecisionUnfreeze = "UnfreezePeriod"
)

// maxFreezes bounds the freezes of an assessment.
const maxFreezes = 100

// Freeze fixes a period of an assessment: the evidence in the log at that moment, what of it was selected, and the
// checkpoint over it. Its bundle has the same bytes whenever it is written. Evidence of its days that comes later is
// recorded and says so, and is not part of it.
type Freeze struct {
	ID         string `json:"id"`
	Owner      string `json:"owner"`
	Assessment string `json:"assessment"`
	// Name is the name of the bundle; From and To are the first and last day, both included.
	Name   string    `json:"name"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	Status string    `json:"status"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	// Size is how many leaves the log had: later evidence is no part of the period. Decision is the leaf of the freeze.
	Size     int64  `json:"size"`
	Decision string `json:"decision"`
	// Bundle is the SHA-256 of the bundle, once it was written; its content is kept for good.
	Bundle string `json:"bundle,omitempty"`
	// Ended tells who has ended the freeze.
	Ended *Decision `json:"ended,omitempty"`
}

// FrozenPeriod is what an assessment knows of a freeze that is in force.
type FrozenPeriod struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
	// Pending: what was selected is being copied, and must not change.
	Pending bool `json:"pending,omitempty"`
}

var freezes = docs.Collection[Freeze]{Kind: "period-freeze", Noun: "freeze"}

// frozenInputs are what the bundles of freezes say beside the evidence, in the words of report.Input.
var frozenInputs = docs.Collection[report.Input]{Kind: "period-freeze-input", Noun: "freeze"}

// frozen is the freeze in force over a day; empty when there is none.
func (a *Assessment) frozen(day string) string {
	for _, p := range a.Frozen {
		if p.From <= day && day <= p.To {
			return p.ID
		}
	}
	return ""
}

// late marks pieces whose day is frozen.
func (a *Assessment) late(p *piece) {
	o := &p.item.Occurrence
	day := o.Day
	if day == "" {
		day = o.ObservedAt.UTC().Format(time.DateOnly)
	}
	o.AfterFreeze = a.frozen(day)
}

// FreezeInput asks for a freeze.
type FreezeInput struct{ Assessment, Name, From, To, Reason string }

func (in *FreezeInput) check(today string) error {
	for field, d := range map[string]string{"from": in.From, "to": in.To} {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return fault.Invalidf(field, "%q is not a day; write it as 2006-01-02.", d)
		}
	}
	switch {
	case in.From > in.To:
		return fault.Invalidf("from", "The period ends on %s, before it begins on %s.", in.To, in.From)
	case in.To > today:
		return fault.Invalidf("to", "The day %s has not come. Freeze up to %s at most.", in.To, today)
	}
	if in.Name == "" {
		in.Name = "frozen-" + in.From + "-" + in.To
	}
	return firstOf(reportName(in.Name), length("reason", in.Reason, 1, maxReason))
}

// Freeze freezes a period. A Reporter finishes it and writes the first bundle; the period is fixed at once.
func (s *Service) Freeze(ctx context.Context, c Caller, in FreezeInput) (Freeze, error) {
	if err := in.check(s.o.IDs.Now().UTC().Format(time.DateOnly)); err != nil {
		return Freeze{}, err
	}
	ids := s.newIDs(2)
	f, err := write(ctx, s, func(tx Tx) (Freeze, error) {
		d, err := assessment(tx, c, in.Assessment)
		if err == nil {
			err = c.owns(&d.Value)
		}
		if err != nil {
			return Freeze{}, err
		}
		a := &d.Value
		if in.From < a.From {
			return Freeze{}, fault.Invalidf("from", "The assessment begins on %s; there is nothing to freeze before.", a.From)
		}
		all, err := freezesOf(tx, a)
		if err != nil {
			return Freeze{}, err
		}
		if len(all) >= maxFreezes {
			return Freeze{}, quota("freezes of an assessment", maxFreezes)
		}
		head, err := tx.Head(a.Owner)
		if err != nil {
			return Freeze{}, err
		}
		f := Freeze{
			ID: ids[0], Owner: a.Owner, Assessment: a.ID, Name: in.Name, From: in.From, To: in.To, Status: FreezePending, By: c.Principal, Reason: in.Reason,
			At: tx.Now(), Size: head.Size,
		}
		dec, err := decideFreeze(tx, c, a, ids[1], DecisionFreeze, &f, in.Reason)
		if err != nil {
			return f, err
		}
		f.Decision = dec.ID
		a.Frozen = append(a.Frozen, FrozenPeriod{f.ID, f.From, f.To, true})
		return f, firstOf(assessments.Update(tx, d), freezes.Insert(tx, a.Owner, "", f.ID, "", f))
	})
	if err == nil && s.o.Wake != nil {
		s.o.Wake()
	}
	return f, err
}

func decideFreeze(tx Tx, c Caller, a *Assessment, logID, kind string, f *Freeze, reason string) (Decision, error) {
	d, err := decide(tx, c, Decision{
		Kind: kind, Assessment: a.ID, Reason: reason, Details: map[string]string{"freeze": f.ID, "from": f.From, "to": f.To, "name": f.Name},
	})
	if err != nil {
		return d, err
	}
	return d, logIn(tx, a, logID, Change{Object: ObjectAssessment, Name: a.Name, Action: ActionUpdate, By: c.Principal, Reason: kind + ": " + reason, Decision: d.ID})
}

// Unfreeze ends a freeze: past days may be collected again. The frozen bundle stays what it was.
func (s *Service) Unfreeze(ctx context.Context, c Caller, id, freeze, reason string) (Freeze, error) {
	if err := length("reason", reason, 1, maxReason); err != nil {
		return Freeze{}, err
	}
	logID := s.o.IDs.NewID()
	return write(ctx, s, func(tx Tx) (Freeze, error) {
		a, f, err := freezeIn(tx, c, id, freeze)
		if err == nil {
			err = c.owns(&a.Value)
		}
		if err != nil {
			return Freeze{}, err
		}
		if f.Value.Status != Frozen {
			return f.Value, fault.Invalidf("freezeId", "Freeze %s is %s; only what is FROZEN can be unfrozen.", freeze, f.Value.Status)
		}
		dec, err := decideFreeze(tx, c, &a.Value, logID, DecisionUnfreeze, &f.Value, reason)
		if err != nil {
			return f.Value, err
		}
		f.Value.Status, f.Value.Ended = Unfrozen, &dec
		a.Value.Frozen = slices.DeleteFunc(a.Value.Frozen, func(p FrozenPeriod) bool { return p.ID == freeze })
		return f.Value, firstOf(assessments.Update(tx, a), freezes.Update(tx, f))
	})
}

// Freezes lists the freezes of an assessment, oldest first.
func (s *Service) Freezes(ctx context.Context, c Caller, id string) ([]Freeze, error) {
	return read(ctx, s, func(tx Tx) ([]Freeze, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return nil, err
		}
		return freezesOf(tx, &d.Value)
	})
}

func freezesOf(tx Tx, a *Assessment) ([]Freeze, error) {
	all, err := freezes.All(tx, arn.Scope{Accounts: []string{a.Owner}})
	var out []Freeze
	for _, d := range all {
		if d.Value.Assessment == a.ID {
			out = append(out, d.Value)
		}
	}
	return out, err
}

// freezeIn is a freeze of an assessment that the caller may see.
func freezeIn(tx Tx, c Caller, id, freeze string) (docs.Doc[Assessment], docs.Doc[Freeze], error) {
	a, err := assessment(tx, c, id)
	if err != nil {
		return a, docs.Doc[Freeze]{}, err
	}
	f, err := freezes.Get(tx, a.Value.Owner, "", freeze)
	if err == nil && f.Value.Assessment != id {
		err = fault.Missing("freeze", freeze)
	}
	return a, f, err
}

// FrozenReport asks for the bundle of a frozen period once more, under a name of its own. It has the bytes of the first.
func (s *Service) FrozenReport(ctx context.Context, c Caller, id, freeze, name string) (Report, error) {
	if err := reportName(name); err != nil {
		return Report{}, err
	}
	ids := s.newIDs(2)
	r, err := write(ctx, s, func(tx Tx) (Report, error) {
		a, f, err := freezeIn(tx, c, id, freeze)
		if err == nil {
			err = c.owns(&a.Value)
		}
		if err != nil {
			return Report{}, err
		}
		if f.Value.Status == FreezePending {
			return Report{}, fault.Invalidf("freezeId", "Period %s to %s is still being frozen. Try again in a moment.", f.Value.From, f.Value.To)
		}
		r := frozenReport(&a.Value, &f.Value, ids[0], name, c.author(), tx.Now())
		return r, firstOf(reports.Insert(tx, r.Owner, "", r.ID, "", r), logChange(tx, &a.Value, ids[1], c, ObjectReport, name, ActionCreate))
	})
	if err == nil && s.o.Wake != nil {
		s.o.Wake()
	}
	return r, err
}

// frozenReport is the record of a report of a frozen period.
func frozenReport(a *Assessment, f *Freeze, id, name, author string, at time.Time) Report {
	return Report{
		ID: id, Owner: a.Owner, Region: a.Region, Assessment: a.ID, AssessmentName: a.Name, Name: name, Author: author, Status: ReportInProgress,
		Created: at, Freeze: f.ID, Description: strings.TrimSpace("Frozen " + f.From + " to " + f.To + ". " + f.Reason),
	}
}

// unfrozen fails when days that are to be collected again are frozen.
func (a *Assessment) unfrozen(from, to string) error {
	for _, p := range a.Frozen {
		if from <= p.To && p.From <= to {
			return fault.New(fault.Conflict, "The days %s to %s are frozen. Unfreeze them first, with a reason (freeze %s).", p.From, p.To, p.ID)
		}
	}
	return nil
}
