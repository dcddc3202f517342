package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/sample"
)

// DemoFramework is the standard framework of the demonstration's assessment.
const DemoFramework = "CIS AWS Foundations Benchmark v1.4.0"

// demoFrom is the first day of the demonstration's assessment: its real trail logs are of that day.
const demoFrom = "2023-07-10"

// Audit is the demonstration's assessment on its way from creation to report.
type Audit struct {
	s      *Server
	caller assess.Caller
	// Assessment was created from DemoFramework.
	Assessment assess.Assessment
}

// StartAudit registers the account and creates the assessment, or takes the one of an earlier run.
func (s *Server) StartAudit(ctx context.Context, e sample.Estate) (*Audit, error) {
	a := &Audit{s: s, caller: assess.Caller{Account: s.cfg.Account, Region: e.Regions[0], Principal: "arn:aws:iam::" + s.cfg.Account + ":root", Owner: true}}
	if _, err := s.audit.Register(ctx, a.caller, "", ""); err != nil {
		return nil, err
	}
	list, err := s.audit.ListAssessments(ctx, a.caller, "")
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		a.Assessment = list[0]
		return a, nil
	}
	f, ok := catalog.Standard().FrameworkNamed(DemoFramework)
	if !ok {
		return nil, fault.Missing("framework", DemoFramework)
	}
	bucket := "audit-reports-" + s.cfg.Account
	if err := s.shelf.CreateBucket(ctx, s.cfg.Account, a.caller.Region, bucket, s.cfg.Clock.Now()); err != nil {
		return nil, err
	}
	in := assess.AssessmentInput{
		Name: "Sample organization " + s.cfg.Clock.Now().Format("2006"), Description: "Demonstration over synthetic resources and real, published trail logs.",
		FrameworkID: f.ID, From: demoFrom, Destination: assess.Destination{Type: "S3", Path: "s3://" + bucket},
		Roles: []assess.Role{{Type: assess.ProcessOwner, ARN: a.caller.Principal}},
	}
	for _, account := range e.Accounts {
		in.Accounts = append(in.Accounts, assess.ScopeAccount{ID: account.ID, Name: account.Name})
	}
	a.Assessment, err = s.audit.CreateAssessment(ctx, a.caller, in)
	return a, err
}

// Collect records everything that bears on the assessment, and one piece of manual evidence.
func (a *Audit) Collect(ctx context.Context, progress func(assess.Progress)) (assess.Result, error) {
	a.s.collector.Progress = progress
	defer func() { a.s.collector.Progress = nil }()
	if err := a.manual(ctx); err != nil {
		return assess.Result{}, err
	}
	return a.s.collector.Collect(ctx, a.caller.Account, a.Assessment.ID, demoFrom, "")
}

// manual imports a text for the first control that nothing automated proves.
func (a *Audit) manual(ctx context.Context) error {
	current, snapshot, err := a.s.audit.GetAssessment(ctx, a.caller, a.Assessment.ID)
	if err != nil {
		return err
	}
	for _, set := range current.Sets {
		for _, c := range set.Controls {
			if slices.ContainsFunc(snapshot[c.ID].Sources, func(x catalog.Source) bool { return x.Type != catalog.Manual }) {
				continue
			}
			_, failed, err := a.s.audit.ImportEvidence(ctx, a.caller, a.Assessment.ID, set.ID, c.ID, []assess.ManualInput{{Text: "Contact details of the three accounts were reviewed with their owners."}})
			if err == nil && len(failed) > 0 {
				err = failed[0].Err
			}
			return err
		}
	}
	return nil
}

// Report selects all evidence, has the report written and copies it into DIR/reports.
func (a *Audit) Report(ctx context.Context) (path string, err error) {
	if _, err := a.s.audit.SelectAll(ctx, a.caller, a.Assessment.ID, "", true); err != nil {
		return "", err
	}
	name := "sample-report-" + a.s.cfg.Clock.Now().Format("20060102-150405")
	r, err := a.s.audit.CreateReport(ctx, a.caller, a.Assessment.ID, name, "Everything that was collected.")
	if err != nil {
		return "", err
	}
	for r.Status == assess.ReportInProgress {
		if _, err := a.s.reporter.Pending(ctx); err != nil {
			return "", err
		}
		if r, err = a.s.audit.GetReport(ctx, a.caller, a.Assessment.ID, r.ID); err != nil {
			return "", err
		}
		if r.Status == assess.ReportInProgress {
			time.Sleep(50 * time.Millisecond)
		}
	}
	if r.Status != assess.ReportComplete {
		return "", fmt.Errorf("the report could not be written: %s", r.Failure)
	}
	return a.s.keepReport(ctx, r)
}

// Counts tells what each control has.
func (a *Audit) Counts(ctx context.Context) ([]assess.ControlCount, error) {
	return a.s.audit.Counts(ctx, a.caller, a.Assessment.ID)
}
