package sts

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/sts"
	"github.com/tickmark/tickmark/internal/awswire"
)

// Service answers the operations of STS.
type Service struct{ access *authz.Directory }

// New is the service over a directory of principals.
func New(access *authz.Directory) *Service { return &Service{access} }

// Register registers every operation served. Requests must carry their caller (authz.WithCaller).
func (s *Service) Register(r *awswire.Registry) {
	api.OnGetCallerIdentity(r, s.getCallerIdentity)
	api.OnAssumeRole(r, s.assumeRole)
	api.OnGetSessionToken(r, s.getSessionToken)
}

// callerFrom is the caller with the partition of the region that was asked.
func callerFrom(ctx context.Context) authz.Caller {
	c := authz.CallerFrom(ctx)
	c.Partition = arn.Partition(awswire.CallerFrom(ctx).Region)
	return c
}
