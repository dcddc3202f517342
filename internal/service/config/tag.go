package config

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// maxTags of one resource.
const maxTags = 50

// tagged are the tags of Config's own resources by ARN.
var tagged = docs.Collection[map[string]string]{Kind: "config-tags", Noun: "tags"}

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

// setTags changes the tags of a resource; nil removes them all.
func (s *Service) setTags(ctx context.Context, name string, change func(map[string]string) map[string]string) error {
	at := here(ctx)
	return s.docs.Write(ctx, func(tx docs.Tx) error {
		d, err := tagged.Get(tx, at.Account, at.Region, name)
		missing := fault.KindOf(err) == fault.NotFound
		if err != nil && !missing {
			return err
		}
		tags := change(maps.Clone(d.Value))
		switch {
		case len(tags) > maxTags:
			return fault.New(fault.Quota, "A resource has at most %d tags.", maxTags).With("TooManyTagsException")
		case len(tags) == 0 && missing:
			return nil
		case len(tags) == 0:
			return tagged.Delete(tx, at.Account, at.Region, name)
		case missing:
			return tagged.Insert(tx, at.Account, at.Region, name, "", tags)
		}
		d.Value = tags
		return tagged.Update(tx, d)
	})
}

// tagNew gives a resource the tags of the request that made it; one that has tags keeps them, as in AWS.
func (s *Service) tagNew(ctx context.Context, name string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	return s.setTags(ctx, name, func(have map[string]string) map[string]string {
		if len(have) > 0 {
			return have
		}
		return tags
	})
}

// untag forgets the tags of a resource that was deleted.
func (s *Service) untag(ctx context.Context, name string) error {
	return s.setTags(ctx, name, func(map[string]string) map[string]string { return nil })
}

// taggable refuses an ARN that is not of a resource of the caller's.
func (s *Service) taggable(ctx context.Context, name string) error {
	missing := fault.Missing("resource", name).With("ResourceNotFoundException")
	a, err := arn.Parse(name)
	if err != nil || a.Service != "config" || a.Account != here(ctx).Account || a.Region != here(ctx).Region {
		return missing
	}
	kind, _, _ := strings.Cut(a.Resource, "/")
	names, err := s.names(ctx, kind)
	if err == nil && !slices.Contains(names, name) {
		return missing
	}
	return err
}

// names are the ARNs of the caller's resources of a kind.
func (s *Service) names(ctx context.Context, kind string) (names []string, err error) {
	switch kind {
	case "config-rule":
		list, err := s.program.Rules(ctx, here(ctx))
		for _, r := range list {
			names = append(names, r.ARN)
		}
		return names, err
	case "configuration-recorder":
		list, err := s.program.Recorders(ctx, here(ctx))
		for _, r := range list {
			names = append(names, r.ARN)
		}
		return names, err
	}
	return nil, nil
}

func (s *Service) tagResource(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceOutput, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	name := awswire.Val(in.ResourceArn)
	if err := s.taggable(ctx, name); err != nil {
		return nil, err
	}
	return nil, s.setTags(ctx, name, func(have map[string]string) map[string]string {
		if have == nil {
			return tags
		}
		maps.Copy(have, tags)
		return have
	})
}

func (s *Service) untagResource(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceOutput, error) {
	name := awswire.Val(in.ResourceArn)
	if err := s.taggable(ctx, name); err != nil {
		return nil, err
	}
	return nil, s.setTags(ctx, name, func(have map[string]string) map[string]string {
		maps.DeleteFunc(have, func(k, _ string) bool { return slices.Contains(in.TagKeys, k) })
		return have
	})
}

func (s *Service) listTagsForResource(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	name := awswire.Val(in.ResourceArn)
	if err := s.taggable(ctx, name); err != nil {
		return nil, err
	}
	at := here(ctx)
	var tags []api.Tag
	err := s.docs.Read(ctx, func(tx docs.Tx) error {
		tags = nil
		d, err := tagged.Get(tx, at.Account, at.Region, name)
		for k, v := range d.Value {
			tags = append(tags, api.Tag{Key: new(k), Value: new(v)})
		}
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListTagsForResource", in, in.NextToken, in.Limit, maxTags, tags, func(t *api.Tag) string { return *t.Key })
	return &api.ListTagsForResourceResponse{Tags: append([]api.Tag{}, page...), NextToken: next}, err
}
