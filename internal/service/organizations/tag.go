package organizations

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) tag(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceOutput, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	return nil, s.org.Tag(ctx, awswire.Val(in.ResourceId), tags)
}

func (s *Service) untag(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceOutput, error) {
	return nil, s.org.Untag(ctx, awswire.Val(in.ResourceId), in.TagKeys)
}

func (s *Service) listTags(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	tags, err := s.org.Tags(ctx, awswire.Val(in.ResourceId))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListTagsForResource", in, in.NextToken, nil, pageSize, tagList(tags),
		func(t *api.Tag) string { return *t.Key })
	return &api.ListTagsForResourceResponse{Tags: page, NextToken: next}, err
}
