package config

import (
	"context"
	"errors"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rollout"
)

func (s *Service) putOrganizationConformancePack(ctx context.Context, in *api.PutOrganizationConformancePackRequest) (*api.PutOrganizationConformancePackResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	if (in.TemplateBody == nil) == (in.TemplateS3Uri == nil) {
		return nil, fault.Invalidf("TemplateBody", "Give exactly one template: as TemplateBody or as TemplateS3Uri.").With("ValidationException")
	}
	p := compliance.PackInput{DeliveryBucket: awswire.Val(in.DeliveryS3Bucket), DeliveryPrefix: awswire.Val(in.DeliveryS3KeyPrefix), Inputs: packInputs(in.ConformancePackInputParameters)}
	if in.TemplateBody != nil {
		p.Body = []byte(*in.TemplateBody)
	} else if p.Stored, err = s.template(ctx, *in.TemplateS3Uri); err != nil {
		return nil, organizationTemplate(err)
	}
	put, err := s.rollout.PutPack(ctx, here(ctx), awswire.Val(in.OrganizationConformancePackName), p, in.ExcludedAccounts)
	if err != nil {
		return nil, err
	}
	return &api.PutOrganizationConformancePackResponse{OrganizationConformancePackArn: new(put.ARN)}, s.tagNew(ctx, put.ARN, tags)
}

func packInputs(list []api.ConformancePackInputParameter) (out []compliance.Input) {
	for _, i := range list {
		out = append(out, compliance.Input{Name: awswire.Val(i.ParameterName), Value: awswire.Val(i.ParameterValue)})
	}
	return out
}

// organizationTemplate spells the faults of fetching a template as PutOrganizationConformancePack has them.
func organizationTemplate(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	switch f.Code {
	case pack.Code:
		return f.With("OrganizationConformancePackTemplateValidationException")
	case "InvalidParameterValueException":
		return f.With("ValidationException")
	}
	return err
}

func (s *Service) describeOrganizationConformancePacks(ctx context.Context, in *api.DescribeOrganizationConformancePacksRequest) (*api.DescribeOrganizationConformancePacksResponse, error) {
	list, next, err := s.rollouts(ctx, "DescribeOrganizationConformancePacks", in, rollout.Packs, in.OrganizationConformancePackNames, in.NextToken, in.Limit)
	out := &api.DescribeOrganizationConformancePacksResponse{OrganizationConformancePacks: []api.OrganizationConformancePack{}, NextToken: next}
	for _, r := range list {
		p := api.OrganizationConformancePack{
			OrganizationConformancePackName: new(r.Name), OrganizationConformancePackArn: new(r.ARN), LastUpdateTime: moment(r.Updated), ExcludedAccounts: some(r.Excluded),
			DeliveryS3Bucket: text(r.Pack.DeliveryBucket), DeliveryS3KeyPrefix: text(r.Pack.DeliveryPrefix), ConformancePackInputParameters: []api.ConformancePackInputParameter{},
		}
		for _, i := range r.Pack.Inputs {
			p.ConformancePackInputParameters = append(p.ConformancePackInputParameters, api.ConformancePackInputParameter{ParameterName: new(i.Name), ParameterValue: new(i.Value)})
		}
		out.OrganizationConformancePacks = append(out.OrganizationConformancePacks, p)
	}
	return out, err
}

func (s *Service) describeOrganizationConformancePackStatuses(ctx context.Context, in *api.DescribeOrganizationConformancePackStatusesRequest) (*api.DescribeOrganizationConformancePackStatusesResponse, error) {
	list, next, err := s.rollouts(ctx, "DescribeOrganizationConformancePackStatuses", in, rollout.Packs, in.OrganizationConformancePackNames, in.NextToken, in.Limit)
	out := &api.DescribeOrganizationConformancePackStatusesResponse{OrganizationConformancePackStatuses: []api.OrganizationConformancePackStatus{}, NextToken: next}
	for _, r := range list {
		out.OrganizationConformancePackStatuses = append(out.OrganizationConformancePackStatuses, api.OrganizationConformancePackStatus{
			OrganizationConformancePackName: new(r.Name), Status: new(r.State), ErrorCode: text(r.Code), ErrorMessage: text(r.Message), LastUpdateTime: moment(r.ChangedAt),
		})
	}
	return out, err
}

func (s *Service) getOrganizationConformancePackDetailedStatus(ctx context.Context, in *api.GetOrganizationConformancePackDetailedStatusRequest) (*api.GetOrganizationConformancePackDetailedStatusResponse, error) {
	f := in.Filters
	if f == nil {
		f = &api.OrganizationResourceDetailedStatusFilters{}
	}
	list, next, err := s.memberStatus(ctx, "GetOrganizationConformancePackDetailedStatus", in, rollout.Packs, awswire.Val(in.OrganizationConformancePackName),
		awswire.Val(f.AccountId), awswire.Val(f.Status), in.NextToken, in.Limit)
	out := &api.GetOrganizationConformancePackDetailedStatusResponse{OrganizationConformancePackDetailedStatuses: []api.OrganizationConformancePackDetailedStatus{}, NextToken: next}
	for _, m := range list {
		out.OrganizationConformancePackDetailedStatuses = append(out.OrganizationConformancePackDetailedStatuses, api.OrganizationConformancePackDetailedStatus{
			AccountId: new(m.Account), ConformancePackName: new(m.Name), Status: new(m.State), ErrorCode: text(m.Code), ErrorMessage: text(m.Message), LastUpdateTime: moment(m.ChangedAt),
		})
	}
	return out, err
}

func (s *Service) deleteOrganizationConformancePack(ctx context.Context, in *api.DeleteOrganizationConformancePackRequest) (*api.DeleteOrganizationConformancePackOutput, error) {
	return nil, s.rollout.Delete(ctx, here(ctx), rollout.Packs, awswire.Val(in.OrganizationConformancePackName))
}
