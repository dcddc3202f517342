package auditmanager

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) associateAssessmentReportEvidenceFolder(ctx context.Context, in *api.AssociateAssessmentReportEvidenceFolderRequest) (*api.AssociateAssessmentReportEvidenceFolderResponse, error) {
	return nil, s.selectFolder(ctx, "AssociateAssessmentReportEvidenceFolder", in.AssessmentId, in.EvidenceFolderId, true)
}

func (s *Service) disassociateAssessmentReportEvidenceFolder(ctx context.Context, in *api.DisassociateAssessmentReportEvidenceFolderRequest) (*api.DisassociateAssessmentReportEvidenceFolderResponse, error) {
	return nil, s.selectFolder(ctx, "DisassociateAssessmentReportEvidenceFolder", in.AssessmentId, in.EvidenceFolderId, false)
}

func (s *Service) selectFolder(ctx context.Context, op string, assessment, folder *string, on bool) error {
	id := awswire.Val(assessment)
	c, err := caller(ctx, op, id)
	if err != nil {
		return err
	}
	return s.audit.SelectFolder(ctx, c, id, awswire.Val(folder), on)
}

func (s *Service) batchAssociateAssessmentReportEvidence(ctx context.Context, in *api.BatchAssociateAssessmentReportEvidenceRequest) (*api.BatchAssociateAssessmentReportEvidenceResponse, error) {
	done, errs, err := s.selectEvidence(ctx, "BatchAssociateAssessmentReportEvidence", in.AssessmentId, in.EvidenceFolderId, in.EvidenceIds, true)
	return &api.BatchAssociateAssessmentReportEvidenceResponse{EvidenceIds: done, Errors: errs}, err
}

func (s *Service) batchDisassociateAssessmentReportEvidence(ctx context.Context, in *api.BatchDisassociateAssessmentReportEvidenceRequest) (*api.BatchDisassociateAssessmentReportEvidenceResponse, error) {
	done, errs, err := s.selectEvidence(ctx, "BatchDisassociateAssessmentReportEvidence", in.AssessmentId, in.EvidenceFolderId, in.EvidenceIds, false)
	return &api.BatchDisassociateAssessmentReportEvidenceResponse{EvidenceIds: done, Errors: errs}, err
}

func (s *Service) selectEvidence(ctx context.Context, op string, assessment, folder *string, evidence []string, on bool) ([]string, []api.AssessmentReportEvidenceError, error) {
	id := awswire.Val(assessment)
	c, err := caller(ctx, op, id)
	if err != nil {
		return nil, nil, err
	}
	done, failed, err := s.audit.SelectEvidence(ctx, c, id, awswire.Val(folder), evidence, on)
	if err != nil {
		return nil, nil, err
	}
	if done == nil {
		done = []string{}
	}
	errs := []api.AssessmentReportEvidenceError{}
	for _, f := range failed {
		code, message := itemError(f)
		errs = append(errs, api.AssessmentReportEvidenceError{EvidenceId: new(f.ID), ErrorCode: code, ErrorMessage: message})
	}
	return done, errs, nil
}
