package server

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/remediate"
)

// RemediationCommand is what an administrator asks of remediation.
type RemediationCommand struct {
	// Action is list, show, run, enable, disable, stop, resume or exceptions.
	Action string `json:"action"`
	// Account, Region and Rule narrow; empty means all, where the action allows it.
	Account string `json:"accountId,omitempty"`
	Region  string `json:"awsRegion,omitempty"`
	Rule    string `json:"configRuleName,omitempty"`
	// Mode and Role are for enable.
	Mode string `json:"mode,omitempty"`
	Role string `json:"role,omitempty"`
	// Resources are TYPE/ID, for run and show.
	Resources []string `json:"resources,omitempty"`
	DryRun    bool     `json:"dryRun,omitempty"`
}

// RemediationAnswer is what comes of it; its JSON form is a promise to scripts.
type RemediationAnswer struct {
	Accounts   []RemediationAccount   `json:"accounts,omitempty"`
	Suspended  []RemediationSuspended `json:"suspended,omitempty"`
	Runs       []RemediationRun       `json:"runs,omitempty"`
	Exceptions []RemediationException `json:"exceptions,omitempty"`
	Failed     []RemediationFailed    `json:"failed,omitempty"`
	// Count is how many were stopped or resumed.
	Count int `json:"count,omitempty"`
}

// RemediationAccount is how an account is set.
type RemediationAccount struct {
	Account string `json:"accountId"`
	Mode    string `json:"mode"`
	Role    string `json:"role,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// RemediationSuspended is a rule whose automatic remediation waits to be resumed.
type RemediationSuspended struct {
	Account string    `json:"accountId"`
	Region  string    `json:"awsRegion"`
	Rule    string    `json:"configRuleName"`
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
}

// RemediationRun is the last run for a resource.
type RemediationRun struct {
	Account   string            `json:"accountId"`
	Region    string            `json:"awsRegion"`
	Rule      string            `json:"configRuleName"`
	Type      string            `json:"resourceType"`
	ID        string            `json:"resourceId"`
	State     string            `json:"state"`
	DryRun    bool              `json:"dryRun"`
	Automatic bool              `json:"automatic"`
	Document  string            `json:"document,omitempty"`
	Role      string            `json:"role,omitempty"`
	Execution string            `json:"executionId,omitempty"`
	Queued    time.Time         `json:"queued"`
	Waiting   string            `json:"waiting,omitempty"`
	Error     string            `json:"error,omitempty"`
	Recorded  string            `json:"recorded,omitempty"`
	WouldCall []string          `json:"wouldCall,omitempty"`
	Steps     []RemediationStep `json:"steps,omitempty"`
	Calls     []RemediationCall `json:"calls,omitempty"`
}

// RemediationStep is a step of a run.
type RemediationStep struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

// RemediationCall is a call that was made, with its leaves in the account's ledger.
type RemediationCall struct {
	Call    string    `json:"call"`
	Inputs  string    `json:"inputs"`
	Made    time.Time `json:"made"`
	Outcome string    `json:"outcome"`
	Before  *int64    `json:"leafBefore,omitempty"`
	After   *int64    `json:"leafAfter,omitempty"`
}

// RemediationException keeps a resource from being remediated automatically.
type RemediationException struct {
	Rule    string    `json:"configRuleName"`
	Type    string    `json:"resourceType"`
	ID      string    `json:"resourceId"`
	Message string    `json:"message,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

// RemediationFailed is resources that could not be done, and why.
type RemediationFailed struct {
	Resources []string `json:"resources"`
	Reason    string   `json:"reason"`
}

// Remediate does what an administrator asks of remediation.
func (s *Server) Remediate(ctx context.Context, c RemediationCommand) (a RemediationAnswer, err error) {
	switch c.Action {
	case "list":
		return s.listRemediation(ctx, c)
	case "show", "run", "exceptions":
		if c.Rule == "" || c.Account == "" || c.Region == "" {
			return a, fault.Invalidf("rule", "A rule, its account and its region are needed.")
		}
		return s.remediateRule(ctx, c)
	case "enable":
		if _, err = s.remedy.Enable(ctx, c.Account, c.Mode, c.Role); err != nil {
			return a, err
		}
		return s.listRemediation(ctx, RemediationCommand{Account: c.Account})
	case "disable":
		a.Count, err = s.remedy.Disable(ctx, c.Account, "")
	case "stop":
		a.Count, err = s.remedy.StopAll(ctx)
	case "resume":
		a.Count, err = s.remedy.Resume(ctx, c.Rule, c.Account, c.Region)
	default:
		err = fault.Invalidf("action", "The action %q is unknown.", c.Action)
	}
	return a, err
}

func (s *Server) listRemediation(ctx context.Context, c RemediationCommand) (a RemediationAnswer, err error) {
	settings, err := s.remedy.Settings(ctx)
	if err != nil {
		return a, err
	}
	for _, v := range settings {
		if c.Account == "" || c.Account == v.Account {
			a.Accounts = append(a.Accounts, RemediationAccount{v.Account, v.Mode, v.Role, v.Reason})
		}
	}
	wants := func(account, region, rule string) bool {
		return (c.Account == "" || c.Account == account) && (c.Region == "" || c.Region == region) && (c.Rule == "" || c.Rule == rule)
	}
	guards, err := s.remedy.Guards(ctx)
	if err != nil {
		return a, err
	}
	for _, g := range guards {
		if g.Suspended != "" && wants(g.Account, g.Region, g.Rule) {
			a.Suspended = append(a.Suspended, RemediationSuspended{g.Account, g.Region, g.Rule, g.Suspended, g.Since})
		}
	}
	runs, err := s.remedy.Runs(ctx)
	if err != nil {
		return a, err
	}
	for i := range runs {
		if wants(runs[i].Account, runs[i].Region, runs[i].Rule) {
			a.Runs = append(a.Runs, shownRun(&runs[i]))
		}
	}
	return a, nil
}

func shownRun(r *remediate.Run) RemediationRun {
	out := RemediationRun{
		Account: r.Account, Region: r.Region, Rule: r.Rule, Type: r.Subject.Type, ID: r.Subject.ID, State: r.State, DryRun: r.DryRun, Automatic: r.Automatic,
		Document: r.Document, Role: r.Role, Execution: r.Execution, Queued: r.Queued, Waiting: r.Waiting, Error: r.Error, Recorded: r.Recorded, WouldCall: r.Calls,
	}
	for _, st := range r.Steps {
		out.Steps = append(out.Steps, RemediationStep{st.Name, st.State, st.Error})
	}
	return out
}

// remediateRule is what is asked about one rule.
func (s *Server) remediateRule(ctx context.Context, c RemediationCommand) (a RemediationAnswer, err error) {
	at := remediate.Place{Account: c.Account, Region: c.Region}
	keys, err := resourceKeys(c.Resources)
	if err != nil {
		return a, err
	}
	switch c.Action {
	case "exceptions":
		list, err := s.remedy.Exceptions(ctx, at, c.Rule, keys)
		for _, e := range list {
			a.Exceptions = append(a.Exceptions, RemediationException{e.Rule, e.Type, e.ID, e.Message, e.Expires})
		}
		return a, err
	case "run":
		if len(keys) == 0 || len(keys) > 100 {
			return a, fault.Invalidf("resources", "Name 1 to 100 resources as TYPE/ID.")
		}
		failed, err := s.remedy.Start(ctx, remediate.Request{At: at, Rule: c.Rule, Keys: keys, By: "administrator", DryRun: c.DryRun})
		if err != nil {
			return a, err
		}
		for _, f := range failed {
			n := RemediationFailed{Reason: f.Message}
			for _, k := range f.Keys {
				n.Resources = append(n.Resources, k.Type+"/"+k.ID)
				keys = slices.DeleteFunc(keys, func(o remediate.Key) bool { return o == k })
			}
			a.Failed = append(a.Failed, n)
		}
		if len(keys) == 0 {
			return a, nil
		}
		if err := s.awaitRuns(ctx, at, c.Rule, keys); err != nil {
			return a, err
		}
	}
	return a, s.showRuns(ctx, &a, at, c.Rule, keys)
}

func (s *Server) showRuns(ctx context.Context, a *RemediationAnswer, at remediate.Place, rule string, keys []remediate.Key) error {
	list, err := s.remedy.Statuses(ctx, at, rule, keys)
	if err == nil {
		err = s.remedy.WithSteps(ctx, list)
	}
	if err != nil {
		return err
	}
	for i := range list {
		r := shownRun(&list[i])
		if list[i].Execution != "" {
			calls, err := s.remedy.Calls(ctx, at, list[i].Execution)
			if err != nil {
				return err
			}
			for _, c := range calls {
				r.Calls = append(r.Calls, RemediationCall{c.Name, c.Inputs, c.Made, c.Outcome, c.Before, c.After})
			}
		}
		a.Runs = append(a.Runs, r)
	}
	return nil
}

// patience is how long a command waits for runs to end; those that take longer go on.
const patience = 30 * time.Second

// awaitRuns waits for runs, and does the work itself when no server does.
func (s *Server) awaitRuns(ctx context.Context, at remediate.Place, rule string, keys []remediate.Key) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		list, err := s.remedy.Statuses(ctx, at, rule, keys)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(r remediate.Run) bool { return r.Ended.IsZero() }) {
			return nil
		}
		if !s.serving.Load() {
			if err := s.remedy.Drain(ctx); err != nil && ctx.Err() == nil {
				return err
			}
			if err := s.runner.Settle(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func resourceKeys(texts []string) ([]remediate.Key, error) {
	var out []remediate.Key
	for _, t := range texts {
		typ, id, ok := strings.Cut(t, "/")
		if !ok || typ == "" || id == "" {
			return nil, fault.Invalidf("resources", "%q is not TYPE/ID, like AWS::S3::Bucket/logs.", t)
		}
		out = append(out, remediate.Key{Type: typ, ID: id})
	}
	return out, nil
}

func (s *Server) adminRemediation(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/remediation", func(w http.ResponseWriter, req *http.Request) {
		var c RemediationCommand
		s.answer(w, req, &c, func() (any, error) { return s.Remediate(req.Context(), c) })
	})
}

// Remediate is Server.Remediate over HTTP.
func (r Remote) Remediate(ctx context.Context, c RemediationCommand) (a RemediationAnswer, err error) {
	return a, r.ask(ctx, "remediation", c, &a)
}
