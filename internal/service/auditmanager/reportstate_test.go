package auditmanager_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
	"github.com/aws/smithy-go"

	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// TestReportStates: what may be done with a report in each of its states: in progress, complete, failed, its bundle gone,
// and deleted.
func TestReportStates(t *testing.T) {
	for _, x := range []struct {
		name string
		// bucket is where it goes; prepare brings it into the state.
		bucket  string
		prepare func(h *house, c *sdk.Client, assessment, report string)
		status  types.AssessmentReportStatus
		link    string
		remove  string
	}{
		{"in progress", "audit-reports", func(*house, *sdk.Client, string, string) {}, types.AssessmentReportStatusInProgress, "ValidationException", "ValidationException"},
		{"complete", "audit-reports", func(h *house, _ *sdk.Client, _, _ string) { h.work() }, types.AssessmentReportStatusComplete, "", ""},
		{"failed", "taken", func(h *house, _ *sdk.Client, _, _ string) { h.work() }, types.AssessmentReportStatusFailed, "ValidationException", ""},
		{"its bundle gone", "audit-reports", func(h *house, _ *sdk.Client, _, _ string) {
			h.work()
			list, err := h.shelf.List(h.Context(), account, "audit-reports", "", "", 10)
			h.ok(err)
			for _, o := range list {
				h.ok(h.shelf.Delete(h.Context(), account, o.Bucket, o.Key))
			}
		}, types.AssessmentReportStatusComplete, "", ""},
		{"deleted", "audit-reports", func(h *house, c *sdk.Client, assessment, report string) {
			h.work()
			_, err := c.DeleteAssessmentReport(h.Context(), &sdk.DeleteAssessmentReportInput{AssessmentId: &assessment, AssessmentReportId: &report})
			h.ok(err)
		}, "", "ResourceNotFoundException", "ResourceNotFoundException"},
	} {
		t.Run(x.name, func(t *testing.T) {
			h := newHouse(t)
			h.estate()
			ctx, c := t.Context(), h.client(root, servicetest.Region)
			h.ok(h.shelf.CreateBucket(ctx, "999988887777", servicetest.Region, "taken", h.env.Clock.Now()))
			_, id := h.begin(c)
			_, err := c.UpdateAssessment(ctx, &sdk.UpdateAssessmentInput{AssessmentId: &id, Scope: &types.Scope{}, AssessmentReportsDestination: &types.AssessmentReportsDestination{
				DestinationType: types.AssessmentReportDestinationTypeS3, Destination: aws.String("s3://" + x.bucket),
			}})
			h.ok(err)
			h.work()
			made, err := c.CreateAssessmentReport(ctx, &sdk.CreateAssessmentReportInput{AssessmentId: &id, Name: aws.String("r")})
			h.ok(err)
			report := *made.AssessmentReport.Id
			x.prepare(h, c, id, report)
			list, err := c.ListAssessmentReports(ctx, &sdk.ListAssessmentReportsInput{})
			h.ok(err)
			if got := statusIn(list.AssessmentReports, report); got != x.status {
				t.Errorf("status %q, want %q", got, x.status)
			}
			_, err = c.GetAssessmentReportUrl(ctx, &sdk.GetAssessmentReportUrlInput{AssessmentId: &id, AssessmentReportId: &report})
			wantCode(t, "link", err, x.link)
			_, err = c.DeleteAssessmentReport(ctx, &sdk.DeleteAssessmentReportInput{AssessmentId: &id, AssessmentReportId: &report})
			wantCode(t, "delete", err, x.remove)
		})
	}
}

func statusIn(list []types.AssessmentReportMetadata, id string) types.AssessmentReportStatus {
	for _, r := range list {
		if *r.Id == id {
			return r.Status
		}
	}
	return ""
}

// wantCode wants an error of a code, or none.
func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	var api smithy.APIError
	got := ""
	if errors.As(err, &api) {
		got = api.ErrorCode()
	}
	if got != code || (err == nil) != (code == "") {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}
