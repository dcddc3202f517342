package server

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/report"
)

// AuditCommand is what an owner decides about an assessment, or about exceptions.
type AuditCommand struct {
	// Action is sample, reopen, decisions, freeze, unfreeze, freezes, frozen-report, request, answer, accept, return, requests,
	// exceptions, except or end-exception.
	Action string `json:"action"`
	AssessmentQuery
	// ControlSet is a set's id; Control a control's id or the beginning of its name, which is enough when no other
	// control has it.
	ControlSet string `json:"controlSetId,omitempty"`
	Control    string `json:"control,omitempty"`
	// ID is of a freeze, an evidence request or an exception; a freeze may be named, too.
	ID       string   `json:"id,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Name     string   `json:"name,omitempty"`
	From     string   `json:"from,omitempty"`
	To       string   `json:"to,omitempty"`
	Title    string   `json:"title,omitempty"`
	Text     string   `json:"text,omitempty"`
	Due      string   `json:"dueDate,omitempty"`
	Status   string   `json:"status,omitempty"`
	Evidence []string `json:"evidenceIds,omitempty"`
	// Account and Region are where exceptions are; Rule is a Config rule, or a control of Security Hub.
	Account     string    `json:"accountId,omitempty"`
	Region      string    `json:"region,omitempty"`
	Rule        string    `json:"rule,omitempty"`
	SecurityHub bool      `json:"securityHub,omitempty"`
	Type        string    `json:"resourceType,omitempty"`
	Resource    string    `json:"resourceId,omitempty"`
	Owner       string    `json:"owner,omitempty"`
	Expires     time.Time `json:"expiresAt,omitzero"`
	// Sample is what to draw; Attributes are what its pieces are to be tested for.
	Sample     report.SampleSpec `json:"sample,omitzero"`
	Attributes []string          `json:"attributes,omitempty"`
}

// AuditAnswer is what comes of it; its JSON form is a promise to scripts.
type AuditAnswer struct {
	Decisions  []assess.Decision `json:"decisions,omitempty"`
	Freezes    []assess.Freeze   `json:"freezes,omitempty"`
	Requests   []assess.Request  `json:"evidenceRequests,omitempty"`
	Exceptions []ExceptionLine   `json:"exceptions,omitempty"`
	Report     *ReportCopy       `json:"assessmentReport,omitempty"`
	Sample     *SampleAnswer     `json:"sample,omitempty"`
}

// SampleAnswer is a sample with its pieces; its JSON form is a promise to scripts.
type SampleAnswer struct {
	report.Sample
	Lines []report.SampleLine `json:"lines"`
}

// ReportCopy is a report as it was written.
type ReportCopy struct {
	ID string `json:"id"`
	// Path is where the bundle was copied to in the data directory.
	Path string `json:"path"`
}

// ExceptionLine is an exception.
type ExceptionLine struct {
	ID       string    `json:"id"`
	Account  string    `json:"accountId"`
	Region   string    `json:"region"`
	Rule     string    `json:"rule"`
	Type     string    `json:"resourceType"`
	Resource string    `json:"resourceId"`
	Owner    string    `json:"owner"`
	Reason   string    `json:"reason"`
	Created  time.Time `json:"createdAt"`
	Expires  time.Time `json:"expiresAt,omitzero"`
	Status   string    `json:"status"`
}

// Audit does what an owner of every assessment asks for.
func (s *Server) Audit(ctx context.Context, q AuditCommand) (AuditAnswer, error) {
	switch q.Action {
	case "exceptions", "except", "end-exception":
		return s.auditExceptions(ctx, q)
	}
	a, c, err := s.found(ctx, q.AssessmentQuery)
	if err != nil {
		return AuditAnswer{}, err
	}
	switch q.Action {
	case "reopen":
		return s.auditReopen(ctx, q, &a, c)
	case "sample":
		return s.auditSample(ctx, q, &a, c)
	case "decisions":
		list, err := s.audit.Decisions(ctx, c, a.ID)
		return AuditAnswer{Decisions: list}, err
	case "request", "answer", "accept", "return", "requests":
		return s.auditRequests(ctx, q, &a, c)
	}
	return s.auditFreezes(ctx, q, &a, c)
}

func (s *Server) auditReopen(ctx context.Context, q AuditCommand, a *assess.Assessment, c assess.Caller) (AuditAnswer, error) {
	r := assess.Reopening{Assessment: a.ID, ControlSet: q.ControlSet, Reason: q.Reason}
	var err error
	if q.Control != "" {
		if r.ControlSet, r.Control, err = s.controlOf(ctx, q, a, c); err != nil {
			return AuditAnswer{}, err
		}
	}
	d, err := s.audit.Reopen(ctx, c, r)
	return AuditAnswer{Decisions: []assess.Decision{d}}, err
}

func (s *Server) auditSample(ctx context.Context, q AuditCommand, a *assess.Assessment, c assess.Caller) (AuditAnswer, error) {
	spec := q.Sample
	spec.ControlSet, spec.Control = q.ControlSet, ""
	if q.Control != "" {
		var err error
		if spec.ControlSet, spec.Control, err = s.controlOf(ctx, q, a, c); err != nil {
			return AuditAnswer{}, err
		}
	}
	out, d, err := s.audit.Sample(ctx, c, a.ID, q.Reason, spec)
	if err != nil {
		return AuditAnswer{}, err
	}
	return AuditAnswer{Decisions: []assess.Decision{d}, Sample: &SampleAnswer{out, out.Lines(q.Attributes)}}, nil
}

// controlOf finds the control that a command names by its id, its name, or the beginning of that.
func (s *Server) controlOf(ctx context.Context, q AuditCommand, a *assess.Assessment, c assess.Caller) (set, control string, err error) {
	_, snap, err := s.audit.GetAssessment(ctx, c, a.ID)
	if err != nil {
		return "", "", err
	}
	n := 0
	for _, cs := range a.Sets {
		for _, k := range cs.Controls {
			if (q.ControlSet == "" || q.ControlSet == cs.ID) && !k.Removed && (k.ID == q.Control || strings.HasPrefix(snap[k.ID].Name, q.Control)) {
				set, control = cs.ID, k.ID
				n++
			}
		}
	}
	switch n {
	case 0:
		return "", "", fault.Missing("control", q.Control)
	case 1:
		return set, control, nil
	}
	return "", "", fault.Invalidf("control", "The names of %d controls begin with %q. Name the control set, or the control by its id.", n, q.Control)
}

func (s *Server) auditRequests(ctx context.Context, q AuditCommand, a *assess.Assessment, c assess.Caller) (AuditAnswer, error) {
	one := func(r assess.Request, err error) (AuditAnswer, error) {
		return AuditAnswer{Requests: []assess.Request{r}}, err
	}
	switch q.Action {
	case "requests":
		list, err := s.audit.Requests(ctx, c, a.ID, q.Status)
		return AuditAnswer{Requests: list}, err
	case "answer":
		return one(s.audit.AnswerRequest(ctx, c, a.ID, q.ID, q.Text, q.Evidence))
	case "accept", "return":
		return one(s.audit.ReviewRequest(ctx, c, a.ID, q.ID, q.Action == "accept", q.Text))
	}
	set, control, err := s.controlOf(ctx, q, a, c)
	if err != nil {
		return AuditAnswer{}, err
	}
	return one(s.audit.RequestEvidence(ctx, c, assess.RequestInput{
		Assessment: a.ID, ControlSet: set, Control: control, Title: q.Title, Text: q.Text, Due: q.Due,
	}))
}

func (s *Server) auditFreezes(ctx context.Context, q AuditCommand, a *assess.Assessment, c assess.Caller) (AuditAnswer, error) {
	all, err := s.audit.Freezes(ctx, c, a.ID)
	if err != nil {
		return AuditAnswer{}, err
	}
	named := q.ID
	for _, f := range all { // the last of a name
		if f.Name == named {
			q.ID = f.ID
		}
	}
	switch q.Action {
	case "freezes":
		return AuditAnswer{Freezes: all}, nil
	case "unfreeze":
		f, err := s.audit.Unfreeze(ctx, c, a.ID, q.ID, q.Reason)
		return AuditAnswer{Freezes: []assess.Freeze{f}}, err
	case "freeze":
		f, err := s.audit.Freeze(ctx, c, assess.FreezeInput{Assessment: a.ID, Name: q.Name, From: q.From, To: q.To, Reason: q.Reason})
		if err == nil { // the first bundle is written at once
			_, err = s.reporter.Pending(ctx)
		}
		if err != nil {
			return AuditAnswer{}, err
		}
		list, err := s.audit.Freezes(ctx, c, a.ID)
		for _, x := range list {
			if x.ID == f.ID {
				f = x
			}
		}
		return AuditAnswer{Freezes: []assess.Freeze{f}}, err
	case "frozen-report":
		return s.auditFrozenReport(ctx, q, a, c)
	}
	return AuditAnswer{}, fault.Invalidf("action", "%q is no action.", q.Action)
}

func (s *Server) auditFrozenReport(ctx context.Context, q AuditCommand, a *assess.Assessment, c assess.Caller) (AuditAnswer, error) {
	r, err := s.audit.FrozenReport(ctx, c, a.ID, q.ID, q.Name)
	if err == nil {
		_, err = s.reporter.Pending(ctx)
	}
	if err == nil {
		r, err = s.audit.GetReport(ctx, c, a.ID, r.ID)
	}
	if err == nil && r.Status != assess.ReportComplete {
		err = fault.New(fault.Conflict, "The report was not written: %s", r.Failure)
	}
	if err != nil {
		return AuditAnswer{}, err
	}
	path, err := s.keepReport(ctx, r)
	return AuditAnswer{Report: &ReportCopy{ID: r.ID, Path: path}}, err
}

// auditExceptions works in the name of the root of the management account, in whose ledger the decisions stand.
func (s *Server) auditExceptions(ctx context.Context, q AuditCommand) (AuditAnswer, error) {
	account := cmp.Or(q.Account, s.cfg.Account)
	c := asOwner(&assess.Assessment{Owner: s.cfg.Account, Region: cmp.Or(q.Region, "us-east-1")})
	var list []assess.Exception
	var err error
	switch {
	case q.Action == "except":
		list, err = s.audit.PutException(ctx, c, assess.ExceptionInput{
			Account: account, Region: cmp.Or(q.Region, "*"), Rule: q.Rule, SecurityHub: q.SecurityHub, Type: q.Type, Resource: q.Resource, Owner: q.Owner,
			Reason: q.Reason, Expires: q.Expires,
		})
	case q.Action == "end-exception":
		err = s.audit.EndException(ctx, c, account, q.Region, q.ID, q.Reason)
	case q.Assessment != "":
		var a assess.Assessment
		if a, c, err = s.found(ctx, q.AssessmentQuery); err == nil {
			list, err = s.audit.AssessmentExceptions(ctx, c, a.ID)
		}
	default:
		list, err = s.audit.ExceptionsEverywhere(ctx, q.Account)
	}
	out := AuditAnswer{Exceptions: []ExceptionLine{}}
	for _, e := range list {
		out.Exceptions = append(out.Exceptions, ExceptionLine{
			e.ID, e.Account, e.Region, e.Rule, e.Type, e.Resource, e.Owner, e.Reason, e.Created, e.Expires, e.Status,
		})
	}
	return out, err
}

func (s *Server) adminAudit(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/audit", func(w http.ResponseWriter, req *http.Request) {
		var q AuditCommand
		s.answer(w, req, &q, func() (any, error) { return s.Audit(req.Context(), q) })
	})
}

// Audit is Server.Audit over HTTP.
func (r Remote) Audit(ctx context.Context, q AuditCommand) (out AuditAnswer, err error) {
	return out, r.ask(ctx, "audit", q, &out)
}
