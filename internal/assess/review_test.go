package assess_test

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

var (
	// auditor owns the assessments of the tests by its role, delegate only what is delegated to it.
	auditor  = assess.Caller{Account: accountA, Region: ireland, Principal: "arn:aws:sts::111111111111:assumed-role/Owner/ana"}
	delegate = assess.Caller{Account: accountA, Region: ireland, Principal: "arn:aws:iam::111111111111:user/bob"}
	stranger = assess.Caller{Account: accountA, Region: ireland, Principal: "arn:aws:iam::111111111111:user/eve"}
	reader   = assess.Caller{Account: accountA, Region: ireland, Principal: "arn:aws:iam::111111111111:user/roy", Reader: true}
	other    = assess.Caller{Account: accountB, Region: ireland, Principal: "arn:aws:iam::222222222222:root", Owner: true}
)

func TestUnregistered(t *testing.T) {
	h := newHouse(t)
	if s, err := h.Status(ctx, other); err != nil || s != assess.AccountInactive {
		t.Errorf("status %s, %v", s, err)
	}
	_, err := h.ListAssessments(ctx, other, "")
	wantKind(t, err, fault.Denied)
	if err == nil || !strings.HasPrefix(err.Error(), "Please complete AWS Audit Manager setup") {
		t.Errorf("error %v", err)
	}
}

func TestControls(t *testing.T) {
	h := newHouse(t)
	in := assess.ControlInput{Name: "Mine", Sources: []catalog.Source{source(catalog.APICall, "iam_ListUsers"), source(catalog.Config, "restricted-ssh"), {Type: catalog.Manual}}}
	k, err := h.CreateControl(ctx, owner, in)
	h.ok(err)
	if k.SourceTypes() != "AWS_API_Call,AWS_Config,MANUAL" || k.Sources[0].Frequency != "" || k.Sources[0].SetUpOption != catalog.SystemControls ||
		k.Sources[2].SetUpOption != catalog.ProceduralControls || k.Sources[0].ID == "" || len(k.Lint()) != 1 {
		t.Errorf("control %+v", k)
	}
	_, err = h.CreateControl(ctx, owner, in)
	wantKind(t, err, fault.Invalid)
	_, err = h.Register(ctx, other, "", "")
	h.ok(err)
	if got, err := h.GetControl(ctx, other, k.ID); err != nil || got.Name != "Mine" {
		t.Errorf("another account reads %+v, %v", got, err)
	}
	_, err = h.UpdateControl(ctx, other, k.ID, in)
	wantKind(t, err, fault.Denied)
	wantKind(t, h.Tag(ctx, other, other.ControlARN(k.ID), map[string]string{"a": "b"}), fault.Denied)
	wantKind(t, h.DeleteControl(ctx, other, k.ID), fault.Denied)
	_, err = h.CreateControl(ctx, other, in) // the name is free in another account
	h.ok(err)
	for name, bad := range map[string]assess.ControlInput{
		"no name": {Sources: in.Sources}, "no sources": {Name: "x"}, "backslash": {Name: `a\b`, Sources: in.Sources},
		"set-up":    {Name: "x", Sources: []catalog.Source{{Type: catalog.Config, Keyword: "A", SetUpOption: catalog.ProceduralControls}}},
		"frequency": {Name: "x", Sources: []catalog.Source{{Type: catalog.Config, Keyword: "A", Frequency: catalog.Daily}}},
		"keyword":   {Name: "x", Sources: []catalog.Source{{Type: catalog.Config}}},
		"type":      {Name: "x", Sources: []catalog.Source{{Type: "AWS_Magic", Keyword: "A"}}},
		"tags":      {Name: "x", Sources: in.Sources, Tags: map[string]string{"aws:x": "y"}},
	} {
		_, err := h.CreateControl(ctx, owner, bad)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	std, err := h.ListControls(ctx, owner, assess.Standard)
	h.ok(err)
	if len(std) < 7000 {
		t.Errorf("%d standard controls", len(std))
	}
	_, err = h.UpdateControl(ctx, owner, std[0].ID, in)
	wantKind(t, err, fault.Invalid)
	wantKind(t, h.DeleteControl(ctx, owner, "019bc186-de00-7000-8000-ffffffffffff"), fault.NotFound)
}

func TestFrameworks(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{source(catalog.Config, "B")})
	for name, sets := range map[string][]assess.Set{
		"none": nil, "underscore": {{Name: "a_b", Controls: ids}}, "empty": {{Name: "a"}}, "twice": {{Name: "a", Controls: ids}, {Name: "a", Controls: ids}},
		"repeated": {{Name: "a", Controls: []string{ids[0], ids[0]}}},
	} {
		if _, err := h.CreateFramework(ctx, owner, assess.FrameworkInput{Name: "bad", Sets: sets}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.CreateFramework(ctx, owner, assess.FrameworkInput{Name: "bad", Sets: []assess.Set{{Name: "a", Controls: []string{"nope"}}}})
	wantKind(t, err, fault.NotFound)
	g, err := h.UpdateFramework(ctx, owner, f.ID, assess.FrameworkInput{Name: "New", Sets: []assess.Set{{Name: "More", Controls: ids[:1]}, {Name: setOne, Controls: ids}}})
	h.ok(err)
	if g.Sets[1].ID != f.Sets[0].ID || g.Sets[0].ID == "" || g.ControlCount() != 3 {
		t.Errorf("framework %+v", g)
	}
	a := h.assessment(f.ID)
	h.ok(h.DeleteControl(ctx, owner, ids[0]))
	g, err = h.GetFramework(ctx, owner, f.ID)
	h.ok(err)
	if len(g.Sets) != 1 || g.ControlCount() != 1 {
		t.Errorf("the deleted control is still in %+v", g.Sets)
	}
	h.ok(h.DeleteFramework(ctx, owner, f.ID))
	// The assessment goes on, without the deleted control.
	b, snap, err := h.GetAssessment(ctx, owner, a.ID)
	h.ok(err)
	if len(snap) != 2 || !b.Sets[0].Controls[0].Removed || !b.Sets[1].Controls[0].Removed || b.Sets[1].Controls[1].Removed {
		t.Errorf("assessment %+v", b.Sets)
	}
	h.judge(accountA, ireland, "A", "i", "COMPLIANT", start)
	h.judge(accountA, ireland, "B", "i", "COMPLIANT", start)
	h.step()
	if es := h.all(a); len(es) != 1 || es[0].Body.Event != "B" {
		t.Errorf("evidence %+v", es)
	}
	lib, err := h.ListFrameworks(ctx, owner, assess.Standard)
	h.ok(err)
	if _, err := h.FrameworkControls(ctx, &lib[0]); err != nil || len(lib) < 45 {
		t.Errorf("%d frameworks, %v", len(lib), err)
	}
	wantKind(t, h.DeleteFramework(ctx, owner, lib[0].ID), fault.Invalid)
}

func TestAssessmentInput(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	for name, change := range map[string]func(*assess.AssessmentInput){
		"name":        func(in *assess.AssessmentInput) { in.Name = "" },
		"roles":       func(in *assess.AssessmentInput) { in.Roles = nil },
		"role type":   func(in *assess.AssessmentInput) { in.Roles[0].Type = assess.ResourceOwner },
		"role arn":    func(in *assess.AssessmentInput) { in.Roles[0].ARN = "ana" },
		"destination": func(in *assess.AssessmentInput) { in.Destination.Path = "/tmp" },
		"account":     func(in *assess.AssessmentInput) { in.Accounts[0].ID = "1" },
		"twice":       func(in *assess.AssessmentInput) { in.Accounts[1] = in.Accounts[0] },
		"day":         func(in *assess.AssessmentInput) { in.From = "yesterday" },
	} {
		in := input(f.ID)
		change(&in)
		if _, err := h.CreateAssessment(ctx, owner, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.CreateAssessment(ctx, owner, input("nope"))
	wantKind(t, err, fault.NotFound)
}

// TestDelegation plays a review through: delegated, handed in, completed.
func TestDelegation(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{source(catalog.Config, "B")})
	a := h.assessment(f.ID)
	_, err := h.UpdateAssessmentControl(ctx, delegate, a.ID, setOne, ids[0], assess.Reviewed, "")
	wantKind(t, err, fault.NotFound) // it does not even see the assessment
	_, _, err = h.Delegate(ctx, stranger, a.ID, nil)
	wantKind(t, err, fault.NotFound)
	ds, failed, err := h.Delegate(ctx, auditor, a.ID, []assess.DelegationInput{
		{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ResourceOwner, Comment: "please"},
		{ControlSet: "nope", RoleARN: delegate.Principal, RoleType: assess.ResourceOwner},
		{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ProcessOwner},
	})
	h.ok(err)
	if len(ds) != 1 || len(failed) != 2 || failed[0].Index != 1 || failed[1].Index != 2 || ds[0].Status != assess.DelegationInProgress {
		t.Fatalf("%+v %+v", ds, failed)
	}
	if got, _, err := h.GetAssessment(ctx, delegate, a.ID); err != nil || got.Sets[0].Status != assess.UnderReview || delegate.RoleIn(&got).Type != assess.ResourceOwner {
		t.Errorf("the delegate sees %+v, %v", got.Sets, err)
	}
	k, err := h.UpdateAssessmentControl(ctx, delegate, a.ID, setOne, ids[0], assess.Reviewed, "looks good")
	h.ok(err)
	if k.Status != assess.Reviewed || len(k.Comments) != 1 || k.Comments[0].Author != "bob" {
		t.Errorf("control %+v", k)
	}
	_, err = h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], assess.UnderReview, "")
	wantKind(t, err, fault.Invalid) // reviewed is final
	for _, c := range []assess.Caller{delegate, reader} {
		_, err = h.SetControlSetStatus(ctx, c, a.ID, setOne, assess.Reviewed, "")
		wantKind(t, err, fault.Denied)
		_, err = h.UpdateAssessment(ctx, c, a.ID, assess.AssessmentUpdate{})
		wantKind(t, err, fault.Denied)
		_, err = h.CreateReport(ctx, c, a.ID, "r", "")
		wantKind(t, err, fault.Denied)
	}
	cs, err := h.SetControlSetStatus(ctx, delegate, a.ID, setOne, assess.UnderReview, "done")
	h.ok(err)
	list, err := h.Delegations(ctx, delegate)
	h.ok(err)
	if cs.Status != assess.UnderReview || len(list) != 1 || list[0].Status != assess.DelegationUnderReview || list[0].ID != ds[0].ID {
		t.Errorf("handed in: %+v %+v", cs, list)
	}
	cs, err = h.SetControlSetStatus(ctx, auditor, a.ID, setOne, assess.Reviewed, "thanks")
	h.ok(err)
	list, err = h.Delegations(ctx, auditor)
	h.ok(err)
	if cs.Status != assess.Reviewed || list[0].Status != assess.DelegationComplete {
		t.Errorf("completed: %+v %+v", cs, list)
	}
	// A finished delegation gives no rights any more.
	_, err = h.UpdateAssessmentControl(ctx, delegate, a.ID, setOne, ids[1], "", "late")
	wantKind(t, err, fault.Denied)
	failed, err = h.Undelegate(ctx, auditor, a.ID, []string{ds[0].ID, "nope"})
	h.ok(err)
	if len(failed) != 1 || failed[0].ID != "nope" {
		t.Errorf("failed %+v", failed)
	}
	ns, err := h.Notifications(ctx, owner)
	h.ok(err)
	if len(ns) != 3 || !strings.Contains(ns[0].Description, "completed") || !strings.Contains(ns[0].ID, "_") {
		t.Errorf("notifications %+v", ns)
	}
	log, err := h.ChangeLog(ctx, owner, a.ID, "", "")
	h.ok(err)
	var actions []string
	for _, c := range log {
		actions = append(actions, c.Object+"/"+c.Action)
	}
	want := "DELEGATION/DELETE CONTROL_SET/REVIEWED CONTROL_SET/UNDER_REVIEW CONTROL/REVIEWED DELEGATION/CREATE ASSESSMENT/CREATE"
	if got := strings.Join(actions, " "); got != want {
		t.Errorf("log %s\nwant %s", got, want)
	}
	if part, err := h.ChangeLog(ctx, owner, a.ID, setOne, ids[0]); err != nil || len(part) != 1 {
		t.Errorf("log of a control: %+v, %v", part, err)
	}
}

// TestInactive: an assessment ends for good, a control can be taken up again.
func TestInactive(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	h.step()
	_, err := h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], assess.Inactive, "")
	h.ok(err)
	h.judge(accountA, ireland, "A", "i", "COMPLIANT", start)
	h.step()
	if fs := h.folders(a); len(fs) != 1 || fs[today+" "+ids[1]].Total != 1 {
		t.Errorf("folders %+v", fs)
	}
	_, failed, err := h.ImportEvidence(ctx, owner, a.ID, setOne, ids[0], []assess.ManualInput{{Text: "x"}})
	if wantKind(t, err, fault.Invalid); len(failed) != 0 {
		t.Error(failed)
	}
	_, err = h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], assess.UnderReview, "")
	h.ok(err)
	h.step()
	if fs := h.folders(a); len(fs) != 2 || fs[today+" "+ids[1]].Total != 1 || fs[today+" "+ids[0]].Total != 1 {
		t.Errorf("taken up again: %+v", fs)
	}
	b, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
	h.ok(err)
	if b.Status != assess.Inactive || b.Sets[0].Status != assess.Reviewed || b.Sets[0].Controls[1].Status != assess.Reviewed {
		t.Errorf("assessment %+v", b)
	}
	_, err = h.SetAssessmentStatus(ctx, owner, a.ID, assess.Active)
	wantKind(t, err, fault.Invalid)
	_, err = h.UpdateAssessment(ctx, owner, a.ID, assess.AssessmentUpdate{})
	wantKind(t, err, fault.Invalid)
	_, err = h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], "", "comment")
	wantKind(t, err, fault.Invalid)
	h.judge(accountA, ireland, "A", "i", "NON_COMPLIANT", start)
	n := len(h.entries())
	h.at(tomorrow, 1)
	h.step()
	if len(h.entries()) != n {
		t.Error("an inactive assessment collects")
	}
	_, err = h.CreateReport(ctx, owner, a.ID, "last", "")
	h.ok(err)
}

// TestScopeGrows: a new account in scope is collected for from the first day on.
func TestScopeGrows(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	in := input(f.ID)
	in.Accounts = in.Accounts[:1]
	a, err := h.CreateAssessment(ctx, owner, in)
	h.ok(err)
	h.step()
	h.judge(accountB, ireland, "A", "i", "COMPLIANT", start)
	h.step()
	if es := h.all(a); len(es) != 0 {
		t.Errorf("evidence of an account outside: %+v", es)
	}
	_, err = h.UpdateAssessment(ctx, owner, a.ID, assess.AssessmentUpdate{Accounts: []assess.ScopeAccount{{ID: accountA}, {ID: accountB}}})
	h.ok(err)
	h.step()
	if es := h.all(a); len(es) != 1 {
		t.Errorf("%d pieces of the new account", len(es))
	}
}

// TestTenancy: another account sees nothing of an assessment, whatever it asks.
func TestTenancy(t *testing.T) {
	h := newHouse(t)
	_, err := h.Register(ctx, other, "", "")
	h.ok(err)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	h.judge(accountB, ireland, "A", "i", "COMPLIANT", start)
	h.step()
	fo := h.folders(a)[today+" "+ids[0]]
	e := h.evidence(a, fo)[0]
	rep, err := h.CreateReport(ctx, owner, a.ID, "r", "")
	h.ok(err)
	for _, c := range []assess.Caller{other, stranger} {
		for name, try := range map[string]func() error{
			"get":       func() error { _, _, err := h.GetAssessment(ctx, c, a.ID); return err },
			"update":    func() error { _, err := h.UpdateAssessment(ctx, c, a.ID, assess.AssessmentUpdate{}); return err },
			"status":    func() error { _, err := h.SetAssessmentStatus(ctx, c, a.ID, assess.Inactive); return err },
			"delete":    func() error { return h.DeleteAssessment(ctx, c, a.ID) },
			"folders":   func() error { _, err := h.Folders(ctx, c, a.ID, "", "", nil, 0); return err },
			"folder":    func() error { _, err := h.Folder(ctx, c, a.ID, setOne, fo.ID()); return err },
			"list":      func() error { _, err := h.FolderEvidence(ctx, c, a.ID, setOne, fo.ID(), nil, 0); return err },
			"evidence":  func() error { _, err := h.GetEvidence(ctx, c, a.ID, setOne, fo.ID(), e.ID); return err },
			"counts":    func() error { _, err := h.Counts(ctx, c, a.ID); return err },
			"sources":   func() error { _, err := h.Sources(ctx, c, a.ID); return err },
			"select":    func() error { return h.SelectFolder(ctx, c, a.ID, fo.ID(), true) },
			"log":       func() error { _, err := h.ChangeLog(ctx, c, a.ID, "", ""); return err },
			"report":    func() error { _, err := h.CreateReport(ctx, c, a.ID, "r", ""); return err },
			"getReport": func() error { _, err := h.GetReport(ctx, c, a.ID, rep.ID); return err },
			"tags":      func() error { _, err := h.Tags(ctx, c, a.ARN()); return err },
			"insights":  func() error { _, err := h.Insights(ctx, c, a.ID); return err },
		} {
			if err := try(); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s as %s: %v", name, c.Principal, err)
			}
		}
		for name, n := range map[string]func() int{
			"assessments": func() int { l, _ := h.ListAssessments(ctx, c, ""); return len(l) },
			"reports":     func() int { l, _ := h.ListReports(ctx, c); return len(l) },
			"delegations": func() int { l, _ := h.Delegations(ctx, c); return len(l) },
			"insights":    func() int { l, _ := h.Insights(ctx, c, ""); return l.Active + len(l.ByControl) },
		} {
			if n() != 0 {
				t.Errorf("%s lists %s", c.Principal, name)
			}
		}
	}
	if in, err := h.Insights(ctx, owner, ""); err != nil || in.Compliant != 1 || in.Controls != 1 || in.Active != 1 {
		t.Errorf("insights %+v, %v", in, err)
	}
	h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	if len(h.entries()) != 1 {
		t.Error("deleting an assessment took entries out of the log")
	}
}

func TestTagsAndSettings(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	for _, arn := range []string{a.ARN(), owner.FrameworkARN(f.ID)} {
		h.ok(h.Tag(ctx, owner, arn, map[string]string{"a": "1", "b": "2"}))
		h.ok(h.Untag(ctx, owner, arn, []string{"a"}))
		tags, err := h.Tags(ctx, owner, arn)
		if err != nil || len(tags) != 1 || tags["b"] != "2" {
			t.Errorf("%s: %v, %v", arn, tags, err)
		}
		wantKind(t, h.Tag(ctx, owner, arn, map[string]string{"aws:x": ""}), fault.Invalid)
	}
	wantKind(t, h.Tag(ctx, owner, "arn:aws:s3:::x", nil), fault.Invalid)
	topic := "arn:aws:sns:eu-west-1:111111111111:audit"
	_, err := h.UpdateSettings(ctx, owner, assess.SettingsUpdate{Topic: &topic, Reports: &assess.Destination{Type: "S3", Path: "s3://b"}})
	h.ok(err)
	_, _, err = h.Delegate(ctx, owner, a.ID, []assess.DelegationInput{{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ResourceOwner}})
	h.ok(err)
	if last := h.told[len(h.told)-1]; last.Topic != topic || last.Type != "Assessment ControlSet Delegation Created" || last.ControlSet != setOne {
		t.Errorf("told %+v", last)
	}
	none, bad := "NONE", "nonsense"
	s, err := h.UpdateSettings(ctx, owner, assess.SettingsUpdate{Topic: &none})
	if err != nil || s.Topic != "" || s.Reports.Path != "s3://b" {
		t.Errorf("settings %+v, %v", s, err)
	}
	_, err = h.UpdateSettings(ctx, owner, assess.SettingsUpdate{Topic: &bad})
	wantKind(t, err, fault.Invalid)
	// Deregistered: collection stops, and comes back with the registration.
	_, err = h.Deregister(ctx, owner)
	h.ok(err)
	h.judge(accountA, ireland, "A", "i", "COMPLIANT", start)
	h.step()
	if len(h.entries()) != 0 {
		t.Error("a deregistered account collects")
	}
	_, err = h.Register(ctx, owner, "", "")
	h.ok(err)
	h.step()
	if len(h.entries()) != 1 {
		t.Errorf("%d pieces after registering again", len(h.entries()))
	}
}
