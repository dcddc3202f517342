package events

import (
	"context"
	"maps"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) tagResource(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceResponse, error) {
	return &api.TagResourceResponse{}, s.program.Tag(ctx, place(ctx), awswire.Val(in.ResourceARN), tags(in.Tags), nil)
}

func (s *Service) untagResource(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceResponse, error) {
	return &api.UntagResourceResponse{}, s.program.Tag(ctx, place(ctx), awswire.Val(in.ResourceARN), nil, in.TagKeys)
}

func (s *Service) listTagsForResource(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	all, err := s.program.Tags(ctx, place(ctx), awswire.Val(in.ResourceARN))
	out := &api.ListTagsForResourceResponse{Tags: []api.Tag{}}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		out.Tags = append(out.Tags, api.Tag{Key: new(k), Value: new(all[k])})
	}
	return out, err
}
