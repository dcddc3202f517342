package auditmanager

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
)

// name is the service's in decisions.
const name = "auditmanager"

// caller tells who asks, and refuses what no grant allows; assessment is the one the request names, or empty. What a
// grant of Delegate opens is narrowed by the roles and delegations of the assessment itself.
func caller(ctx context.Context, operation, assessment string) (assess.Caller, error) {
	wire, who := awswire.CallerFrom(ctx), authz.CallerFrom(ctx)
	if err := authz.Decide(who, name, operation, wire.Account, assessment); err != nil {
		return assess.Caller{}, err
	}
	by := func(policies ...string) bool {
		narrow := who
		narrow.Grants = nil
		for _, g := range who.Grants {
			if slices.Contains(policies, g.Policy) {
				narrow.Grants = append(narrow.Grants, g)
			}
		}
		return authz.Decide(narrow, name, operation, wire.Account, assessment) == nil
	}
	return assess.Caller{
		Account: wire.Account, Region: wire.Region, Principal: who.ARN(),
		Owner: by(authz.Admin, authz.ComplianceOwner), Reader: by(authz.AuditorReadOnly),
	}, nil
}

// member is caller for operations beside the assessments whose domain does not ask: it refuses accounts that are not
// registered.
func (s *Service) member(ctx context.Context, operation string) (assess.Caller, error) {
	c, err := caller(ctx, operation, "")
	if err != nil {
		return c, err
	}
	_, err = s.audit.Settings(ctx, c)
	return c, err
}

// sees tells whether the caller may see an assessment at all; lists over assessments are filtered by it.
func sees(ctx context.Context, assessment string) bool {
	return authz.Sees(authz.CallerFrom(ctx), awswire.CallerFrom(ctx).Account, assessment)
}
