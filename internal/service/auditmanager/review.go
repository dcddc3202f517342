package auditmanager

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) updateAssessmentControl(ctx context.Context, in *api.UpdateAssessmentControlRequest) (*api.UpdateAssessmentControlResponse, error) {
	id, set, control := awswire.Val(in.AssessmentId), awswire.Val(in.ControlSetId), awswire.Val(in.ControlId)
	c, err := caller(ctx, "UpdateAssessmentControl", id)
	if err != nil {
		return nil, err
	}
	if _, err := s.audit.UpdateAssessmentControl(ctx, c, id, set, control, awswire.Val(in.ControlStatus), awswire.Val(in.CommentBody)); err != nil {
		return nil, err
	}
	a, err := s.shown(ctx, c, id)
	if err != nil {
		return nil, err
	}
	out, err := a.controlNamed(set, control)
	return &api.UpdateAssessmentControlResponse{Control: out}, err
}

func (s *Service) updateAssessmentControlSetStatus(ctx context.Context, in *api.UpdateAssessmentControlSetStatusRequest) (*api.UpdateAssessmentControlSetStatusResponse, error) {
	id, set := awswire.Val(in.AssessmentId), awswire.Val(in.ControlSetId)
	c, err := caller(ctx, "UpdateAssessmentControlSetStatus", id)
	if err != nil {
		return nil, err
	}
	if _, err := s.audit.SetControlSetStatus(ctx, c, id, set, awswire.Val(in.Status), awswire.Val(in.Comment)); err != nil {
		return nil, err
	}
	a, err := s.shown(ctx, c, id)
	if err != nil {
		return nil, err
	}
	out, err := a.setNamed(set)
	return &api.UpdateAssessmentControlSetStatusResponse{ControlSet: out}, err
}
