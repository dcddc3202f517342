package auditmanager

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

// tagger is caller for an operation on the resource of an ARN, which may be an assessment's.
func tagger(ctx context.Context, operation, resource string) (assess.Caller, error) {
	assessment := ""
	if a, err := arn.Parse(resource); err == nil {
		if id, ok := strings.CutPrefix(a.Resource, "assessment/"); ok {
			assessment = id
		}
	}
	return caller(ctx, operation, assessment)
}

func (s *Service) listTagsForResource(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	resource := awswire.Val(in.ResourceArn)
	c, err := tagger(ctx, "ListTagsForResource", resource)
	if err != nil {
		return nil, err
	}
	tags, err := s.audit.Tags(ctx, c, resource)
	return &api.ListTagsForResourceResponse{Tags: tagsOf(tags)}, err
}

func (s *Service) tagResource(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceResponse, error) {
	resource := awswire.Val(in.ResourceArn)
	c, err := tagger(ctx, "TagResource", resource)
	if err != nil {
		return nil, err
	}
	return nil, s.audit.Tag(ctx, c, resource, in.Tags)
}

func (s *Service) untagResource(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceResponse, error) {
	resource := awswire.Val(in.ResourceArn)
	c, err := tagger(ctx, "UntagResource", resource)
	if err != nil {
		return nil, err
	}
	return nil, s.audit.Untag(ctx, c, resource, in.TagKeys)
}
