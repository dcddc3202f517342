package compliance

import (
	"context"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// Invocation is a question to the function of a custom rule, kept until it is answered. A second reason to ask the
// same before that makes no second one: the function is always asked about the current state.
type Invocation struct {
	RuleID string
	// Message is what triggered it.
	Message string
	// Subject is the resource to judge; none for a schedule or a snapshot. Changed tells that its change is the reason,
	// not the deployment of the rule; Left that it is no longer in the rule's scope.
	Subject       inventory.Key `json:",omitzero"`
	Changed, Left bool          `json:",omitempty"`
	Snapshot      *Delivered    `json:",omitempty"`
	Asked         time.Time
	// Attempts have failed; the next one is not before Next.
	Attempts int       `json:",omitempty"`
	Next     time.Time `json:",omitzero"`
}

// Delivered is a snapshot that was delivered.
type Delivered struct{ ID, Bucket, Key string }

var invocations = docs.Collection[Invocation]{Kind: "config-invocation", Noun: "invocation"}

// id is the same for the same question.
func (v *Invocation) id() string {
	id := v.RuleID + "/" + v.Message
	if v.Subject.Type != "" {
		id += "/" + digest(v.Subject.Type, v.Subject.Region, v.Subject.ID)
	}
	if v.Snapshot != nil {
		id += "/" + v.Snapshot.ID
	}
	return id
}

// invoke puts a question, once.
func invoke(tx Tx, at Place, v Invocation) error {
	v.Asked = tx.Now()
	old, err := invocations.Get(tx, at.Account, at.Region, v.id())
	if fault.KindOf(err) == fault.NotFound {
		return invocations.Insert(tx, at.Account, at.Region, v.id(), "", v)
	}
	if err != nil {
		return err
	}
	v.Changed = v.Changed || old.Value.Changed
	old.Value = v
	return invocations.Update(tx, old)
}

// invocation is the question about a unit, if the rule asks one about it: the account stands for the schedule.
func (in *instance) invocation(u *unit) *Invocation {
	v := &Invocation{RuleID: in.ID, Message: ItemChanged, Subject: u.subject, Changed: u.changed}
	if u.subject.Type != rule.AccountType {
		return v
	}
	if !in.TriggeredBy(Scheduled) {
		return nil
	}
	return &Invocation{RuleID: in.ID, Message: Scheduled}
}

// leftInvocation tells a function that a subject of it is gone, or out of scope.
func (in *instance) leftInvocation(subject inventory.Key, scope bool) *Invocation {
	if !in.invokes() || !in.def.trigger().OnChange() {
		return nil
	}
	return &Invocation{RuleID: in.ID, Message: ItemChanged, Subject: subject, Changed: true, Left: scope}
}

// SnapshotDelivered asks the functions of rules that a delivered snapshot triggers.
func SnapshotDelivered(tx Tx, at Place, s Delivered) error {
	all, err := rules.All(tx, own(at))
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Value.Owner == OwnerLambda && d.Value.TriggeredBy(SnapshotMessage) {
			if err := invoke(tx, at, Invocation{RuleID: d.Value.ID, Message: SnapshotMessage, Snapshot: &s}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Question is an invocation with what its event is made of.
type Question struct {
	Place
	Invocation
	Rule ConfigRule
	// Revision of the rule that asks: answers to another one do not count.
	Revision string
	// Role is that of the customer's recorder, or AWS Config's own without one.
	Role string
	// Item is the subject's current state; Previous the one before, of a change.
	Item, Previous *inventory.Item
	doc            docs.Doc[Invocation]
}

// Questions are the invocations of all accounts that may be put now, up to a limit behind a key; next is the zero key
// at the end. Those of rules that are gone are dropped.
func (p *Program) Questions(ctx context.Context, after docs.Key, limit int) (due []Question, next docs.Key, err error) {
	var dead []docs.Doc[Invocation]
	err = p.store.Read(ctx, func(tx Tx) error {
		due, dead, next = nil, nil, docs.Key{}
		list, err := invocations.List(tx, arn.Everything(), after, limit)
		if err != nil {
			return err
		}
		if len(list) == limit {
			next = list[limit-1].Key
		}
		for _, d := range list {
			if d.Value.Next.After(tx.Now()) {
				continue
			}
			q, ok, err := question(tx, d)
			switch {
			case err != nil:
				return err
			case ok:
				due = append(due, q)
			default:
				dead = append(dead, d)
			}
		}
		return nil
	})
	if err != nil || len(dead) == 0 {
		return due, next, err
	}
	return due, next, p.store.Write(ctx, func(tx Tx) error {
		for _, d := range dead {
			if err := drop(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// question reads what an invocation is about; not ok when its rule or its subject is gone without a trace.
func question(tx Tx, d docs.Doc[Invocation]) (q Question, ok bool, err error) {
	q = Question{Place: Place{Account: d.Account, Region: d.Region}, Invocation: d.Value, doc: d}
	r, err := rules.Get(tx, d.Account, d.Region, d.Value.RuleID)
	if fault.KindOf(err) == fault.NotFound {
		return q, false, nil
	}
	if err != nil {
		return q, false, err
	}
	in := newInstance(r.Value)
	q.Rule, q.Revision = r.Value, in.revision
	if !in.invokes() {
		return q, false, nil
	}
	recording, err := recorders.All(tx, own(q.Place))
	if err != nil {
		return q, false, err
	}
	q.Role = serviceRole(q.Place, "AWSServiceRoleForConfig") // functions read it without asking whether it is there
	for _, r := range recording {
		if r.Value.Principal == "" && r.Value.RoleARN != "" {
			q.Role = r.Value.RoleARN
		}
	}
	if d.Value.Subject.Type == "" {
		return q, true, nil
	}
	versions, err := tx.ItemHistory(d.Value.Subject, inventory.History{Limit: 2})
	if err != nil || len(versions) == 0 {
		return q, false, err
	}
	q.Item = versions[0].Item
	if len(versions) > 1 {
		q.Previous = versions[1].Item
	}
	return q, true, nil
}

// drop ends an invocation, unless the question was put anew meanwhile.
func drop(tx Tx, d docs.Doc[Invocation]) error {
	now, err := invocations.Get(tx, d.Account, d.Region, d.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil || now.Revision != d.Revision {
		return err
	}
	return invocations.Delete(tx, d.Account, d.Region, d.ID)
}

// Failure is why a function gave no answer.
type Failure struct{ Code, Message string }

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// maxAttempts are made to get an answer, as Lambda makes for an event.
const maxAttempts = 3

// Answered notes what came of a question: nil when the function has done its work. After a failure it is put again, a
// minute and then two minutes later; then it is given up, and a subject that has changed is INSUFFICIENT_DATA: the verdict
// on its former state says nothing of this one.
func (p *Program) Answered(ctx context.Context, q Question, failure *Failure) error {
	return p.store.Write(ctx, func(tx Tx) error {
		in, err := oneInstance(tx, q.Place, q.Rule.Name)
		if fault.KindOf(err) == fault.NotFound {
			return drop(tx, q.doc)
		}
		if err != nil {
			return err
		}
		if failure == nil {
			if err := tx.CountVerdicts(q.Account, q.Region, in.N, Counts{}, tx.Now()); err != nil {
				return err
			}
			return drop(tx, q.doc)
		}
		in.state.Failed, in.state.Error, in.state.ErrorCode = tx.Now(), failure.Message, failure.Code
		if err := tx.PutRuleState(in.state); err != nil {
			return err
		}
		if q.Attempts+1 < maxAttempts {
			return again(tx, q.doc)
		}
		if err := drop(tx, q.doc); err != nil || q.Item == nil || !q.Item.Present() || q.Left {
			return err
		}
		o := outcome{in: in, subject: q.Subject, item: q.Item, at: tx.Now(), key: keyOf(in.revision, failure.Error())}
		o.result = rule.Result{Verdict: rule.InsufficientData, Reason: clip("The rule's function gave no answer: " + failure.Error())}
		_, err = apply(tx, q.Account, []*instance{in}, []outcome{o})
		return err
	})
}

// again puts a question off.
func again(tx Tx, d docs.Doc[Invocation]) error {
	now, err := invocations.Get(tx, d.Account, d.Region, d.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil || now.Revision != d.Revision {
		return err
	}
	now.Value.Attempts++
	now.Value.Next = tx.Now().Add(time.Duration(now.Value.Attempts) * time.Minute)
	return invocations.Update(tx, now)
}

// clip makes an annotation of a text.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > rule.MaxAnnotation {
		return string(r[:rule.MaxAnnotation-3]) + "..."
	}
	return s
}
