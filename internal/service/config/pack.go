package config

import (
	"context"
	"io"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/pack"
)

// packPage is how many packs a page of a listing has.
const packPage = 20

func (s *Service) putConformancePack(ctx context.Context, in *api.PutConformancePackRequest) (*api.PutConformancePackResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	if in.TemplateSSMDocumentDetails != nil {
		return nil, invalidParameter("TemplateSSMDocumentDetails", "Templates in SSM documents are not offered; give the template as TemplateBody or TemplateS3Uri.")
	}
	if in.TemplateBody != nil && in.TemplateS3Uri != nil {
		return nil, invalidParameter("TemplateBody", "Give exactly one template: as TemplateBody or as TemplateS3Uri.")
	}
	p := compliance.PackInput{
		Name: awswire.Val(in.ConformancePackName), DeliveryBucket: awswire.Val(in.DeliveryS3Bucket), DeliveryPrefix: awswire.Val(in.DeliveryS3KeyPrefix),
	}
	if in.TemplateBody != nil {
		p.Body = []byte(*in.TemplateBody)
	}
	if in.TemplateS3Uri != nil {
		if p.Stored, err = s.template(ctx, *in.TemplateS3Uri); err != nil {
			return nil, err
		}
	}
	for _, i := range in.ConformancePackInputParameters {
		p.Inputs = append(p.Inputs, compliance.Input{Name: awswire.Val(i.ParameterName), Value: awswire.Val(i.ParameterValue)})
	}
	deployed, err := s.program.DeployPack(ctx, here(ctx), p)
	if err != nil {
		return nil, err
	}
	return &api.PutConformancePackResponse{ConformancePackArn: new(deployed.ARN)}, s.tagNew(ctx, deployed.ARN, tags)
}

// template reads a template from one of the caller's buckets.
func (s *Service) template(ctx context.Context, uri string) ([]byte, error) {
	bucket, key, err := object.ParseURI(uri)
	if err != nil {
		return nil, invalidParameter("TemplateS3Uri", "The template's URI must be s3://bucket/key.")
	}
	_, body, err := s.shelf.Get(ctx, here(ctx).Account, bucket, key)
	switch fault.KindOf(err) {
	case fault.NotFound:
		return nil, fault.Invalidf("TemplateS3Uri", "There is no template at %s: store it there first.", uri).With(pack.Code)
	case fault.Denied:
		return nil, fault.New(fault.Denied, "The account %s may not read %s.", here(ctx).Account, uri).With("InsufficientPermissionsException")
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, pack.MaxStored+1))
}

func packName(p *compliance.Pack) string { return p.Name }

func (s *Service) describeConformancePacks(ctx context.Context, in *api.DescribeConformancePacksRequest) (*api.DescribeConformancePacksResponse, error) {
	list, err := s.program.Packs(ctx, here(ctx), in.ConformancePackNames...)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConformancePacks", in, in.NextToken, in.Limit, packPage, list, packName)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConformancePacksResponse{ConformancePackDetails: []api.ConformancePackDetail{}, NextToken: next}
	for _, p := range page {
		d := api.ConformancePackDetail{
			ConformancePackName: new(p.Name), ConformancePackArn: new(p.ARN), ConformancePackId: new(p.ID), CreatedBy: text(p.CreatedBy),
			DeliveryS3Bucket: text(p.DeliveryBucket), DeliveryS3KeyPrefix: text(p.DeliveryPrefix),
			LastUpdateRequestedTime: moment(p.LastRequested), ConformancePackInputParameters: []api.ConformancePackInputParameter{},
		}
		for _, i := range p.Inputs {
			d.ConformancePackInputParameters = append(d.ConformancePackInputParameters, api.ConformancePackInputParameter{ParameterName: new(i.Name), ParameterValue: new(i.Value)})
		}
		out.ConformancePackDetails = append(out.ConformancePackDetails, d)
	}
	return out, nil
}

// describeConformancePackStatus leaves out packs that do not exist: clients wait for a deletion that way.
func (s *Service) describeConformancePackStatus(ctx context.Context, in *api.DescribeConformancePackStatusRequest) (*api.DescribeConformancePackStatusResponse, error) {
	list, err := s.program.Packs(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	if len(in.ConformancePackNames) > 0 {
		list = keep(list, func(p *compliance.Pack) bool { return slices.Contains(in.ConformancePackNames, p.Name) })
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConformancePackStatus", in, in.NextToken, in.Limit, packPage, list, packName)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConformancePackStatusResponse{ConformancePackStatusDetails: []api.ConformancePackStatusDetail{}, NextToken: next}
	for _, p := range page {
		out.ConformancePackStatusDetails = append(out.ConformancePackStatusDetails, api.ConformancePackStatusDetail{
			ConformancePackName: new(p.Name), ConformancePackArn: new(p.ARN), ConformancePackId: new(p.ID),
			ConformancePackState: new(p.State), ConformancePackStatusReason: text(p.Reason),
			LastUpdateRequestedTime: moment(p.LastRequested), LastUpdateCompletedTime: moment(p.Completed),
		})
	}
	return out, nil
}

func (s *Service) deleteConformancePack(ctx context.Context, in *api.DeleteConformancePackRequest) (*api.DeleteConformancePackOutput, error) {
	return nil, s.program.DeletePack(ctx, here(ctx), awswire.Val(in.ConformancePackName))
}
