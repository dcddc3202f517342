package assess_test

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/store"
)

// states are the states of an assessment's sources by keyword, with the codes of why.
func (h *house) states(a assess.Assessment) map[string]string {
	h.Helper()
	all, err := h.Sources(ctx, owner, a.ID)
	h.ok(err)
	out := map[string]string{}
	for _, s := range all {
		text := s.State
		for _, w := range s.Why {
			text += " " + w.Code
			if w.Message == "" {
				h.Errorf("%s: no message for %s", s.Source.Keyword, w.Code)
			}
		}
		out[s.Source.Keyword] = text
	}
	return out
}

// TestWhyNothing: each source that has collected nothing says why.
func TestWhyNothing(t *testing.T) {
	h := newHouse(t)
	program := compliance.New(store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx }), h.env.Clock)
	at := compliance.Place{Account: accountB, Region: virginia}
	_, err := program.PutRecorder(context.Background(), at, compliance.Recorder{RoleARN: "arn:aws:iam::222222222222:role/config", Group: compliance.RecordingGroup{AllSupported: true}})
	h.ok(err)
	_, err = program.PutRule(ctx, at, compliance.ConfigRule{Name: "rotation", Owner: compliance.OwnerAWS, Identifier: "ACCESS_KEYS_ROTATED", Parameters: `{"maxAccessKeyAge":"90"}`})
	h.ok(err)
	h.item(accountA, "global", "AWS::IAM::User", "u1", "a", start.Add(-time.Hour))
	f, ids := h.framework([]catalog.Source{
		source(catalog.Config, "ACCESS_KEYS_ROTATED"), source(catalog.Config, "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS"), source(catalog.Config, "mfa_enabled"),
		source(catalog.APICall, "iam_ListUsers"), source(catalog.APICall, "iam_ListGroups"), source(catalog.APICall, "kafka_ListKafkaVersions"), source(catalog.APICall, "iam_listusers"),
		source(catalog.APICall, "docdb_DescribeDBInstances"), source(catalog.CloudTrail, "iam_CreateUser"), source(catalog.CloudTrail, "iam_createuser"),
		source(catalog.SecurityHub, "EC2.4"), source(catalog.SecurityHub, "EC2.4000"),
		{Type: catalog.Manual},
	})
	h.configured(accountA, ireland, "AWS::RDS::DBInstance", "my", `{"engine":"mysql"}`, start.Add(-time.Hour))
	a := h.assessment(f.ID)
	if got := h.states(a)["iam_ListUsers"]; got != "NEVER "+assess.WhyPending {
		t.Errorf("before the first collection: %s", got)
	}
	h.step()
	want := map[string]string{
		"ACCESS_KEYS_ROTATED": "NEVER no-verdict", "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS": "NEVER rule-not-deployed", "mfa_enabled": "NEVER unknown-keyword",
		"iam_ListUsers": "FRESH", "iam_ListGroups": "NEVER nothing-recorded", "kafka_ListKafkaVersions": "NEVER not-recorded", "iam_listusers": "NEVER wrong-case",
		"docdb_DescribeDBInstances": "NEVER nothing-recorded", "iam_CreateUser": "NEVER no-event", "iam_createuser": "NEVER wrong-case",
		"EC2.4": "NEVER no-finding", "EC2.4000": "NEVER unknown-keyword no-finding", "": "NEVER no-evidence-by-hand",
	}
	for k, got := range h.states(a) {
		if got != want[k] {
			t.Errorf("%q: %s, want %s", k, got, want[k])
		}
	}
	_, failed, err := h.ImportEvidence(ctx, owner, a.ID, setOne, ids[0], []assess.ManualInput{{Text: "done"}})
	h.ok(err)
	if len(failed) > 0 || h.states(a)[""] != "FRESH" {
		t.Errorf("by hand: %v, %s", failed, h.states(a)[""])
	}
}

// TestStale: a source that no longer collects is told from one that is only not due.
func TestStale(t *testing.T) {
	h := newHouse(t)
	monthly := source(catalog.APICall, "iam_ListUsers")
	monthly.Frequency = catalog.Monthly
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "R1"), source(catalog.CloudTrail, "iam_CreateUser"), monthly, source(catalog.APICall, "iam_ListGroups")})
	h.judge(accountA, ireland, "R1", "i-1", "COMPLIANT", start)
	h.act(accountA, ireland, "e1", "iam.amazonaws.com", "CreateUser", start, "")
	h.item(accountA, "global", "AWS::IAM::User", "u1", "a", start.Add(-time.Hour))
	h.item(accountA, "global", "AWS::IAM::Group", "g1", "a", start.Add(-time.Hour))
	a := h.assessment(f.ID)
	h.step()
	h.judge(accountA, ireland, "R1", "i-1", "", start.Add(time.Minute)) // the resource is gone
	h.step()
	h.at("2026-01-20", 1)
	h.step()
	want := map[string]string{"R1": "STALE unknown-keyword rule-not-deployed", "iam_CreateUser": "FRESH", "iam_ListUsers": "FRESH", "iam_ListGroups": "FRESH"}
	for k, got := range h.states(a) {
		if got != want[k] {
			t.Errorf("%q: %s, want %s", k, got, want[k])
		}
	}
	all, err := h.Sources(ctx, owner, a.ID)
	h.ok(err)
	for _, s := range all {
		due := map[string]string{"R1": tomorrow, "iam_ListUsers": "2026-02-01", "iam_ListGroups": "2026-01-21"}[s.Source.Keyword]
		if s.Due != due {
			t.Errorf("%s is due %q, want %q", s.Source.Keyword, s.Due, due)
		}
	}
	_, err = h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, ids[0], assess.Inactive, "")
	h.ok(err)
	if got := h.states(a)["iam_ListGroups"]; got != "STOPPED stopped" {
		t.Errorf("an inactive control: %s", got)
	}
}
