package assess

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
)

// SetAssessmentStatus makes an assessment inactive, which cannot be undone: collection stops, every set and every
// control under review becomes reviewed, and delegates lose access.
func (s *Service) SetAssessmentStatus(ctx context.Context, c Caller, id, status string) (Assessment, error) {
	logID := s.o.IDs.NewID()
	return write(ctx, s, func(tx Tx) (Assessment, error) {
		d, err := assessment(tx, c, id)
		if err == nil {
			err = c.owns(&d.Value)
		}
		if err != nil {
			return Assessment{}, err
		}
		a := &d.Value
		switch {
		case status != Active && status != Inactive:
			return *a, fault.Invalidf("status", "%q is no status of an assessment; use INACTIVE.", status)
		case status == a.Status:
			return *a, nil
		case status == Active:
			return *a, fault.Invalidf("status", "Assessment %s is inactive, and an inactive assessment cannot be made active again. Create a new one.", id)
		}
		a.Status, a.Pending, a.Updated, a.Ended = Inactive, false, tx.Now(), tx.Now()
		for i := range a.Sets {
			a.Sets[i].Status = Reviewed
			for j := range a.Sets[i].Controls {
				if k := &a.Sets[i].Controls[j]; k.Status == UnderReview {
					k.Status = Reviewed
				}
			}
		}
		for i := range a.Delegations {
			a.Delegations[i].Status, a.Delegations[i].Updated = DelegationComplete, tx.Now()
		}
		if err := assessments.Update(tx, d); err != nil {
			return *a, err
		}
		return *a, logChange(tx, a, logID, c, ObjectAssessment, a.Name, ActionInactive)
	})
}

// UpdateAssessmentControl sets a control's status, or adds a comment, or both.
func (s *Service) UpdateAssessmentControl(ctx context.Context, c Caller, id, set, control, status, comment string) (ControlState, error) {
	if err := length("commentBody", comment, 0, 500); err != nil {
		return ControlState{}, err
	}
	logID, eventID := s.o.IDs.NewID(), s.o.IDs.NewID()
	var events []Event
	k, err := write(ctx, s, func(tx Tx) (ControlState, error) {
		events = nil
		d, err := assessment(tx, c, id)
		if err != nil {
			return ControlState{}, err
		}
		a := &d.Value
		k, err := workingControl(c, a, set, control)
		if err != nil {
			return ControlState{}, err
		}
		if comment != "" {
			k.Comments = append(k.Comments, Comment{Author: c.author(), Body: comment, Posted: tx.Now()})
		}
		action := ActionUpdate
		if status != "" && status != k.Status {
			if err := a.setControl(k, status); err != nil {
				return ControlState{}, err
			}
			action = status
		}
		a.Updated = tx.Now()
		if err := assessments.Update(tx, d); err != nil {
			return *k, err
		}
		if action == ActionReviewed {
			e := a.event(EventControlReviewed, eventID, c, tx.Now())
			e.ControlSet, e.Control = set, control
			if err := s.record(tx, e); err != nil {
				return *k, err
			}
			events = append(events, e)
		}
		snap, err := snapshots.Get(tx, c.Account, "", id)
		if err != nil {
			return *k, err
		}
		return *k, logIn(tx, a, logID, Change{Object: ObjectControl, Name: snap.Value[control].Name, Action: action, By: c.Principal, Set: set, Control: control})
	})
	if err == nil {
		s.tell(ctx, events...)
	}
	return k, err
}

// workingControl is a control the caller may work on.
func workingControl(c Caller, a *Assessment, set, control string) (*ControlState, error) {
	cs, err := a.Set(set)
	if err != nil {
		return nil, err
	}
	if err := firstOf(c.works(a, set), a.open()); err != nil {
		return nil, err
	}
	return cs.Control(control)
}

// setControl moves a control to another status. Reviewed is final. A control taken up again is collected for anew.
func (a *Assessment) setControl(k *ControlState, status string) error {
	switch {
	case !slices.Contains([]string{UnderReview, Reviewed, Inactive}, status):
		return fault.Invalidf("controlStatus", "%q is no status of a control; use UNDER_REVIEW, REVIEWED or INACTIVE.", status)
	case k.Status == Reviewed && status == UnderReview:
		return fault.Invalidf("controlStatus", "Control %s is reviewed; its review cannot be taken back.", k.ID)
	}
	a.Pending = a.Pending || k.Status == Inactive
	k.Status = status
	return nil
}

// SetControlSetStatus moves a control set: a delegate hands its work in (UNDER_REVIEW), an owner completes the review
// (REVIEWED) or opens the set again (ACTIVE).
func (s *Service) SetControlSetStatus(ctx context.Context, c Caller, id, set, status, comment string) (ControlSet, error) {
	if err := length("comment", comment, 0, 350); err != nil {
		return ControlSet{}, err
	}
	ids := s.newIDs(2)
	var events []Event
	cs, err := write(ctx, s, func(tx Tx) (ControlSet, error) {
		events = nil
		d, err := assessment(tx, c, id)
		if err != nil {
			return ControlSet{}, err
		}
		a := &d.Value
		cs, err := a.Set(set)
		if err != nil {
			return ControlSet{}, err
		}
		if err := firstOf(c.works(a, set), a.open()); err != nil {
			return *cs, err
		}
		typ, text, err := a.moveSet(c, cs, status, tx)
		if err != nil {
			return *cs, err
		}
		a.Updated = tx.Now()
		if err := assessments.Update(tx, d); err != nil {
			return *cs, err
		}
		if text != "" {
			e, err := s.notify(tx, a, ids[0], c, typ, set, text)
			if err != nil {
				return *cs, err
			}
			events = append(events, e)
		}
		return *cs, logIn(tx, a, ids[1], Change{Object: ObjectSet, Name: set, Action: status, By: c.Principal, Set: set})
	})
	if err == nil {
		s.tell(ctx, events...)
	}
	return cs, err
}

// final refuses what would open a reviewed set without a reason.
func (cs *ControlSet) final(field string) error {
	return fault.Invalidf(field, "The review of the control set %q is complete. An owner reopens it with a reason (ReopenAssessment of the API tickmark).", cs.ID)
}

// moveSet changes a set and the delegations of it; the answer is the event to tell and the text of the notification.
func (a *Assessment) moveSet(c Caller, cs *ControlSet, status string, tx Tx) (typ, text string, err error) {
	if cs.Status == Reviewed && (status == UnderReview || status == Active) {
		return "", "", cs.final("status")
	}
	switch status {
	case UnderReview:
		for i := range a.Delegations {
			if d := &a.Delegations[i]; d.ControlSet == cs.ID && d.Status == DelegationInProgress && (c.is(d.RoleARN) || c.owns(a) == nil) {
				d.Status, d.Updated = DelegationUnderReview, tx.Now()
			}
		}
		typ, text = EventSetSubmitted, "The control set "+cs.ID+" was submitted for review."
	case Reviewed:
		if err := c.owns(a); err != nil {
			return "", "", err
		}
		for i := range a.Delegations {
			if d := &a.Delegations[i]; d.ControlSet == cs.ID && d.Status != DelegationComplete {
				d.Status, d.Updated = DelegationComplete, tx.Now()
			}
		}
		typ, text = EventSetReviewed, "The review of the control set "+cs.ID+" was completed."
	case Active:
		if err := c.owns(a); err != nil {
			return "", "", err
		}
	default:
		return "", "", fault.Invalidf("status", "%q is no status of a control set; use ACTIVE, UNDER_REVIEW or REVIEWED.", status)
	}
	cs.Status = status
	return typ, text, nil
}
