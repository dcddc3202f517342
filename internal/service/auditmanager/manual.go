package auditmanager

import (
	"context"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// How long links to objects are good.
const (
	uploadTime   = 15 * time.Minute
	downloadTime = time.Hour
)

func (s *Service) presign(ctx context.Context, method, bucket, key string, expires time.Duration) (*string, error) {
	if s.o.Presign == nil {
		return nil, fault.New(fault.Unavailable, "This server gives no links to objects. Read s3://%s/%s directly.", bucket, key)
	}
	link, err := s.o.Presign(ctx, method, bucket, key, expires)
	return &link, err
}

func (s *Service) getEvidenceFileUploadURL(ctx context.Context, in *api.GetEvidenceFileUploadUrlRequest) (*api.GetEvidenceFileUploadUrlResponse, error) {
	c, err := caller(ctx, "GetEvidenceFileUploadUrl", "")
	if err != nil {
		return nil, err
	}
	bucket, key, err := s.audit.NewUpload(ctx, c, awswire.Val(in.FileName))
	if err != nil {
		return nil, err
	}
	link, err := s.presign(ctx, http.MethodPut, bucket, key, uploadTime)
	return &api.GetEvidenceFileUploadUrlResponse{EvidenceFileName: &key, UploadUrl: link}, err
}

func (s *Service) batchImportEvidenceToAssessmentControl(ctx context.Context, in *api.BatchImportEvidenceToAssessmentControlRequest) (*api.BatchImportEvidenceToAssessmentControlResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "BatchImportEvidenceToAssessmentControl", id)
	if err != nil {
		return nil, err
	}
	_, failed, err := s.audit.ImportEvidence(ctx, c, id, awswire.Val(in.ControlSetId), awswire.Val(in.ControlId),
		convert(in.ManualEvidence, func(m *api.ManualEvidence) assess.ManualInput {
			return assess.ManualInput{Text: awswire.Val(m.TextResponse), File: awswire.Val(m.EvidenceFileName), S3Path: awswire.Val(m.S3ResourcePath)}
		}))
	if err != nil {
		return nil, err
	}
	out := &api.BatchImportEvidenceToAssessmentControlResponse{Errors: []api.BatchImportEvidenceToAssessmentControlError{}}
	for _, f := range failed {
		code, message := itemError(f)
		out.Errors = append(out.Errors, api.BatchImportEvidenceToAssessmentControlError{
			ManualEvidence: &in.ManualEvidence[f.Index], ErrorCode: code, ErrorMessage: message,
		})
	}
	return out, nil
}
