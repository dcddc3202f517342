package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
)

// AssessmentQuery names an assessment of any account, by id, ARN or name. Its JSON form, and that of the answers
// below, is a promise to scripts.
type AssessmentQuery struct {
	Assessment string `json:"assessment,omitempty"`
}

// AssessmentLine is an assessment in short.
type AssessmentLine struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	AccountID   string    `json:"accountId"`
	Region      string    `json:"region"`
	Framework   string    `json:"framework"`
	Status      string    `json:"status"`
	From        string    `json:"from"`
	CollectedTo string    `json:"collectedTo,omitempty"`
	Accounts    []string  `json:"accounts"`
	Controls    int       `json:"controls"`
	CreatedAt   time.Time `json:"createdAt"`
	Evidence    int64     `json:"evidence"`
	Issues      int64     `json:"issues"`
}

// AssessmentView is an assessment with its controls.
type AssessmentView struct {
	AssessmentLine
	ControlLines []ControlLine `json:"controlLines"`
}

// ControlLine is a control of an assessment with its numbers over all days.
type ControlLine struct {
	ControlSet string `json:"controlSet"`
	SetStatus  string `json:"controlSetStatus"`
	ID         string `json:"id"`
	Name       string `json:"name"`
	Status     string `json:"status"`
	Evidence   int64  `json:"evidence"`
	Issues     int64  `json:"issues"`
	ByHand     int64  `json:"byHand"`
	Selected   int64  `json:"selected"`
}

// asOwner is the caller that a command acts as: whoever may open the data directory, or reads the server's token,
// owns the installation and all its assessments. The change log shows the root user of the assessment's account.
func asOwner(a *assess.Assessment) assess.Caller {
	return assess.Caller{Account: a.Owner, Region: a.Region, Principal: arn.New("iam", "", a.Owner, "root"), Owner: true}
}

// found is the assessment that a command names, and who it acts as.
func (s *Server) found(ctx context.Context, q AssessmentQuery) (assess.Assessment, assess.Caller, error) {
	a, err := s.audit.Find(ctx, q.Assessment)
	return a, asOwner(&a), err
}

// Assessments lists the assessments of all accounts.
func (s *Server) Assessments(ctx context.Context, _ AssessmentQuery) ([]AssessmentLine, error) {
	all, err := s.audit.Everywhere(ctx)
	out := make([]AssessmentLine, len(all))
	for i := range all {
		if err != nil {
			return nil, err
		}
		var counts []assess.ControlCount
		counts, err = s.audit.Counts(ctx, asOwner(&all[i]), all[i].ID)
		out[i] = assessmentLine(&all[i], counts)
	}
	return out, err
}

func assessmentLine(a *assess.Assessment, counts []assess.ControlCount) AssessmentLine {
	l := AssessmentLine{
		ID: a.ID, Name: a.Name, AccountID: a.Owner, Region: a.Region, Framework: a.Framework.Name, Status: a.Status, From: a.From,
		CollectedTo: a.Collected, CreatedAt: a.Created,
	}
	for _, x := range a.Accounts {
		l.Accounts = append(l.Accounts, x.ID)
	}
	for _, set := range a.Sets {
		for _, k := range set.Controls {
			if !k.Removed {
				l.Controls++
			}
		}
	}
	for _, c := range counts {
		l.Evidence, l.Issues = l.Evidence+c.Total, l.Issues+c.Issues
	}
	return l
}

// ShowAssessment tells an assessment's controls with their numbers.
func (s *Server) ShowAssessment(ctx context.Context, q AssessmentQuery) (AssessmentView, error) {
	a, c, err := s.found(ctx, q)
	if err != nil {
		return AssessmentView{}, err
	}
	_, snap, err := s.audit.GetAssessment(ctx, c, a.ID)
	if err != nil {
		return AssessmentView{}, err
	}
	counts, err := s.audit.Counts(ctx, c, a.ID)
	if err != nil {
		return AssessmentView{}, err
	}
	v := AssessmentView{AssessmentLine: assessmentLine(&a, counts)}
	for _, set := range a.Sets {
		for _, k := range set.Controls {
			if k.Removed {
				continue
			}
			l := ControlLine{ControlSet: set.ID, SetStatus: set.Status, ID: k.ID, Name: snap[k.ID].Name, Status: k.Status}
			if i := slices.IndexFunc(counts, func(n assess.ControlCount) bool { return n.Set == set.ID && n.Control == k.ID }); i >= 0 {
				l.Evidence, l.Issues, l.ByHand, l.Selected = counts[i].Total, counts[i].Issues, counts[i].ByHand, counts[i].Selected
			}
			v.ControlLines = append(v.ControlLines, l)
		}
	}
	return v, nil
}

func (s *Server) adminAssessments(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/assessments", func(w http.ResponseWriter, req *http.Request) {
		var q AssessmentQuery
		s.answer(w, req, &q, func() (any, error) { return s.Assessments(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/assessments/show", func(w http.ResponseWriter, req *http.Request) {
		var q AssessmentQuery
		s.answer(w, req, &q, func() (any, error) { return s.ShowAssessment(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/assessments/sources", func(w http.ResponseWriter, req *http.Request) {
		var q AssessmentQuery
		s.answer(w, req, &q, func() (any, error) { return s.EvidenceSources(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/assessments/collect", func(w http.ResponseWriter, req *http.Request) {
		var q CollectQuery
		s.answer(w, req, &q, func() (any, error) { return s.CollectEvidence(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/assessments/import", func(w http.ResponseWriter, req *http.Request) {
		var q EvidenceImport
		s.answer(w, req, &q, func() (any, error) { return s.ImportEvidence(req.Context(), q) })
	})
}

// Assessments is Server.Assessments over HTTP.
func (r Remote) Assessments(ctx context.Context, q AssessmentQuery) (out []AssessmentLine, err error) {
	return out, r.ask(ctx, "assessments", q, &out)
}

// ShowAssessment is Server.ShowAssessment over HTTP.
func (r Remote) ShowAssessment(ctx context.Context, q AssessmentQuery) (out AssessmentView, err error) {
	return out, r.ask(ctx, "assessments/show", q, &out)
}

// EvidenceSources is Server.EvidenceSources over HTTP.
func (r Remote) EvidenceSources(ctx context.Context, q AssessmentQuery) (out EvidenceSources, err error) {
	return out, r.ask(ctx, "assessments/sources", q, &out)
}

// CollectEvidence is Server.CollectEvidence over HTTP.
func (r Remote) CollectEvidence(ctx context.Context, q CollectQuery) (out Collected, err error) {
	return out, r.ask(ctx, "assessments/collect", q, &out)
}

// ImportEvidence is Server.ImportEvidence over HTTP.
func (r Remote) ImportEvidence(ctx context.Context, q EvidenceImport) (out EvidenceImported, err error) {
	return out, r.ask(ctx, "assessments/import", q, &out)
}
