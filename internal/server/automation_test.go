package server_test

import (
	"encoding/json"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/testenv"
)

// TestAdminAutomation: a command speaks to the server that runs, which drives the execution.
func TestAdminAutomation(t *testing.T) {
	e := testenv.Start(t)
	running, err := server.FindRunning(e.Data)
	if err != nil {
		t.Fatal(err)
	}
	r := server.Remote{Running: running}
	at := server.AutomationPlace{Account: "111122223333", Region: "eu-west-1"}
	start := server.AutomationStart{AutomationPlace: at, Document: "AWS-PublishSNSNotification", Parameters: map[string][]string{"TopicArn": {"arn:aws:sns:eu-west-1:111122223333:told"}, "Message": {"hello"}}}
	start.DryRun = true
	begun, err := r.StartAutomation(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	dry, err := r.FollowAutomation(t.Context(), at, begun.ID)
	if err != nil || dry.Status != automation.Success || len(dry.WouldDo) != 1 || len(dry.Steps) != 1 || dry.Ended == nil {
		t.Fatal(dry, err)
	}
	start.DryRun = false
	if begun, err = r.StartAutomation(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	if failed, err := r.FollowAutomation(t.Context(), at, begun.ID); err != nil || failed.Status != automation.Failed || failed.By != "arn:aws:iam::"+e.Account+":root" {
		t.Fatal(failed, err) // no cloud is configured
	}
	page, err := r.Automations(t.Context(), server.AutomationQuery{Regions: []string{"eu-west-1"}, Status: automation.Failed, Prefix: "AWS-"})
	if err != nil || len(page.Executions) != 1 || page.Executions[0].ID != begun.ID {
		t.Fatal(page, err)
	}
	if _, err := r.OrderAutomation(t.Context(), server.AutomationOrder{AutomationPlace: at, ID: begun.ID, Order: automation.Cancel}); err == nil {
		t.Error("what has ended was stopped")
	}
	if _, err := r.OrderAutomation(t.Context(), server.AutomationOrder{AutomationPlace: server.AutomationPlace{Region: "eu-west-1"}, ID: begun.ID}); err == nil {
		t.Error("an execution of another account was shown")
	}
	list, err := r.AutomationDocuments(t.Context(), at, "AWS-PublishSNSNotification")
	if err != nil || len(list) != 1 || !list[0].BuiltIn || list[0].Content == "" || len(list[0].Actions) != 1 || len(list[0].Parameters) != 3 {
		t.Fatal(list, err)
	}
}

// TestPackHistory: the same scores in the process and through the server.
func TestPackHistory(t *testing.T) {
	e := testenv.Start(t)
	e.LoadSample(t)
	running, err := server.FindRunning(e.Data)
	if err != nil {
		t.Fatal(err)
	}
	r := server.Remote{Running: running}
	all := server.PackHistoryQuery{Pack: "cis-aws"}
	one := server.PackHistoryQuery{Pack: "cis-aws", Accounts: []string{"111122223333"}, Regions: []string{"us-east-1"}, Limit: 1}
	early := one
	early.Before = e.Estate.Now.AddDate(0, 0, -50)
	for _, c := range []struct {
		q    server.PackHistoryQuery
		want int // at least
	}{{all, 6}, {one, 1}, {early, 0}} {
		here, err := e.PackHistory(t.Context(), c.q)
		if err != nil || len(here) < c.want || c.want < 2 && len(here) != c.want {
			t.Fatal(here, err)
		}
		there, err := r.PackHistory(t.Context(), c.q)
		if err != nil || asJSON(t, here) != asJSON(t, there) {
			t.Fatal(there, err)
		}
		for _, s := range here {
			if s.Score == nil || *s.Score <= 0 || *s.Score >= 100 || s.Verdicts.NonCompliant == 0 || s.Rules.NonCompliant == 0 || s.At.IsZero() {
				t.Error(asJSON(t, s))
			}
		}
	}
	if _, err := e.PackHistory(t.Context(), server.PackHistoryQuery{Pack: "none"}); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

func asJSON(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
