package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/rule"
)

// putEvaluations stores what the function of a custom rule found. The token tells the rule; in test mode nothing is stored,
// and the token not looked at.
func (s *Service) putEvaluations(ctx context.Context, in *api.PutEvaluationsRequest) (*api.PutEvaluationsResponse, error) {
	out := &api.PutEvaluationsResponse{FailedEvaluations: []api.Evaluation{}}
	if awswire.Val(in.TestMode) {
		return out, nil
	}
	at := here(ctx)
	claim, err := s.results.Read(awswire.Val(in.ResultToken), s.clock.Now())
	if err == nil && (claim.Account != at.Account || claim.Region != at.Region) {
		err = invocation.Foreign(claim)
	}
	if err != nil {
		return nil, err
	}
	list := make([]compliance.Given, len(in.Evaluations))
	for i, e := range in.Evaluations {
		list[i] = compliance.Given{
			Type: awswire.Val(e.ComplianceResourceType), ID: awswire.Val(e.ComplianceResourceId), Verdict: awswire.Val(e.ComplianceType),
			Annotation: awswire.Val(e.Annotation), Ordering: awswire.Val(e.OrderingTimestamp),
		}
	}
	failed, err := s.program.PutEvaluations(ctx, at, claim.Rule, claim.Revision, list)
	if err == nil && len(failed) > 0 {
		out.FailedEvaluations = in.Evaluations
	}
	return out, err
}

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
