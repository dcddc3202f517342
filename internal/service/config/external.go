package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

// putExternalEvaluation gives the verdict on a process check; its only subject is the caller's account.
func (s *Service) putExternalEvaluation(ctx context.Context, in *api.PutExternalEvaluationRequest) (*api.PutExternalEvaluationResponse, error) {
	e, at := in.ExternalEvaluation, here(ctx)
	if awswire.Val(e.ComplianceResourceType) != rule.AccountType {
		return nil, invalidParameter("ComplianceResourceType", "The subject of a process check is the account: ComplianceResourceType must be "+rule.AccountType+".")
	}
	if awswire.Val(e.ComplianceResourceId) != at.Account {
		return nil, invalidParameter("ComplianceResourceId", "The subject of a process check is the account: ComplianceResourceId must be "+at.Account+".")
	}
	return nil, s.program.PutExternal(ctx, at, awswire.Val(in.ConfigRuleName), compliance.External{
		Verdict: awswire.Val(e.ComplianceType), Annotation: awswire.Val(e.Annotation), Ordering: awswire.Val(e.OrderingTimestamp),
	})
}
