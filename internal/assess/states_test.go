package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

// outcome wants a change that is allowed to lead to a state, and another to be refused with a whole sentence and to
// change nothing.
func outcome(t *testing.T, what string, err error, before, after, want string) {
	t.Helper()
	if want != "" && (err != nil || after != want) {
		t.Errorf("%s: %v, it is %s and should be %s", what, err, after, want)
	}
	if want == "" && (err == nil || !strings.HasSuffix(err.Error(), ".") && !strings.HasSuffix(err.Error(), ").") || after != before || fault.KindOf(err) == fault.Internal) {
		t.Errorf("%s: %v, it went from %s to %s", what, err, before, after)
	}
}

// TestControlMachine moves a control from each status to each other one, by each kind of person.
func TestControlMachine(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}})
	allowed := map[string]bool{
		"UNDER_REVIEW REVIEWED": true, "UNDER_REVIEW INACTIVE": true, "UNDER_REVIEW UNDER_REVIEW": true, "REVIEWED REVIEWED": true,
		"REVIEWED INACTIVE": true, "INACTIVE UNDER_REVIEW": true, "INACTIVE REVIEWED": true, "INACTIVE INACTIVE": true,
	}
	for who, c := range map[string]assess.Caller{"owner": auditor, "delegate": delegate, "reader": reader, "stranger": stranger} {
		for _, from := range []string{assess.UnderReview, assess.Reviewed, assess.Inactive} {
			for _, to := range []string{assess.UnderReview, assess.Reviewed, assess.Inactive, "DONE"} {
				a := h.delegated(f.ID)
				_, err := h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], from, "")
				h.ok(err)
				_, err = h.UpdateAssessmentControl(ctx, c, a.ID, setOne, ids[0], to, "")
				want := ""
				if allowed[from+" "+to] && (who == "owner" || who == "delegate") {
					want = to
				}
				got, _, e := h.GetAssessment(ctx, owner, a.ID)
				h.ok(e)
				outcome(t, who+": "+from+" "+to, err, from, got.Sets[0].Controls[0].Status, want)
				h.ok(h.DeleteAssessment(ctx, owner, a.ID))
			}
		}
	}
}

// delegated is an assessment whose set is delegated.
func (h *house) delegated(framework string) assess.Assessment {
	h.Helper()
	a := h.assessment(framework)
	_, failed, err := h.Delegate(ctx, owner, a.ID, []assess.DelegationInput{{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ResourceOwner}})
	h.ok(err)
	if len(failed) > 0 {
		h.Fatal(failed[0].Err)
	}
	return a
}

// TestControlSetMachine moves a set from each status to each other one; with it goes its delegation.
func TestControlSetMachine(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{{Type: catalog.Manual}})
	const progress, submitted, complete = assess.DelegationInProgress, assess.DelegationUnderReview, assess.DelegationComplete
	for _, x := range []struct {
		who      string
		c        assess.Caller
		from, to string
		// set and delegation are what becomes of them; empty: refused
		set, delegation string
	}{
		{"owner", auditor, assess.Active, assess.UnderReview, assess.UnderReview, submitted},
		{"owner", auditor, assess.Active, assess.Reviewed, assess.Reviewed, complete},
		{"owner", auditor, assess.Active, assess.Active, assess.Active, progress},
		{"owner", auditor, assess.UnderReview, assess.Active, assess.Active, progress},
		{"owner", auditor, assess.UnderReview, assess.Reviewed, assess.Reviewed, complete},
		{"owner", auditor, assess.UnderReview, assess.UnderReview, assess.UnderReview, submitted},
		{"owner", auditor, assess.Reviewed, assess.Active, "", complete},
		{"owner", auditor, assess.Reviewed, assess.UnderReview, "", complete},
		{"owner", auditor, assess.Reviewed, assess.Reviewed, assess.Reviewed, complete},
		{"owner", auditor, assess.UnderReview, "DONE", "", progress},
		{"delegate", delegate, assess.Active, assess.UnderReview, assess.UnderReview, submitted},
		{"delegate", delegate, assess.UnderReview, assess.UnderReview, assess.UnderReview, submitted},
		{"delegate", delegate, assess.UnderReview, assess.Reviewed, "", progress},
		{"delegate", delegate, assess.UnderReview, assess.Active, "", progress},
		{"delegate", delegate, assess.Reviewed, assess.UnderReview, "", complete},
		{"reader", reader, assess.UnderReview, assess.UnderReview, "", progress},
		{"stranger", stranger, assess.UnderReview, assess.Reviewed, "", progress},
	} {
		what := x.who + ": " + x.from + " " + x.to
		a := h.delegated(f.ID)
		if x.from != assess.UnderReview { // where a delegation leaves it
			_, err := h.SetControlSetStatus(ctx, owner, a.ID, setOne, x.from, "c")
			h.ok(err)
		}
		_, err := h.SetControlSetStatus(ctx, x.c, a.ID, setOne, x.to, "c")
		got, _, e := h.GetAssessment(ctx, owner, a.ID)
		h.ok(e)
		outcome(t, what, err, x.from, got.Sets[0].Status, x.set)
		if got.Delegations[0].Status != x.delegation {
			t.Errorf("%s: the delegation is %s", what, got.Delegations[0].Status)
		}
		h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	}
}

// TestDelegationMachine delegates again, and takes back, in each state of a delegation.
func TestDelegationMachine(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{{Type: catalog.Manual}})
	again := []assess.DelegationInput{{ControlSet: setOne, RoleARN: strings.ToUpper(delegate.Principal), RoleType: assess.ResourceOwner}}
	for state, reach := range map[string]func(a assess.Assessment) error{
		assess.DelegationInProgress: func(assess.Assessment) error { return nil },
		assess.DelegationUnderReview: func(a assess.Assessment) error {
			_, err := h.SetControlSetStatus(ctx, delegate, a.ID, setOne, assess.UnderReview, "c")
			return err
		},
		assess.DelegationComplete: func(a assess.Assessment) error {
			_, err := h.SetControlSetStatus(ctx, owner, a.ID, setOne, assess.Reviewed, "c")
			return err
		},
	} {
		a := h.delegated(f.ID)
		h.ok(reach(a))
		ds, failed, err := h.Delegate(ctx, owner, a.ID, again)
		h.ok(err)
		if len(failed) != 1 || len(ds) != 1 || ds[0].Status != state { // the same person has it, or it is reviewed
			t.Errorf("%s: delegated again: %+v %+v", state, ds, failed)
		}
		for who, c := range map[string]assess.Caller{"delegate": delegate, "reader": reader, "stranger": stranger} {
			if _, err := h.Undelegate(ctx, c, a.ID, []string{ds[0].ID}); err == nil {
				t.Errorf("%s: the %s takes it back", state, who)
			}
		}
		failures, err := h.Undelegate(ctx, owner, a.ID, []string{ds[0].ID})
		h.ok(err)
		got, _, err := h.GetAssessment(ctx, owner, a.ID)
		h.ok(err)
		want := assess.Active
		if state == assess.DelegationComplete {
			want = assess.Reviewed
		}
		if len(failures) != 0 || len(got.Delegations) != 0 || got.Sets[0].Status != want {
			t.Errorf("%s: taken back: %+v, the set is %s", state, failures, got.Sets[0].Status)
		}
		h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	}
}

// TestAssessmentMachine tries everything that changes an assessment while it is active and when it is not.
func TestAssessmentMachine(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}})
	name := "changed"
	actions := map[string]func(a assess.Assessment) error{
		"update": func(a assess.Assessment) error {
			_, err := h.UpdateAssessment(ctx, owner, a.ID, assess.AssessmentUpdate{Name: &name})
			return err
		},
		"comment": func(a assess.Assessment) error {
			_, err := h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], "", "c")
			return err
		},
		"review": func(a assess.Assessment) error {
			_, err := h.SetControlSetStatus(ctx, owner, a.ID, setOne, assess.Reviewed, "c")
			return err
		},
		"delegate": func(a assess.Assessment) error {
			_, _, err := h.Delegate(ctx, owner, a.ID, []assess.DelegationInput{{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ResourceOwner}})
			return err
		},
		"take back": func(a assess.Assessment) error { _, err := h.Undelegate(ctx, owner, a.ID, []string{"x"}); return err },
		"import": func(a assess.Assessment) error {
			_, _, err := h.ImportEvidence(ctx, owner, a.ID, setOne, ids[0], []assess.ManualInput{{Text: "x"}})
			return err
		},
		"report": func(a assess.Assessment) error { _, err := h.CreateReport(ctx, owner, a.ID, "r", ""); return err },
		"close": func(a assess.Assessment) error {
			_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
			return err
		},
		"activate": func(a assess.Assessment) error {
			_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Active)
			return err
		},
		"other":      func(a assess.Assessment) error { _, err := h.SetAssessmentStatus(ctx, owner, a.ID, "DONE"); return err },
		"read":       func(a assess.Assessment) error { _, _, err := h.GetAssessment(ctx, owner, a.ID); return err },
		"change log": func(a assess.Assessment) error { _, err := h.ChangeLog(ctx, owner, a.ID, "", ""); return err },
		"delete":     func(a assess.Assessment) error { return h.DeleteAssessment(ctx, owner, a.ID) },
	}
	refused := map[string][]string{
		assess.Active:   {"other"},
		assess.Inactive: {"update", "comment", "review", "delegate", "take back", "import", "activate", "other"},
	}
	for state, list := range refused {
		for what, act := range actions {
			a := h.assessment(f.ID)
			if state == assess.Inactive {
				_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
				h.ok(err)
			}
			err := act(a)
			if slices.Contains(list, what) != (fault.KindOf(err) == fault.Invalid) || !slices.Contains(list, what) && err != nil {
				t.Errorf("%s, %s: %v", state, what, err)
			}
			if what != "delete" {
				h.ok(h.DeleteAssessment(ctx, owner, a.ID))
			}
		}
	}
}
