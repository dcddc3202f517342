package securityhub

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
)

// Store keeps the documents of hubs.
type Store interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// Service answers the operations of Security Hub.
type Service struct {
	findings *finding.Hub
	store    Store
	tokens   *awswire.Tokens
}

// New is the service over the findings; tokens make its page tokens.
func New(findings *finding.Hub, store Store, tokens *awswire.Tokens) *Service {
	return &Service{findings, store, tokens}
}

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)

	api.OnBatchImportFindings(r, s.batchImportFindings)
	api.OnBatchUpdateFindings(r, s.batchUpdateFindings)
	api.OnGetFindings(r, s.getFindings)

	api.OnEnableSecurityHub(r, s.enableSecurityHub)
	api.OnDescribeHub(r, s.describeHub)
	api.OnDisableSecurityHub(r, s.disableSecurityHub)
	api.OnGetEnabledStandards(r, s.getEnabledStandards)
}

func scope(ctx context.Context) arn.Scope {
	c := awswire.CallerFrom(ctx)
	return arn.In(c.Account, c.Region)
}

// mapFault gives faults the words of Security Hub where the default would choose others.
func mapFault(f *fault.Error) *awswire.Error {
	switch f.Kind {
	case fault.Invalid:
		return awswire.Errorf("InvalidInputException", "%s", f.Message)
	case fault.Exists:
		return awswire.Errorf("ResourceConflictException", "%s", f.Message)
	}
	return nil
}
