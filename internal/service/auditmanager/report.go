package auditmanager

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
)

// createAssessmentReport asks for the report; a worker writes it.
func (s *Service) createAssessmentReport(ctx context.Context, in *api.CreateAssessmentReportRequest) (*api.CreateAssessmentReportResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "CreateAssessmentReport", id)
	if err != nil {
		return nil, err
	}
	if err := s.checkQuery(ctx, c, id, in.QueryStatement); err != nil {
		return nil, err
	}
	r, err := s.audit.CreateQueryReport(ctx, c, id, awswire.Val(in.Name), awswire.Val(in.Description), awswire.Val(in.QueryStatement))
	if err != nil {
		return nil, err
	}
	return &api.CreateAssessmentReportResponse{AssessmentReport: &api.AssessmentReport{
		Id: &r.ID, Name: &r.Name, Description: text(r.Description), AwsAccountId: &r.Owner, AssessmentId: &r.Assessment,
		AssessmentName: &r.AssessmentName, Author: &r.Author, Status: &r.Status, CreationTime: &r.Created,
	}}, nil
}

// checkQuery refuses a query that chooses no evidence of the assessment; who may not see that is told so first.
func (s *Service) checkQuery(ctx context.Context, c assess.Caller, assessment string, statement *string) error {
	if statement == nil {
		return nil
	}
	if s.o.Finder == nil {
		return fault.Invalidf("queryStatement", "There is no evidence finder here. Select evidence or folders, and ask without a query.")
	}
	if _, _, err := s.audit.GetAssessment(ctx, c, assessment); err != nil {
		return err
	}
	return s.o.Finder.CheckReport(c.Account, assessment, *statement)
}

// listAssessmentReports begins with the newest.
func (s *Service) listAssessmentReports(ctx context.Context, in *api.ListAssessmentReportsRequest) (*api.ListAssessmentReportsResponse, error) {
	c, err := caller(ctx, "ListAssessmentReports", "")
	if err != nil {
		return nil, err
	}
	all, err := s.audit.ListReports(ctx, c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r assess.Report) bool { return !sees(ctx, r.Assessment) })
	all, next, err := page(ctx, s, "ListAssessmentReports", in, in.NextToken, in.MaxResults, all, func(r *assess.Report) string { return newest(r.ID) })
	return &api.ListAssessmentReportsResponse{NextToken: next, AssessmentReports: convert(all, func(r *assess.Report) api.AssessmentReportMetadata {
		return api.AssessmentReportMetadata{
			Id: &r.ID, Name: &r.Name, Description: text(r.Description), AssessmentId: &r.Assessment, AssessmentName: &r.AssessmentName,
			Author: &r.Author, Status: &r.Status, CreationTime: &r.Created,
		}
	})}, err
}

func (s *Service) getAssessmentReportURL(ctx context.Context, in *api.GetAssessmentReportUrlRequest) (*api.GetAssessmentReportUrlResponse, error) {
	id, report := awswire.Val(in.AssessmentId), awswire.Val(in.AssessmentReportId)
	c, err := caller(ctx, "GetAssessmentReportUrl", id)
	if err != nil {
		return nil, err
	}
	r, err := s.audit.GetReport(ctx, c, id, report)
	if err != nil {
		return nil, err
	}
	switch r.Status {
	case assess.ReportInProgress:
		return nil, fault.Invalidf("assessmentReportId", "Report %s is being written. Ask again when it is complete.", report)
	case assess.ReportFailed:
		return nil, fault.Invalidf("assessmentReportId", "Report %s has failed: %s", report, r.Failure)
	}
	link, err := s.presign(ctx, http.MethodGet, r.Bucket, r.Key, downloadTime)
	if err != nil {
		return nil, err
	}
	return &api.GetAssessmentReportUrlResponse{PreSignedUrl: &api.URL{HyperlinkName: new(path.Base(r.Key)), Link: link}}, nil
}

func (s *Service) deleteAssessmentReport(ctx context.Context, in *api.DeleteAssessmentReportRequest) (*api.DeleteAssessmentReportResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "DeleteAssessmentReport", id)
	if err != nil {
		return nil, err
	}
	return nil, s.audit.DeleteReport(ctx, c, id, awswire.Val(in.AssessmentReportId))
}

func (s *Service) validateAssessmentReportIntegrity(ctx context.Context, in *api.ValidateAssessmentReportIntegrityRequest) (*api.ValidateAssessmentReportIntegrityResponse, error) {
	c, err := s.member(ctx, "ValidateAssessmentReportIntegrity")
	if err != nil {
		return nil, err
	}
	given := awswire.Val(in.S3RelativePath)
	if rest, ok := strings.CutPrefix(given, "S3://"); ok {
		given = "s3://" + rest
	}
	bucket, key, err := object.ParseURI(given)
	if err != nil || key == "" {
		return nil, fault.Invalidf("s3RelativePath", "%q is not the path of a report: write s3://bucket/key.", given)
	}
	if id, err := s.audit.ReportedAt(ctx, c, bucket, key); err != nil {
		return nil, err
	} else if id != "" && !sees(ctx, id) { // who sees one assessment learns nothing of the reports of another
		return nil, fault.Missing("assessment report", given)
	}
	v, err := s.audit.ValidateReport(ctx, c, bucket, key, s.o.Signer.Known)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.Missing("assessment report", given)
	}
	if err != nil {
		return nil, err
	}
	out := &api.ValidateAssessmentReportIntegrityResponse{
		SignatureValid: &v.SignatureValid, SignatureAlgorithm: text(v.SignatureAlgorithm), SignatureKeyId: text(v.SignatureKeyID),
		ValidationErrors: append([]string{}, v.ValidationErrors...),
	}
	if !v.SignatureDateTime.IsZero() {
		out.SignatureDateTime = new(v.SignatureDateTime.UTC().Format(time.RFC3339))
	}
	return out, nil
}
