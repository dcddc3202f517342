package remediate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/remediate"
)

// TestAutomatic: what begins to fail is put right, recorded and judged anew, with every call in the ledger.
func TestAutomatic(t *testing.T) {
	h := newHouse(t)
	h.sound(1)
	h.rule(true, nil)
	h.enable(remediate.On)
	h.settle()
	h.want("nothing to do", h.states(), "")
	h.buckets(false, "open")
	h.settle()
	h.want("states", h.states(), "open=SUCCEEDED")
	h.want("verdict", h.verdict("open"), "COMPLIANT")
	h.want("calls", strings.Join(h.cloud.made, "; "), `HeadBucket {"Bucket":"open"} as `+role+`; PutPublicAccessBlock {"Bucket":"open","Password":"hunter22"} as `+role)
	phases, bodies := h.leaves()
	h.want("leaves", strings.Join(phases, " "), "after before after end")
	if b := bodies[1]; strings.Contains(b.Attributes["inputs"], "hunter22") || !strings.Contains(b.Attributes["itemConfiguration"], `"blockPublicAcls":false`) || b.Actor != role {
		t.Errorf("before: %+v", b)
	}
	if b := bodies[3]; !strings.Contains(b.Attributes["itemConfiguration"], `"blockPublicAcls":true`) {
		t.Errorf("end: %+v", b)
	}
	r := h.run("open")
	calls, err := h.Calls(t.Context(), here, r.Execution)
	h.ok(err)
	if len(calls) != 2 || calls[1].Before == nil || *calls[1].Before != 1 || *calls[1].After != 2 || calls[0].Before != nil {
		t.Errorf("calls %+v", calls)
	}
	if r.Recorded != "recorded anew" || len(r.Steps) != 2 || r.Steps[1].State != "SUCCEEDED" || len(r.Notes()) != 0 {
		t.Errorf("run %+v", r)
	}
	if len(h.events) != 1 || h.events[0].Message["state"] != "SUCCEEDED" {
		t.Errorf("events %v", h.events)
	}
	h.start() // nothing again after a restart
	h.settle()
	if len(h.cloud.made) != 2 {
		t.Errorf("%d calls after a restart", len(h.cloud.made))
	}
	h.buckets(false, "open") // fails again
	h.settle()
	if len(h.cloud.made) != 4 {
		t.Errorf("%d calls after it failed again", len(h.cloud.made))
	}
}

// TestModes: off, then a dry run, then review, then on; what failed already is found each time.
func TestModes(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.sound(1)
	h.buckets(false, "open")
	h.rule(true, nil)
	h.settle()
	h.want("off", h.states(), "")
	_, err := h.Start(ctx, remediate.Request{At: here, Rule: "closed", Keys: h.keys("open")})
	h.want("started while off", code(err), "InsufficientPermissionsException")
	_, err = h.Enable(ctx, account, remediate.On, "")
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("on without a dry run: %v", err)
	}

	_, err = h.Enable(ctx, account, "", "")
	h.ok(err)
	h.settle()
	h.want("dry run", h.states(), "open=UNKNOWN")
	r := h.run("open")
	if len(r.Calls) != 1 || !strings.HasPrefix(r.Calls[0], "would call s3:PutPublicAccessBlock") || strings.Contains(r.Calls[0], "hunter22") {
		t.Errorf("calls %q", r.Calls)
	}
	if n := r.Notes(); len(n) != 1 || n[0].Name != "Tickmark.DryRun" {
		t.Errorf("notes %+v", n)
	}
	h.want("only reads", strings.Join(h.cloud.made, ";"), `HeadBucket {"Bucket":"open"} as `+role)

	_, err = h.Enable(ctx, account, remediate.Review, "")
	h.ok(err)
	h.settle()
	h.want("review", h.states(), "open=QUEUED")
	failed, err := h.Start(ctx, remediate.Request{At: here, Rule: "closed", Keys: h.keys("open"), By: "ann"})
	if err != nil || len(failed) != 0 {
		t.Errorf("approved: %v, %v", failed, err)
	}
	h.settle()
	h.want("approved", h.states(), "open=SUCCEEDED")
	h.want("verdict", h.verdict("open"), "COMPLIANT")
}

// TestManual: a second start fails, a running one can be stopped, its configuration cannot be deleted.
func TestManual(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.buckets(false, "a", "b")
	h.rule(false, func(c *compliance.RemediationConfig) { c.TargetID = "slow" })
	h.enable(remediate.On)
	h.settle()
	h.want("manual", h.states(), "")
	start := func(ids ...string) string {
		failed, err := h.Start(ctx, remediate.Request{At: here, Rule: "closed", Keys: h.keys(ids...), By: "ann"})
		return strings.TrimSpace(code(err) + " " + fmt.Sprint(failed))
	}
	h.want("start", start("a", "gone"), "<nil> [{[{AWS::S3::Bucket gone}] The resource is not recorded.}]")
	h.want("second start", start("a"), "<nil> [{[{AWS::S3::Bucket a}] The resource is being remediated: wait for that to end.}]")
	h.settle()
	h.want("running", h.states(), "a=IN_PROGRESS")
	list, err := h.Statuses(ctx, here, "closed", nil)
	h.ok(err)
	h.ok(h.WithSteps(ctx, list))
	if len(list[0].Steps) != 1 || list[0].Steps[0].State != "IN_PROGRESS" {
		t.Errorf("steps %+v", list[0].Steps)
	}
	h.want("delete", code(h.DeleteConfig(ctx, here, "closed", "")), "RemediationInProgressException")
	n, err := h.StopAll(ctx)
	if n != 1 || err != nil {
		t.Errorf("stopped %d, %v", n, err)
	}
	h.settle()
	r := h.run("a")
	if r.State != remediate.FailedRun || !strings.HasPrefix(r.Error, "Stopped:") || len(h.cloud.made) != 0 {
		t.Errorf("stopped %+v, %q", r, h.cloud.made)
	}
	h.ok(h.DeleteConfig(ctx, here, "closed", ""))
	h.want("deleted", code(h.DeleteConfig(ctx, here, "closed", "")), "NoSuchRemediationConfigurationException")
	h.want("start without", start("a"), "NoSuchRemediationConfigurationException []")
	_, err = h.Statuses(ctx, here, "closed", nil)
	h.want("status without", code(err), "NoSuchRemediationConfigurationException")
}

// TestRoles: the recorder's role is never used, and without one nothing runs.
func TestRoles(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	reader := "arn:aws:iam::" + account + ":role/config"
	_, err := h.Enable(ctx, account, "", reader)
	if fault.KindOf(err) != fault.Denied {
		t.Errorf("enabled with the recorder's role: %v", err)
	}
	for _, bad := range []string{"fix", "arn:aws:iam::999999999999:role/fix", "arn:aws:iam::" + account + ":user/fix"} {
		if _, err := h.Enable(ctx, account, "", bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("enabled with %s: %v", bad, err)
		}
	}
	h.buckets(false, "a")
	h.rule(false, func(c *compliance.RemediationConfig) { delete(c.Parameters, "AutomationAssumeRole") })
	h.enable(remediate.On)
	start := func() remediate.Run {
		_, err := h.Start(ctx, remediate.Request{At: here, Rule: "closed", Keys: h.keys("a")})
		h.ok(err)
		h.settle()
		return h.run("a")
	}
	if r := start(); r.State != remediate.FailedRun || !strings.HasPrefix(r.Error, "No role") {
		t.Errorf("without a role: %+v", r)
	}
	h.config(false, func(c *compliance.RemediationConfig) {
		c.Parameters["AutomationAssumeRole"] = compliance.RemediationParameter{Values: []string{reader}}
	})
	if r := start(); r.State != remediate.FailedRun || !strings.Contains(r.Error, "configuration recorder") {
		t.Errorf("with the recorder's role: %+v", r)
	}
	h.config(false, func(c *compliance.RemediationConfig) { delete(c.Parameters, "AutomationAssumeRole") })
	_, err = h.Enable(ctx, account, remediate.On, role)
	h.ok(err)
	if r := start(); r.State != remediate.Succeeded || r.Role != role {
		t.Errorf("with the account's role: %+v", r)
	}
	h.document("own", "mainSteps: [{name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutPublicAccessBlock, Bucket: x}}]\n")
	h.config(false, func(c *compliance.RemediationConfig) { c.TargetID, c.Parameters = "own", nil })
	if r := start(); r.State != remediate.FailedRun || !strings.Contains(r.Steps[0].Error, "never gets the deployment's own rights") {
		t.Errorf("a document without a role: %+v", r)
	}
}

// TestAttempts: two failures in a row suspend the rule; attempts used up give the resource an exception.
func TestAttempts(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.sound(2)
	h.buckets(false, "bad")
	h.cloud.fails["bad"] = true
	h.rule(true, func(c *compliance.RemediationConfig) { c.Attempts, c.RetrySeconds = 3, 300 })
	h.enable(remediate.On)
	h.settle()
	h.want("waits for another attempt", h.states(), "bad=QUEUED")
	for range 3 {
		h.env.Clock.Advance(80 * time.Second)
		h.settle()
	}
	if g := h.guard(); g.Suspended != "2 executions failed in a row" {
		t.Errorf("guard %+v", g)
	}
	if r := h.run("bad"); r.State != remediate.Queued || !strings.Contains(r.Waiting, "suspended") || len(r.Attempts) != 2 {
		t.Errorf("run %+v", r)
	}
	n, err := h.Resume(ctx, "closed", account, "")
	if n != 1 || err != nil {
		t.Errorf("resumed %d, %v", n, err)
	}
	if _, err := h.Resume(ctx, "closed", "", ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("resumed again: %v", err)
	}
	h.settle()
	h.want("given up", h.states(), "bad=FAILED")
	list, err := h.Exceptions(ctx, here, "closed", nil)
	if err != nil || len(list) != 1 || !strings.HasPrefix(list[0].Message, "Added because 3 attempts of automatic remediation failed within 300 seconds") {
		t.Errorf("exceptions %+v, %v", list, err)
	}
	made := len(h.cloud.made)
	h.buckets(true, "bad")
	h.settle()
	h.buckets(false, "bad")
	h.settle()
	if len(h.cloud.made) != made {
		t.Error("the exception does not keep it from running")
	}
}

// TestLimits: a tenth of the rule's resources, then ten of them, in an hour; the rest waits.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		sound, open, done int
		reason            string
	}{
		{0, 3, 1, "1 of 3 resources"},
		{2, 5, 2, "2 of 25 resources"},
		{14, 13, 10, "10 resources were remediated"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			h := newHouse(t)
			h.sound(c.sound)
			var ids []string
			for i := range c.open {
				ids = append(ids, fmt.Sprintf("open-%02d", i))
			}
			h.buckets(false, ids...)
			h.rule(true, func(c *compliance.RemediationConfig) { c.ConcurrentPercent = 100 })
			h.enable(remediate.On)
			h.settle()
			if n := strings.Count(h.states(), "SUCCEEDED"); n != c.done {
				t.Errorf("%d were remediated: %s", n, h.states())
			}
			if g := h.guard(); !strings.HasPrefix(g.Suspended, c.reason) {
				t.Errorf("guard %+v", g)
			}
			h.env.Clock.Advance(2 * time.Hour)
			h.settle()
			if n := strings.Count(h.states(), "SUCCEEDED"); n != c.done {
				t.Errorf("%d were remediated without anybody resuming it", n)
			}
		})
	}
}

// TestAtOnce: five in the installation, and ConcurrentExecutionRatePercentage of a rule's failures.
func TestAtOnce(t *testing.T) {
	for percent, want := range map[int64]int{100: 5, 25: 2, 0: 1} {
		h := newHouse(t)
		h.sound(10)
		for i := range 8 {
			h.buckets(false, fmt.Sprintf("open-%d", i))
		}
		h.rule(true, func(c *compliance.RemediationConfig) { c.TargetID, c.ConcurrentPercent = "slow", percent })
		h.enable(remediate.On)
		h.settle()
		if n := strings.Count(h.states(), "IN_PROGRESS"); n != want {
			t.Errorf("%d %%: %d at once: %s", percent, n, h.states())
		}
	}
}

// TestExceptions: for failing resources of one's own rules, until they expire.
func TestExceptions(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.buckets(false, "a", "b")
	h.buckets(true, "fine")
	h.rule(true, nil)
	h.settle()
	now := h.env.Clock.Now()
	failed, err := h.PutExceptions(ctx, here, "closed", "ann", h.keys("a", "fine"), "known", now.Add(time.Hour))
	if err != nil || len(failed) != 1 || failed[0].Keys[0].ID != "fine" {
		t.Errorf("put: %v, %v", failed, err)
	}
	_, err = h.PutExceptions(ctx, here, "closed", "ann", h.keys("a"), "", now)
	h.want("expired", code(err), "InvalidParameterValueException")
	_, err = h.PutExceptions(ctx, here, "nobody", "ann", h.keys("a"), "", time.Time{})
	h.want("no rule", code(err), "InvalidParameterValueException")
	_, err = h.PutExceptions(ctx, here, "closed", "ann", []remediate.Key{{Type: bucket}}, "", time.Time{})
	h.want("no id", code(err), "InvalidParameterValueException")
	_, err = h.Exceptions(ctx, here, "nobody", nil)
	h.want("no rule", code(err), "InvalidParameterValueException")
	h.enable(remediate.DryRun)
	h.settle()
	h.want("the other alone", h.states(), "b=UNKNOWN")
	list, err := h.Exceptions(ctx, here, "closed", h.keys("a", "b"))
	if err != nil || len(list) != 1 || list[0].ID != "a" || list[0].Message != "known" {
		t.Errorf("exceptions %+v, %v", list, err)
	}
	other := remediate.Place{Account: "444455556666", Region: here.Region}
	if _, err := h.Exceptions(ctx, other, "closed", nil); err == nil {
		t.Error("another account sees them")
	}
	failed, err = h.DeleteExceptions(ctx, here, "closed", h.keys("a", "b"))
	if err != nil || len(failed) != 1 || failed[0].Keys[0].ID != "b" {
		t.Errorf("delete: %v, %v", failed, err)
	}
	_, err = h.DeleteExceptions(ctx, here, "closed", h.keys("a"))
	h.want("deleted", code(err), "NoSuchRemediationExceptionException")
	_, err = h.DeleteExceptions(ctx, here, "nobody", h.keys("a"))
	h.want("no rule", code(err), "NoSuchRemediationExceptionException")
	_, err = h.PutExceptions(ctx, here, "closed", "ann", h.keys("a"), "", h.env.Clock.Now().Add(time.Hour))
	h.ok(err)
	h.env.Clock.Advance(time.Hour)
	if list, err = h.Exceptions(ctx, here, "closed", nil); err != nil || len(list) != 0 {
		t.Errorf("expired: %+v, %v", list, err)
	}
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fmt.Sprint(err)
}

// TestAccount: an account that fails a rule is remediated as a resource is; its id is the RESOURCE_ID.
func TestAccount(t *testing.T) {
	h := newHouse(t)
	_, err := h.rules.PutRule(t.Context(), here, compliance.ConfigRule{Name: "closed", Owner: "AWS", Identifier: "AWS_CONFIG_PROCESS_CHECK"})
	h.ok(err)
	h.config(true, nil)
	h.enable(remediate.On)
	h.ok(h.rules.PutExternal(t.Context(), here, "closed", compliance.External{Verdict: "NON_COMPLIANT", Ordering: h.env.Clock.Now()}))
	h.settle()
	if len(h.cloud.made) == 0 || !strings.Contains(h.cloud.made[0], `"Bucket":"`+account+`"`) {
		t.Errorf("calls %v", h.cloud.made)
	}
}
