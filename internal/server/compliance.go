package server

import (
	"context"
	"net/http"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
)

// ReportQuery asks for a compliance report. Empty lists mean all.
type ReportQuery struct {
	By       string   `json:"by"`
	Accounts []string `json:"accounts,omitempty"`
	Regions  []string `json:"regions,omitempty"`
}

// ReportLine is one line of a compliance report; its JSON form is a promise to scripts.
type ReportLine struct {
	Account    string `json:"accountId"`
	Region     string `json:"awsRegion"`
	Name       string `json:"name,omitempty"`
	Identifier string `json:"ruleIdentifier,omitempty"`
	// Compliance is AWS's roll-up; Complete tells whether everything expected was judged.
	Compliance string `json:"complianceType"`
	Complete   bool   `json:"complete"`
	Rules      struct {
		Compliant    int64 `json:"compliant"`
		NonCompliant int64 `json:"nonCompliant"`
		Insufficient int64 `json:"insufficientData"`
	} `json:"rules"`
	Verdicts struct {
		Compliant     int64 `json:"compliant"`
		NonCompliant  int64 `json:"nonCompliant"`
		NotApplicable int64 `json:"notApplicable"`
		Insufficient  int64 `json:"insufficientData"`
	} `json:"verdicts"`
	// Coverage is how many of the expected subjects have a verdict.
	Coverage struct {
		Evaluated int64 `json:"evaluated"`
		Expected  int64 `json:"expected"`
		Pending   bool  `json:"pending"`
	} `json:"coverage"`
	Reason string `json:"reason,omitempty"`
}

// ComplianceReport sums up compliance and coverage over accounts and regions.
func (s *Server) ComplianceReport(ctx context.Context, q ReportQuery) ([]ReportLine, error) {
	all, err := s.program.Report(ctx, arn.Everything(), compliance.ReportBy(q.By))
	lines := []ReportLine{}
	for _, l := range all {
		if !q.wants(l.Account, l.Region) {
			continue
		}
		out := ReportLine{Account: l.Account, Region: l.Region, Name: l.Name, Identifier: l.Identifier, Compliance: l.Compliance.String(), Complete: l.Coverage.Full(), Reason: l.Reason}
		out.Rules.Compliant, out.Rules.NonCompliant, out.Rules.Insufficient = l.Rules.Compliant, l.Rules.NonCompliant, l.Rules.Insufficient
		out.Verdicts.Compliant, out.Verdicts.NonCompliant = l.Counts.Compliant, l.Counts.NonCompliant
		out.Verdicts.NotApplicable, out.Verdicts.Insufficient = l.Counts.NotApplicable, l.Counts.Insufficient
		out.Coverage.Evaluated, out.Coverage.Expected, out.Coverage.Pending = l.Coverage.Evaluated, l.Coverage.Expected, l.Coverage.Pending
		lines = append(lines, out)
	}
	return lines, err
}

func (q ReportQuery) wants(account, region string) bool {
	s := arn.Scope{Installation: len(q.Accounts) == 0, Accounts: q.Accounts}
	r := arn.Scope{Installation: len(q.Regions) == 0, Accounts: []string{account}, Regions: q.Regions}
	return s.Sees(account, region) && r.Sees(account, region)
}

func (s *Server) adminCompliance(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/report/compliance", func(w http.ResponseWriter, req *http.Request) {
		var q ReportQuery
		s.answer(w, req, &q, func() (any, error) { return s.ComplianceReport(req.Context(), q) })
	})
}

// ComplianceReport is Server.ComplianceReport over HTTP.
func (r Remote) ComplianceReport(ctx context.Context, q ReportQuery) (lines []ReportLine, err error) {
	return lines, r.ask(ctx, "report/compliance", q, &lines)
}
