package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

const texted = "NIST CSF v1.1"

// requirement is a standard control of the framework texted.
func requirement(t *testing.T, id string) *catalog.Control {
	t.Helper()
	f, _ := catalog.Standard().FrameworkNamed(texted)
	for _, s := range f.Sets {
		for _, c := range s.Controls {
			if c.Requirement == id {
				return c
			}
		}
	}
	t.Fatalf("no requirement %s", id)
	return nil
}

func text(id, name, description, testing string) assess.TextRow {
	return assess.TextRow{Framework: texted, Requirement: id, Text: assess.Text{Name: name, Description: description, TestingInformation: testing}}
}

// TestTexts: official texts show wherever the library does, and in assessments made from then on alone.
func TestTexts(t *testing.T) {
	h := newHouse(t)
	k, untold := requirement(t, "PR.DS-1"), requirement(t, "PR.DS-2")
	f, err := h.CreateFramework(ctx, owner, assess.FrameworkInput{Name: "ours", Sets: []assess.Set{{Name: setOne, Controls: []string{k.ID, untold.ID}}}})
	h.ok(err)
	before, err := h.CreateAssessment(ctx, owner, input(f.ID))
	h.ok(err)

	rows := []assess.TextRow{text("PR.DS-1", "Official title", "The official words.", "Look at it.")}
	changes, err := h.SetTexts(ctx, "somebody", rows, true)
	h.ok(err)
	if len(changes) != 1 || changes[0].Action != assess.Created || changes[0].Texts != 1 {
		t.Errorf("%+v", changes)
	}
	if list, err := h.OfficialTexts(ctx); err != nil || len(list) != 0 {
		t.Errorf("a dry run left %v %v", list, err)
	}
	for _, want := range []string{assess.Created, assess.Unchanged} {
		changes, err = h.SetTexts(ctx, "somebody", rows, false)
		h.ok(err)
		if changes[0].Action != want {
			t.Errorf("%s, want %s", changes[0].Action, want)
		}
	}
	name := "NIST CSF v1.1 PR.DS-1: Official title"
	check := func(where string, gotName, description, testing string) {
		t.Helper()
		if gotName != name || description != "The official words." || testing != "Look at it." {
			t.Errorf("%s: %q, %q, %q", where, gotName, description, testing)
		}
	}
	one, err := h.GetControl(ctx, owner, k.ID)
	h.ok(err)
	check("GetControl", one.Name, one.Description, one.TestingInformation)
	if !slices.Equal(sourceIDs(one.Sources), sourceIDs(k.Sources())) {
		t.Error("the sources changed")
	}
	shown, err := h.FrameworkControls(ctx, &f)
	h.ok(err)
	check("FrameworkControls", shown[k.ID].Name, shown[k.ID].Description, shown[k.ID].TestingInformation)
	if shown[untold.ID].Name != untold.Name() {
		t.Errorf("a control without a text is called %q", shown[untold.ID].Name)
	}
	names, err := h.StandardNames(ctx, []*catalog.Control{untold, k})
	h.ok(err)
	if !slices.Equal(names, []string{untold.Name(), name}) {
		t.Errorf("%q", names)
	}
	after, err := h.CreateAssessment(ctx, owner, input(f.ID))
	h.ok(err)
	_, snap, err := h.GetAssessment(ctx, owner, after.ID)
	h.ok(err)
	check("the new assessment", snap[k.ID].Name, snap[k.ID].Description, snap[k.ID].TestingInformation)
	_, snap, err = h.GetAssessment(ctx, owner, before.ID)
	h.ok(err)
	if snap[k.ID].Name != k.Name() {
		t.Errorf("the assessment before has %q", snap[k.ID].Name)
	}

	// The texts of a framework become those of the file.
	_, err = h.SetTexts(ctx, "somebody", []assess.TextRow{text("PR.DS-2", "", "Of the other.", "")}, false)
	h.ok(err)
	one, err = h.GetControl(ctx, owner, k.ID)
	h.ok(err)
	if one.Name != k.Name() || one.Description != k.Description() || one.TestingInformation != "" {
		t.Errorf("%+v", one)
	}
	if one, err = h.GetControl(ctx, owner, untold.ID); err != nil || one.Name != untold.Name() || one.Description != "Of the other." {
		t.Errorf("%+v %v", one, err)
	}
	list, err := h.OfficialTexts(ctx)
	h.ok(err)
	if len(list) != 1 || list[0].Framework != texted || list[0].Texts != 1 || list[0].Controls != 108 || list[0].UpdatedBy != "somebody" {
		t.Errorf("%+v", list)
	}
	_, err = h.RemoveTexts(ctx, "nist csf V1.1")
	h.ok(err)
	if one, err = h.GetControl(ctx, owner, untold.ID); err != nil || one.Description != untold.Description() {
		t.Errorf("%+v %v", one, err)
	}
	_, err = h.RemoveTexts(ctx, texted)
	wantKind(t, err, fault.NotFound)
}

func sourceIDs(list []catalog.Source) (out []string) {
	for _, s := range list {
		out = append(out, s.ID)
	}
	return out
}

// TestTextFaults: all faults of a file are told at once, and nothing of it is taken.
func TestTextFaults(t *testing.T) {
	h := newHouse(t)
	lost := text("PR.DS-1", "A", "", "")
	lost.Framework, lost.Line = "No such", 7
	for _, c := range []struct {
		rows []assess.TextRow
		want []string
	}{
		{nil, []string{"There are 0 texts"}},
		{[]assess.TextRow{text("PR.DS-1", "A", "", ""), text("PR.DS-99", "A", "", ""), lost}, []string{`NIST CSF v1.1 has no requirement "PR.DS-99"`, `line 7: there is no standard framework "No such"`}},
		{[]assess.TextRow{text("PR.DS-1", "A", "", ""), text("PR.DS-1", "B", "", "")}, []string{"PR.DS-1 of NIST CSF v1.1 has a text already"}},
		{[]assess.TextRow{text("PR.DS-1", "", "", "")}, []string{"give a name"}},
		{[]assess.TextRow{text("PR.DS-1", `back\slash`, "", "")}, []string{"must not hold the character"}},
		{[]assess.TextRow{text("PR.DS-1", strings.Repeat("n", 300), "", "")}, []string{"name must have 1 to 300 characters"}},
		{[]assess.TextRow{text("PR.DS-1", "", strings.Repeat("d", 10_001), "")}, []string{"description must have 0 to 10000 characters"}},
		{[]assess.TextRow{text("PR.DS-1", "", "", strings.Repeat("d", 10_001))}, []string{"testingInformation must have"}},
	} {
		_, err := h.SetTexts(ctx, "somebody", c.rows, false)
		wantKind(t, err, fault.Invalid)
		for _, want := range c.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
	}
	if list, err := h.OfficialTexts(ctx); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}
