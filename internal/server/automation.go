package server

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
)

// scripts runs aws:executeScript, when the operator says so.
func (s *Server) scripts() (automation.Scripts, error) {
	if !s.cfg.AutomationScripts {
		return nil, nil
	}
	return automation.FindPython()
}

// AutomationPlace is where a document or an execution belongs: "" is the management account.
type AutomationPlace struct {
	Account string `json:"accountId,omitempty"`
	Region  string `json:"awsRegion,omitempty"`
}

// AutomationStart asks for an execution.
type AutomationStart struct {
	AutomationPlace
	Document   string              `json:"documentName"`
	Version    string              `json:"documentVersion,omitempty"`
	Parameters map[string][]string `json:"parameters,omitempty"`
	DryRun     bool                `json:"dryRun,omitempty"`
}

// AutomationOrder names an execution and what is asked of it: "" nothing, Cancel or Complete to stop it, Approve,
// Reject or Resume as a signal.
type AutomationOrder struct {
	AutomationPlace
	ID      string `json:"executionId"`
	Order   string `json:"order,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// AutomationQuery asks for executions. Empty lists and texts mean all.
type AutomationQuery struct {
	Accounts []string `json:"accounts,omitempty"`
	Regions  []string `json:"regions,omitempty"`
	Status   string   `json:"status,omitempty"`
	Prefix   string   `json:"documentNamePrefix,omitempty"`
	Limit    int      `json:"limit,omitempty"`
}

// AutomationPage is executions, the newest first; More is how many the limit left out.
type AutomationPage struct {
	Executions []AutomationRun `json:"executions"`
	More       int             `json:"more"`
}

// AutomationRun is an execution; its JSON form is a promise to scripts. Secrets are masked.
type AutomationRun struct {
	Account    string              `json:"accountId"`
	Region     string              `json:"awsRegion"`
	ID         string              `json:"executionId"`
	Document   string              `json:"documentName"`
	Version    string              `json:"documentVersion"`
	Status     string              `json:"status"`
	DryRun     bool                `json:"dryRun"`
	By         string              `json:"executedBy,omitempty"`
	Cause      string              `json:"cause,omitempty"`
	Parent     string              `json:"parentExecutionId,omitempty"`
	Started    time.Time           `json:"startTime"`
	Ended      *time.Time          `json:"endTime,omitempty"`
	Step       string              `json:"currentStepName,omitempty"`
	Failure    string              `json:"failureMessage,omitempty"`
	Parameters map[string][]string `json:"parameters,omitempty"`
	Outputs    map[string][]string `json:"outputs,omitempty"`
	// WouldDo is what a dry run has left out, in order.
	WouldDo []string         `json:"wouldDo,omitempty"`
	Steps   []AutomationStep `json:"steps,omitempty"`
}

// AutomationStep is one run of one step.
type AutomationStep struct {
	Name    string              `json:"stepName"`
	Action  string              `json:"action"`
	Status  string              `json:"status"`
	Attempt int                 `json:"attempt"`
	Started time.Time           `json:"startTime"`
	Ended   *time.Time          `json:"endTime,omitempty"`
	Failure string              `json:"failureMessage,omitempty"`
	Inputs  map[string]string   `json:"inputs,omitempty"`
	Outputs map[string][]string `json:"outputs,omitempty"`
	// Approvers are who may decide on a step that waits for them.
	Approvers []string `json:"approvers,omitempty"`
}

func (s *Server) automationPlace(p AutomationPlace) (automation.Place, error) {
	out := automation.Place(p)
	if out.Account == "" {
		out.Account = s.cfg.Account
	}
	switch {
	case !arn.ValidAccount(out.Account):
		return out, fault.Invalidf("account", "%q is not an account id: it has 12 digits.", out.Account)
	case out.Region == "":
		return out, fault.Invalidf("region", "No region is given.")
	}
	return out, nil
}

// operator is who the commands of this machine speak as.
func (s *Server) operator() string { return arn.New("iam", "", s.cfg.Account, "root") }

// StartAutomation starts a document and gives the execution as it begins.
func (s *Server) StartAutomation(ctx context.Context, q AutomationStart) (AutomationRun, error) {
	p, err := s.automationPlace(q.AutomationPlace)
	if err != nil {
		return AutomationRun{}, err
	}
	id, err := s.runner.Start(ctx, automation.Start{
		Place: p, Document: q.Document, Version: q.Version, Parameters: q.Parameters, DryRun: q.DryRun, By: s.operator(),
	})
	if err != nil {
		return AutomationRun{}, err
	}
	return s.automationRun(ctx, p, id)
}

// OrderAutomation gives an execution an order, if any is given, and shows it with its steps.
func (s *Server) OrderAutomation(ctx context.Context, o AutomationOrder) (AutomationRun, error) {
	p, err := s.automationPlace(o.AutomationPlace)
	if err != nil {
		return AutomationRun{}, err
	}
	switch o.Order {
	case "":
	case automation.Cancel, automation.Complete:
		err = s.runner.Stop(ctx, p, o.ID, o.Order)
	default:
		err = s.runner.Signal(ctx, p, o.ID, automation.Signal{Type: o.Order, By: s.operator(), Comment: o.Comment})
	}
	if err != nil {
		return AutomationRun{}, err
	}
	return s.automationRun(ctx, p, o.ID)
}

// FollowAutomation waits until an execution has ended or waits for a signal, driving it: no server does.
func (s *Server) FollowAutomation(ctx context.Context, at AutomationPlace, id string) (AutomationRun, error) {
	p, err := s.automationPlace(at)
	if err != nil {
		return AutomationRun{}, err
	}
	if _, err := s.runner.Follow(ctx, p, id); err != nil && ctx.Err() == nil {
		return AutomationRun{}, err
	}
	if ctx.Err() != nil { // interrupted: what was begun is not left half done without saying so
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if err := s.runner.Stop(end, p, id, automation.Cancel); err != nil && fault.KindOf(err) != fault.Conflict {
			return AutomationRun{}, err
		}
		if _, err := s.runner.Follow(end, p, id); err != nil {
			return AutomationRun{}, err
		}
		ctx = end
	}
	return s.automationRun(ctx, p, id)
}

func (s *Server) automationRun(ctx context.Context, p automation.Place, id string) (AutomationRun, error) {
	e, steps, err := s.runner.Execution(ctx, p, id)
	out := automationRun(&e)
	for i := range steps {
		st := &steps[i]
		step := AutomationStep{
			Name: st.Name, Action: st.Action, Status: st.Status, Attempt: st.Attempt, Started: st.Started, Ended: ended(st.Ended), Failure: st.Failure,
			Inputs: st.Inputs, Outputs: st.Outputs,
		}
		if st.Status == automation.Waiting {
			step.Approvers = st.State.Approvers
		}
		out.Steps = append(out.Steps, step)
	}
	return out, err
}

func automationRun(e *automation.Execution) AutomationRun {
	return AutomationRun{
		Account: e.Place.Account, Region: e.Place.Region, ID: e.ID, Document: e.Document, Version: e.Version, Status: e.Status, DryRun: e.DryRun,
		By: e.By, Cause: e.Cause, Parent: e.Parent, Started: e.Started, Ended: ended(e.Ended), Step: e.Step, Failure: e.Failure,
		Parameters: e.Parameters, Outputs: e.Outputs, WouldDo: e.Calls,
	}
}

func ended(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// maxExecutions bounds one page of executions.
const maxExecutions = 1000

// Automations lists executions, the newest first.
func (s *Server) Automations(ctx context.Context, q AutomationQuery) (AutomationPage, error) {
	out := AutomationPage{Executions: []AutomationRun{}}
	if q.Limit <= 0 || q.Limit > maxExecutions {
		q.Limit = maxExecutions
	}
	all, err := s.runner.Find(ctx, arn.Scope{Installation: len(q.Accounts) == 0, Accounts: q.Accounts})
	regions := ReportQuery{Regions: q.Regions}
	for i := range all {
		e := &all[i]
		if !regions.wants(e.Place.Account, e.Place.Region) || q.Status != "" && e.Status != q.Status || !strings.HasPrefix(e.Document, q.Prefix) {
			continue
		}
		if len(out.Executions) == q.Limit {
			out.More++
			continue
		}
		out.Executions = append(out.Executions, automationRun(e))
	}
	return out, err
}

// AutomationDocument is a document that can be run.
type AutomationDocument struct {
	Name        string                `json:"documentName"`
	Version     int                   `json:"documentVersion"`
	BuiltIn     bool                  `json:"builtIn"`
	Description string                `json:"description,omitempty"`
	Parameters  []AutomationParameter `json:"parameters,omitempty"`
	Actions     []string              `json:"actions,omitempty"`
	Content     string                `json:"content,omitempty"`
}

// AutomationParameter is a parameter of a document.
type AutomationParameter struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Required    bool   `json:"required"`
	Default     any    `json:"default,omitempty"`
	Description string `json:"description,omitempty"`
}

// AutomationDocuments lists the documents of a place without their content; with a name, that one with all of it.
func (s *Server) AutomationDocuments(ctx context.Context, at AutomationPlace, name string) ([]AutomationDocument, error) {
	p, err := s.automationPlace(at)
	if err != nil {
		return nil, err
	}
	if name != "" {
		b, v, err := s.runbooks.Get(ctx, p, name, "", "")
		if err != nil {
			return nil, err
		}
		if b.Type() != automation.TypeAutomation {
			return nil, fault.New(fault.Invalid, "%s is a document of type %s: only those of type %s are run.", name, b.Type(), automation.TypeAutomation)
		}
		d, err := automationDocument(b, v)
		return []AutomationDocument{d}, err
	}
	all, err := s.runbooks.List(ctx, p)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b automation.Runbook) int { return strings.Compare(a.Name, b.Name) })
	out := make([]AutomationDocument, 0, len(all))
	for _, b := range all {
		if b.Type() != automation.TypeAutomation {
			continue
		}
		_, v, err := s.runbooks.Get(ctx, p, b.Name, "", "")
		if err != nil {
			return nil, err
		}
		d, err := automationDocument(b, v)
		if err != nil {
			return nil, err
		}
		d.Content, d.Actions, d.Parameters = "", nil, nil
		out = append(out, d)
	}
	return out, nil
}

func automationDocument(b automation.Runbook, v automation.Version) (AutomationDocument, error) {
	out := AutomationDocument{Name: b.Name, Version: v.Number, BuiltIn: b.Published, Content: v.Content}
	d, err := automation.Parse([]byte(v.Content))
	if err != nil {
		return out, err
	}
	out.Description = strings.TrimSpace(d.Description)
	for _, p := range d.Parameters {
		q := AutomationParameter{Name: p.Name, Type: p.Type, Required: p.Required, Description: p.Description}
		if !p.Required {
			q.Default = p.Default
		}
		out.Parameters = append(out.Parameters, q)
	}
	out.Actions = actionsOf(d.Steps, nil)
	return out, nil
}

// actionsOf is what steps do, in order: an API call is named by itself.
func actionsOf(steps []automation.Step, out []string) []string {
	for i := range steps {
		a := steps[i].Action
		service, _ := steps[i].Inputs["Service"].(string)
		if api, _ := steps[i].Inputs["Api"].(string); api != "" {
			a += " " + service + ":" + api
		}
		out = append(out, steps[i].Name+": "+a)
		out = actionsOf(steps[i].Loop, out)
	}
	return out
}
