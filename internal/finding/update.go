package finding

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// Identifier names a finding as callers do.
type Identifier struct{ ID, ProductArn string }

// Update is what a customer sets; nil members stay as they are. Values are JSON as on the wire.
type Update struct {
	// Note has Text and UpdatedBy.
	Note *Note
	// Severity has Label, Normalized or Product.
	Severity json.RawMessage
	// Workflow is the new status; empty leaves it.
	Workflow, VerificationState string
	Confidence, Criticality     *int
	Types                       []string
	UserDefinedFields           map[string]string
	RelatedFindings             json.RawMessage
}

// Note is a customer's remark.
type Note struct{ Text, UpdatedBy string }

// Unprocessed is a finding that an update could not be applied to.
type Unprocessed struct {
	Identifier
	Code, Message string
}

// Update applies the same update to many findings of the scope; those that do not exist are named.
func (h *Hub) Update(ctx context.Context, scope arn.Scope, ids []Identifier, u Update) (done []Identifier, not []Unprocessed, err error) {
	if err := u.validate(); err != nil {
		return nil, nil, err
	}
	err = h.store.Write(ctx, func(tx Tx) error {
		done, not = nil, nil
		for _, id := range ids {
			f, err := tx.FindingIn(scope, id.ProductArn, id.ID)
			if fault.KindOf(err) == fault.NotFound {
				not = append(not, Unprocessed{id, "FindingNotFound", "There is no such finding in this account and region."})
				continue
			}
			if err != nil {
				return err
			}
			if err := u.apply(tx, f); err != nil {
				return err
			}
			done = append(done, id)
		}
		return nil
	})
	return done, not, err
}

func (u Update) validate() error {
	if u.Workflow != "" && !slices.Contains([]string{"NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"}, u.Workflow) {
		return fault.Invalidf("Workflow.Status", "%q is no workflow status; use NEW, NOTIFIED, RESOLVED or SUPPRESSED.", u.Workflow)
	}
	if u.Note != nil && (u.Note.Text == "" || u.Note.UpdatedBy == "") {
		return fault.Invalidf("Note", "A note needs its Text and UpdatedBy.")
	}
	if u.Severity != nil {
		d, err := tree.Parse(slices.Clone(u.Severity))
		if err != nil {
			return fault.Invalidf("Severity", "Severity is not valid JSON (%v).", err)
		}
		if _, _, err := severity(d.Root()); err != nil {
			return err
		}
	}
	for field, v := range map[string]*int{"Confidence": u.Confidence, "Criticality": u.Criticality} {
		if v != nil && (*v < 0 || *v > 100) {
			return fault.Invalidf(field, "%s must be from 0 to 100.", field)
		}
	}
	return nil
}

func (u Update) apply(tx Tx, f Finding) error {
	custom, err := object(f.Custom)
	if err != nil {
		return err
	}
	set := func(name string, given bool, v any) {
		if !given || err != nil {
			return
		}
		custom[name], err = json.Marshal(v)
	}
	if u.Note != nil {
		set("Note", true, map[string]string{"Text": u.Note.Text, "UpdatedBy": u.Note.UpdatedBy, "UpdatedAt": tx.Now().Format("2006-01-02T15:04:05.000Z")})
	}
	set("Severity", u.Severity != nil, u.Severity)
	set("VerificationState", u.VerificationState != "", u.VerificationState)
	set("Confidence", u.Confidence != nil, u.Confidence)
	set("Criticality", u.Criticality != nil, u.Criticality)
	set("Types", u.Types != nil, u.Types)
	set("UserDefinedFields", u.UserDefinedFields != nil, u.UserDefinedFields)
	set("RelatedFindings", u.RelatedFindings != nil, u.RelatedFindings)
	if err != nil {
		return err
	}
	if len(custom) > 0 {
		if f.Custom, err = json.Marshal(custom); err != nil {
			return err
		}
	}
	before := f.Status
	if u.Workflow != "" {
		f.Workflow = u.Workflow
	}
	if err := customSeverity(&f); err != nil {
		return err
	}
	if err := tx.PutFinding(f); err != nil {
		return err
	}
	if f.Status == before {
		return nil
	}
	return change(tx, f, tx.Now())
}

// customSeverity lets a customer's severity stand before the provider's.
func customSeverity(f *Finding) error {
	custom, err := object(f.Custom)
	if err != nil || custom["Severity"] == nil {
		return err
	}
	d, err := tree.Parse(custom["Severity"])
	if err != nil {
		return err
	}
	f.Severity, f.Normalized, err = severity(d.Root())
	return err
}
