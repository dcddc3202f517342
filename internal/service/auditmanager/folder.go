package auditmanager

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) getEvidenceFoldersByAssessment(ctx context.Context, in *api.GetEvidenceFoldersByAssessmentRequest) (*api.GetEvidenceFoldersByAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	list, next, err := s.folders(ctx, "GetEvidenceFoldersByAssessment", in, in.NextToken, in.MaxResults, id, "", "")
	return &api.GetEvidenceFoldersByAssessmentResponse{EvidenceFolders: list, NextToken: next}, err
}

func (s *Service) getEvidenceFoldersByAssessmentControl(ctx context.Context, in *api.GetEvidenceFoldersByAssessmentControlRequest) (*api.GetEvidenceFoldersByAssessmentControlResponse, error) {
	id, set, control := awswire.Val(in.AssessmentId), awswire.Val(in.ControlSetId), awswire.Val(in.ControlId)
	list, next, err := s.folders(ctx, "GetEvidenceFoldersByAssessmentControl", in, in.NextToken, in.MaxResults, id, set, control)
	return &api.GetEvidenceFoldersByAssessmentControlResponse{EvidenceFolders: list, NextToken: next}, err
}

// folders is a page of folders. A token holds the id of the last one: keys hold names, which may be too long for it.
func (s *Service) folders(ctx context.Context, op string, in any, token *string, maxResults *int64, id, set, control string) ([]api.AssessmentEvidenceFolder, *string, error) {
	c, err := caller(ctx, op, id)
	if err != nil {
		return nil, nil, err
	}
	var last string
	var after *assess.FolderKey
	if more, err := s.o.Tokens.Open(ctx, op, awswire.Val(token), in, &last); err != nil {
		return nil, nil, err
	} else if more {
		f, err := s.audit.Folder(ctx, c, id, "", last)
		if err != nil {
			return nil, nil, err
		}
		after = &f.FolderKey
	}
	limit := size(maxResults)
	list, err := s.audit.Folders(ctx, c, id, set, control, after, limit+1)
	if err != nil {
		return nil, nil, err
	}
	more := len(list) > limit
	if more {
		list = list[:limit]
		last = list[limit-1].ID()
	}
	next, err := s.seal(ctx, op, in, more, last)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.shown(ctx, c, id)
	if err != nil {
		return nil, nil, err
	}
	return convert(list, a.folder), next, nil
}

func (s *Service) getEvidenceFolder(ctx context.Context, in *api.GetEvidenceFolderRequest) (*api.GetEvidenceFolderResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "GetEvidenceFolder", id)
	if err != nil {
		return nil, err
	}
	f, err := s.audit.Folder(ctx, c, id, awswire.Val(in.ControlSetId), awswire.Val(in.EvidenceFolderId))
	if err != nil {
		return nil, err
	}
	a, err := s.shown(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return &api.GetEvidenceFolderResponse{EvidenceFolder: new(a.folder(&f))}, nil
}

// author stands for who made a folder: nobody in person, the first evidence of the day did.
const author = "Tickmark"

// folder shows a folder under its day.
func (a *shown) folder(f *assess.Folder) api.AssessmentEvidenceFolder {
	return api.AssessmentEvidenceFolder{
		Id: new(f.ID()), Name: &f.Day, Date: &f.First, AssessmentId: &f.Assessment, ControlSetId: &f.Set, ControlId: &f.Control,
		ControlName: text(a.snapshot[f.Control].Name), Author: new(author), DataSource: text(strings.Join(f.Sources, ", ")),
		TotalEvidence: &f.Total, AssessmentReportSelectionCount: &f.Selected,
		EvidenceByTypeComplianceCheckCount: &f.Compliance, EvidenceByTypeComplianceCheckIssuesCount: &f.Issues,
		EvidenceByTypeConfigurationDataCount: &f.Configuration, EvidenceByTypeManualCount: &f.ByHand, EvidenceByTypeUserActivityCount: &f.Activity,
		EvidenceResourcesIncludedCount: &f.Resources, EvidenceAwsServiceSourceCount: new(int64(len(f.Services))),
	}
}
