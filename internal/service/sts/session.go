package sts

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/sts"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// The lengths of sessions when the request names none.
const (
	roleSession = time.Hour
	userSession = 12 * time.Hour
)

func (s *Service) getCallerIdentity(ctx context.Context, _ *api.GetCallerIdentityRequest) (*api.GetCallerIdentityResponse, error) {
	c := callerFrom(ctx)
	return &api.GetCallerIdentityResponse{Account: new(c.Account), Arn: new(c.ARN()), UserId: new(c.UserID())}, nil
}

func (s *Service) assumeRole(ctx context.Context, in *api.AssumeRoleRequest) (*api.AssumeRoleResponse, error) {
	if in.Policy != nil || len(in.PolicyArns) > 0 {
		return nil, fault.Invalidf("Policy", "Session policies are not supported: assume a role whose grants are narrow enough.")
	}
	if err := noMFA(in.TokenCode); err != nil {
		return nil, err
	}
	issued, err := s.access.AssumeRole(ctx, callerFrom(ctx), awswire.Val(in.RoleArn), awswire.Val(in.RoleSessionName), seconds(in.DurationSeconds, roleSession))
	if err != nil {
		return nil, err
	}
	return &api.AssumeRoleResponse{
		AssumedRoleUser: &api.AssumedRoleUser{Arn: new(issued.Caller.ARN()), AssumedRoleId: new(issued.Caller.UserID())},
		Credentials:     credentials(issued),
		SourceIdentity:  in.SourceIdentity,
	}, nil
}

func (s *Service) getSessionToken(ctx context.Context, in *api.GetSessionTokenRequest) (*api.GetSessionTokenResponse, error) {
	if err := noMFA(in.TokenCode); err != nil {
		return nil, err
	}
	issued, err := s.access.SessionToken(ctx, callerFrom(ctx), seconds(in.DurationSeconds, userSession))
	if err != nil {
		return nil, err
	}
	return &api.GetSessionTokenResponse{Credentials: credentials(issued)}, nil
}

// noMFA refuses a code that nobody can check.
func noMFA(code *string) error {
	if code == nil {
		return nil
	}
	return fault.New(fault.Denied, "MultiFactorAuthentication failed: there are no MFA devices here. Leave SerialNumber and TokenCode out.")
}

func seconds(n *int64, otherwise time.Duration) time.Duration {
	if n == nil {
		return otherwise
	}
	return time.Duration(*n) * time.Second
}

func credentials(i authz.Issued) *api.Credentials {
	return &api.Credentials{AccessKeyId: new(i.AccessKeyID), SecretAccessKey: new(i.Secret), SessionToken: new(i.SessionToken), Expiration: new(i.Expires)}
}
