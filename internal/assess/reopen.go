package assess

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Reopening tells what is opened again: the assessment, one of its control sets when ControlSet is given, or one of its
// controls when Control is given, too.
type Reopening struct{ Assessment, ControlSet, Control, Reason string }

// Reopen takes back what AWS's operations make final: an assessment is ACTIVE again, a reviewed set ACTIVE, a reviewed
// control UNDER_REVIEW. Only an audit owner may, and must give a reason. The decision stands in the change log, in the
// ledger and in every later report. What was reviewed in an assessment stays so until it is reopened itself; the days
// on which the assessment was inactive are made up for, and marked backfilled.
func (s *Service) Reopen(ctx context.Context, c Caller, r Reopening) (Decision, error) {
	if err := length("reason", r.Reason, 1, maxReason); err != nil {
		return Decision{}, err
	}
	ids := s.newIDs(2)
	var e Event
	out, err := write(ctx, s, func(tx Tx) (Decision, error) {
		d, err := assessment(tx, c, r.Assessment)
		if err == nil {
			err = c.owns(&d.Value)
		}
		if err != nil {
			return Decision{}, err
		}
		a := &d.Value
		ch, text, err := s.reopen(tx, a, r)
		if err != nil {
			return Decision{}, err
		}
		a.Updated = tx.Now()
		if err := assessments.Update(tx, d); err != nil {
			return Decision{}, err
		}
		out, err := decide(tx, c, Decision{Kind: ch.Decision, Assessment: a.ID, ControlSet: r.ControlSet, Control: r.Control, Reason: r.Reason})
		if err != nil {
			return out, err
		}
		if e, err = s.notify(tx, a, ids[0], c, "Assessment Reopened", r.ControlSet, text+" Reason: "+r.Reason); err != nil {
			return out, err
		}
		ch.By, ch.Set, ch.Control, ch.Reason, ch.Decision = c.Principal, r.ControlSet, r.Control, r.Reason, out.ID
		return out, logIn(tx, a, ids[1], ch)
	})
	if err == nil {
		s.tell(ctx, e)
		if s.o.Wake != nil {
			s.o.Wake()
		}
	}
	return out, err
}

// reopen changes what is to be opened. The answer is the entry for the change log, with the kind of the decision, and
// the text of the notification.
func (s *Service) reopen(tx Tx, a *Assessment, r Reopening) (Change, string, error) {
	if r.ControlSet == "" {
		if r.Control != "" {
			return Change{}, "", fault.Invalidf("controlSetId", "A control is reopened in its control set: name that too.")
		}
		if a.Status == Active {
			return Change{}, "", fault.Invalidf("assessmentId", "Assessment %s is active; there is nothing to reopen. Name a reviewed control set or control of it.", a.ID)
		}
		a.Status, a.Ended = Active, time.Time{}
		return Change{Object: ObjectAssessment, Name: a.Name, Action: ActionActive, Decision: DecisionReopenAssessment},
			"The assessment " + a.Name + " was reopened.", s.roomFor(tx, a.Owner, "", a.Accounts)
	}
	if a.Status != Active {
		return Change{}, "", fault.Invalidf("assessmentId", "Assessment %s is inactive. Reopen the assessment first.", a.ID)
	}
	cs, err := a.Set(r.ControlSet)
	if err != nil {
		return Change{}, "", err
	}
	if r.Control == "" {
		if cs.Status != Reviewed {
			return Change{}, "", fault.Invalidf("controlSetId", "The control set %q is not reviewed; there is nothing to reopen.", cs.ID)
		}
		cs.Status = Active
		return Change{Object: ObjectSet, Name: cs.ID, Action: ActionActive, Decision: DecisionReopenControlSet}, "The control set " + cs.ID + " was reopened.", nil
	}
	k, err := cs.Control(r.Control)
	if err != nil {
		return Change{}, "", err
	}
	if k.Status != Reviewed {
		return Change{}, "", fault.Invalidf("controlId", "Control %s is not reviewed; there is nothing to reopen.", k.ID)
	}
	k.Status = UnderReview
	snap, err := snapshots.Get(tx, a.Owner, "", a.ID)
	name := snap.Value[k.ID].Name
	return Change{Object: ObjectControl, Name: name, Action: ActionUnderReview, Decision: DecisionReopenControl}, "The control " + name + " was reopened.", err
}
