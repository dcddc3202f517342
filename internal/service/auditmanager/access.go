package auditmanager

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/service/auditcaller"
)

// name is the service's in decisions.
const name = "auditmanager"

// caller tells who asks, and refuses what no grant allows; assessment is the one the request names, or empty.
func caller(ctx context.Context, operation, assessment string) (assess.Caller, error) {
	return auditcaller.Of(ctx, name, operation, assessment)
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
func sees(ctx context.Context, assessment string) bool { return auditcaller.Sees(ctx, assessment) }
