// Package auditcaller tells the audit who asks: the services that stand over it decide access in one way.
package auditcaller

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
)

// Of tells who asks, and refuses what no grant allows; assessment is the one the request names, or empty. What a grant
// of Delegate opens is narrowed by the roles and delegations of the assessment itself.
func Of(ctx context.Context, service, operation, assessment string) (assess.Caller, error) {
	wire, who := awswire.CallerFrom(ctx), authz.CallerFrom(ctx)
	if err := authz.Decide(who, service, operation, wire.Account, assessment); err != nil {
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
		return authz.Decide(narrow, service, operation, wire.Account, assessment) == nil
	}
	return assess.Caller{
		Account: wire.Account, Region: wire.Region, Principal: who.ARN(),
		Owner: by(authz.Admin, authz.ComplianceOwner), Reader: by(authz.AuditorReadOnly),
	}, nil
}

// Sees tells whether the caller may see an assessment at all; lists over assessments are filtered by it.
func Sees(ctx context.Context, assessment string) bool {
	return authz.Sees(authz.CallerFrom(ctx), awswire.CallerFrom(ctx).Account, assessment)
}
