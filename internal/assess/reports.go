package assess

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

// The states of a report.
const (
	ReportInProgress = "IN_PROGRESS"
	ReportComplete   = "COMPLETE"
	ReportFailed     = "FAILED"
)

// Report is the record of a report; the bundle itself is an object.
type Report struct {
	ID             string    `json:"id"`
	Owner          string    `json:"owner"`
	Region         string    `json:"region"`
	Assessment     string    `json:"assessment"`
	AssessmentName string    `json:"assessmentName"`
	Name           string    `json:"name"`
	Description    string    `json:"description,omitempty"`
	Author         string    `json:"author"`
	Status         string    `json:"status"`
	Created        time.Time `json:"created"`
	// Bucket and Key are where the bundle is, Size its bytes.
	Bucket string `json:"bucket,omitempty"`
	Key    string `json:"key,omitempty"`
	Size   int64  `json:"size,omitempty"`
	// Freeze is the frozen period that it is of; empty for a report of what is selected.
	Freeze string `json:"freeze,omitempty"`
	// Query is the statement of the evidence finder that chooses the evidence; empty: what is selected.
	Query string `json:"query,omitempty"`
	// Failure is the reason of a failed report.
	Failure string `json:"failure,omitempty"`
}

var reports = docs.Collection[Report]{Kind: "assessment-report", Noun: "assessment report"}

// reportName checks the name of a report, which becomes the name of a file.
func reportName(name string) error {
	if err := named("name", name, `\`); err != nil {
		return err
	}
	for _, r := range name {
		if !strings.ContainsRune("-_.", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return fault.Invalidf("name", "A report's name has letters, digits, hyphens, underscores and dots only; %q is none.", r)
		}
	}
	return nil
}

// CreateReport asks for a report of what is selected. A Reporter writes it.
func (s *Service) CreateReport(ctx context.Context, c Caller, id, name, description string) (Report, error) {
	return s.CreateQueryReport(ctx, c, id, name, description, "")
}

// CreateQueryReport asks for a report of what a statement of the evidence finder chooses, whatever is selected. The
// statement was checked before; an empty one is none.
func (s *Service) CreateQueryReport(ctx context.Context, c Caller, id, name, description, query string) (Report, error) {
	if err := firstOf(reportName(name), length("description", description, 0, 1000)); err != nil {
		return Report{}, err
	}
	ids := s.newIDs(2)
	r, err := write(ctx, s, func(tx Tx) (Report, error) {
		d, err := assessment(tx, c, id)
		if err == nil {
			err = c.owns(&d.Value)
		}
		if err != nil {
			return Report{}, err
		}
		r := Report{
			ID: ids[0], Owner: c.Account, Region: d.Value.Region, Assessment: id, AssessmentName: d.Value.Name, Name: name, Description: description,
			Author: c.author(), Status: ReportInProgress, Created: tx.Now(), Query: query,
		}
		if err := reports.Insert(tx, c.Account, "", r.ID, "", r); err != nil {
			return r, err
		}
		return r, logChange(tx, &d.Value, ids[1], c, ObjectReport, name, ActionCreate)
	})
	if err == nil && s.o.Wake != nil {
		s.o.Wake()
	}
	return r, err
}

// reportOf is a report of an assessment the caller may see; the assessment may be deleted meanwhile.
func reportOf(tx Tx, c Caller, id, reportID string) (docs.Doc[Report], error) {
	if err := registered(tx, c); err != nil {
		return docs.Doc[Report]{}, err
	}
	d, err := reports.Get(tx, c.Account, "", reportID)
	if err == nil && id != "" && d.Value.Assessment != id {
		err = fault.Missing("assessment report", reportID)
	}
	if err != nil {
		return d, err
	}
	a, err := assessment(tx, c, d.Value.Assessment)
	if fault.KindOf(err) == fault.NotFound && (c.Owner || c.Reader) {
		return d, nil
	}
	if err == nil {
		err = c.looksAll(&a.Value)
	}
	return d, err
}

// GetReport is a report's record; the bundle is at its Bucket and Key once it is complete.
func (s *Service) GetReport(ctx context.Context, c Caller, id, reportID string) (Report, error) {
	d, err := read(ctx, s, func(tx Tx) (docs.Doc[Report], error) { return reportOf(tx, c, id, reportID) })
	return d.Value, err
}

// ListReports lists the account's reports, newest first.
func (s *Service) ListReports(ctx context.Context, c Caller) ([]Report, error) {
	return read(ctx, s, func(tx Tx) ([]Report, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		all, err := reports.All(tx, arn.Scope{Accounts: []string{c.Account}})
		if err != nil {
			return nil, err
		}
		var out []Report
		for _, d := range slices.Backward(all) {
			if _, err := reportOf(tx, c, "", d.ID); err == nil {
				out = append(out, d.Value)
			}
		}
		return out, nil
	})
}

// DeleteReport removes a report and its bundle; when the bundle is gone already, the record alone.
func (s *Service) DeleteReport(ctx context.Context, c Caller, id, reportID string) error {
	logID := s.o.IDs.NewID()
	r, err := write(ctx, s, func(tx Tx) (Report, error) {
		d, err := reportOf(tx, c, id, reportID)
		if err != nil {
			return Report{}, err
		}
		if d.Value.Status == ReportInProgress {
			return Report{}, fault.Invalidf("assessmentReportId", "Report %s is being written. Delete it when it is complete.", reportID)
		}
		a, err := assessment(tx, c, d.Value.Assessment)
		if err == nil {
			err = firstOf(c.owns(&a.Value), logChange(tx, &a.Value, logID, c, ObjectReport, d.Value.Name, ActionDelete))
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return Report{}, err
		}
		return d.Value, reports.Delete(tx, c.Account, "", reportID)
	})
	if err != nil || r.Bucket == "" {
		return err
	}
	err = s.o.Shelf.Delete(ctx, c.Account, r.Bucket, r.Key)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Denied {
		return nil
	}
	return err
}

// ReportedAt is the assessment whose report is at s3://bucket/key; empty when none is known to be there.
func (s *Service) ReportedAt(ctx context.Context, c Caller, bucket, key string) (string, error) {
	return read(ctx, s, func(tx Tx) (string, error) {
		all, err := reports.All(tx, arn.Scope{Accounts: []string{c.Account}})
		for _, d := range all {
			if d.Value.Bucket == bucket && d.Value.Key == key {
				return d.Value.Assessment, err
			}
		}
		return "", err
	})
}

// ValidateReport checks a bundle at s3://bucket/key with the deployment's own keys.
func (s *Service) ValidateReport(ctx context.Context, c Caller, bucket, key string, known func(id string) (ledger.Public, bool)) (report.Integrity, error) {
	o, r, err := s.o.Shelf.Get(ctx, c.Account, bucket, key)
	if err != nil {
		return report.Integrity{}, err
	}
	defer r.Close()
	at, ok := r.(interface {
		ReadAt(p []byte, off int64) (int, error)
	})
	if !ok {
		return report.Integrity{}, fault.New(fault.Unavailable, "The report's store cannot be read at will; download the bundle and run `tickmark verify`.")
	}
	return report.Validate(ctx, at, o.Size, known)
}
