package config

import (
	"context"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// maxTags of one resource.
const maxTags = 50

func tagMap(tags []api.Tag) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range tags {
		k := awswire.Val(t.Key)
		if _, twice := out[k]; twice || k == "" || strings.HasPrefix(strings.ToLower(k), "aws:") {
			return nil, fault.Invalidf("Tags", "The tag key %q is empty, there twice, or begins with aws:, which is reserved.", k).With("ValidationException")
		}
		out[k] = awswire.Val(t.Value)
	}
	return out, nil
}

// tagNew gives a resource the tags of the request that made it; one that has tags keeps them, as in AWS.
func (s *Service) tagNew(ctx context.Context, name string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	have, err := s.program.Tags(ctx, here(ctx), name)
	if err != nil || len(have) > 0 {
		return err
	}
	return s.program.Tag(ctx, here(ctx), name, tags)
}

func (s *Service) tagResource(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceOutput, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	return nil, s.program.Tag(ctx, here(ctx), awswire.Val(in.ResourceArn), tags)
}

func (s *Service) untagResource(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceOutput, error) {
	return nil, s.program.Untag(ctx, here(ctx), awswire.Val(in.ResourceArn), in.TagKeys)
}

func (s *Service) listTagsForResource(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	tags, err := s.program.Tags(ctx, here(ctx), awswire.Val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	list := []api.Tag{}
	for k, v := range tags {
		list = append(list, api.Tag{Key: new(k), Value: new(v)})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListTagsForResource", in, in.NextToken, in.Limit, maxTags, list, func(t *api.Tag) string { return *t.Key })
	return &api.ListTagsForResourceResponse{Tags: page, NextToken: next}, err
}
