package tickmark

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// callerOn is caller for an operation on the exceptions of an account, which may be another one than the caller's: then
// a grant in that account is needed too.
func callerOn(ctx context.Context, operation, account string) (assess.Caller, string, error) {
	c, err := caller(ctx, operation, "")
	if err == nil {
		account = cmp.Or(account, c.Account)
		err = authz.Decide(authz.CallerFrom(ctx), "tickmark", operation, account, "")
	}
	return c, account, err
}

func (s *Service) putException(ctx context.Context, in *api.PutExceptionRequest) (*api.PutExceptionResponse, error) {
	c, account, err := callerOn(ctx, "PutException", awswire.Val(in.AccountId))
	if err != nil {
		return nil, err
	}
	rule, control := awswire.Val(in.ConfigRuleName), awswire.Val(in.SecurityHubControlId)
	if (rule == "") == (control == "") {
		return nil, fault.Invalidf("configRuleName", "Name either a Config rule by configRuleName or a control of Security Hub by securityHubControlId.")
	}
	list, err := s.Audit.PutException(ctx, c, assess.ExceptionInput{
		Account: account, Region: awswire.Val(in.Region), Rule: cmp.Or(rule, control), SecurityHub: control != "", Type: awswire.Val(in.ResourceType),
		Resource: awswire.Val(in.ResourceId), Owner: awswire.Val(in.Owner), Reason: awswire.Val(in.Reason), Expires: awswire.Val(in.ExpiresAt),
	})
	if err != nil {
		return nil, err
	}
	return &api.PutExceptionResponse{Exceptions: exceptions(list)}, nil
}

func (s *Service) endException(ctx context.Context, in *api.EndExceptionRequest) (*api.EndExceptionResponse, error) {
	c, account, err := callerOn(ctx, "EndException", awswire.Val(in.AccountId))
	if err != nil {
		return nil, err
	}
	return &api.EndExceptionResponse{}, s.Audit.EndException(ctx, c, account, awswire.Val(in.Region), awswire.Val(in.ExceptionId), awswire.Val(in.Reason))
}

func (s *Service) listExceptions(ctx context.Context, in *api.ListExceptionsRequest) (*api.ListExceptionsResponse, error) {
	list, err := s.exceptionsFor(ctx, in)
	if err != nil {
		return nil, err
	}
	if in.Status != nil {
		list = slices.DeleteFunc(list, func(e assess.Exception) bool { return e.Status != *in.Status })
	}
	list, next, err := awswire.Page(ctx, s.Tokens, "ListExceptions", in, in.NextToken, in.MaxResults, pageSize, list, exceptionKey)
	return &api.ListExceptionsResponse{Exceptions: exceptions(list), NextToken: next}, err
}

// exceptionsFor are those that bear on an assessment, or those of an account.
func (s *Service) exceptionsFor(ctx context.Context, in *api.ListExceptionsRequest) ([]assess.Exception, error) {
	id, account := awswire.Val(in.AssessmentId), awswire.Val(in.AccountId)
	if id == "" {
		c, account, err := callerOn(ctx, "ListExceptions", account)
		if err != nil {
			return nil, err
		}
		return s.Audit.Exceptions(ctx, c, account)
	}
	c, err := caller(ctx, "ListExceptions", id)
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.AssessmentExceptions(ctx, c, id)
	return slices.DeleteFunc(list, func(e assess.Exception) bool { return account != "" && e.Account != account }), err
}

// exceptionKey puts what ends first to the front, and what never ends to the end.
func exceptionKey(e *assess.Exception) string {
	end := "~"
	if !e.Expires.IsZero() {
		end = e.Expires.UTC().Format("2006-01-02T15:04:05")
	}
	return fmt.Sprint(end, " ", e.Account, " ", e.Region, " ", e.ID)
}

func exceptions(list []assess.Exception) []api.Exception {
	out := []api.Exception{}
	for i := range list {
		e := &list[i]
		x := api.Exception{
			Id: &e.ID, AccountId: &e.Account, Region: &e.Region, RuleName: &e.Rule, RuleId: &e.RuleID, ResourceType: &e.Type, ResourceId: &e.Resource,
			Owner: &e.Owner, Reason: text(e.Reason), CreatedAt: &e.Created, Status: &e.Status,
		}
		if !e.Expires.IsZero() {
			x.ExpiresAt = &e.Expires
		}
		out = append(out, x)
	}
	return out
}
