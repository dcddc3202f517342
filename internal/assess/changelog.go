package assess

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// The objects and actions of change logs.
const (
	ObjectAssessment = "ASSESSMENT"
	ObjectSet        = "CONTROL_SET"
	ObjectControl    = "CONTROL"
	ObjectDelegation = "DELEGATION"
	ObjectReport     = "ASSESSMENT_REPORT"

	ActionCreate      = "CREATE"
	ActionUpdate      = "UPDATE_METADATA"
	ActionActive      = "ACTIVE"
	ActionInactive    = "INACTIVE"
	ActionDelete      = "DELETE"
	ActionUnderReview = "UNDER_REVIEW"
	ActionReviewed    = "REVIEWED"
	ActionImport      = "IMPORT_EVIDENCE"
)

// Change is one entry of an assessment's change log.
type Change struct {
	Object  string    `json:"object"`
	Name    string    `json:"name"`
	Action  string    `json:"action"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Set     string    `json:"set,omitempty"`
	Control string    `json:"control,omitempty"`
	// Reason and Decision, the id of its entry in the ledger, stand at what was decided beyond AWS's operations.
	Reason   string `json:"reason,omitempty"`
	Decision string `json:"decision,omitempty"`
}

// changes are the log of one assessment: a collection of its own, so that reading one log reads no other.
func changes(assessment string) docs.Collection[Change] {
	return docs.Collection[Change]{Kind: "assessment-log:" + assessment, Noun: "change"}
}

func logChange(tx Tx, a *Assessment, id string, c Caller, object, name, action string) error {
	return logIn(tx, a, id, Change{Object: object, Name: name, Action: action, By: c.Principal})
}

func logIn(tx Tx, a *Assessment, id string, ch Change) error {
	ch.At = tx.Now()
	return changes(a.ID).Insert(tx, a.Owner, "", id, "", ch)
}

func deleteLog(tx Tx, account, assessment string) error {
	log := changes(assessment)
	all, err := log.All(tx, arn.Scope{Accounts: []string{account}})
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := log.Delete(tx, account, "", d.ID); err != nil {
			return err
		}
	}
	return nil
}

// ChangeLog is an assessment's log, newest first; of one control set or control when it is given.
func (s *Service) ChangeLog(ctx context.Context, c Caller, id, set, control string) ([]Change, error) {
	return read(ctx, s, func(tx Tx) ([]Change, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return nil, err
		}
		if set != "" {
			if _, err := d.Value.Set(set); err != nil {
				return nil, err
			}
		}
		all, err := changes(id).All(tx, arn.Scope{Accounts: []string{c.Account}})
		if err != nil {
			return nil, err
		}
		var out []Change
		for _, x := range slices.Backward(all) {
			if (set == "" || x.Value.Set == set) && (control == "" || x.Value.Control == control) {
				out = append(out, x.Value)
			}
		}
		return out, nil
	})
}
