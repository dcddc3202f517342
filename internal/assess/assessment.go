package assess

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// The states of assessments, control sets and controls.
const (
	Active      = "ACTIVE"
	Inactive    = "INACTIVE"
	UnderReview = "UNDER_REVIEW"
	Reviewed    = "REVIEWED"
)

// Assessment is one audit. The definitions of its controls stand apart, in its snapshot, because they never change.
type Assessment struct {
	ID string `json:"id"`
	// Owner is the account it belongs to; Region where it was made, which its ARN tells. It is seen from every region.
	Owner          string         `json:"owner"`
	Region         string         `json:"region"`
	Name           string         `json:"name"`
	Description    string         `json:"description,omitempty"`
	ComplianceType string         `json:"complianceType,omitempty"`
	Framework      FrameworkRef   `json:"framework"`
	Destination    Destination    `json:"destination"`
	Accounts       []ScopeAccount `json:"accounts"`
	// Services are those the user has named as in scope. They narrow nothing and are only shown again.
	Services    []string          `json:"services,omitempty"`
	Roles       []Role            `json:"roles"`
	Status      string            `json:"status"`
	Tags        map[string]string `json:"tags,omitempty"`
	Sets        []ControlSet      `json:"controlSets"`
	Delegations []Delegation      `json:"delegations,omitempty"`
	CreatedBy   string            `json:"createdBy,omitempty"`
	Created     time.Time         `json:"created"`
	Updated     time.Time         `json:"updated"`
	// Ended is when it was made inactive; the insights of that day still count it.
	Ended time.Time `json:"ended,omitzero"`
	// From is the first day that evidence is collected for, normally the day of creation.
	From string `json:"from"`
	// Pending asks the collector for a whole collection from From on: at first, and when a control is taken up again.
	Pending bool `json:"pending,omitempty"`
	// Grouped: the estate was large when the assessment began, and the verdicts of its first day stand together.
	Grouped bool `json:"grouped,omitempty"`
	// Frozen are the periods whose evidence is fixed.
	Frozen []FrozenPeriod `json:"frozen,omitempty"`
	// Collected is the last day for which unchanged verdicts and API calls were collected.
	Collected string `json:"collected,omitempty"`
}

// FrameworkRef is the framework an assessment was made from, as it was then.
type FrameworkRef struct {
	ID             string `json:"id"`
	Type           string `json:"type"`
	Name           string `json:"name"`
	Description    string `json:"description,omitempty"`
	ComplianceType string `json:"complianceType,omitempty"`
}

// ScopeAccount is an account in scope.
type ScopeAccount struct {
	ID    string `json:"id"`
	Email string `json:"email,omitempty"`
	Name  string `json:"name,omitempty"`
}

// ControlSet is a set of an assessment. Its id is its name in plain text.
type ControlSet struct {
	ID       string         `json:"id"`
	Status   string         `json:"status"`
	Controls []ControlState `json:"controls"`
}

// ControlState is what changes about a control of an assessment.
type ControlState struct {
	ID       string    `json:"id"`
	Status   string    `json:"status"`
	Comments []Comment `json:"comments,omitempty"`
	// Removed: the control was deleted from the library. It is no longer shown or collected for; its evidence stays
	// in reports.
	Removed bool `json:"removed,omitempty"`
}

// Comment is a remark on a control.
type Comment struct {
	Author string    `json:"author"`
	Body   string    `json:"body"`
	Posted time.Time `json:"posted"`
}

var (
	assessments = docs.Collection[Assessment]{Kind: "assessment", Noun: "assessment"}
	snapshots   = docs.Collection[Snapshot]{Kind: "assessment-snapshot", Noun: "assessment"}
)

// Set finds a control set.
func (a *Assessment) Set(id string) (*ControlSet, error) {
	for i := range a.Sets {
		if a.Sets[i].ID == id {
			return &a.Sets[i], nil
		}
	}
	return nil, fault.Missing("control set", id)
}

// Control finds a control that was not removed.
func (s *ControlSet) Control(id string) (*ControlState, error) {
	for i := range s.Controls {
		if s.Controls[i].ID == id && !s.Controls[i].Removed {
			return &s.Controls[i], nil
		}
	}
	return nil, fault.Missing("control", id)
}

// ARN is the assessment's own.
func (a *Assessment) ARN() string {
	return arn.New("auditmanager", a.Region, a.Owner, "assessment/"+a.ID)
}

// AssessmentInput is what an assessment is made of.
type AssessmentInput struct {
	Name, Description, FrameworkID string

	Destination Destination
	Accounts    []ScopeAccount
	Services    []string
	Roles       []Role
	Tags        map[string]string
	// From is the first day to collect evidence for; empty means today. AWS knows no such choice.
	From string
}

func (s *Service) checkAssessment(in *AssessmentInput, c Caller) error {
	if err := firstOf(named("name", in.Name, `\`), length("description", in.Description, 0, 1000),
		in.Destination.check("assessmentReportsDestination"), checkRoles("roles", in.Roles, true), checkTags(in.Tags)); err != nil {
		return err
	}
	if len(in.Accounts) == 0 {
		in.Accounts = []ScopeAccount{{ID: c.Account}}
	}
	if in.From != "" {
		if _, err := time.Parse(time.DateOnly, in.From); err != nil {
			return fault.Invalidf("from", "%q is not a day; write it as 2006-01-02.", in.From)
		}
	}
	return firstOf(s.checkScope(in.Accounts), checkServices(in.Services))
}

// checkServices bounds what is kept of services that are named.
func checkServices(services []string) error {
	if len(services) > 300 {
		return fault.Invalidf("scope.awsServices", "At most 300 services may be named; %d are. Leave them out: they narrow nothing.", len(services))
	}
	return nil
}

func (s *Service) checkScope(accounts []ScopeAccount) error {
	if len(accounts) > s.o.Limits.AccountsPerAssessment {
		return fault.Invalidf("scope.awsAccounts", "An assessment has at most %d accounts in scope; %d are given.", s.o.Limits.AccountsPerAssessment, len(accounts))
	}
	for i, a := range accounts {
		if !arn.ValidAccount(a.ID) {
			return fault.Invalidf("scope.awsAccounts", "%q is not the id of an account, which has twelve digits.", a.ID)
		}
		if slices.ContainsFunc(accounts[:i], func(b ScopeAccount) bool { return a.ID == b.ID }) {
			return fault.Invalidf("scope.awsAccounts", "Account %s is named twice.", a.ID)
		}
	}
	return nil
}

// checkRoles checks audit owners: at least one when needed, and no other type.
func checkRoles(field string, roles []Role, needed bool) error {
	if needed && len(roles) == 0 {
		return fault.Invalidf(field, "At least one role of the type PROCESS_OWNER must be given.")
	}
	for _, r := range roles {
		if r.Type != ProcessOwner {
			return fault.Invalidf(field, "Only the role type PROCESS_OWNER can be given here, not %q.", r.Type)
		}
		if a, err := arn.Parse(r.ARN); err != nil || a.Service != "iam" && a.Service != "sts" {
			return fault.Invalidf(field, "%q is not the ARN of an IAM principal.", r.ARN)
		}
	}
	return nil
}

// CreateAssessment starts an assessment of a framework: its sets and controls are copied as they are now.
func (s *Service) CreateAssessment(ctx context.Context, c Caller, in AssessmentInput) (Assessment, error) {
	if err := s.checkAssessment(&in, c); err != nil {
		return Assessment{}, err
	}
	id, logID := s.o.IDs.NewID(), s.o.IDs.NewID()
	var e Event
	a, err := write(ctx, s, func(tx Tx) (Assessment, error) {
		if err := registered(tx, c); err != nil {
			return Assessment{}, err
		}
		f, err := s.framework(tx, in.FrameworkID)
		if err != nil {
			return Assessment{}, err
		}
		if err := s.roomFor(tx, c.Account, "", in.Accounts); err != nil {
			return Assessment{}, err
		}
		a := newAssessment(id, c, in, &f, tx.Now())
		snap, err := s.snapshot(tx, &f)
		if err != nil {
			return Assessment{}, err
		}
		if err := assessments.Insert(tx, c.Account, "", id, "", a); err != nil {
			return a, err
		}
		if err := snapshots.Insert(tx, c.Account, "", id, "", snap); err != nil {
			return a, err
		}
		e = a.event(EventAssessmentCreated, logID, c, tx.Now())
		return a, firstOf(logChange(tx, &a, logID, c, ObjectAssessment, a.Name, ActionCreate), s.record(tx, e))
	})
	if err != nil {
		return a, err
	}
	s.tell(ctx, e)
	if s.o.Wake != nil {
		s.o.Wake()
	}
	return a, nil
}

// roomFor fails when an assessment more, or with these accounts in scope, is beyond the account's quotas; changed is the
// assessment whose scope is changed, empty for a new one.
func (s *Service) roomFor(tx Tx, account, changed string, scope []ScopeAccount) error {
	all, err := assessments.All(tx, arn.Scope{Accounts: []string{account}})
	if err != nil {
		return err
	}
	n, accounts := 0, map[string]bool{}
	for _, d := range all {
		if d.Value.Status != Active || d.ID == changed {
			continue
		}
		n++
		for _, x := range d.Value.Accounts {
			accounts[x.ID] = true
		}
	}
	if changed == "" && n >= s.o.Limits.ActiveAssessments {
		return quota("active assessments", s.o.Limits.ActiveAssessments)
	}
	for _, x := range scope {
		accounts[x.ID] = true
	}
	if len(accounts) > s.o.Limits.Accounts {
		return quota("accounts in the scopes of active assessments", s.o.Limits.Accounts)
	}
	return nil
}

func newAssessment(id string, c Caller, in AssessmentInput, f *Framework, now time.Time) Assessment {
	a := Assessment{
		ID: id, Owner: c.Account, Region: c.Region, Name: in.Name, Description: in.Description, ComplianceType: f.ComplianceType,
		Framework:   FrameworkRef{f.ID, f.Type, f.Name, f.Description, f.ComplianceType},
		Destination: in.Destination, Accounts: in.Accounts, Services: in.Services, Roles: in.Roles, Status: Active, Tags: in.Tags,
		CreatedBy: c.Principal, Created: now, Updated: now, From: in.From, Pending: true,
	}
	if a.From == "" {
		a.From = now.Format(time.DateOnly)
	}
	names := map[string]int{}
	for _, set := range f.Sets {
		cs := ControlSet{ID: set.Name, Status: Active}
		if names[set.Name]++; names[set.Name] > 1 { // sets of one name would share an id
			cs.ID = fmt.Sprintf("%s (%d)", set.Name, names[set.Name])
		}
		for _, id := range set.Controls {
			cs.Controls = append(cs.Controls, ControlState{ID: id, Status: UnderReview})
		}
		a.Sets = append(a.Sets, cs)
	}
	return a
}

// assessment reads one of the caller's account.
func assessment(tx Tx, c Caller, id string) (docs.Doc[Assessment], error) {
	if err := registered(tx, c); err != nil {
		return docs.Doc[Assessment]{}, err
	}
	d, err := assessments.Get(tx, c.Account, "", id)
	if err != nil {
		return d, err
	}
	return d, c.reads(&d.Value)
}

// ActiveAssessment reads one that the caller owns and that may still be changed.
func activeOwned(tx Tx, c Caller, id string) (docs.Doc[Assessment], error) {
	d, err := assessment(tx, c, id)
	if err == nil {
		err = firstOf(c.owns(&d.Value), d.Value.open())
	}
	return d, err
}

// open fails when the assessment is inactive: it can only be read then.
func (a *Assessment) open() error {
	if a.Status != Active {
		return fault.Invalidf("assessmentId", "Assessment %s is inactive; it can only be read and reported on.", a.ID)
	}
	return nil
}

// GetAssessment reads an assessment with its snapshot.
func (s *Service) GetAssessment(ctx context.Context, c Caller, id string) (Assessment, Snapshot, error) {
	type both struct {
		a Assessment
		s Snapshot
	}
	v, err := read(ctx, s, func(tx Tx) (both, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return both{}, err
		}
		snap, err := s.snaps.of(tx, c.Account, id)
		return both{d.Value, snap}, err
	})
	return v.a, v.s, err
}

// ListAssessments lists the assessments that the caller may see, newest first; of one status when it is given.
func (s *Service) ListAssessments(ctx context.Context, c Caller, status string) ([]Assessment, error) {
	return read(ctx, s, func(tx Tx) ([]Assessment, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		return visible(tx, c, status)
	})
}

func visible(tx Tx, c Caller, status string) ([]Assessment, error) {
	all, err := assessments.All(tx, arn.Scope{Accounts: []string{c.Account}})
	if err != nil {
		return nil, err
	}
	var out []Assessment
	for _, d := range slices.Backward(all) {
		if (status == "" || d.Value.Status == status) && c.reads(&d.Value) == nil {
			out = append(out, d.Value)
		}
	}
	return out, nil
}

// DeleteAssessment removes an assessment with its folders. The log keeps the occurrences: what was once recorded
// cannot be taken out of it.
func (s *Service) DeleteAssessment(ctx context.Context, c Caller, id string) error {
	eventID := s.o.IDs.NewID()
	e, err := write(ctx, s, func(tx Tx) (Event, error) {
		d, err := assessment(tx, c, id)
		if err == nil {
			err = c.owns(&d.Value)
		}
		if err != nil {
			return Event{}, err
		}
		if err := firstOf(assessments.Delete(tx, c.Account, "", id), snapshots.Delete(tx, c.Account, "", id), tx.DeleteEvidence(c.Account, id),
			forgetDays(tx, c.Account, id), deleteRequests(tx, c.Account, id), deleteFreezes(tx, &d.Value), deleteWatch(tx, &d.Value)); err != nil {
			return Event{}, err
		}
		e := d.Value.event(EventAssessmentDeleted, eventID, c, tx.Now())
		return e, firstOf(deleteLog(tx, c.Account, id), s.record(tx, e))
	})
	if err == nil {
		s.tell(ctx, e)
	}
	return err
}

// removeFromAssessments ends the collection for a deleted control.
func removeFromAssessments(tx Tx, control string) error {
	all, err := assessments.All(tx, arn.Everything())
	if err != nil {
		return err
	}
	for _, d := range all {
		changed := false
		for i := range d.Value.Sets {
			if k, err := d.Value.Sets[i].Control(control); err == nil {
				k.Removed, changed = true, true
			}
		}
		if changed {
			if err := assessments.Update(tx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Assessment) event(typ, id string, c Caller, at time.Time) Event {
	return Event{ID: id, Type: typ, Account: a.Owner, Region: a.Region, Assessment: a.ID, Name: a.Name, Author: c.Principal, Time: at}
}

// InScope reports whether an account is in scope.
func (a *Assessment) InScope(account string) bool {
	return slices.ContainsFunc(a.Accounts, func(x ScopeAccount) bool { return x.ID == account })
}

// author is the name under which a caller's remarks stand: the last part of its ARN.
func (c Caller) author() string {
	return c.Principal[strings.LastIndexAny(c.Principal, "/:")+1:]
}
