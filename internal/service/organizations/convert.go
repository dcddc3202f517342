package organizations

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/organization"
)

// arn names something of the organization, in the partition of the region that was asked.
func (s *Service) arn(ctx context.Context, resource string) string {
	return arn.ARN{
		Partition: arn.Partition(awswire.CallerFrom(ctx).Region), Service: "organizations", Account: s.org.Management(), Resource: resource,
	}.String()
}

func (s *Service) organization(ctx context.Context, o organization.Organization) *api.Organization {
	return &api.Organization{
		Id: new(o.ID), Arn: new(s.arn(ctx, "organization/"+o.ID)), FeatureSet: new(o.FeatureSet),
		MasterAccountId: new(s.org.Management()), MasterAccountArn: new(s.arn(ctx, "account/"+o.ID+"/"+s.org.Management())),
		MasterAccountEmail: new(o.Email), AvailablePolicyTypes: []api.PolicyTypeSummary{},
	}
}

func (s *Service) account(ctx context.Context, o organization.Organization, a organization.Account) (api.Account, error) {
	path, err := s.org.Path(ctx, a.ID)
	return api.Account{
		Id: new(a.ID), Arn: new(s.arn(ctx, "account/"+o.ID+"/"+a.ID)), Name: new(a.Name), Email: new(a.Email),
		Status: new(api.AccountStatusActive), State: new(api.AccountStateActive), JoinedMethod: new(a.Method), JoinedTimestamp: new(a.Joined),
		Paths: []string{path},
	}, err
}

// accounts converts a page of accounts.
func (s *Service) accounts(ctx context.Context, page []organization.Account) ([]api.Account, error) {
	o, err := s.org.Describe(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]api.Account, len(page))
	for i, a := range page {
		if out[i], err = s.account(ctx, o, a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) unit(ctx context.Context, u organization.Unit) (*api.OrganizationalUnit, error) {
	o, err := s.org.Describe(ctx)
	if err != nil {
		return nil, err
	}
	path, err := s.org.Path(ctx, u.ID)
	return &api.OrganizationalUnit{Id: new(u.ID), Arn: new(s.arn(ctx, "ou/"+o.ID+"/"+u.ID)), Name: new(u.Name), Path: new(path)}, err
}

func creation(c organization.Creation) *api.CreateAccountStatus {
	out := &api.CreateAccountStatus{
		Id: new(c.ID), AccountName: new(c.Name), State: new(api.CreateAccountStateSucceeded),
		RequestedTimestamp: new(c.Requested), CompletedTimestamp: new(c.Completed),
	}
	if c.FailureReason != "" {
		out.State, out.FailureReason = new(api.CreateAccountStateFailed), new(c.FailureReason)
		return out
	}
	out.AccountId = new(c.Account)
	return out
}

// tagMap reads tags; a key given twice is an error of its own.
func tagMap(tags []api.Tag) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range tags {
		if _, twice := out[awswire.Val(t.Key)]; twice {
			return nil, awswire.Errorf("InvalidInputException", "The tag key %s is given twice.", awswire.Val(t.Key)).With("Reason", "DUPLICATE_TAG_KEY")
		}
		out[awswire.Val(t.Key)] = awswire.Val(t.Value)
	}
	return out, nil
}

func tagList(tags map[string]string) []api.Tag {
	out := []api.Tag{}
	for k, v := range tags {
		out = append(out, api.Tag{Key: new(k), Value: new(v)})
	}
	slices.SortFunc(out, func(a, b api.Tag) int { return strings.Compare(*a.Key, *b.Key) })
	return out
}
