package assess

import (
	"context"
	"slices"
)

// AssessmentUpdate is what UpdateAssessment sets; nil leaves a part as it is.
type AssessmentUpdate struct {
	Name, Description *string
	Destination       *Destination
	Accounts          []ScopeAccount
	// Services replaces the services that were named, when there are any accounts or services at all.
	Services []string
	Roles    []Role
}

// UpdateAssessment changes an assessment. A wider scope is collected for from the assessment's first day on.
func (s *Service) UpdateAssessment(ctx context.Context, c Caller, id string, u AssessmentUpdate) (Assessment, error) {
	if err := s.checkUpdate(u); err != nil {
		return Assessment{}, err
	}
	logID := s.o.IDs.NewID()
	var e Event
	a, err := write(ctx, s, func(tx Tx) (Assessment, error) {
		d, err := activeOwned(tx, c, id)
		if err != nil {
			return Assessment{}, err
		}
		if err := s.roomFor(tx, c.Account, id, u.Accounts); len(u.Accounts) > 0 && err != nil {
			return Assessment{}, err
		}
		u.apply(&d.Value)
		d.Value.Updated = tx.Now()
		if err := assessments.Update(tx, d); err != nil {
			return Assessment{}, err
		}
		e = d.Value.event(EventAssessmentUpdated, logID, c, tx.Now())
		return d.Value, firstOf(logChange(tx, &d.Value, logID, c, ObjectAssessment, d.Value.Name, ActionUpdate), s.record(tx, e))
	})
	if err == nil {
		s.tell(ctx, e)
		if a.Pending && s.o.Wake != nil {
			s.o.Wake()
		}
	}
	return a, err
}

func (s *Service) checkUpdate(u AssessmentUpdate) error {
	if u.Name != nil {
		if err := named("assessmentName", *u.Name, `\`); err != nil {
			return err
		}
	}
	if u.Description != nil {
		if err := length("assessmentDescription", *u.Description, 0, 1000); err != nil {
			return err
		}
	}
	if u.Destination != nil {
		if err := u.Destination.check("assessmentReportsDestination"); err != nil {
			return err
		}
	}
	return firstOf(s.checkScope(u.Accounts), checkServices(u.Services), checkRoles("roles", u.Roles, false))
}

func (u AssessmentUpdate) apply(a *Assessment) {
	if u.Name != nil {
		a.Name = *u.Name
	}
	if u.Description != nil {
		a.Description = *u.Description
	}
	if u.Destination != nil {
		a.Destination = *u.Destination
	}
	if len(u.Accounts) > 0 {
		for _, x := range u.Accounts {
			if !slices.ContainsFunc(a.Accounts, func(y ScopeAccount) bool { return x.ID == y.ID }) {
				a.Pending = true
			}
		}
		a.Accounts = u.Accounts
	}
	if len(u.Accounts)+len(u.Services) > 0 {
		a.Services = u.Services
	}
	if len(u.Roles) > 0 {
		a.Roles = u.Roles
	}
}
