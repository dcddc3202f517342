package cloudtrail

import (
	"context"
	"slices"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
)

// maxListed is of how many resources the tags are listed at once.
const maxListed = 20

func (s *Service) registerResources(r *awswire.Registry) map[string]string {
	api.OnAddTags(r, s.addTags)
	api.OnRemoveTags(r, s.removeTags)
	api.OnListTags(r, s.listTags)
	api.OnPutResourcePolicy(r, s.putResourcePolicy)
	api.OnGetResourcePolicy(r, s.getResourcePolicy)
	api.OnDeleteResourcePolicy(r, s.deleteResourcePolicy)
	api.OnRegisterOrganizationDelegatedAdmin(r, s.registerOrganizationDelegatedAdmin)
	api.OnDeregisterOrganizationDelegatedAdmin(r, s.deregisterOrganizationDelegatedAdmin)
	return map[string]string{
		"AddTags.ResourceId": "CloudTrailARNInvalidException", "RemoveTags.ResourceId": "CloudTrailARNInvalidException",
		"ListTags.ResourceIdList": "CloudTrailARNInvalidException",
		"AddTags.TagsList":        "InvalidTagParameterException", "RemoveTags.TagsList": "InvalidTagParameterException",
		"PutResourcePolicy.ResourceArn": "ResourceARNNotValidException", "GetResourcePolicy.ResourceArn": "ResourceARNNotValidException",
		"DeleteResourcePolicy.ResourceArn": "ResourceARNNotValidException", "PutResourcePolicy.ResourcePolicy": "ResourcePolicyNotValidException",
		"RegisterOrganizationDelegatedAdmin.MemberAccountId":           "InvalidParameterException",
		"DeregisterOrganizationDelegatedAdmin.DelegatedAdminAccountId": "InvalidParameterException",
	}
}

// tagMap reads tags. Fault: InvalidTagParameterException.
func tagMap(tags []api.Tag) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range tags {
		k := awswire.Val(t.Key)
		if _, twice := out[k]; twice {
			return nil, fault.Invalidf("TagsList", "The tag %q is there twice.", k).With("InvalidTagParameterException")
		}
		out[k] = awswire.Val(t.Value)
	}
	return out, trails.CheckTags(out)
}

func tagsOut(tags map[string]string) []api.Tag {
	out := []api.Tag{}
	for k, v := range tags {
		out = append(out, api.Tag{Key: new(k), Value: new(v)})
	}
	slices.SortFunc(out, func(a, b api.Tag) int { return strings.Compare(*a.Key, *b.Key) })
	return out
}

func (s *Service) addTags(ctx context.Context, in *api.AddTagsRequest) (*api.AddTagsResponse, error) {
	tags, err := tagMap(in.TagsList)
	if err != nil {
		return nil, err
	}
	return nil, s.Trails.Resources().Tag(ctx, trailPlace(ctx), awswire.Val(in.ResourceId), tags)
}

func (s *Service) removeTags(ctx context.Context, in *api.RemoveTagsRequest) (*api.RemoveTagsResponse, error) {
	tags, err := tagMap(in.TagsList)
	if err != nil {
		return nil, err
	}
	return nil, s.Trails.Resources().Untag(ctx, trailPlace(ctx), awswire.Val(in.ResourceId), tags)
}

func (s *Service) listTags(ctx context.Context, in *api.ListTagsRequest) (*api.ListTagsResponse, error) {
	if n := len(in.ResourceIdList); n == 0 || n > maxListed {
		return nil, fault.Invalidf("ResourceIdList", "ResourceIdList holds %d resources: name 1 to %d.", n, maxListed).With("CloudTrailARNInvalidException")
	}
	if in.NextToken != nil { // there is never a second page
		return nil, awswire.Errorf("InvalidTokenException", "The token is not one of ListTags: leave it out.")
	}
	out := &api.ListTagsResponse{ResourceTagList: []api.ResourceTag{}}
	for _, id := range in.ResourceIdList {
		tags, err := s.Trails.Resources().Tags(ctx, trailPlace(ctx), id)
		if err != nil {
			return nil, err
		}
		out.ResourceTagList = append(out.ResourceTagList, api.ResourceTag{ResourceId: new(id), TagsList: tagsOut(tags)})
	}
	return out, nil
}
