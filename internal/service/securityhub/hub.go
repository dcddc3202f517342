package securityhub

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// hub is what is kept of an enabled hub; when it was enabled stands in its record.
type hub struct {
	Generator string
	Tags      map[string]string `json:",omitempty"`
}

var hubs = docs.Collection[hub]{Kind: "securityhub", Noun: "Security Hub"}

// theHub is the id of the one hub that an account has in a region.
const theHub = "default"

func (s *Service) enableSecurityHub(ctx context.Context, in *api.EnableSecurityHubRequest) (*api.EnableSecurityHubResponse, error) {
	c := awswire.CallerFrom(ctx)
	h := hub{Generator: awswire.Val(in.ControlFindingGenerator), Tags: in.Tags}
	if h.Generator == "" {
		h.Generator = api.ControlFindingGeneratorSecurityControl
	}
	err := s.store.Write(ctx, func(tx docs.Tx) error { return hubs.Insert(tx, c.Account, c.Region, theHub, "", h) })
	return &api.EnableSecurityHubResponse{}, err
}

func (s *Service) describeHub(ctx context.Context, _ *api.DescribeHubRequest) (*api.DescribeHubResponse, error) {
	c := awswire.CallerFrom(ctx)
	var out *api.DescribeHubResponse
	err := s.store.Read(ctx, func(tx docs.Tx) error {
		d, err := hubs.Get(tx, c.Account, c.Region, theHub)
		out = &api.DescribeHubResponse{
			HubArn: new(arn.New("securityhub", c.Region, c.Account, "hub/default")), AutoEnableControls: new(false),
			ControlFindingGenerator: new(d.Value.Generator), SubscribedAt: new(d.Created.Format(time.RFC3339)),
		}
		return notEnabled(err, c)
	})
	return out, err
}

func (s *Service) disableSecurityHub(ctx context.Context, _ *api.DisableSecurityHubRequest) (*api.DisableSecurityHubResponse, error) {
	c := awswire.CallerFrom(ctx)
	err := s.store.Write(ctx, func(tx docs.Tx) error {
		return notEnabled(hubs.Delete(tx, c.Account, c.Region, theHub), c)
	})
	return &api.DisableSecurityHubResponse{}, err
}

func (s *Service) getEnabledStandards(ctx context.Context, _ *api.GetEnabledStandardsRequest) (*api.GetEnabledStandardsResponse, error) {
	if _, err := s.describeHub(ctx, nil); err != nil {
		return nil, err
	}
	return &api.GetEnabledStandardsResponse{StandardsSubscriptions: []api.StandardsSubscription{}}, nil
}

func notEnabled(err error, c awswire.Caller) error {
	if fault.KindOf(err) == fault.NotFound {
		return awswire.Errorf("InvalidAccessException", "Account %s is not subscribed to AWS Security Hub in %s. Call EnableSecurityHub first.", c.Account, c.Region)
	}
	return err
}
