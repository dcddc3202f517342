// Package tickmark serves Tickmark's own API (models/tickmark.json): what the audit can do and AWS's API has no place
// for. It is spoken like AWS's JSON services, signed and authorized like them, so that the `aws` command and every SDK
// that loads the model may use it (docs/own-api.md).
package tickmark

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/service/auditcaller"
)

// Parts are what the service stands on.
type Parts struct {
	Audit *assess.Service
	// Finder finds evidence, and Lake delivers what it finds.
	Finder *finder.Finder
	Lake   *lake.Lake
	// Tokens make page tokens.
	Tokens *awswire.Tokens
	// Channels are where accounts are told of their audits.
	Channels Channels
}

// Service answers the operations of our own API.
type Service struct{ Parts }

// New is the service.
func New(p Parts) *Service { return &Service{p} }

// Register registers every operation.
func (s *Service) Register(r *awswire.Registry) {
	api.OnGetAssessmentSources(r, s.getAssessmentSources)
	api.OnGetAssessmentCounts(r, s.getAssessmentCounts)
	api.OnListComplianceDays(r, s.listComplianceDays)
	api.OnCollectEvidence(r, s.collectEvidence)
	api.OnGetControlProblems(r, s.getControlProblems)
	api.OnGetFrameworkProblems(r, s.getFrameworkProblems)
	api.OnReopenAssessment(r, s.reopenAssessment)
	api.OnListDecisions(r, s.listDecisions)
	api.OnPutException(r, s.putException)
	api.OnEndException(r, s.endException)
	api.OnListExceptions(r, s.listExceptions)
	api.OnCreateEvidenceRequest(r, s.createEvidenceRequest)
	api.OnAnswerEvidenceRequest(r, s.answerEvidenceRequest)
	api.OnReviewEvidenceRequest(r, s.reviewEvidenceRequest)
	api.OnListEvidenceRequests(r, s.listEvidenceRequests)
	api.OnFreezePeriod(r, s.freezePeriod)
	api.OnUnfreezePeriod(r, s.unfreezePeriod)
	api.OnListFreezes(r, s.listFreezes)
	api.OnCreateFrozenReport(r, s.createFrozenReport)
	api.OnGetNotificationChannel(r, s.getNotificationChannel)
	api.OnPutNotificationChannel(r, s.putNotificationChannel)
	api.OnFindEvidence(r, s.findEvidence)
	api.OnStartEvidenceExport(r, s.startEvidenceExport)
}

// caller tells who asks, and refuses what no grant allows; assessment is the one the request names, or empty.
func caller(ctx context.Context, operation, assessment string) (assess.Caller, error) {
	return auditcaller.Of(ctx, "tickmark", operation, assessment)
}

// pageSize is taken where a request sets no maxResults.
const pageSize = 100

// text leaves out what is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
