package ssm

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	api "github.com/tickmark/tickmark/internal/awsapi/ssm"
	"github.com/tickmark/tickmark/internal/awswire"
)

// platforms are what every Automation document shows: it runs on none in particular.
var platforms = []string{"Windows", "Linux", "MacOS"}

func owner(ctx context.Context, b automation.Runbook) string {
	if b.Published {
		return "Amazon"
	}
	return awswire.CallerFrom(ctx).Account
}

func tags(b automation.Runbook) []api.Tag {
	out := []api.Tag{}
	for _, k := range slices.Sorted(maps.Keys(b.Tags)) {
		out = append(out, api.Tag{Key: new(k), Value: new(b.Tags[k])})
	}
	return out
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// newestFirst is a page key that sorts larger numbers first.
func newestFirst(n int64, id string) string { return fmt.Sprintf("%020d%s", math.MaxInt64-n, id) }

// schemaOf is the version of the schema that documents of a type follow.
func schemaOf(b *automation.Runbook) string {
	if b.Type() == automation.TypePack {
		return "1.0"
	}
	return "0.3"
}

func description(ctx context.Context, b automation.Runbook, v automation.Version) (*api.DocumentDescription, error) {
	d, err := &automation.Document{}, error(nil)
	if b.Type() == automation.TypeAutomation {
		if d, err = automation.Parse([]byte(v.Content)); err != nil {
			return nil, err
		}
	}
	out := &api.DocumentDescription{
		Name: new(b.Name), Owner: new(owner(ctx, b)), Description: text(d.Description), DocumentType: new(b.Type()), SchemaVersion: new(schemaOf(&b)),
		DocumentFormat: new(v.Format), DocumentVersion: new(strconv.Itoa(v.Number)), VersionName: text(v.VersionName), DisplayName: text(v.DisplayName),
		DefaultVersion: new(strconv.Itoa(b.Default)), LatestVersion: new(strconv.Itoa(b.Latest)), CreatedDate: new(v.Created),
		Hash: new(v.Hash), HashType: new("Sha256"), Status: new("Active"), PlatformTypes: platforms, Tags: tags(b),
		Parameters: []api.DocumentParameter{},
	}
	for _, p := range d.Parameters {
		q := api.DocumentParameter{Name: new(p.Name), Type: new("String"), Description: text(p.Description)}
		if p.Type == "StringList" || p.Type == "MapList" {
			q.Type = new("StringList") // the model's type has these two alone
		}
		if !p.Required {
			q.DefaultValue = new(shown(p.Default))
		}
		out.Parameters = append(out.Parameters, q)
	}
	return out, nil
}

// shown is a parameter's default as a text.
func shown(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil { // it was read from JSON or YAML
		panic(err)
	}
	return string(b)
}

func execution(e automation.Execution, steps []automation.StepRun, plan *automation.Document) *api.AutomationExecution {
	out := &api.AutomationExecution{
		AutomationExecutionId: new(e.ID), DocumentName: new(e.Document), DocumentVersion: new(e.Version), AutomationExecutionStatus: new(e.Status),
		ExecutionStartTime: new(e.Started), ExecutionEndTime: moment(e.Ended), ExecutedBy: text(e.By), Mode: new("Auto"),
		CurrentStepName: text(e.Step), CurrentAction: text(e.Action), FailureMessage: text(e.Failure), ParentAutomationExecutionId: text(e.Parent),
		Parameters: e.Parameters, Outputs: e.Outputs, StepExecutions: []api.StepExecution{}, StepExecutionsTruncated: new(false),
	}
	if e.DryRun {
		out.WarningMessage = new("A dry run: nothing was changed.")
	}
	ran := map[string]bool{}
	for _, s := range steps {
		ran[s.Name] = true
		out.StepExecutions = append(out.StepExecutions, stepRun(s))
	}
	if plan != nil && !automation.Ended(e.Status) {
		for _, s := range plan.Steps {
			if !ran[s.Name] {
				out.StepExecutions = append(out.StepExecutions, planned(s))
			}
		}
	}
	return out
}

func metadata(e automation.Execution) api.AutomationExecutionMetadata {
	return api.AutomationExecutionMetadata{
		AutomationExecutionId: new(e.ID), DocumentName: new(e.Document), DocumentVersion: new(e.Version), AutomationExecutionStatus: new(e.Status),
		ExecutionStartTime: new(e.Started), ExecutionEndTime: moment(e.Ended), ExecutedBy: text(e.By), Mode: new("Auto"), AutomationType: new("Local"),
		CurrentStepName: text(e.Step), CurrentAction: text(e.Action), FailureMessage: text(e.Failure), ParentAutomationExecutionId: text(e.Parent),
		Outputs: e.Outputs, LogFile: new(""),
	}
}

func stepRun(s automation.StepRun) api.StepExecution {
	out := api.StepExecution{
		StepExecutionId: new(s.ID), StepName: new(s.Name), Action: new(s.Action), StepStatus: new(s.Status),
		ExecutionStartTime: moment(s.Started), ExecutionEndTime: moment(s.Ended), Inputs: s.Inputs, Outputs: s.Outputs,
		Response: text(s.Response), FailureMessage: text(s.Failure), IsCritical: new(s.Critical), IsEnd: new(s.IsEnd),
		MaxAttempts: new(int64(s.MaxAttempts)), TimeoutSeconds: new(int64(s.TimeoutSeconds)), OnFailure: new(s.OnFailure), NextStep: text(s.NextStep),
	}
	if s.Failure != "" {
		out.FailureDetails = &api.FailureDetails{FailureStage: new("Invocation"), FailureType: text(s.FailureType)}
	}
	if p := s.Parent; p != nil {
		out.ParentStepDetails = &api.ParentStepDetails{
			StepExecutionId: new(p.ID), StepName: new(p.Name), Action: new(p.Action), Iteration: new(int64(p.Iteration)), IteratorValue: text(p.Value),
		}
	}
	return out
}

// planned is a step that has not begun.
func planned(s automation.Step) api.StepExecution {
	return api.StepExecution{
		StepName: new(s.Name), Action: new(s.Action), StepStatus: new(automation.Pending), IsCritical: new(s.IsCritical), IsEnd: new(s.IsEnd),
		MaxAttempts: new(int64(s.MaxAttempts)), TimeoutSeconds: new(int64(s.Timeout.Seconds())), OnFailure: new(s.OnFailure.String()), NextStep: text(s.NextStep),
	}
}
