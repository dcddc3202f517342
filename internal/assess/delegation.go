package assess

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// The states of a delegation.
const (
	DelegationInProgress  = "IN_PROGRESS"
	DelegationUnderReview = "UNDER_REVIEW"
	DelegationComplete    = "COMPLETE"
)

// Delegation hands a control set to somebody.
type Delegation struct {
	ID         string    `json:"id"`
	ControlSet string    `json:"controlSet"`
	RoleARN    string    `json:"roleArn"`
	RoleType   string    `json:"roleType"`
	Comment    string    `json:"comment,omitempty"`
	Status     string    `json:"status"`
	CreatedBy  string    `json:"createdBy"`
	Created    time.Time `json:"created"`
	Updated    time.Time `json:"updated"`
	// Assessment and Name stand in lists over assessments.
	Assessment string `json:"assessment"`
	Name       string `json:"name"`
}

// BatchFailure is one item of a batch that failed; the others are done.
type BatchFailure struct {
	// Index is the item's place in the batch, ID its id where it has one.
	Index int
	ID    string
	Err   *fault.Error
}

// failure turns an error into a part of a batch's answer; what is no fault ends the batch.
func failure(i int, id string, err error) (BatchFailure, error) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		return BatchFailure{i, id, f}, nil
	}
	return BatchFailure{}, err
}

// DelegationInput asks for a delegation.
type DelegationInput struct{ ControlSet, RoleARN, RoleType, Comment string }

// Delegate hands control sets to delegates, and answers with all delegations of the assessment.
func (s *Service) Delegate(ctx context.Context, c Caller, id string, in []DelegationInput) ([]Delegation, []BatchFailure, error) {
	ids := s.newIDs(3 * len(in))
	var failed []BatchFailure
	var events []Event
	out, err := write(ctx, s, func(tx Tx) ([]Delegation, error) {
		failed, events = nil, nil
		d, err := activeOwned(tx, c, id)
		if err != nil {
			return nil, err
		}
		a := &d.Value
		for i, x := range in {
			if err := a.delegate(x, ids[3*i], c, tx.Now()); err != nil {
				f, err := failure(i, x.ControlSet, err)
				if err != nil {
					return nil, err
				}
				failed = append(failed, f)
				continue
			}
			e, err := s.notify(tx, a, ids[3*i+1], c, EventDelegated, x.ControlSet, "The control set "+x.ControlSet+" was delegated to "+x.RoleARN+".")
			if err != nil {
				return nil, err
			}
			events = append(events, e)
			if err := logIn(tx, a, ids[3*i+2], Change{Object: ObjectDelegation, Name: x.ControlSet, Action: ActionCreate, By: c.Principal, Set: x.ControlSet}); err != nil {
				return nil, err
			}
		}
		a.Updated = tx.Now()
		return a.Delegations, assessments.Update(tx, d)
	})
	if err == nil {
		s.tell(ctx, events...)
	}
	return out, failed, err
}

func (a *Assessment) delegate(x DelegationInput, id string, c Caller, now time.Time) error {
	if x.RoleType != ResourceOwner {
		return fault.Invalidf("roleType", "A delegate has the role type RESOURCE_OWNER, not %q.", x.RoleType)
	}
	if err := firstOf(length("comment", x.Comment, 0, 350), length("roleArn", x.RoleARN, 20, 2048)); err != nil {
		return err
	}
	cs, err := a.Set(x.ControlSet)
	if err != nil {
		return err
	}
	if cs.Status == Reviewed {
		return cs.final("controlSetId")
	}
	for _, d := range a.Delegations {
		if d.ControlSet == x.ControlSet && strings.EqualFold(d.RoleARN, x.RoleARN) && d.Status != DelegationComplete {
			return fault.Invalidf("controlSetId", "The control set %q is delegated to %s already.", x.ControlSet, x.RoleARN)
		}
	}
	a.Delegations = append(a.Delegations, Delegation{
		ID: id, ControlSet: x.ControlSet, RoleARN: x.RoleARN, RoleType: x.RoleType, Comment: x.Comment, Status: DelegationInProgress,
		CreatedBy: c.Principal, Created: now, Updated: now, Assessment: a.ID, Name: a.Name,
	})
	cs.Status = UnderReview
	return nil
}

// Undelegate takes delegations back, or removes finished ones from the list.
func (s *Service) Undelegate(ctx context.Context, c Caller, id string, delegations []string) ([]BatchFailure, error) {
	ids := s.newIDs(len(delegations))
	var failed []BatchFailure
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		failed = nil
		d, err := activeOwned(tx, c, id)
		if err != nil {
			return struct{}{}, err
		}
		a := &d.Value
		for i, x := range delegations {
			at := slices.IndexFunc(a.Delegations, func(d Delegation) bool { return d.ID == x })
			if at < 0 {
				failed = append(failed, BatchFailure{i, x, fault.Missing("delegation", x)})
				continue
			}
			set := a.Delegations[at].ControlSet
			a.Delegations = slices.Delete(a.Delegations, at, at+1)
			a.release(set)
			if err := logIn(tx, a, ids[i], Change{Object: ObjectDelegation, Name: set, Action: ActionDelete, By: c.Principal, Set: set}); err != nil {
				return struct{}{}, err
			}
		}
		a.Updated = tx.Now()
		return struct{}{}, assessments.Update(tx, d)
	})
	return failed, err
}

// release makes a set active again when nobody works on it any more.
func (a *Assessment) release(set string) {
	if slices.ContainsFunc(a.Delegations, func(d Delegation) bool { return d.ControlSet == set && d.Status != DelegationComplete }) {
		return
	}
	if cs, err := a.Set(set); err == nil && cs.Status == UnderReview {
		cs.Status = Active
	}
}

// Delegations lists the delegations of every assessment the caller may see.
func (s *Service) Delegations(ctx context.Context, c Caller) ([]Delegation, error) {
	return read(ctx, s, func(tx Tx) ([]Delegation, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		all, err := visible(tx, c, "")
		if err != nil {
			return nil, err
		}
		var out []Delegation
		for i := range all {
			for _, d := range all[i].Delegations {
				if c.owns(&all[i]) == nil || c.Reader || c.is(d.RoleARN) {
					out = append(out, d)
				}
			}
		}
		return out, nil
	})
}
