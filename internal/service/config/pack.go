package config

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
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
	given := 0
	for _, is := range []bool{in.TemplateBody != nil, in.TemplateS3Uri != nil, in.TemplateSSMDocumentDetails != nil} {
		if is {
			given++
		}
	}
	if given > 1 {
		return nil, invalidParameter("TemplateBody", "Give exactly one template: as TemplateBody, as TemplateS3Uri or as TemplateSSMDocumentDetails.")
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
	if d := in.TemplateSSMDocumentDetails; d != nil {
		p.Document = &compliance.PackDocument{Name: awswire.Val(d.DocumentName), Version: awswire.Val(d.DocumentVersion)}
		if p.Stored, err = s.document(ctx, *p.Document); err != nil {
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

// document reads a template from an SSM document of the caller's.
func (s *Service) document(ctx context.Context, d compliance.PackDocument) ([]byte, error) {
	at := here(ctx)
	name := d.Name
	if strings.HasPrefix(name, "arn:") {
		own := arn.New("ssm", at.Region, at.Account, "document/")
		if !strings.HasPrefix(name, own) {
			return nil, invalidParameter("DocumentName", "The document "+name+" is not one of the account "+at.Account+" in "+at.Region+".")
		}
		name = name[len(own):]
	}
	b, v, err := s.runbooks.Get(ctx, automation.Place{Account: at.Account, Region: at.Region}, name, d.Version, "")
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, fault.Invalidf("DocumentName", "There is no template to read: %v", err).With(pack.Code)
	case err != nil:
		return nil, err
	case b.Type() != automation.TypePack:
		return nil, fault.Invalidf("DocumentName", "The document %s is of type %s; a template is a document of type %s.", d.Name, b.Type(), automation.TypePack).With(pack.Code)
	}
	return []byte(v.Content), nil
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
		if t := p.Document; t != nil {
			d.TemplateSSMDocumentDetails = &api.TemplateSSMDocumentDetails{DocumentName: new(t.Name), DocumentVersion: text(t.Version)}
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
